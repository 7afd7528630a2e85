import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Problem } from '#kernel/problem'
import { type Keys, SealError } from './crypto.ts'

/** Files by content hash, sealed on disk in blocks of 1 MiB: an uploaded package holds personal values. */

const BLOCK = 1 << 20

export interface StoredBlob {
  /** Lower-case hexadecimal SHA-256 of the clear content. */
  readonly sha256: string
  readonly size: number
}

export interface Blobs {
  /** Stores a stream; the same content is kept once. Throws Problem `blob.too-large` beyond `maxBytes`. */
  store(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBlob>
  /** The clear content in order; throws Problem `blob.not-found`, `blob.altered` when it is not what was stored under this hash: its last block is given only when all of it was checked. */
  read(sha256: string): AsyncIterable<Buffer>
  has(sha256: string): Promise<boolean>
  /** Deletes a file; nothing happens when it is not there. */
  remove(sha256: string): Promise<void>
  /** Hashes of the files that were last stored longer ago than this, a folder at a time; leftovers of broken uploads are deleted on the way. */
  listOlder(ageMs: number): AsyncIterable<string[]>
}

async function* blocksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    waiting.push(chunk)
    length += chunk.length
    if (length < BLOCK) continue
    const all = Buffer.concat(waiting)
    let at = 0
    for (; all.length - at >= BLOCK; at += BLOCK) yield all.subarray(at, at + BLOCK)
    waiting = [all.subarray(at)]
    length = all.length - at
  }
  if (length > 0) yield Buffer.concat(waiting)
}

function altered(cause?: unknown): Problem {
  return new Problem('blob.altered', '文件库中的这个文件与存入时不符，不能使用', { status: 409, cause })
}

function openBlock(keys: Keys, sealed: Buffer): Buffer {
  try {
    return keys.open(sealed)
  } catch (error) {
    throw error instanceof SealError ? altered(error) : error
  }
}

async function* sealedBlocks(file: string, keys: Keys): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: BLOCK }) as AsyncIterable<Buffer>) {
    held = Buffer.concat([held, chunk])
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
      const end = 4 + held.readUInt32BE(0)
      yield openBlock(keys, held.subarray(4, end))
      held = held.subarray(end)
    }
  }
  if (held.length > 0) throw altered()
}

/** What time the file system takes it to be: stored files are as old as it says, whatever clock the program runs by. */
async function fileSystemNow(dir: string): Promise<number> {
  const probe = path.join(dir, `.${randomBytes(8).toString('hex')}`)
  await writeFile(probe, '', { mode: 0o600 })
  const { mtimeMs } = await stat(probe)
  await rm(probe, { force: true })
  return mtimeMs
}

async function* olderFiles(dir: string, ageMs: number): AsyncGenerator<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const before = (await fileSystemNow(dir)) - ageMs
  const isOlder = (file: string): Promise<boolean> =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs < before,
      () => false,
    )
  for (const name of (await readdir(dir)).sort()) {
    const place = path.join(dir, name)
    if (/^\.[0-9a-f]{16}$/.test(name) && (await isOlder(place))) await rm(place, { force: true })
    if (!/^[0-9a-f]{2}$/.test(name)) continue
    const older: string[] = []
    for (const file of await readdir(place)) {
      if (/^[0-9a-f]{64}$/.test(file) && (await isOlder(path.join(place, file)))) older.push(file)
    }
    if (older.length > 0) yield older
  }
}

/** A store of files in one folder. */
export function openBlobs(dir: string, keys: Keys): Blobs {
  const placeOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Problem('blob.not-found', '文件编号无效', { status: 404 })
    return path.join(dir, sha256.slice(0, 2), sha256)
  }
  const has = async (sha256: string): Promise<boolean> =>
    stat(placeOf(sha256)).then(
      () => true,
      () => false,
    )
  return {
    has,
    remove: (sha256) => rm(placeOf(sha256), { force: true }),
    listOlder: (ageMs) => olderFiles(dir, ageMs),
    async store(source, maxBytes) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      const temporary = path.join(dir, `.${randomBytes(8).toString('hex')}`)
      const hash = createHash('sha256')
      let size = 0
      const file = await open(temporary, 'wx', 0o600)
      try {
        for await (const block of blocksOf(source)) {
          size += block.length
          if (size > maxBytes) {
            const limit = Math.floor(maxBytes / 1_048_576)
            throw new Problem('blob.too-large', `文件超过 ${limit} MB 的上限，请拆分后再上传`, { status: 413 })
          }
          hash.update(block)
          const sealed = keys.seal(block)
          const head = Buffer.alloc(4)
          head.writeUInt32BE(sealed.length)
          await file.writev([head, sealed])
        }
        await file.sync()
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      } finally {
        await file.close()
      }
      const sha256 = hash.digest('hex')
      const place = placeOf(sha256)
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
      await rename(temporary, place)
      return { sha256, size }
    },
    async *read(sha256) {
      if (!(await has(sha256))) throw new Problem('blob.not-found', '找不到这个文件，可能已被清理，请重新上传', { status: 404 })
      const hash = createHash('sha256')
      let last: Buffer | undefined
      for await (const block of sealedBlocks(placeOf(sha256), keys)) {
        hash.update(block)
        if (last !== undefined) yield last
        last = block
      }
      if (hash.digest('hex') !== sha256) throw altered()
      if (last !== undefined) yield last
    },
  }
}

/** The whole content of a stored file. Archives and workbooks are read by position, so they are held in memory, packed. */
export async function contentOf(blobs: Pick<Blobs, 'read'>, sha256: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of blobs.read(sha256)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The content of a stored file that should be small; null once it proves to be larger. */
export async function smallContentOf(blobs: Blobs, sha256: string, most: number): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of blobs.read(sha256)) {
    size += piece.length
    if (size > most) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
