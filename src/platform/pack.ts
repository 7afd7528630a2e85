/** Long texts as they rest in the database: packed with zstd, a fifth of their size. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** A quick level with small tables: the texts are some kilobytes. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 17,
  [constants.ZSTD_c_hashLog]: 12,
}
const CHUNK = 4096
const MAGIC = 0xfd2fb528

/** Packs a text that is given as UTF-8 bytes. */
export function packBytes(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, { params, chunkSize: CHUNK, pledgedSrcSize: bytes.length })
}

/** The text of packed bytes; bytes that are not packed are read as UTF-8. */
export function unpackText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packed = buffer.length >= 4 && buffer.readUInt32LE(0) === MAGIC
  return (packed ? zstdDecompressSync(buffer) : buffer).toString('utf8')
}
