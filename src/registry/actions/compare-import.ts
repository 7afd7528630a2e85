/** Finds how the staged rows differ from the registry: row by row, field by field, with the sums of money before and after. */
import type { Value } from '#kernel/table'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { DifferenceSummary } from '../contract/differences.ts'
import { changedColumns, EarlierValues } from '../rules/earlier-values.ts'
import { fieldText } from '../rules/field-text.ts'
import { removalBlocked } from '../rules/removal.ts'
import {
  type ChangedRow,
  type CountRow,
  collectChanges,
  countChanges,
  countHouseholds,
  digestChanges,
  dropUnchanged,
  eachChanged,
  flagMoney,
  listCorrected,
  listEarlier,
  saveColumns,
  sumGrants,
  sumPayments,
} from '../store/compare.ts'
import type { FileCounts } from '../store/import-run.ts'
import type { MoneyKept } from '../store/kept-money.ts'
import { openSealed, STORED_TABLES, type StoredTable } from '../store/stored-table.ts'
import { CORE_TABLES, type CoreTable } from '../tables.ts'

export interface Compared {
  readonly summary: DifferenceSummary
  readonly digest: string
  readonly changed: number
  readonly removed: number
  readonly needsSecond: boolean
  readonly blocked: string | null
}

export interface CompareOrder {
  readonly complete: boolean
  readonly kept: MoneyKept | undefined
  readonly thisMonth: string
  readonly files: Readonly<Record<string, FileCounts>>
  /** Most households that may go, in percent of those registered. */
  readonly mostRemovedPercent: number
}

/** The value of a field in a stored row that was kept as JSON. */
export function storedValue(
  stored: StoredTable,
  row: Readonly<Record<string, unknown>>,
  opened: Record<string, Value>,
  column: string,
): Value {
  return ((stored.sealed.includes(column) ? opened[column] : row[column]) as Value | undefined) ?? null
}

/** Opens the sealed fields of a stored row that was kept as JSON. */
export function openKept(keys: Keys, row: Readonly<Record<string, unknown>>): Record<string, Value> {
  return typeof row.sealed === 'string' ? openSealed(keys, Buffer.from(row.sealed.slice(2), 'hex')) : {}
}

function columnOf(table: CoreTable, name: string) {
  return table.columns.find((column) => column.name === name)
}

async function earlierOf(tx: Tx, keys: Keys, stored: StoredTable, rowKeys: readonly string[]): Promise<EarlierValues> {
  const { table } = stored
  const earlier = new EarlierValues()
  for (const { key, columns, before } of await listEarlier(tx, table.name, rowKeys)) {
    const opened = openKept(keys, before)
    for (const name of columns) {
      const column = columnOf(table, name)
      if (column !== undefined) earlier.add(key, name, fieldText(column, storedValue(stored, before, opened, name)))
    }
  }
  for (const { key, changes } of await listCorrected(tx, table.name, rowKeys)) {
    const corrected = JSON.parse(keys.openText(changes)) as { column: string; before: string }[]
    for (const { column, before } of corrected) earlier.add(key, column, before)
  }
  return earlier
}

async function lookAtPage(tx: Tx, keys: Keys, stored: StoredTable, rows: readonly ChangedRow[]): Promise<void> {
  const differing = rows.map((row) => ({ ...row, columns: changedColumns(stored.table, row) }))
  const changed = differing.filter(({ columns }) => columns.length > 0)
  const earlier =
    changed.length === 0
      ? new EarlierValues()
      : await earlierOf(
          tx,
          keys,
          stored,
          changed.map(({ key }) => key),
        )
  await saveColumns(
    tx,
    stored.table.name,
    changed.map(({ key, columns, after }) => ({ key, columns, older: earlier.bringsBack(stored.table, key, columns, after) })),
  )
}

const EMPTY = { rows: 0, money: 0, older: 0 }

function tableSummary(table: CoreTable, counts: readonly CountRow[], accepted: number): DifferenceSummary['tables'][number] {
  const own = counts.filter(({ table_name: name }) => name === table.name)
  const of = (kind: CountRow['kind']): number => (own.find((row) => row.kind === kind && row.column_name === null) ?? EMPTY).rows
  const fields = own.flatMap(({ column_name: column, rows }) => {
    const label = column === null ? undefined : (columnOf(table, column)?.label ?? '区划代码')
    return column === null || label === undefined ? [] : [{ column, label, rows }]
  })
  const written = of('new') + of('changed')
  return {
    table: table.name,
    label: table.label,
    new: of('new'),
    changed: of('changed'),
    removed: of('removed'),
    untouched: Math.max(0, accepted - written),
    fields: fields.sort((a, b) => b.rows - a.rows || (a.column < b.column ? -1 : 1)),
  }
}

async function summarise(tx: Tx, order: CompareOrder): Promise<DifferenceSummary> {
  const counts = await countChanges(tx)
  const sum = (field: 'money' | 'older'): number => counts.reduce((all, row) => all + row[field], 0)
  const grants = await sumGrants(tx, order.thisMonth)
  const tables = CORE_TABLES.flatMap((table) => {
    const summary = tableSummary(table, counts, order.files[table.file]?.accepted ?? 0)
    return summary.removed > 0 || order.files[table.file] !== undefined || summary.new + summary.changed > 0 ? [summary] : []
  })
  const gone = tables.find(({ table }) => table === 'households')?.removed ?? 0
  return {
    tables,
    money: sum('money'),
    older: sum('older'),
    grants: {
      beforeFen: grants.before_fen,
      afterFen: grants.before_fen - grants.gone_fen + grants.come_fen,
      beforeHouseholds: grants.before_households,
      afterHouseholds: grants.before_households - grants.gone_households + grants.come_households,
    },
    payments: (await sumPayments(tx)).map(({ month, before_fen: beforeFen, after_fen: afterFen }) => ({
      month,
      beforeFen,
      afterFen,
    })),
    removal: order.complete
      ? { households: gone, registered: await countHouseholds(tx), mostPercent: order.mostRemovedPercent }
      : null,
  }
}

/** Compares what is staged with the registry; `stage_change` holds every difference afterwards. */
export async function compareStages(tx: Tx, keys: Keys, order: CompareOrder): Promise<Compared> {
  await collectChanges(tx, order.complete, order.kept)
  for (const stored of STORED_TABLES) {
    for await (const rows of eachChanged(tx, keys, stored)) await lookAtPage(tx, keys, stored, rows)
  }
  await dropUnchanged(tx)
  await flagMoney(tx)
  const summary = await summarise(tx, order)
  const digest = await digestChanges(tx)
  const removed = summary.tables.reduce((all, table) => all + table.removed, 0)
  const changed = summary.tables.reduce((all, table) => all + table.new + table.changed, 0)
  const { removal } = summary
  const blocked = removal === null ? null : removalBlocked(removal.households, removal.registered, removal.mostPercent)
  return { summary, digest, changed, removed, needsSecond: removed > 0 || summary.money > 0 || summary.older > 0, blocked }
}
