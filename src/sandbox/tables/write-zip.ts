import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

/** Writes ZIP archives as a stream. */

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50

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
