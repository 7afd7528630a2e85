import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { isPermitted } from '#identity'
import { invalidInput } from '#kernel/input-message'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Actor, type Download, type JournalNote, routeAction } from '#platform/action'
import { chinaDate, instantMs, isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'
import type { ExportKind, ExportKinds } from '#platform/table-export'
import { downloadExport, type ExportJob, listExports, readExport, startExport } from '../contract.ts'
import { countOpenExports, type ExportRow, findExport, insertExport, listExportRows } from '../store.ts'

/** Asking for tables and taking them. Everything that leaves the system stands in the journal: who, which filter, how many persons. */

const BASIS = '个人信息保护法第五十一条'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** Exports one person may have under way. */
const MOST_OPEN = 3
const SHOWN = 50

export interface ExportsDoor {
  readonly kinds: ExportKinds
  /** Sends the job that writes an export, with the transaction. */
  sendExport(tx: Tx, exportId: string): Promise<void>
}

/** The kind if the actor may have it; throws Problem. */
export function getKind(kinds: ExportKinds, name: string, actor: Pick<Actor, 'role'>): ExportKind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined) throw new Problem('exports.no-kind', `没有“${name}”这种导出，请从页面上选择`, { status: 404 })
  if (!isPermitted(actor.role, kind.permission))
    throw new Problem('exports.not-permitted', `您的岗位不能导出“${kind.label}”`, { status: 403 })
  return kind
}

function viewOf(row: ExportRow, kinds: ExportKinds, nowMs: number): ExportJob {
  const kind = Object.hasOwn(kinds, row.kind) ? kinds[row.kind] : undefined
  const params = kind?.params.safeParse(row.params)
  const isOver = row.state === 'done' && row.expires_at !== null && instantMs(row.expires_at) <= nowMs
  return {
    exportId: row.export_id,
    kind: row.kind,
    label: kind?.label ?? row.kind,
    filter: kind !== undefined && params?.success === true ? kind.describe(params.data) : '',
    state: isOver ? 'expired' : row.state,
    rows: row.rows_written,
    expected: row.rows_expected,
    persons: row.persons,
    size: row.size,
    sha256: row.sha256,
    failure: row.failure,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
    expiresAt: row.expires_at,
  }
}

function noteOf(purpose: string, detail: JournalNote['detail']): JournalNote {
  return { chain: 'system:export', basis: BASIS, purpose, detail: detail ?? {} }
}

export function startExportAction(door: ExportsDoor): Action {
  return routeAction(startExport, {
    async run({ tx, actor, clock }, input) {
      const kind = getKind(door.kinds, input.kind, actor)
      const params = kind.params.safeParse(input.params)
      if (!params.success) throw invalidInput(params.error.issues, ['params'])
      if ((await countOpenExports(tx, actor.userId)) >= MOST_OPEN)
        throw new Problem('exports.too-many', `您已有 ${MOST_OPEN} 项导出正在进行，请等其中一项完成后再试`, { status: 429 })
      const exportId = randomUUID()
      const kept = { kind: input.kind, params: params.data as Record<string, unknown>, owner: actor.userId }
      await insertExport(tx, { exportId, ...kept, divisionCode: actor.divisionCode, at: isoInstant(clock.nowMs()) })
      await door.sendExport(tx, exportId)
      return { exportId }
    },
    journal: (input, output) =>
      noteOf('申请导出', {
        exportId: 'exportId' in output ? output.exportId : '',
        kind: input.kind,
        filters: Object.keys(input.params),
      }),
  })
}

export function listExportsAction(door: ExportsDoor): Action {
  const kinds = Object.entries(door.kinds)
  return routeAction(listExports, {
    async run({ tx, actor, clock }) {
      const nowMs = clock.nowMs()
      const own = kinds.filter(([, kind]) => isPermitted(actor.role, kind.permission))
      return {
        rows: (await listExportRows(tx, actor.userId, SHOWN)).map((row) => viewOf(row, door.kinds, nowMs)),
        kinds: own.map(([kind, { label }]) => ({ kind, label })),
      }
    },
    journal: () => null,
  })
}

async function getOwn({ tx, actor }: ActionContext, exportId: string): Promise<ExportRow> {
  const row = await findExport(tx, exportId)
  if (row === undefined || row.owner !== actor.userId)
    throw new Problem('exports.not-found', '没有这项导出，或不是您申请的', { status: 404 })
  return row
}

export function readExportAction(door: ExportsDoor): Action {
  return routeAction(readExport, {
    run: async (context, { exportId }) => viewOf(await getOwn(context, exportId), door.kinds, context.clock.nowMs()),
    journal: () => null,
  })
}

export function downloadExportAction(door: ExportsDoor): Action {
  return routeAction(downloadExport, {
    async run(context, { exportId }): Promise<Download> {
      const row = await getOwn(context, exportId)
      const { label } = getKind(door.kinds, row.kind, context.actor)
      if (row.state !== 'done' && row.state !== 'expired')
        throw new Problem('exports.not-ready', '文件还没有写好，请稍候刷新', { status: 409 })
      const isOver = row.expires_at === null || instantMs(row.expires_at) <= context.clock.nowMs()
      if (row.sha256 === null || isOver || row.state === 'expired')
        throw new Problem('exports.expired', '文件已过保存期并已删除，请重新导出', { status: 410 })
      const body = Readable.from(context.blobs.read(row.sha256))
      return { fileName: `${label}-${chinaDate(row.asked_at)}.xlsx`, mediaType: XLSX, body }
    },
    journal: ({ exportId }) => noteOf('下载导出的文件', { exportId }),
  })
}
