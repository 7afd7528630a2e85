/** What an import adds, changes and takes off, as pages and a workbook show it: old and new side by side, sensitive fields masked. */
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { z } from 'zod'
import type { Column, Value } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import { type Action, type Download, routeAction } from '#platform/action'
import type { Keys } from '#platform/crypto'
import { readCursor, writeCursor } from '#platform/cursor'
import { type Db, type Scope, type Sql, withTransaction } from '#platform/db'
import { type Difference, downloadImportDifferences, listImportDifferences } from '../contract/differences.ts'
import { type SheetInput, writeWorkbook } from '../formats/write-workbook.ts'
import { fieldText } from '../rules/field-text.ts'
import { type ChangeFilter, countListed, type ImportChangeRow, listChanges, type PlacedChange } from '../store/import-change.ts'
import { type StoredTable, storedTableOf } from '../store/stored-table.ts'
import { CORE_TABLES, type CoreTableName } from '../tables.ts'
import { openKept, storedValue } from './compare-import.ts'
import { getRunRow } from './import-view.ts'
import type { ImportDoor } from './imports.ts'

type Row = z.infer<typeof Difference>
type Field = Row['fields'][number]

const BASIS = '社会救助暂行办法：建立社会救助信息管理系统'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const MOVED: Field = { column: 'division_code', label: '区划代码', before: '', after: '' }

function shownText(stored: StoredTable, column: Column, value: Value): string {
  const text = fieldText(column, value)
  if (text === '') return ''
  if (column.type === 'yesno') return text === 'yes' ? '是' : '否'
  const { codes } = column
  if (codes !== undefined) {
    return text
      .split(';')
      .map((code) => labelOf(codes, code))
      .join('、')
  }
  return stored.sealed.includes(column.name) && text.length > 4 ? `****${text.slice(-4)}` : text
}

function textsOf(keys: Keys, stored: StoredTable, row: Record<string, unknown> | null): (column: Column) => string {
  if (row === null) return () => ''
  const opened = openKept(keys, row)
  return (column) => shownText(stored, column, storedValue(stored, row, opened, column.name))
}

function fieldsOf(keys: Keys, row: ImportChangeRow): Field[] {
  const stored = storedTableOf(row.table_name as CoreTableName)
  const before = textsOf(keys, stored, row.before)
  const after = textsOf(keys, stored, row.after)
  const columns = stored.table.columns.filter(({ name }) =>
    row.kind === 'changed' ? row.columns.includes(name) : row.kind === 'new',
  )
  const fields = columns.map((column) => ({
    column: column.name,
    label: column.label,
    before: before(column),
    after: after(column),
  }))
  if (row.columns.includes('division_code') && !fields.some(({ column }) => column === 'division_code')) {
    fields.push({ ...MOVED, before: String(row.before?.division_code ?? ''), after: String(row.after?.division_code ?? '') })
  }
  return row.kind === 'new' ? fields.filter(({ after: text }) => text !== '') : fields
}

function rowView(keys: Keys, row: ImportChangeRow, hangs: Row['hangs']): Row {
  return {
    table: row.table_name,
    tableLabel: storedTableOf(row.table_name as CoreTableName).table.label,
    key: row.row_key,
    kind: row.kind,
    householdNo: row.household_no,
    divisionName: row.division_name,
    label: row.head_name,
    flags: row.flags as Row['flags'],
    fields: fieldsOf(keys, row),
    hangs,
  }
}

/** Households on a page that are to go. */
function goneOn(rows: readonly ImportChangeRow[]): string[] {
  return rows.flatMap((row) => (row.table_name === 'households' && row.kind === 'removed' ? [row.row_key] : []))
}

/** Differences of an import page by page; what hangs on a household that goes stands beside it. */
export function listDifferencesAction(door: Pick<ImportDoor, 'hangsOn'>): Action {
  return routeAction(listImportDifferences, {
    async run({ tx, keys }, input) {
      await getRunRow(tx, input.importId)
      const filter: ChangeFilter = { table: input.table ?? null, kind: input.kind ?? null, flag: input.flag ?? null }
      const at = readCursor(keys, listImportDifferences.name, input.cursor)
      const after = at === null ? null : { order: Number(at[0]), key: at[1] ?? '' }
      const rows = await listChanges(tx, input.importId, filter, after, input.limit)
      const gone = goneOn(rows)
      const hangs = gone.length === 0 ? new Map<string, Row['hangs']>() : await door.hangsOn(tx, gone)
      const last = rows.length === input.limit ? rows[rows.length - 1] : undefined
      return {
        rows: rows.map((row) => rowView(keys, row, hangs.get(row.row_key) ?? [])),
        total: await countListed(tx, input.importId, filter),
        next: last === undefined ? null : writeCursor(keys, listImportDifferences.name, [String(last.position), last.row_key]),
      }
    },
    journal: ({ importId }, output) => ({
      chain: 'system:registry',
      basis: BASIS,
      purpose: '查看导入的差异',
      detail: {
        importId,
        households: 'rows' in output ? [...new Set(output.rows.flatMap(({ householdNo }) => householdNo ?? []))] : [],
      },
    }),
  })
}

const KINDS = { new: '新增', changed: '变更', removed: '移出' } as const
const FLAGS: Readonly<Record<string, string>> = { money: '涉及资金', older: '恢复为以前的内容' }
const HEADER = ['变动', '编号', '家庭编号', '姓名', '区划', '字段', '原值', '新值', '提示']
const PAGE = 5000

/** The next page of a table's differences. */
function nextPage(sql: Sql, importId: string, table: string, after: PlacedChange | null): Promise<PlacedChange[]> {
  const place = after === null ? null : { order: after.position, key: after.row_key }
  return listChanges(sql, importId, { table, kind: null, flag: null }, place, PAGE)
}

function* linesOf(keys: Keys, rows: readonly PlacedChange[]): Generator<string[]> {
  for (const row of rows) {
    const start = [KINDS[row.kind], row.row_key, row.household_no ?? '', row.head_name, row.division_name ?? '']
    const hint = row.flags.map((flag) => FLAGS[flag] ?? flag).join('、')
    const fields = fieldsOf(keys, row)
    if (fields.length === 0) yield [...start, '', '', '', hint]
    for (const { label, before, after } of fields) yield [...start, label, before, after, hint]
  }
}

async function* sheetRows(
  sql: Sql,
  keys: Keys,
  importId: string,
  table: string,
  first: PlacedChange[],
): AsyncGenerator<string[]> {
  for (let rows = first; ; ) {
    yield* linesOf(keys, rows)
    const last = rows[rows.length - 1]
    if (rows.length < PAGE || last === undefined) return
    rows = await nextPage(sql, importId, table, last)
  }
}

async function* sheetsOf(sql: Sql, keys: Keys, importId: string): AsyncGenerator<SheetInput> {
  let any = false
  for (const { name, label } of CORE_TABLES) {
    const first = await nextPage(sql, importId, name, null)
    if (first.length === 0) continue
    any = true
    yield { name: label, header: HEADER, rows: sheetRows(sql, keys, importId, name, first) }
  }
  if (!any) yield { name: '说明', header: ['与名册现有内容完全相同，没有任何变动'], rows: [] }
}

/** The differences as a workbook, streamed from a transaction of its own: it takes no more memory for many rows than for few. */
function differenceStream(db: Db, scope: Scope, keys: Keys, importId: string): Readable {
  const out = new PassThrough()
  const work = withTransaction(db, scope, (tx) => pipeline(writeWorkbook(sheetsOf(tx, keys, importId)), out))
  work.catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}

export const downloadDifferencesAction: Action = routeAction(downloadImportDifferences, {
  transaction: 'own',
  async run({ db, scope, keys, today }, { importId }): Promise<Download> {
    await withTransaction(db, scope, (tx) => getRunRow(tx, importId))
    return { fileName: `导入差异-${today}.xlsx`, mediaType: XLSX, body: differenceStream(db, scope, keys, importId) }
  },
  journal: ({ importId }) => ({ chain: 'system:registry', basis: BASIS, purpose: '下载导入的差异', detail: { importId } }),
})
