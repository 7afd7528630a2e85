import { randomUUID } from 'node:crypto'
import { attachFiles, keepUpload } from '#files'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import type { Blobs } from '#platform/blobs'
import { isoInstant } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Tx } from '#platform/db'
import { listImports, readImport, startImport, uploadFile } from '../contract/imports.ts'
import type { LedgerDoor } from '../ledger-door.ts'
import type { CheckLimits } from '../rules/roll.ts'
import { countHouseholds } from '../store/compare.ts'
import { findDistrict } from '../store/import.ts'
import { countImportRuns, insertImportRun, listImportRuns } from '../store/import-run.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { detailOf, getRun, type RestsDoor, runViews } from './import-view.ts'

const LARGEST_UPLOAD = 512 * 1024 * 1024
const BASIS = '社会救助暂行办法：建立社会救助信息管理系统'

export interface ImportDoor extends RestsDoor {
  readonly blobs: Blobs
  readonly ledgers: LedgerDoor
  /** Limits of the checks on a date, from the pack in force. */
  limits(tx: Tx, asOf: string): Promise<CheckLimits>
  /** Puts the run into the job queue, in the same transaction. */
  sendImport(tx: Tx, importId: string): Promise<void>
  /** What hangs on households in the capabilities above: household number → labels and counts. */
  hangsOn(tx: Tx, householdNos: readonly string[]): Promise<ReadonlyMap<string, { label: string; count: number }[]>>
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

interface MayImport {
  readonly import: boolean
  readonly complete: boolean
  readonly why: string | null
}

const FIRST_ONLY = '名册已有家庭，系统管理员不再导入，请由核对中心或乡镇街道导入'

/** Whether somebody may upload, and how far. */
async function mayImport(tx: Tx, role: string): Promise<MayImport> {
  if (role === 'verification_centre') return { import: true, complete: true, why: null }
  if (role === 'township_clerk') return { import: true, complete: false, why: '只导入本乡镇街道的家庭，其他乡镇街道的行将退回' }
  if (role !== 'district_admin') return { import: false, complete: false, why: '由核对中心或乡镇街道经办人员导入' }
  const first = await inWholeDistrict(tx, async () => (await countHouseholds(tx)) === 0)
  return first
    ? { import: true, complete: false, why: '系统管理员只导入第一份名册' }
    : { import: false, complete: false, why: FIRST_ONLY }
}

/** Refuses whoever may not upload, or not so far. */
export async function checkMay(context: ActionContext, complete: boolean): Promise<void> {
  const may = await mayImport(context.tx, context.actor.role)
  if (!may.import) throw new Problem('registry.import-not-yours', may.why ?? FIRST_ONLY, { status: 403 })
  if (complete && !may.complete) {
    throw new Problem('registry.complete-not-yours', '只有核对中心可以说明数据包是完整的，请去掉“这是完整的名册”后上传', {
      status: 403,
    })
  }
}

async function enterRun(
  context: ActionContext,
  door: ImportDoor,
  input: { files: { path: string; sha256: string }[]; asOf: string; complete: boolean },
): Promise<string> {
  const importId = randomUUID()
  const { tx, actor } = context
  const district = await inWholeDistrict(tx, () => findDistrict(tx))
  const own = actor.divisionCode === '' ? '000000000000' : actor.divisionCode
  const isTownship = actor.role === 'township_clerk'
  const divisionCode = isTownship || district === undefined ? own : `${district}000000`
  const named = input.files.map(({ path, sha256 }) => ({ sha256, name: path }))
  await attachFiles(context, { kind: 'import', no: importId, divisionCode }, named, { types: null, path: ['files'] })
  const only = input.files.length === 1 ? input.files[0]?.path : undefined
  await insertImportRun(tx, {
    importId,
    divisionCode,
    name: (only ?? input.files[0]?.path.split('/')[0] ?? '数据包').slice(0, 200),
    asOf: input.asOf,
    kind: 'package',
    complete: input.complete,
    area: isTownship ? own.slice(0, 9) : null,
    limits: await door.limits(tx, input.asOf),
    request: { files: input.files },
    startedBy: actor.userId,
    startedAt: isoInstant(context.clock.nowMs()),
  })
  await door.sendImport(tx, importId)
  return importId
}

/** Enters an import of uploaded files; the job queue reads and compares it. */
export function startImportAction(door: ImportDoor): Action {
  return routeAction(startImport, {
    async run(context, { files, asOf, complete = false }) {
      await checkMay(context, complete)
      return await getRun(context, await enterRun(context, door, { files, asOf, complete }))
    },
    journal: (input, output) => ({
      chain: 'system:registry',
      basis: BASIS,
      purpose: '上传并检查数据',
      detail: {
        importId: 'importId' in output ? output.importId : '',
        files: input.files.length,
        asOf: input.asOf,
        complete: input.complete,
      },
    }),
  })
}

export const listImportsAction: Action = routeAction(listImports, {
  async run(context, input) {
    const { tx, keys, actor } = context
    const at = readCursor(keys, listImports.name, input.cursor)
    const after = at === null ? null : { startedAt: at[0], importId: at[1] ?? '' }
    const rows = await listImportRuns(tx, after, input.limit)
    const last = rows.length === input.limit ? rows[rows.length - 1] : undefined
    return {
      rows: await runViews(context, rows),
      total: await countImportRuns(tx),
      next: last === undefined ? null : writeCursor(keys, listImports.name, [last.started_at, last.import_id]),
      may: await mayImport(tx, actor.role),
    }
  },
  journal: () => null,
})

/** One import with its differences and what may be done next. A workbook as it was read shows persons, so it is journalled. */
export function readImportAction(door: RestsDoor): Action {
  return routeAction(readImport, {
    kind: 'read',
    run: (context, { importId }) => detailOf(context, door, importId),
    journal: ({ importId }, output) =>
      'reading' in output && output.reading !== null
        ? { chain: 'system:registry', basis: BASIS, purpose: '查看待导入的表格', detail: { importId } }
        : null,
  })
}
