/** Bytes that cannot be used, kept for a person to look at. Whoever sends rubbish must not fill the disk with it. */
import { digestHex } from '#wire'
import { bytes, type LedgerFile, text, whole } from './ledger-file.ts'

/** So much of each is kept. */
const PARKED_BYTES = 64 * 1024
/** So many are kept; the oldest go. Their entries in the log stay. */
const MAX_PARKED = 1000

/** Something that could not be used. */
export interface Parked {
  n: number
  at: string
  /** node the bytes claim to be from; empty when that cannot be read */
  sender: string
  code: string
  message: string
  /** bytes in all, of which the first are kept */
  size: number
  /** how often the very same came */
  times: number
  digest: string
}

/** The parked bytes of a ledger. */
export class Parking {
  readonly #file: LedgerFile

  constructor(file: LedgerFile) {
    this.#file = file
  }

  /** Keeps bytes; false when the very same were kept before. */
  keep(from: string, code: string, message: string, content: Uint8Array, at: string): boolean {
    const digest = digestHex('ED1', content)
    const key = [from, code, digest] as const
    if (this.#file.run('update parked set times = times + 1 where sender = ? and code = ? and digest = ?', ...key) > 0)
      return false
    this.#file.run(
      'insert into parked (at, sender, code, digest, message, size, bytes) values (?, ?, ?, ?, ?, ?, ?)',
      at,
      ...key,
      message,
      content.byteLength,
      content.subarray(0, PARKED_BYTES),
    )
    this.#file.run('delete from parked where n <= (select max(n) from parked) - ?', MAX_PARKED)
    return true
  }

  /** What is kept, newest first. */
  list(limit: number): Parked[] {
    const columns = 'n, at, sender, code, message, size, times, digest'
    return this.#file.rows(`select ${columns} from parked order by n desc limit ?`, limit).map((row) => ({
      n: whole(row, 'n'),
      at: text(row, 'at'),
      sender: text(row, 'sender'),
      code: text(row, 'code'),
      message: text(row, 'message'),
      size: whole(row, 'size'),
      times: whole(row, 'times'),
      digest: text(row, 'digest'),
    }))
  }

  /** The kept bytes of one. */
  findBytes(n: number): Buffer | undefined {
    const row = this.#file.row('select bytes from parked where n = ?', n)
    return row && bytes(row, 'bytes')
  }
}
