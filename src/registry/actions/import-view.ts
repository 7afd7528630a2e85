/** An import as pages see it: where it stands, what it would change, who may do what next. */
import type { z } from 'zod'
import { userNames } from '#identity'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { actorName } from '#platform/actor-name'
import type { Tx } from '#platform/db'
import type { ImportDetail, ImportRest, ImportRun } from '../contract/imports.ts'
import type { LedgerReading } from '../contract/readings.ts'
import { readingFor } from '../rules/reading-sight.ts'
import { findImportRun, type ImportRunRow } from '../store/import-run.ts'
import { listKeptIssues } from '../store/kept-money.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { CORE_TABLES } from '../tables.ts'
import { restsOf } from './import-rests.ts'

type Run = z.infer<typeof ImportRun>
type Detail = z.infer<typeof ImportDetail>

export interface RestsDoor {
  restsOn(tx: Tx, importId: string): Promise<ImportRest[]>
}

export const IMPORTERS: readonly string[] = ['verification_centre', 'township_clerk', 'district_admin']
export const CONFIRMERS: readonly string[] = ['verification_centre', 'district_approver', 'township_leader', 'township_head']

function runView(row: ImportRunRow, names: ReadonlyMap<string, string>, userId: string): Run {
  const files = CORE_TABLES.flatMap(({ file, label }) => {
    const counts = row.files[file]
    return counts === undefined ? [] : [{ file, label, ...counts }]
  })
  const sum = (field: 'rows' | 'accepted' | 'quarantined' | 'normalised') => files.reduce((all, file) => all + file[field], 0)
  return {
    importId: row.import_id,
    name: row.name,
    kind: row.kind,
    state: row.state,
    complete: row.complete,
    asOf: row.as_of,
    startedAt: row.started_at,
    startedBy: actorName(names, row.started_by),
    mine: row.started_by === userId,
    endedAt: row.ended_at,
    bytesRead: row.bytes_read,
    bytesTotal: row.bytes_total,
    rows: sum('rows'),
    accepted: sum('accepted'),
    quarantined: sum('quarantined'),
    normalised: sum('normalised'),
    changed: row.changed,
    removed: row.differences?.tables.reduce((all, table) => all + table.removed, 0) ?? row.removed,
    errors: row.errors,
    warnings: row.warnings,
    failure: row.failure,
    files,
  }
}

/** Runs as the caller sees them. */
export async function runViews({ tx, actor }: ActionContext, rows: readonly ImportRunRow[]): Promise<Run[]> {
  const names = await userNames(tx, [...new Set(rows.map((row) => row.started_by))])
  return rows.map((row) => runView(row, names, actor.userId))
}

const NOT_FOUND = '没有这次导入，或不在您的辖区内'

/** A run in scope; Problem 404 otherwise. */
export async function getRunRow(
  tx: Tx,
  importId: string,
  find: (tx: Tx, importId: string) => Promise<ImportRunRow | undefined> = findImportRun,
): Promise<ImportRunRow> {
  const row = /^[0-9a-f-]{36}$/i.test(importId) ? await find(tx, importId) : undefined
  if (row === undefined) throw new Problem('registry.not-found', NOT_FOUND, { status: 404 })
  return row
}

export async function getRun(context: ActionContext, importId: string): Promise<Run> {
  const [view] = await runViews(context, [await getRunRow(context.tx, importId)])
  if (view === undefined) throw new Problem('registry.not-found', NOT_FOUND, { status: 404 })
  return view
}

/** Whoever started a run, and the verification centre, go on with it. */
export function isOwn(row: ImportRunRow, actor: { readonly userId: string; readonly role: string }): boolean {
  return IMPORTERS.includes(actor.role) && (actor.role === 'verification_centre' || row.started_by === actor.userId)
}

/** States in which nothing was written yet and nobody waits. */
export const DROPPABLE: readonly string[] = ['asking', 'checked', 'confirming', 'failed']

function mayOf(row: ImportRunRow, rests: readonly ImportRest[], actor: { userId: string; role: string }): Detail['may'] {
  const own = isOwn(row, actor)
  const second = CONFIRMERS.includes(actor.role)
  return {
    answer: own && (row.state === 'asking' || (row.state === 'checked' && row.reading !== null)),
    commit: own && row.state === 'checked' && row.blocked === null,
    confirm: second && row.state === 'confirming' && row.started_by !== actor.userId && row.committed_by !== actor.userId,
    drop: own && DROPPABLE.includes(row.state),
    withdraw: own && row.state === 'done' && row.traced && row.withdraw_by === null && rests.length === 0,
    confirmWithdrawal:
      second && row.state === 'done' && row.withdraw_by !== null && row.withdrawn_by === null && row.withdraw_by !== actor.userId,
  }
}

const SECOND = '由另一人确认或退回：核对中心、区级审批人员，乡镇街道的导入也可由本乡镇街道负责人确认'

function nextOf(row: ImportRunRow, starter: string): string | null {
  if (row.state === 'asking') return `${starter}或核对中心回答读取表格的问题`
  if (row.state === 'checked' && row.blocked !== null) return `${starter}核对文件后重新上传，或放弃这次导入`
  if (row.state === 'checked') return `${starter}或核对中心看过差异后提交，或放弃`
  if (row.state === 'confirming') return SECOND
  if (row.state === 'done' && row.withdrawn_by !== null) return '正在撤回，请稍候'
  if (row.state === 'done' && row.withdraw_by !== null) return `撤回${SECOND}`
  return null
}

function decided(by: string | null, at: string | null, names: ReadonlyMap<string, string>): { by: string; at: string } | null {
  return by === null || at === null ? null : { by: actorName(names, by), at }
}

async function keptOf(tx: Tx, importId: string): Promise<Detail['kept']> {
  const rows = await listKeptIssues(tx, importId)
  const labels = new Map(CORE_TABLES.map(({ file, label }) => [file, label]))
  const told = rows.map(({ file, total: _total, ...row }) => ({ ...row, fileLabel: labels.get(file) ?? file }))
  return { total: rows[0]?.total ?? 0, rows: told }
}

function sightOf(row: ImportRunRow, actor: { userId: string; role: string }): 'whole' | 'masked' | 'none' {
  if (isOwn(row, actor)) return 'whole'
  return CONFIRMERS.includes(actor.role) ? 'masked' : 'none'
}

/** Everything a page shows of one import. */
export async function detailOf(context: ActionContext, door: RestsDoor, importId: string): Promise<Detail> {
  const { tx, keys, actor } = context
  const row = await getRunRow(tx, importId)
  const people = [row.started_by, row.committed_by, row.confirmed_by, row.withdraw_by].filter((id) => id !== null)
  const names = await userNames(tx, [...new Set(people)])
  const rests = row.state === 'done' ? await inWholeDistrict(tx, () => restsOf(tx, row, door)) : []
  const withdrawal = decided(row.withdraw_by, row.withdraw_at, names)
  const reason = row.withdraw_reason === null ? '' : keys.openText(row.withdraw_reason)
  return {
    ...runView(row, names, actor.userId),
    reading:
      row.reading === null ? null : readingFor(sightOf(row, actor), JSON.parse(keys.openText(row.reading)) as LedgerReading),
    differences: row.differences,
    note: row.note === null ? null : keys.openText(row.note),
    blocked: row.blocked,
    needsSecond: row.needs_second,
    committed: decided(row.committed_by, row.committed_at, names),
    confirmed: decided(row.confirmed_by, row.confirmed_at, names),
    withdrawal: withdrawal === null ? null : { ...withdrawal, reason, waiting: row.withdrawn_by === null },
    may: mayOf(row, rests, actor),
    next: nextOf(row, actorName(names, row.started_by)),
    rests,
    kept: await keptOf(tx, importId),
  }
}
