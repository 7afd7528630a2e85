/**
 * Looks at a file while it streams by: what it is by its first bytes, and whether it can be whole. No decoder runs: heads, sizes and endings
 * are read, in memory that does not grow with the file.
 */
import { type FileType, fileType } from '#kernel/file-type'
import { jpegScanAt, pictureSize } from '#kernel/picture-size'

/** What a camera writes before the picture (thumbnail, place, colours) ends well before this. */
const HEAD = 1_048_576
const TAIL = 2048
/** Bytes that any mark fits into. */
const MARKS = 16
/** 64 million points: a page of A3 at 600 dpi, a phone's photo; beyond, opening it would fill the memory of whoever looks at it. */
const MOST_POINTS = 64_000_000

const END_OF_JPEG = Buffer.from([0xff, 0xd9])

export class FileProbe {
  readonly #name: string
  readonly #types: readonly FileType[]
  #room = Buffer.alloc(8192)
  #head = this.#room.subarray(0, 0)
  #tail = Buffer.alloc(0)
  #type: FileType | null = null
  #size = 0
  /** a JPEG's end was seen behind the head */
  #ended = false

  constructor(name: string, types: readonly FileType[]) {
    this.#name = name
    this.#types = types
  }

  get type(): FileType | null {
    return this.#type
  }

  #notAllowed(): string {
    const wanted = this.#types.includes('application/pdf') ? 'JPEG、PNG 图片或 PDF' : 'JPEG 或 PNG 图片'
    return `“${this.#name}”不是 ${wanted}（按文件内容判断，与文件名无关），请重新拍照或扫描后上传`
  }

  /** The room doubles when it is full, so that a file in very small pieces costs no more than one in large ones. */
  #keepHead(bytes: Uint8Array): void {
    const length = this.#head.length + bytes.length
    while (this.#room.length < length) this.#room = Buffer.concat([this.#room], 2 * this.#room.length)
    this.#room.set(bytes, this.#head.length)
    this.#head = this.#room.subarray(0, length)
  }

  /** Looks at the next bytes; what is wrong with the file, in words, as soon as it shows. */
  add(chunk: Uint8Array): string | null {
    const first = chunk.subarray(0, HEAD - this.#head.length)
    this.#keepHead(first)
    if (first.length < chunk.length) {
      this.#ended ||= Buffer.concat([this.#tail.subarray(-1), chunk.subarray(first.length)]).includes(END_OF_JPEG)
    }
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TAIL)]).subarray(-TAIL)
    this.#size += chunk.length
    if (this.#type !== null || this.#size < MARKS) return null
    this.#type = fileType(this.#head)
    return this.#type !== null && this.#types.includes(this.#type) ? null : this.#notAllowed()
  }

  #pictureFault(kind: 'jpeg' | 'png'): string | null {
    const broken = `“${this.#name}”打不开：图片不完整或已损坏，请重新拍照，或换一个文件上传`
    const size = pictureSize(this.#head, kind)
    if (size === null) return broken
    if (size.width * size.height > MOST_POINTS) {
      return `“${this.#name}”有 ${size.width}×${size.height} 个像素，太大，打不开；请用普通清晰度重新拍照后上传`
    }
    return (kind === 'png' ? this.#tail.includes('IEND') : this.#isWholeJpeg()) ? null : broken
  }

  /** Behind where the picture begins, its end mark cannot stand by chance: bytes of the picture never form it. */
  #isWholeJpeg(): boolean {
    const at = jpegScanAt(this.#head)
    return at !== -1 && (this.#ended || this.#head.includes(END_OF_JPEG, at) || this.#tail.includes(END_OF_JPEG))
  }

  /** What is wrong with the whole file, in words; null when it may be taken. */
  end(): string | null {
    if (this.#size === 0) return `“${this.#name}”是空文件，请换一个文件上传`
    if (this.#type === null) return this.#notAllowed()
    if (this.#type !== 'application/pdf') return this.#pictureFault(this.#type === 'image/png' ? 'png' : 'jpeg')
    const isWhole = this.#tail.includes('%%EOF') && this.#tail.includes('startxref')
    return isWhole ? null : `“${this.#name}”不是完整的 PDF 文件，可能没有传完或已损坏，请重新生成后上传`
  }
}
