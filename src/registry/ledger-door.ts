/** What reads a workbook that is no package; a capability above gives it. */
import type { Readable } from 'node:stream'
import type { Blobs } from '#platform/blobs'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { LedgerReading, ReadAnswers } from './contract/readings.ts'
import type { PackageSource } from './package-source.ts'
import type { CheckLimits } from './rules/roll.ts'
import type { UploadedFile } from './sources.ts'

export interface LedgerOrder {
  readonly file: UploadedFile
  /** As-of date 'YYYY-MM-DD'. */
  readonly asOf: string
  readonly limits: CheckLimits
  /** What a person answered so far. */
  readonly answers: ReadAnswers
  /** Told while the workbook is read. */
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void
}

export interface OpenedLedger {
  readonly reading: LedgerReading
  /** The rows of the registry it holds; null while a question is open. Close it. */
  readonly source: PackageSource | null
}

/** Refused rows of a workbook: sheet → row → why, as Chinese sentences. */
export type RefusedPlaces = ReadonlyMap<string, ReadonlyMap<number, string>>

export interface LedgerDoor {
  /** Reads the workbook whole. `tx` sees the whole district. Throws a Problem where it cannot be read at all. */
  open(tx: Tx, keys: Keys, blobs: Blobs, order: LedgerOrder): Promise<OpenedLedger>
  /** Keeps what a person answered about workbooks of this shape, for the next one. */
  learn(tx: Tx, reading: LedgerReading, answers: ReadAnswers, by: string, at: string): Promise<void>
  /**
   * A workbook of the households that have refused rows, in the bureau's own sheets, columns and words, with 错误原因 at the end of each row;
   * can be handed in again as it is.
   */
  returned(tx: Tx, keys: Keys, blobs: Blobs, order: LedgerOrder, refused: RefusedPlaces): Promise<Readable>
}
