import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { attachFiles, keepUpload } from '#files'
import { userNames } from '#identity'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import type { Blobs } from '#platform/blobs'
import { isoInstant } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Tx } from '#platform/db'
import { type ImportRun, listImports, readImport, startImport, uploadFile } from '../contract/imports.ts'
import type { CheckLimits } from '../rules/roll.ts'
import { findDistrict } from '../store/import.ts'
import { countImportRuns, findImportRun, type ImportRunRow, insertImportRun, listImportRuns } from '../store/import-run.ts'
import { listKeptIssues } from '../store/kept-money.ts'
import { CORE_TABLES } from '../tables.ts'

const LARGEST_UPLOAD = 512 * 1024 * 1024
const BASIS = '社会救助暂行办法：建立社会救助信息管理系统'

export interface ImportDoor {
  readonly blobs: Blobs
  /** Limits of the checks on a date, from the pack in force. */
  limits(tx: Tx, asOf: string): Promise<CheckLimits>
  /** Puts the run into the job queue, in the same transaction. */
  sendImport(tx: Tx, importId: string): Promise<void>
}

type Run = z.infer<typeof ImportRun>

function runView(row: ImportRunRow, names: ReadonlyMap<string, string>): Run {
  const files = CORE_TABLES.flatMap(({ file, label }) => {
    const counts = row.files[file]
    return counts === undefined ? [] : [{ file, label, ...counts }]
  })
  const sum = (field: 'rows' | 'accepted' | 'quarantined' | 'normalised') => files.reduce((all, file) => all + file[field], 0)
  return {
    importId: row.import_id,
    name: row.name,
    state: row.state,
    asOf: row.as_of,
    startedAt: row.started_at,
    startedBy: names.get(row.started_by) ?? row.started_by,
    endedAt: row.ended_at,
    bytesRead: row.bytes_read,
    bytesTotal: row.bytes_total,
    rows: sum('rows'),
    accepted: sum('accepted'),
    quarantined: sum('quarantined'),
    normalised: sum('normalised'),
    changed: row.changed,
    errors: row.errors,
    warnings: row.warnings,
    failure: row.failure,
    files,
  }
}

async function runViews(tx: Tx, rows: readonly ImportRunRow[]): Promise<Run[]> {
  const names = await userNames(tx, [...new Set(rows.map((row) => row.started_by))])
  return rows.map((row) => runView(row, names))
}

async function getRun(tx: Tx, importId: string): Promise<Run> {
  const row = /^[0-9a-f-]{36}$/i.test(importId) ? await findImportRun(tx, importId) : undefined
  const view = row === undefined ? undefined : (await runViews(tx, [row]))[0]
  if (view === undefined) throw new Problem('registry.not-found', '没有这次导入，或不在您的辖区内', { status: 404 })
  return view
}

/** Stores one uploaded file by its content. */
export const uploadFileAction: Action = routeAction(uploadFile, {
  transaction: 'own',
  run: (context, { name, upload }) =>
    keepUpload(context, upload.stream, { name, kind: 'table', maxBytes: LARGEST_UPLOAD, types: null }),
  journal: (_, output) => ({
    chain: 'system:registry',
    basis: BASIS,
    purpose: '上传文件',
    detail: 'sha256' in output ? { sha256: output.sha256, size: output.size } : {},
  }),
})

async function enterRun(
  context: ActionContext,
  door: ImportDoor,
  input: { files: { path: string; sha256: string }[]; asOf: string; mappingId?: string | undefined },
): Promise<string> {
  const importId = randomUUID()
  const district = await findDistrict(context.tx)
  const own = context.actor.divisionCode === '' ? '000000000000' : context.actor.divisionCode
  const divisionCode = district === undefined ? own : `${district}000000`
  const named = input.files.map(({ path, sha256 }) => ({ sha256, name: path }))
  await attachFiles(context, { kind: 'import', no: importId, divisionCode }, named, { types: null, path: ['files'] })
  const only = input.files.length === 1 ? input.files[0]?.path : undefined
  await insertImportRun(context.tx, {
    importId,
    divisionCode,
    name: (only ?? input.files[0]?.path.split('/')[0] ?? '数据包').slice(0, 200),
    asOf: input.asOf,
    kind: input.mappingId === undefined ? 'package' : 'corrections',
    limits: await door.limits(context.tx, input.asOf),
    request: { files: input.files, mappingId: input.mappingId ?? null },
    startedBy: context.actor.userId,
    startedAt: isoInstant(context.clock.nowMs()),
  })
  await door.sendImport(context.tx, importId)
  return importId
}

/** Enters an import of uploaded files; the job queue does it. */
export function startImportAction(door: ImportDoor): Action {
  return routeAction(startImport, {
    async run(context, input) {
      return await getRun(context.tx, await enterRun(context, door, input))
    },
    journal: (input, output) => ({
      chain: 'system:registry',
      basis: BASIS,
      purpose: '导入数据',
      detail: { importId: 'importId' in output ? output.importId : '', files: input.files.length, asOf: input.asOf },
    }),
  })
}

export const listImportsAction: Action = routeAction(listImports, {
  async run({ tx, keys }, input) {
    const at = readCursor(keys, listImports.name, input.cursor)
    const after = at === null ? null : { startedAt: at[0], importId: at[1] ?? '' }
    const rows = await listImportRuns(tx, after, input.limit)
    const last = rows.length === input.limit ? rows[rows.length - 1] : undefined
    return {
      rows: await runViews(tx, rows),
      total: await countImportRuns(tx),
      next: last === undefined ? null : writeCursor(keys, listImports.name, [last.started_at, last.import_id]),
    }
  },
  journal: () => null,
})

export const readImportAction: Action = routeAction(readImport, {
  async run({ tx }, { importId }) {
    const run = await getRun(tx, importId)
    const rows = await listKeptIssues(tx, importId)
    const labels = new Map(CORE_TABLES.map(({ file, label }) => [file, label]))
    const told = rows.map(({ file, total: _total, ...row }) => ({ ...row, fileLabel: labels.get(file) ?? file }))
    return { ...run, kept: { total: rows[0]?.total ?? 0, rows: told } }
  },
  journal: () => null,
})
