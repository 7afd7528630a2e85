/** Scanned pages in the hands of a person: looking at them, filing them, setting them aside, putting them back. */
import { randomUUID } from 'node:crypto'
import { attachFiles } from '#files'
import { Problem } from '#kernel/problem'
import type { StoredFile } from '#kernel/schema'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { contentOf } from '#platform/blobs'
import { nowIso } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Tx } from '#platform/db'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { formLabel, paperForms } from '../../procedure/rules/case-words.ts'
import {
  fileScanPage,
  listScanPages,
  listScans,
  readScanPage,
  returnScanPage,
  type ScanPage,
  setScanPagesAside,
  startScans,
} from '../contract/scan.ts'
import {
  countScanPages,
  fileByHand,
  findScanPage,
  insertStacks,
  listScanPageRows,
  listStacks,
  type ScanPageRow,
  setAside,
  takeBack,
} from '../store/scans.ts'

const BASIS = '社会救助暂行办法：建立社会救助档案'
const SHOWN_STACKS = 30

/** What scanning asks of the server around it. */
export interface ScanDoor {
  /** Sends the job that reads a stack, with the transaction; undefined where no job runs. */
  readonly sendScan?: ((tx: Tx, stackId: string) => Promise<void>) | undefined
}

/** A page as lists and case page show it. */
export function pageView(keys: Keys, row: ScanPageRow): ScanPage {
  const { sealedReason, divisionCode: _, digest: _digest, sha256: _sha256, mediaType: _mediaType, ...page } = row
  return {
    ...page,
    formLabel: page.form === null ? null : formLabel(page.form),
    reason: sealedReason === null ? null : keys.openText(sealedReason),
  }
}

export function startScansAction({ sendScan }: ScanDoor): Action {
  return routeAction(startScans, {
    async run(context, { files }) {
      const { tx, actor, clock } = context
      if (sendScan === undefined) {
        throw new Problem('server.no-queue', '后台任务未启动，暂时不能读取扫描件，请联系系统管理员', { status: 503 })
      }
      const stacks: (StoredFile & { stackId: string })[] = []
      for (const [i, named] of files.entries()) {
        const stackId = randomUUID()
        const owner = { kind: 'scan', no: stackId, divisionCode: actor.divisionCode } as const
        const [file = named] = await attachFiles(context, owner, [named], { path: ['files', i] })
        stacks.push({ ...file, stackId })
      }
      const place = { divisionCode: actor.divisionCode, by: actor.userId, byName: actor.name, at: nowIso(clock) }
      await insertStacks(tx, place, stacks)
      for (const { stackId } of stacks) await sendScan(tx, stackId)
      return { stackIds: stacks.map(({ stackId }) => stackId) }
    },
    journal: ({ files }, output) => ({
      chain: 'system:casework',
      basis: BASIS,
      purpose: '上传扫描件归档',
      detail: { files: files.map(({ sha256 }) => sha256), stacks: 'stackIds' in output ? output.stackIds : [] },
    }),
  })
}

export const listScansAction: Action = routeAction(listScans, {
  async run({ tx }) {
    const stacks = await listStacks(tx, SHOWN_STACKS)
    return { stacks, waiting: await countScanPages(tx, 'waiting', null), forms: paperForms() }
  },
  journal: () => null,
})

export const listScanPagesAction: Action = routeAction(listScanPages, {
  async run({ tx, keys }, { state, stack, cursor, limit }) {
    const stackId = stack ?? null
    const at = readCursor(keys, listScanPages.name, cursor)
    const after = at === null ? null : { at: at[0], pageId: at[1] ?? '' }
    const rows = await listScanPageRows(tx, { state, stackId, after, limit })
    const last = rows.length === limit ? rows.at(-1) : undefined
    return {
      rows: rows.map((row) => pageView(keys, row)),
      total: await countScanPages(tx, state, stackId),
      next: last === undefined ? null : writeCursor(keys, listScanPages.name, [last.at, last.pageId]),
    }
  },
  journal: () => null,
})

async function getPage(tx: Tx, pageId: string, lock = false): Promise<ScanPageRow> {
  const row = await findScanPage(tx, pageId, lock)
  if (row === undefined) throw new Problem('casework.no-scan', '没有这一页扫描件，或不在您的辖区内', { status: 404 })
  return row
}

/** Where a reply about a page belongs in the journal while it belongs to no case. */
const places = new WeakMap<object, { caseNo: string | null; divisionCode: string }>()

async function place(context: ActionContext, reply: object, page: ScanPageRow): Promise<void> {
  places.set(reply, page)
  if (page.caseNo !== null) await remember(context, reply, await loadCaseFile(context, page.caseNo))
}

function noteOnPage(reply: object, purpose: string, detail: Record<string, unknown>) {
  const { caseNo = null, divisionCode } = places.get(reply) ?? {}
  if (caseNo !== null) return noteOn(reply, caseNo, purpose, detail)
  return {
    chain: 'system:casework',
    ...(divisionCode === undefined ? {} : { divisionCode }),
    basis: BASIS,
    purpose,
    detail,
  }
}

export const readScanPageAction: Action = routeAction(readScanPage, {
  kind: 'write',
  async run(context, { pageId }): Promise<Download> {
    const page = await getPage(context.tx, pageId)
    if (page.sha256 === null) throw new Problem('casework.no-picture', '这一页打不开，没有图片可看', { status: 404 })
    const ending = page.mediaType === 'image/png' ? 'png' : 'jpg'
    const reply: Download = {
      fileName: `${page.caseNo ?? page.fileName}-${page.page}.${ending}`,
      mediaType: page.mediaType,
      body: await contentOf(context.blobs, page.sha256),
    }
    await place(context, reply, page)
    return reply
  },
  journal: ({ pageId }, output) => noteOnPage(output as object, '查看扫描件', { pageId }),
})

function checkState(page: ScanPageRow, states: readonly ScanPage['state'][], message: string): void {
  if (!states.includes(page.state)) throw new Problem('casework.scan-state', message, { status: 409 })
}

/** The page as it is now, remembered for the journal. */
async function answer(context: ActionContext, pageId: string): Promise<ScanPage> {
  const row = await getPage(context.tx, pageId)
  const view = pageView(context.keys, row)
  await place(context, view, row)
  return view
}

const changeOf = ({ actor, clock }: ActionContext) => ({ by: actor.userId, byName: actor.name, at: nowIso(clock) })

export const fileScanPageAction: Action = routeAction(fileScanPage, {
  async run(context, { pageId, caseNo, form }) {
    const { tx } = context
    const page = await getPage(tx, pageId, true)
    checkState(page, ['waiting'], '这一页已经归档或搁置，请刷新后再看')
    if (!paperForms().some((known) => known.form === form)) {
      throw new Problem('input.invalid', '请选择是哪种材料', {
        status: 422,
        details: { issues: [{ path: ['form'], message: '请选择是哪种材料' }] },
      })
    }
    const { row } = await loadCaseFile(context, caseNo)
    await fileByHand(tx, pageId, { ...changeOf(context), caseNo, divisionCode: row.division_code, form })
    return answer(context, pageId)
  },
  journal: ({ pageId, form }, output) => noteOnPage(output, '手工归档扫描件', { pageId, form }),
})

export const setScanPagesAsideAction: Action = routeAction(setScanPagesAside, {
  async run(context, { pageIds, reason }) {
    const pages = await setAside(context.tx, pageIds, { ...changeOf(context), reason: context.keys.seal(reason) })
    if (pages === new Set(pageIds).size) return { pages }
    throw new Problem('casework.scan-state', '勾选的页面有的已经归档或搁置，这次都没有搁置，请刷新后重新勾选', { status: 409 })
  },
  journal: ({ pageIds }) => ({ chain: 'system:casework', basis: BASIS, purpose: '搁置扫描页', detail: { pageIds } }),
})

export const returnScanPageAction: Action = routeAction(returnScanPage, {
  async run(context, { pageId, reason }) {
    const page = await getPage(context.tx, pageId, true)
    checkState(page, ['filed', 'aside'], '这一页已经在待归档中，请刷新后再看')
    const remark = page.caseNo === null ? '由搁置退回' : `由案件 ${page.caseNo} 的${formLabel(page.form ?? '')}退回`
    await takeBack(context.tx, pageId, { ...changeOf(context), remark, reason: context.keys.seal(reason) })
    const view = await answer(context, pageId)
    await place(context, view, page)
    return view
  },
  journal: ({ pageId }, output) => noteOnPage(output, '扫描页退回待归档', { pageId }),
})

/** The actions behind the routes of scanned papers. */
export function scanActions(door: ScanDoor): Action[] {
  return [
    startScansAction(door),
    listScansAction,
    listScanPagesAction,
    readScanPageAction,
    fileScanPageAction,
    setScanPagesAsideAction,
    returnScanPageAction,
  ]
}
