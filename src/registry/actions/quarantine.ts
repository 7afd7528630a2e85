import type { z } from 'zod'
import { divisionAt } from '#kernel/division'
import { issueLabel } from '#kernel/import-issue'
import { Problem } from '#kernel/problem'
import type { Column } from '#kernel/table'
import { CODE_LISTS } from '#kernel/terms'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { readCursor, writeCursor } from '#platform/cursor'
import {
  listQuarantine,
  openQuarantineRow,
  type QuarantineDetail,
  type QuarantineRow,
  type RowIssue,
} from '../contract/quarantine.ts'
import { divisionNameOn } from '../store/divisions.ts'
import {
  countQuarantined,
  findQuarantined,
  listIssuesOf,
  listQuarantined,
  type QuarantineFilter,
  type QuarantineListRow,
  type StoredIssue,
} from '../store/quarantine.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { type CoreTable, tableOfFile } from '../tables.ts'
import { fieldsOf } from './correction.ts'
import { rowIssueView } from './issue-view.ts'

type Issue = z.infer<typeof RowIssue>

export function fileLabel(file: string): string {
  return tableOfFile(file)?.label ?? file
}

function issueView(issue: StoredIssue): Issue {
  const label = tableOfFile(issue.file)?.columns.find(({ name }) => name === issue.column_name)?.label ?? ''
  return rowIssueView({
    column: issue.column_name,
    label,
    code: issue.code as never,
    severity: issue.severity,
    message: issue.message,
  })
}

function rowView(row: QuarantineListRow, issues: readonly Issue[]): z.infer<typeof QuarantineRow> {
  return {
    rowId: row.row_id,
    importId: row.import_id,
    file: row.file,
    fileLabel: fileLabel(row.file),
    row: row.row,
    place: row.place_sheet === null || row.place_row === null ? null : { sheet: row.place_sheet, row: row.place_row },
    quarantined: row.quarantined,
    state: row.state,
    householdNo: row.household_no,
    townshipName: row.township,
    issues: [...issues],
  }
}

type ListInput = Parameters<Parameters<typeof routeAction<typeof listQuarantine>>[1]['run']>[1]

function filterOf(input: ListInput): QuarantineFilter {
  return {
    importId: input.importId ?? null,
    file: input.file ?? null,
    code: input.code ?? null,
    township: input.township ?? null,
    householdNo: input.householdNo ?? null,
    severity: input.severity ?? null,
    state: input.state ?? null,
  }
}

/** Returned and doubtful rows with their issues; counts by file and by code. */
export const listQuarantineAction: Action = routeAction(listQuarantine, {
  async run({ tx, keys }, input) {
    const filter = filterOf(input)
    const at = readCursor(keys, listQuarantine.name, input.cursor)
    const [returnedAt = '', file = '', row = '', rowId = ''] = at ?? []
    const after = at === null ? null : { returnedAt, file, row: Number(row), rowId }
    const rows = await listQuarantined(tx, filter, after, input.limit)
    const counts = await countQuarantined(tx, filter)
    const places = rows.map((row) => ({ importId: row.import_id, file: row.file, row: row.row }))
    const issues = Map.groupBy(await listIssuesOf(tx, places), (each) => `${each.import_id} ${each.file} ${each.row}`)
    const last = rows.length === input.limit ? rows[rows.length - 1] : undefined
    return {
      rows: rows.map((row) => rowView(row, (issues.get(`${row.import_id} ${row.file} ${row.row}`) ?? []).map(issueView))),
      total: counts.total,
      next:
        last === undefined
          ? null
          : writeCursor(keys, listQuarantine.name, [last.returned_at, last.file, String(last.row), last.row_id]),
      byFile: counts.byFile.map((each) => ({ file: each.file, label: fileLabel(each.file), rows: each.rows })),
      byCode: counts.byCode.map((each) => ({ code: each.code, label: issueLabel(each.code), rows: each.rows })),
    }
  },
  journal: () => null,
})

function choicesOf(column: Column): { code: string; label: string }[] | null {
  if (column.type === 'yesno') {
    return [
      { code: 'yes', label: '是' },
      { code: 'no', label: '否' },
    ]
  }
  if (column.codes === undefined) return null
  return Object.entries(CODE_LISTS[column.codes]).map(([code, label]) => ({ code, label: String(label) }))
}

/** What a page needs to let a column be filled in. */
export function columnView(column: Column) {
  const { name, label, type, required } = column
  return { column: name, label, type, required, choices: choicesOf(column) }
}

function maskField(table: CoreTable, column: Column, value: string, issues: readonly Issue[]): string {
  const sensitive = storedTableOf(table.name).sealed.includes(column.name) && column.codes === undefined
  const faulty = issues.some((issue) => issue.column === column.name || issue.column === '')
  if (!sensitive || faulty || value.length <= 4) return value
  return `****${value.slice(-4)}`
}

async function openRow(context: ActionContext, rowId: string): Promise<z.infer<typeof QuarantineDetail>> {
  const row = await findQuarantined(context.tx, rowId)
  const table = row === undefined ? undefined : tableOfFile(row.file)
  if (row === undefined || table === undefined) {
    throw new Problem('registry.not-found', '这一行不存在，或不在您的辖区内', { status: 404 })
  }
  const issues = (await listIssuesOf(context.tx, [{ importId: row.import_id, file: row.file, row: row.row }])).map(issueView)
  const fields = fieldsOf(context.keys, row)
  const township = divisionAt(row.division_code, 'township')
  const name = await divisionNameOn(context.tx, township, context.today)
  return {
    ...rowView({ ...row, township: name }, issues),
    fields: table.columns.map((column) => ({
      ...columnView(column),
      value: maskField(table, column, fields[column.name] ?? '', issues),
    })),
  }
}

/** A returned row with its fields as they stand in the file. It shows a person, so it is journalled. */
export const openQuarantineRowAction: Action = routeAction(openQuarantineRow, {
  run: (context, input) => openRow(context, input.rowId),
  journal: (input, output) => ({
    chain: 'householdNo' in output && output.householdNo !== null ? `household:${output.householdNo}` : 'system:registry',
    basis: '社会救助暂行办法：申请材料不齐或有误的，一次性告知补正',
    purpose: '查看退回的数据行',
    detail: { rowId: input.rowId },
  }),
})
