/** A bundle file as it lies on a stick: its manifest, and its content piece by piece. Never more of it in memory than one message. */
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { OwnKeys } from '../contract.ts'
import { type Frame, readFrame } from '../envelope/envelope.ts'
import { MAX_FRAME_BYTES } from '../protocol/frames.ts'
import { digestHex } from '../suites/suite.ts'
import { FILE_END, FILE_START, type Manifest, openManifest, pieceBinding } from './bundle-manifest.ts'

/** What can be wrong with a bundle file beyond the faults of an envelope. */
export type BundleFaultCode =
  | 'part'
  | 'writing'
  | 'truncated'
  | 'not_a_bundle'
  | 'addressee'
  | 'unknown_sender'
  | 'altered'
  | 'content'
  | 'ahead'
  | 'gap'
  | 'full'
  | 'refused'

/** A bundle file cannot be taken, now or at all. */
export class BundleFault extends Error {
  override readonly name = 'BundleFault'
  readonly code: BundleFaultCode

  constructor(code: BundleFaultCode, message: string) {
    super(message)
    this.code = code
  }
}

const LENGTH_BYTES = 4
const TAIL_BYTES = LENGTH_BYTES + FILE_END.length
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

/** A file that has its end: opened for reading, not yet believed. */
export class BundleFile {
  /** the manifest, signed and sealed */
  readonly frame: Frame
  readonly frameBytes: Buffer
  readonly #handle: FileHandle
  /** where the content ends and the manifest begins */
  readonly #contentEnd: number

  private constructor(handle: FileHandle, frameBytes: Buffer, contentEnd: number) {
    this.#handle = handle
    this.frameBytes = frameBytes
    this.frame = readFrame(frameBytes)
    this.#contentEnd = contentEnd
  }

  /** Throws BundleFault `not_a_bundle` or `truncated`, and EnvelopeFault. */
  static async open(path: string): Promise<BundleFile> {
    const handle = await open(path)
    try {
      const { size } = await stat(path)
      const start = await read(handle, 0, Math.min(FILE_START.length, size))
      if (!FILE_START.subarray(0, start.length).equals(start)) {
        throw new BundleFault('not_a_bundle', '不是离线包文件（.ybx），请核对所选文件')
      }
      const { frameBytes, contentEnd } = await readTail(handle, size)
      return new BundleFile(handle, frameBytes, contentEnd)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** The manifest, with this node's keys. Throws EnvelopeFault, and BundleFault when it does not fit the file. */
  manifest(own: OwnKeys): Manifest {
    const manifest = openManifest(this.frame, own)
    const size = manifest.pieces.reduce((sum, piece) => sum + piece.bytes, FILE_START.length)
    if (size !== this.#contentEnd) throw new BundleFault('altered', '文件长度与已签名的清单不符，文件已被改动，请对方重新导出')
    return manifest
  }

  /** Checks every piece against the signed digests before anything is taken of the file. */
  async check(manifest: Manifest): Promise<void> {
    for await (const piece of this.#pieces(manifest)) void piece
  }

  async *#pieces({ pieces }: Manifest): AsyncGenerator<Buffer> {
    let at = FILE_START.length
    for (const [i, { bytes, digest }] of pieces.entries()) {
      const piece = await read(this.#handle, at, bytes)
      if (digestHex(this.frame.header.suite, piece) !== digest) {
        throw new BundleFault('altered', `文件第 ${i + 1} 段与已签名的摘要不符，文件已被改动或损坏，请对方重新导出`)
      }
      at += bytes
      yield piece
    }
  }

  async *#opened(manifest: Manifest, own: OwnKeys): AsyncGenerator<Buffer> {
    let index = 0
    for await (const piece of this.#pieces(manifest)) {
      let opened: Buffer
      try {
        opened = own.unseal(piece, pieceBinding(manifest, index))
      } catch {
        throw new BundleFault('altered', `文件第 ${index + 1} 段无法解封，请对方重新导出`)
      }
      index += 1
      yield opened
    }
  }

  /** The frames of the content, in order. */
  async *frames(manifest: Manifest, own: OwnKeys): AsyncGenerator<Buffer> {
    let held: Buffer[] = []
    let size = 0
    let wanted = LENGTH_BYTES
    for await (const part of this.#opened(manifest, own)) {
      held.push(part)
      size += part.length
      if (size < wanted) continue
      const bytes = Buffer.concat(held)
      let at = 0
      for (let end = endOfFrame(bytes, at); end <= bytes.length; end = endOfFrame(bytes, at)) {
        yield bytes.subarray(at + LENGTH_BYTES, end)
        at = end
      }
      const rest = bytes.subarray(at)
      wanted = endOfFrame(rest, 0)
      held = [rest]
      size = rest.length
    }
    if (size > 0) throw new BundleFault('content', '包内报文不完整，请对方重新导出')
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** Where the frame that begins at a place ends; beyond the bytes when that is not all there. */
function endOfFrame(bytes: Buffer, at: number): number {
  const start = at + LENGTH_BYTES
  if (start > bytes.length) return start
  const length = bytes.readUInt32BE(at)
  if (length > MAX_FRAME_BYTES) throw new BundleFault('content', '包内报文超出限度，请对方重新导出')
  return start + length
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, at + done)
    if (bytesRead === 0) throw new BundleFault('truncated', '文件在读取时变短，请重新拷贝')
    done += bytesRead
  }
  return bytes
}

async function readTail(handle: FileHandle, size: number): Promise<{ frameBytes: Buffer; contentEnd: number }> {
  const truncated = new BundleFault(
    'truncated',
    '文件不完整：没有写完，或在拷贝时中断，请重新拷贝；原文件也不完整的，请对方重新导出',
  )
  if (size < FILE_START.length + TAIL_BYTES) throw truncated
  const tail = await read(handle, size - TAIL_BYTES, TAIL_BYTES)
  const length = tail.readUInt32BE(0)
  const contentEnd = size - TAIL_BYTES - length
  if (!tail.subarray(LENGTH_BYTES).equals(FILE_END) || length > MAX_MANIFEST_BYTES || contentEnd < FILE_START.length)
    throw truncated
  return { frameBytes: await read(handle, contentEnd, length), contentEnd }
}
