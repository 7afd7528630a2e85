import { randomUUID } from 'node:crypto'
import { excelStream, type SheetColumn } from '#documents'
import { isPermitted } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, type JournalNote, routeAction } from '#platform/action'
import { instantMs, isoInstant } from '#platform/clock'
import { random } from '#platform/crypto'
import type { ImportKind, ImportKinds } from '#platform/table-import'
import type { RowMark } from '#sandbox'
import { checkTable, downloadTemplate, type HandedTable, listTableKinds, returnTable, takeTable } from '../contract.ts'
import { REASON_HEADER } from '../rules/sheet-rows.ts'
import { findHandedTable, type HandedRow, insertHandedTable, saveTaking } from '../store.ts'
import { type JudgedSheet, judgeSheet, markSheet } from './read-sheet.ts'

/**
 * Tables handed in as workbooks: looked at first, then taken, and given back as they are with the reasons beside the rows that were not. A row
 * that was taken before is known by what it says, so the mended workbook can be handed in as a whole.
 */

const BASIS = '个人信息保护法第五十一条'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const LARGEST_FILE = 10 * 2 ** 20
const KEPT_MS = 7 * 24 * 3_600_000
const SHOWN_FAULTS = 100

function getKind(kinds: ImportKinds, name: string, role: string): ImportKind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined) throw new Problem('table.no-kind', `没有“${name}”这种表格，请从页面上选择`, { status: 404 })
  if (!isPermitted(role, kind.permission))
    throw new Problem('table.not-permitted', `您的岗位不能导入“${kind.label}”`, { status: 403 })
  return kind
}

function noteOf(purpose: string, detail: JournalNote['detail'] = {}): JournalNote {
  return { chain: 'system:tables', basis: BASIS, purpose, detail }
}

function reasonOf(faults: readonly { readonly message: string }[]): string {
  return faults.map(({ message }) => message).join('；')
}

function viewOf(row: Pick<HandedRow, 'table_id' | 'file_name'>, sheet: JudgedSheet, taken: number): HandedTable {
  const count = (state: string) => sheet.rows.filter(({ verdict }) => verdict.state === state).length
  const faults = sheet.rows.flatMap(({ row: at, verdict }) =>
    verdict.state === 'bad' ? [{ row: at, message: reasonOf(verdict.faults) }] : [],
  )
  return {
    tableId: row.table_id,
    fileName: row.file_name,
    rows: sheet.rows.length,
    good: count('good'),
    known: count('taken'),
    bad: faults.length,
    taken,
    faults: faults.slice(0, SHOWN_FAULTS),
  }
}

/** Stands before a kept workbook, so that its content is no other file's and it can be deleted by itself. */
const SALT = 16

async function* salted(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield random(SALT)
  yield* stream
}

async function* readWorkbook({ blobs }: ActionContext, sha256: string): AsyncGenerator<Uint8Array> {
  let salt = SALT
  for await (const piece of blobs.read(sha256)) {
    yield piece.subarray(salt)
    salt = 0
  }
}

export function listTableKindsAction(kinds: ImportKinds): Action {
  return routeAction(listTableKinds, {
    async run({ actor }) {
      const own = Object.entries(kinds).filter(([, kind]) => isPermitted(actor.role, kind.permission))
      return {
        rows: own.map(([kind, { label, columns }]) => ({
          kind,
          label,
          columns: columns.map(({ header, required, hint, example }) => ({ header, required, hint, example })),
        })),
      }
    },
    journal: () => null,
  })
}

const text = (header: string, key: string, width: number): SheetColumn => ({ header, key, kind: 'text', width })

export function downloadTemplateAction(kinds: ImportKinds): Action {
  return routeAction(downloadTemplate, {
    async run({ actor }, input): Promise<Download> {
      const kind = getKind(kinds, input.kind, actor.role)
      const columns = kind.columns.map(({ header, key, hint }) => text(header, key, Math.max(14, Math.min(30, hint.length))))
      const example = Object.fromEntries(kind.columns.map((column) => [column.key, column.example]))
      const how = kind.columns.map(({ header, required, hint }) => ({ header, required: required ? '必填' : '可不填', hint }))
      const body = excelStream([
        { name: kind.label, columns, rows: [] },
        { name: '填写示例', columns, rows: [example] },
        {
          name: '填写说明',
          columns: [text('列', 'header', 20), text('要求', 'required', 10), text('说明', 'hint', 60)],
          rows: how,
        },
      ])
      return { fileName: `${kind.label}-模板.xlsx`, mediaType: XLSX, body }
    },
    journal: () => null,
  })
}

export function checkTableAction(kinds: ImportKinds): Action {
  return routeAction(checkTable, {
    async run(context, input) {
      const { tx, actor, blobs, clock } = context
      const kind = getKind(kinds, input.kind, actor.role)
      const { sha256 } = await blobs.store(salted(input.upload.stream), LARGEST_FILE)
      const sheet = await judgeSheet(context, kind, readWorkbook(context, sha256)).catch(async (error: unknown) => {
        await blobs.remove(sha256)
        throw error
      })
      const row = { tableId: randomUUID(), kind: input.kind, fileName: input.name, sha256, owner: actor.userId }
      const [at, expiresAt] = [isoInstant(clock.nowMs()), isoInstant(clock.nowMs() + KEPT_MS)]
      await insertHandedTable(tx, { ...row, divisionCode: actor.divisionCode, at, expiresAt })
      return viewOf({ table_id: row.tableId, file_name: row.fileName }, sheet, 0)
    },
    journal: ({ kind }, output) => {
      const { rows, good, bad, tableId } = output as HandedTable
      return noteOf('核查上传的表格', { kind, tableId, rows, good, bad })
    },
  })
}

/** The caller's own table, read and judged as things stand now. */
async function judged(
  context: ActionContext,
  kinds: ImportKinds,
  tableId: string,
): Promise<{ row: HandedRow; kind: ImportKind; sheet: JudgedSheet }> {
  const { tx, actor, clock } = context
  const row = await findHandedTable(tx, tableId)
  if (row === undefined || row.owner !== actor.userId || instantMs(row.expires_at) <= clock.nowMs())
    throw new Problem('table.not-found', '没有这份表格，或已过 7 天保存期，请重新上传', { status: 404 })
  const kind = getKind(kinds, row.kind, actor.role)
  return { row, kind, sheet: await judgeSheet(context, kind, readWorkbook(context, row.sha256)) }
}

export function takeTableAction(kinds: ImportKinds): Action {
  return routeAction(takeTable, {
    async run(context, { tableId, whole }) {
      const { row, kind, sheet } = await judged(context, kinds, tableId)
      const bad = sheet.rows.filter(({ verdict }) => verdict.state === 'bad').length
      if (whole && bad > 0)
        throw new Problem('table.faults', `有 ${bad} 行未通过，整表没有导入；请改正后重新上传，或选择只导入合格的行`, {
          status: 409,
        })
      const values = sheet.rows.flatMap(({ verdict }) => (verdict.state === 'good' ? [verdict.value] : []))
      if (values.length > 0) await kind.take(context, values)
      await saveTaking(context.tx, tableId, values.length, isoInstant(context.clock.nowMs()))
      return viewOf(row, sheet, values.length)
    },
    journal: ({ tableId }, output) => {
      const { taken, known, bad } = output as HandedTable
      return noteOf('导入表格', { tableId, taken, known, bad })
    },
  })
}

export function returnTableAction(kinds: ImportKinds): Action {
  return routeAction(returnTable, {
    async run(context, { tableId }): Promise<Download> {
      const { row, sheet } = await judged(context, kinds, tableId)
      const { header } = sheet
      const marks = sheet.rows.flatMap(({ row: at, verdict }): [number, RowMark][] => {
        if (verdict.state !== 'bad') return []
        const columns = verdict.faults.flatMap(({ column }) => header.places.get(column ?? '') ?? [])
        return [[at, { reason: reasonOf(verdict.faults), columns }]]
      })
      const body = await markSheet(readWorkbook(context, row.sha256), {
        file: sheet.file,
        headerRow: header.row,
        column: header.reason ?? sheet.free,
        header: REASON_HEADER,
        rows: new Map(marks),
      })
      const fileName = `${row.file_name.replace(/\.xlsx$/i, '')}-${REASON_HEADER}.xlsx`
      return { fileName, mediaType: XLSX, body }
    },
    journal: ({ tableId }) => noteOf('下载退回的表格', { tableId }),
  })
}
