/** What changed of the rows of one record type of one person, by the columns that are watched. Pure. */
import { type Cell, type RecordName, recordTypeOf, type WatchedRecord } from '#sources/contract'

/** A row as it stands now. */
export interface RowNow {
  key: string
  digest: string
  row: readonly Cell[]
}

/** A change of a row; `row` is null when it is gone. */
export interface RowChange {
  what: 'new' | 'changed' | 'gone'
  key: string
  before: string
  after: string
  row: readonly Cell[] | null
}

/** Digest of a text under a key of the unit's own. */
export type Digest = (content: string) => string

/** Key and digest of each row; rows that the watch does not tell apart count once. */
export function rowsNow(
  record: RecordName,
  watched: WatchedRecord,
  rows: readonly (readonly Cell[])[],
  digest: Digest,
): Map<string, RowNow> {
  const { answerColumns } = recordTypeOf(record)
  const pick = (row: readonly Cell[], columns: readonly string[]): string =>
    digest(JSON.stringify(columns.map((column) => row[answerColumns.indexOf(column)] ?? null)))
  return new Map(
    rows.map((row): [string, RowNow] => {
      const key = pick(row, watched.by)
      return [key, { key, digest: pick(row, watched.columns), row }]
    }),
  )
}

/** What is to be told. `isGone` says whether a missing row may be believed. */
export function changesOf(
  told: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, RowNow>,
  isGone: (key: string) => boolean,
): RowChange[] {
  const changes: RowChange[] = []
  for (const { key, digest, row } of now.values()) {
    const before = told.get(key)
    if (before === undefined) changes.push({ what: 'new', key, before: '', after: digest, row })
    else if (before !== digest) changes.push({ what: 'changed', key, before, after: digest, row })
  }
  for (const [key, before] of told) {
    if (!now.has(key) && isGone(key)) changes.push({ what: 'gone', key, before, after: '', row: null })
  }
  return changes
}
