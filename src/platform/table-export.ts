import type { z } from 'zod'
import type { Keys } from './crypto.ts'
import type { Tx } from './db.ts'

/**
 * A table that can be written as a workbook in the background. The capability that owns the rows defines the kind and offers it through its
 * door; src/exports writes, keeps and journals the file; apps/server/jobs.ts names all kinds in one map.
 *
 * To add one (e.g. `cases`): in the capability, write the query as a cursor in its store with `cursorRows`, define
 *
 *   export const caseExports: ExportKinds = { cases: exportKind({ label, permission, params, columns, describe, count, batches }) }
 *
 * export it from the door, and spread it into `exportKinds` of apps/server/jobs.ts. The permission stands in
 * src/identity/contract/permissions.ts; the page starts it with `exports.start-export`, `{ kind: 'cases', params }`.
 */
export interface ExportKind<P = unknown> {
  /** Chinese name of the table: sheet and file are called so. */
  readonly label: string
  /** What the caller's role must hold, when he asks, while it is written and when he takes the file. */
  readonly permission: string
  /** Filters as the page's address has them: texts. */
  readonly params: z.ZodType<P>
  readonly columns: readonly ExportColumn[]
  /** The filters in words, for the list of exports and the sheet of remarks; no value of a person. */
  describe(params: P): string
  /** Rows to be expected, for the progress bar. */
  count(tx: Tx, params: P): Promise<number>
  /** The rows, some hundreds at a time, under the scope of whoever asked. Citizen numbers only masked. */
  batches(tx: Tx, keys: Keys, params: P): AsyncIterable<ExportBatch>
}

export interface ExportColumn {
  readonly header: string
  readonly key: string
  readonly kind: 'text' | 'money' | 'number' | 'date'
  readonly width?: number
}

export interface ExportBatch {
  /** One object a row by column key; money in whole fen. */
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
  /** Keyed indexes of the persons in these rows, for the journal. */
  readonly subjects: readonly Buffer[]
}

/** Kind's name → definition. */
export type ExportKinds = Readonly<Record<string, ExportKind>>

/** Defines a kind; its parameters keep their type inside. */
export function exportKind<P>(kind: ExportKind<P>): ExportKind {
  return kind as unknown as ExportKind
}

/** Rows of a query through a cursor, a page after another: one snapshot, memory of one page. One cursor at a time in a transaction. */
export async function* cursorRows<R extends object>(
  tx: Tx,
  text: string,
  values: readonly unknown[],
  page = 500,
): AsyncGenerator<R[]> {
  await tx.query(`declare table_rows no scroll cursor for ${text}`, values, { named: false })
  for (;;) {
    const rows = await tx.query<R>(`fetch forward ${page} from table_rows`, [], { named: false })
    if (rows.length === 0) break
    yield rows
  }
  await tx.execute('close table_rows')
}
