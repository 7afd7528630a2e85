import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { Problem } from '#kernel/problem'
import { beyond, counted, HIGHEST_RATIO, LARGEST_UNPACKED, MOST_ENTRIES, RATIO_FROM, SPLIT, TIDY } from './limits.ts'

/** ZIP archives as office programs write them: read from memory, entry by entry. No encryption, no ZIP64. */

export interface ZipEntry {
  readonly name: string
  /** Size after unpacking, as the archive states it. */
  readonly size: number
  /** The unpacked bytes. Throws `zip.invalid` if they do not agree with the archive, `table.beyond-limit` for too many. */
  open(): AsyncGenerator<Buffer>
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50

function invalid(cause?: unknown): Problem {
  return new Problem('zip.invalid', '压缩文件已损坏或不是 ZIP 格式，请重新压缩后上传', { status: 422, cause })
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0 && at > bytes.length - 66_000; at--) if (bytes.readUInt32LE(at) === END) return at
  throw invalid()
}

/** An entry as the directory of the archive describes it. */
interface Described {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly local: number
}

function checkSize({ name, packed, size }: Described): void {
  const shown = `“${name.slice(0, 100)}”`
  if (size > LARGEST_UNPACKED) {
    throw beyond(
      `文件里的${shown}展开后有 ${counted(Math.ceil(size / 2 ** 20))} MB，超过 ${counted(LARGEST_UNPACKED / 2 ** 20)} MB 的上限`,
      SPLIT,
    )
  }
  if (size > RATIO_FROM && size > HIGHEST_RATIO * packed) {
    throw beyond(`文件里的${shown}展开后是压缩时的 ${HIGHEST_RATIO} 倍以上，几乎全是空白，不像是表格`, TIDY)
  }
}

async function* piecesOf(body: Buffer, method: number): AsyncGenerator<Buffer> {
  if (method === 0) yield body
  else yield* Readable.from([body]).pipe(createInflateRaw()) as AsyncIterable<Buffer>
}

async function* unpack(bytes: Buffer, entry: Described): AsyncGenerator<Buffer> {
  checkSize(entry)
  const { local, packed, method, size } = entry
  if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL) throw invalid()
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  let total = 0
  let crc = 0
  try {
    for await (const piece of piecesOf(bytes.subarray(start, start + packed), method)) {
      total += piece.length
      if (total > size) throw invalid()
      crc = crc32(piece, crc)
      yield piece
    }
  } catch (cause) {
    throw invalid(cause)
  }
  if (total !== size || crc !== entry.crc) throw invalid()
}

function isUtf8(raw: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw)
    return true
  } catch {
    return false
  }
}

function entryAt(bytes: Buffer, at: number): { entry: Described; next: number } {
  if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw invalid()
  const flags = bytes.readUInt16LE(at + 8)
  const nameLength = bytes.readUInt16LE(at + 28)
  const raw = bytes.subarray(at + 46, at + 46 + nameLength)
  // Names of older Chinese archivers are GB 18030, others UTF-8.
  const name = new TextDecoder((flags & 0x800) !== 0 || isUtf8(raw) ? 'utf-8' : 'gb18030').decode(raw)
  if ((flags & 1) !== 0) {
    throw new Problem('zip.encrypted', '压缩文件设有密码，打不开，请取消密码重新压缩后上传', { status: 422 })
  }
  const entry = {
    name,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    local: bytes.readUInt32LE(at + 42),
  }
  if (entry.method !== 0 && entry.method !== 8) throw invalid()
  return { entry, next: at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32) }
}

/** The files of an archive (folders left out). Throws `zip.invalid`, `zip.encrypted`, `table.beyond-limit`. */
export function readZip(bytes: Buffer): ZipEntry[] {
  const end = endOf(bytes)
  const count = bytes.readUInt16LE(end + 10)
  if (count > MOST_ENTRIES) throw beyond(`压缩文件里有 ${counted(count)} 个文件，超过 ${counted(MOST_ENTRIES)} 个的上限`, SPLIT)
  const entries = new Map<string, ZipEntry>()
  let packed = 0
  let at = bytes.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    const { entry, next } = entryAt(bytes, at)
    at = next
    packed += entry.packed
    // Two files of one name, or files that lie over each other: no program writes that.
    if (entries.has(entry.name) || packed > bytes.length) throw invalid()
    if (!entry.name.endsWith('/'))
      entries.set(entry.name, { name: entry.name, size: entry.size, open: () => unpack(bytes, entry) })
  }
  return [...entries.values()]
}
