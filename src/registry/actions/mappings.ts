import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { checkOwnUpload } from '#files'
import { userNames } from '#identity'
import { issueLabel, issueMessage } from '#kernel/import-issue'
import { Problem } from '#kernel/problem'
import type { ReadContext } from '#kernel/table'
import { clean } from '#kernel/text'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { inspectList, listMappings, type Mapping, previewMapping, saveMapping } from '../contract/imports.ts'
import { type ForeignList, openList } from '../lists.ts'
import { guessColumns, type ListMapping, mapper } from '../rules/mapping.ts'
import { leave, type Roll } from '../rules/roll.ts'
import { judgeRow, type Verdict } from '../rules/row-checks.ts'
import { listMappingRows, type MappingRow, saveMappingRow } from '../store/mappings.ts'
import { loadWholeRoll } from '../store/roll.ts'
import { CORE_TABLES, type CoreTable } from '../tables.ts'
import type { ImportDoor } from './imports.ts'
import { rowIssueView } from './issue-view.ts'
import { columnView } from './quarantine.ts'

const SAMPLE_ROWS = 20
const SEEN_ROWS = 5000
const SEEN_WORDS = 60
/** Of a cell as it is shown before anything is imported; words that stand for codes are shorter. */
const SHOWN_TEXT = 200

function getTable(name: string): CoreTable {
  const table = CORE_TABLES.find((each) => each.name === name)
  if (table === undefined) throw new Problem('registry.not-found', `没有“${name}”这张表`, { status: 404 })
  return table
}

async function mappingViews(context: ActionContext, rows: readonly MappingRow[]): Promise<z.infer<typeof Mapping>[]> {
  const names = await userNames(context.tx, [...new Set(rows.map((row) => row.saved_by))])
  return rows.map((row) => ({
    mappingId: row.mapping_id,
    source: row.source,
    table: row.table_name,
    sheet: row.sheet,
    columns: row.columns,
    codes: row.codes,
    savedAt: row.saved_at,
    savedBy: names.get(row.saved_by) ?? row.saved_by,
  }))
}

export const listMappingsAction: Action = routeAction(listMappings, {
  run: async (context) => ({ rows: await mappingViews(context, await listMappingRows(context.tx)) }),
  journal: () => null,
})

/** Opens an uploaded list for as long as it is read. */
async function withUpload<T>(
  context: ActionContext,
  file: { readonly sha256: string; readonly name: string },
  read: (list: ForeignList) => Promise<T>,
): Promise<T> {
  await checkOwnUpload(context, file, { path: ['sha256'] })
  const list = await openList(file.name, context.blobs.read(file.sha256))
  try {
    return await read(list)
  } finally {
    list.close()
  }
}

interface Head {
  header: string[]
  sample: string[][]
  words: Map<string, Set<string>>
}

/** The head of a list and the words seen in each of its columns. */
async function headOf(list: ForeignList, sheet: string | null): Promise<Head> {
  const head: Head = { header: [], sample: [], words: new Map() }
  let rows = 0
  for await (const { cells } of list.rows(sheet)) {
    if (head.header.length === 0) {
      head.header = cells.map(clean)
      continue
    }
    if (head.sample.length < SAMPLE_ROWS) head.sample.push(cells.map((cell) => cell.slice(0, SHOWN_TEXT)))
    head.header.forEach((name, i) => {
      const words = head.words.get(name) ?? new Set<string>()
      const word = clean(cells[i] ?? '')
      if (word !== '' && word.length <= SHOWN_TEXT && words.size < SEEN_WORDS) words.add(word)
      head.words.set(name, words)
    })
    rows++
    if (rows >= SEEN_ROWS) break
  }
  return head
}

/** Shows the head of an uploaded list and a first guess of its mapping. */
export const inspectListAction: Action = routeAction(inspectList, {
  kind: 'read',
  async run(context, input) {
    const table = getTable(input.table)
    const { header, sample, words, sheets } = await withUpload(context, input, async (list) => {
      return { ...(await headOf(list, input.sheet ?? null)), sheets: [...list.sheets] }
    })
    const guess = guessColumns(table, header)
    const coded = table.columns.filter(({ type }) => type === 'code' || type === 'codes' || type === 'yesno')
    const seen = Object.fromEntries(
      coded.flatMap(({ name }) => (guess[name] === undefined ? [] : [[name, [...(words.get(guess[name]) ?? [])]]])),
    )
    return { sheets, header, sample, target: table.columns.map(columnView), guess, seen }
  },
  journal: (input) => ({
    chain: 'system:registry',
    basis: '社会救助暂行办法：建立社会救助信息管理系统',
    purpose: '查看待导入名单',
    detail: { sha256: input.sha256, table: input.table },
  }),
})

interface Preview {
  columns: string[]
  rows: { row: number; fields: string[]; issues: ReturnType<typeof rowIssueView>[] }[]
  total: number
  acceptable: number
  byCode: { code: string; label: string; rows: number }[]
}

function issuesOf(table: CoreTable, verdict: Verdict): ReturnType<typeof rowIssueView>[] {
  return verdict.issues.map((issue) => {
    const position = table.columns.findIndex(({ name }) => name === issue.column)
    const label = table.columns[position]?.label ?? ''
    const message = issueMessage(issue, { label, empty: verdict.values[position] === null })
    return rowIssueView({ ...issue, label, message })
  })
}

async function previewList(
  list: ForeignList,
  table: CoreTable,
  sheet: string | null,
  mapping: ListMapping,
  roll: Roll,
  ctx: ReadContext,
): Promise<Preview> {
  const columns = table.columns.map(({ name }) => name)
  const header = { width: columns.length, positions: columns.map((_, i) => i) }
  const keyAt = columns.indexOf(table.key)
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  const preview: Preview = { columns, rows: [], total: 0, acceptable: 0, byCode: [] }
  let map: ((cells: readonly string[]) => string[]) | undefined
  for await (const { row, cells } of list.rows(sheet)) {
    if (map === undefined) {
      map = mapper(table, cells, mapping)
      continue
    }
    const fields = map(cells)
    const key = clean(fields[keyAt] ?? '')
    const putBack = seen.has(key) ? () => undefined : leave(roll, table, key)
    seen.add(key)
    const verdict = judgeRow(roll, table, { header, fields, row }, ctx)
    preview.total++
    if (verdict.state === 'accepted') preview.acceptable++
    else putBack()
    for (const { code } of verdict.issues) counts.set(code, (counts.get(code) ?? 0) + 1)
    if (preview.rows.length < SAMPLE_ROWS) preview.rows.push({ row, fields, issues: issuesOf(table, verdict) })
  }
  preview.byCode = [...counts].sort().map(([code, rows]) => ({ code, label: issueLabel(code), rows }))
  return preview
}

/** Reads the whole list with a mapping and checks every row; writes nothing. */
export function previewMappingAction(door: ImportDoor): Action {
  return routeAction(previewMapping, {
    kind: 'read',
    async run(context, input) {
      const table = getTable(input.mapping.table)
      const roll = await loadWholeRoll(context.tx, context.keys)
      const divisions = roll.keys.get('divisions') ?? new Map<string, number>()
      const { maxAge } = await door.limits(context.tx, input.asOf)
      const ctx: ReadContext = { asOf: input.asOf, maxAge, isCore: true, divisions }
      return await withUpload(context, { sha256: input.sha256, name: input.mapping.source }, (list) =>
        previewList(list, table, input.mapping.sheet, input.mapping, roll, ctx),
      )
    },
    journal: (input) => ({
      chain: 'system:registry',
      basis: '社会救助暂行办法：建立社会救助信息管理系统',
      purpose: '预览待导入名单',
      detail: { sha256: input.sha256, table: input.mapping.table },
    }),
  })
}

export const saveMappingAction: Action = routeAction(saveMapping, {
  async run(context, input) {
    const table = getTable(input.table)
    const unknown = Object.keys(input.columns).find((name) => !table.columns.some((column) => column.name === name))
    if (unknown !== undefined)
      throw new Problem('registry.unknown-column', `${table.label}没有“${unknown}”这一列`, { status: 422 })
    const saved = await saveMappingRow(context.tx, {
      mapping_id: randomUUID(),
      source: input.source,
      table_name: input.table,
      sheet: input.sheet,
      columns: input.columns,
      codes: input.codes,
      saved_at: isoInstant(context.clock.nowMs()),
      saved_by: context.actor.userId,
    })
    const view = (await mappingViews(context, [saved]))[0]
    if (view === undefined) throw new Error('a saved mapping has no view')
    return view
  },
  journal: (input) => ({
    chain: 'system:registry',
    basis: '社会救助暂行办法：建立社会救助信息管理系统',
    purpose: '保存字段对照',
    detail: { source: input.source, table: input.table, columns: input.columns, codes: input.codes },
  }),
})
