/** Long texts as they rest in the database: packed with zstd, a fifth of their size. */
import { constants, createZstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** A quick level with small tables: the texts are some kilobytes. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: 17,
  [constants.ZSTD_c_hashLog]: 12,
}
const CHUNK = 4096
const MAGIC = 0xfd2fb528

function packAlone(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, { params, chunkSize: CHUNK, pledgedSrcSize: bytes.length })
}

/** Node's own binding behind its zstd stream, as far as it is used here; it is not documented. */
interface Binding {
  writeSync?(flush: number, from: Buffer, fromAt: number, length: number, to: Buffer, toAt: number, room: number): void
}

type Pack = (bytes: Buffer) => Buffer

/** Room for a packed text; a longer one is packed alone. */
const ROOM = 1 << 17

/**
 * One zstd context for all texts: to make one for each takes as long as packing. Node gives no public way to use a context twice, so this
 * reaches behind its stream. Undefined where that is built otherwise, or does not give the same bytes as the public way.
 */
function packTogether(): Pack | undefined {
  const { _handle: binding, _writeState: state } = createZstdCompress({ params }) as unknown as {
    _handle?: Binding
    _writeState?: Uint32Array
  }
  if (typeof binding?.writeSync !== 'function' || !(state instanceof Uint32Array)) return undefined
  const room = Buffer.allocUnsafe(ROOM)
  const pack: Pack = (bytes) => {
    // the binding writes here how much room and how much of the text is left, and nothing when it fails
    state.fill(ROOM)
    binding.writeSync?.(constants.ZSTD_e_end, bytes, 0, bytes.length, room, 0, ROOM)
    const [left = ROOM, rest] = state
    return rest === 0 ? Buffer.from(room.subarray(0, ROOM - left)) : packAlone(bytes)
  }
  return [Buffer.from('核对报告'), Buffer.alloc(9000, '报告')].every((each) => pack(each).equals(packAlone(each)))
    ? pack
    : undefined
}

let together: Pack | undefined | null = null

/** Packs a text that is given as UTF-8 bytes. */
export function packBytes(bytes: Buffer): Buffer {
  if (together === null) together = packTogether()
  return together === undefined || bytes.length === 0 || bytes.length > ROOM / 2 ? packAlone(bytes) : together(bytes)
}

/** The text of packed bytes; bytes that are not packed are read as UTF-8. */
export function unpackText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packed = buffer.length >= 4 && buffer.readUInt32LE(0) === MAGIC
  return (packed ? zstdDecompressSync(buffer) : buffer).toString('utf8')
}
