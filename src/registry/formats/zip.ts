import { Readable } from 'node:stream'
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { Problem } from '#kernel/problem'

/** ZIP archives as office programs write them: read from memory, entry by entry; written as a stream. No encryption, no ZIP64. */

export interface ZipEntry {
  readonly name: string
  /** Size after unpacking, as the archive states it. */
  readonly size: number
  /** The unpacked bytes. Throws `zip.invalid` if they do not agree with the archive. */
  open(): AsyncGenerator<Buffer>
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** An entry that unpacks to more than this is refused: a small file could fill memory or disk. */
const LARGEST = 2 ** 31

function invalid(cause?: unknown): Problem {
  return new Problem('zip.invalid', '压缩文件已损坏或不是 ZIP 格式，请重新压缩后上传', { status: 422, cause })
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0 && at > bytes.length - 66_000; at--) if (bytes.readUInt32LE(at) === END) return at
  throw invalid()
}

async function* unpack(bytes: Buffer, at: number, packed: number, method: number, size: number): AsyncGenerator<Buffer> {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL) throw invalid()
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  const body = bytes.subarray(start, start + packed)
  if (method === 0) {
    yield body
    return
  }
  let total = 0
  try {
    for await (const piece of Readable.from([body]).pipe(createInflateRaw()) as AsyncIterable<Buffer>) {
      total += piece.length
      if (total > size) throw invalid()
      yield piece
    }
  } catch (cause) {
    throw invalid(cause)
  }
}

function entryAt(bytes: Buffer, at: number): { entry: ZipEntry; next: number } {
  if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw invalid()
  const flags = bytes.readUInt16LE(at + 8)
  const method = bytes.readUInt16LE(at + 10)
  const packed = bytes.readUInt32LE(at + 20)
  const size = bytes.readUInt32LE(at + 24)
  const nameLength = bytes.readUInt16LE(at + 28)
  const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  const local = bytes.readUInt32LE(at + 42)
  if ((flags & 1) !== 0 || (method !== 0 && method !== 8)) throw invalid()
  if (size > LARGEST) throw new Problem('zip.too-large', '压缩文件展开后过大，请拆分后上传', { status: 413 })
  const raw = bytes.subarray(at + 46, at + 46 + nameLength)
  // Names of older Chinese archivers are GB 18030, others UTF-8.
  const name = new TextDecoder((flags & 0x800) !== 0 || isUtf8(raw) ? 'utf-8' : 'gb18030').decode(raw)
  return { entry: { name, size, open: () => unpack(bytes, local, packed, method, size) }, next }
}

function isUtf8(raw: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw)
    return true
  } catch {
    return false
  }
}

/** The files of an archive (folders left out). Throws `zip.invalid`. */
export function readZip(bytes: Buffer): ZipEntry[] {
  const end = endOf(bytes)
  const count = bytes.readUInt16LE(end + 10)
  const entries: ZipEntry[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    const { entry, next } = entryAt(bytes, at)
    if (!entry.name.endsWith('/')) entries.push(entry)
    at = next
  }
  return entries
}

export interface ZipInput {
  readonly name: string
  readonly chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>
}

interface Written {
  readonly name: Buffer
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly at: number
}

/** 1980-01-01: archives of equal content are equal bytes. */
const FIXED_DATE = 0x21

function header(signature: number, file: Omit<Written, 'at'>, streamed: boolean): Buffer {
  const central = signature === CENTRAL
  const out = Buffer.alloc(central ? 46 : 30)
  let at = out.writeUInt32LE(signature, 0)
  if (central) at = out.writeUInt16LE(20, at)
  at = out.writeUInt16LE(20, at)
  at = out.writeUInt16LE(0x808, at)
  at = out.writeUInt16LE(8, at)
  at = out.writeUInt16LE(0, at)
  at = out.writeUInt16LE(FIXED_DATE, at)
  at = out.writeUInt32LE(streamed ? 0 : file.crc, at)
  at = out.writeUInt32LE(streamed ? 0 : file.packed, at)
  at = out.writeUInt32LE(streamed ? 0 : file.size, at)
  out.writeUInt16LE(file.name.length, at)
  return out
}

function descriptor(file: Written): Buffer {
  const out = Buffer.alloc(16)
  out.writeUInt32LE(0x08074b50, 0)
  out.writeUInt32LE(file.crc, 4)
  out.writeUInt32LE(file.packed, 8)
  out.writeUInt32LE(file.size, 12)
  return out
}

function directory(files: readonly Written[], at: number): Buffer {
  const parts = files.flatMap((file) => {
    const head = header(CENTRAL, file, false)
    head.writeUInt32LE(file.at, 42)
    return [head, file.name]
  })
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, end])
}

async function* deflated(chunks: ZipInput['chunks'], seen: { crc: number; size: number }): AsyncGenerator<Buffer> {
  async function* counted() {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk
      seen.crc = crc32(bytes, seen.crc)
      seen.size += bytes.length
      yield bytes
    }
  }
  const source = Readable.from(counted(), { objectMode: true })
  const deflate = createDeflateRaw()
  source.on('error', (error) => deflate.destroy(error))
  yield* source.pipe(deflate) as AsyncIterable<Buffer>
}

/** Writes an archive as a stream of bytes, entry after entry, in bounded memory. */
export async function* writeZip(inputs: AsyncIterable<ZipInput> | Iterable<ZipInput>): AsyncGenerator<Buffer> {
  const files: Written[] = []
  let at = 0
  for await (const { name: text, chunks } of inputs) {
    const name = Buffer.from(text, 'utf8')
    const start = at
    const head = Buffer.concat([header(LOCAL, { name, crc: 0, packed: 0, size: 0 }, true), name])
    yield head
    at += head.length
    const seen = { crc: 0, size: 0 }
    let packed = 0
    for await (const piece of deflated(chunks, seen)) {
      packed += piece.length
      yield piece
    }
    const file: Written = { name, crc: seen.crc, packed, size: seen.size, at: start }
    files.push(file)
    yield descriptor(file)
    at += packed + 16
  }
  yield directory(files, at)
}
