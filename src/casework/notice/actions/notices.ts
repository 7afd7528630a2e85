/** The desk of notices: what hangs, its proof, its end. */
import { randomUUID } from 'node:crypto'
import { showFile } from '#files'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Download, routeAction } from '#platform/action'
import { nowIso } from '#platform/clock'
import { readCursor, writeCursor } from '#platform/cursor'
import { withTransaction } from '#platform/db'
import { emit } from '#platform/events'
import { parametersOf } from '#policy'
import { advance, loadCaseFile } from '../../procedure/actions/case-file.ts'
import { loadSet, moveSet } from '../../procedure/actions/move-set.ts'
import { closeNotice, listNotices, openNotice, proveNotice, readProof } from '../contract/notice.ts'
import { noticeStep } from '../rules/notice.ts'
import {
  countNotices,
  findHanging,
  insertPosting,
  listForNotice,
  listNoticeLines,
  listNoticeRows,
  listPostings,
  listRipe,
  type NoticeFilter,
} from '../store/notices.ts'
import { dueSincePosting, takeProof } from './handlers.ts'
import { getNotice, lineViews, noFilter, noticeView } from './view.ts'

const basis = '社会救助暂行办法 第十一条'

const subjectsOf = new WeakMap<object, readonly Buffer[]>()

export const listNoticesAction: Action = routeAction(listNotices, {
  async run({ tx, today, keys }, { cursor, limit, state, level, township, village, proof, q }) {
    const at = readCursor(keys, listNotices.name, cursor)
    const place = village ?? township
    const filter: NoticeFilter = {
      ...noFilter,
      state: state ?? null,
      level: level ?? null,
      ...(place === undefined ? {} : rangeOf(place)),
      unproved: proof === 'missing',
      q: q === undefined || q === '' ? null : q,
      after: at === null ? null : { at: at[0], noticeNo: at[1] ?? '' },
      limit: limit + 1,
    }
    const found = await listNoticeRows(tx, filter)
    const rows = found.slice(0, limit)
    const last = found.length > limit ? rows.at(-1) : undefined
    return {
      rows: rows.map((row) => noticeView(row, today)),
      total: await countNotices(tx, filter),
      next: last === undefined ? null : writeCursor(keys, listNotices.name, [last.key, last.noticeNo]),
    }
  },
  journal: () => null,
})

export const openNoticeAction: Action = routeAction(openNotice, {
  async run(context, { noticeNo }) {
    const { tx } = context
    const notice = await getNotice(context, noticeNo)
    const lines = await listNoticeLines(tx, [noticeNo])
    const reply = { notice, lines: lineViews(lines), postings: await listPostings(tx, noticeNo) }
    if (notice.stage === 'long_term') return reply
    const known = await listForNotice(
      tx,
      lines.map(({ caseNo }) => caseNo),
      notice.level,
    )
    subjectsOf.set(
      reply,
      known.flatMap(({ subjects }) => subjects),
    )
    return reply
  },
  journal: ({ noticeNo }, output) => ({
    chain: `notice:${noticeNo}`,
    subjects: subjectsOf.get(output) ?? [],
    basis,
    purpose: '查看公示',
  }),
})

export const readProofAction: Action = routeAction(readProof, {
  async run(context, { noticeNo, sha256 }): Promise<Download> {
    const posting = (await listPostings(context.tx, noticeNo)).find((each) => each.sha256 === sha256)
    if (posting === undefined) throw new Problem('casework.not-found', '没有这张照片，或不在您的辖区内', { status: 404 })
    const photo = await showFile(context, { kind: 'notice', no: noticeNo }, (each) => each.sha256 === sha256)
    return { ...photo, fileName: `${noticeNo}-${posting.postedOn}.${photo.mediaType === 'image/png' ? 'png' : 'jpg'}` }
  },
  journal: ({ noticeNo }) => ({ chain: `notice:${noticeNo}`, basis, purpose: '查看张贴照片' }),
})

export const proveNoticeAction: Action = routeAction(proveNotice, {
  async run(context, { noticeNo, ...form }) {
    const { tx, actor, clock } = context
    const notice = await getNotice(context, noticeNo)
    if (notice.stage === 'long_term' || notice.state !== 'posted') {
      throw new Problem('casework.no-notice', '这张公示单已不在张贴，不能再登记照片', { status: 409 })
    }
    const lateReason = await takeProof(context, notice, form)
    const step = noticeStep(notice.level)
    const running = (await listNoticeLines(tx, [noticeNo])).filter(({ state }) => state === 'running')
    const [first] = running
    const hanging = first === undefined ? undefined : await findHanging(tx, first.caseNo, notice.level)
    await insertPosting(tx, { postingId: randomUUID(), noticeNo, ...form, lateReason, by: actor.userId, at: nowIso(clock) })
    const cases = await loadSet(
      context,
      running.map(({ caseNo }) => caseNo),
      true,
    )
    const dues = new Map<string, string>()
    for (const { row, steps } of cases) {
      const before = steps.find((each) => each.step === step)?.due_on ?? null
      const late = notice.firstProofOn === null && hanging !== undefined
      const due = late ? dueSincePosting({ parameters: await parametersOf(tx, row) }, hanging, form.postedOn, before) : before
      if (due !== null) dues.set(row.case_no, due)
    }
    await moveSet(context, cases, {
      step,
      command: 'prove',
      detail: { noticeNo, postedOn: form.postedOn },
      facts: () => new Set(),
      dues: ({ row }) => {
        const due = dues.get(row.case_no)
        return due === undefined ? {} : { [step]: due }
      },
    })
    return { noticeNo, cases: cases.length, toOn: [...dues.values()].sort().at(-1) ?? notice.toOn }
  },
  journal: ({ noticeNo, sha256, postedOn }) => ({
    chain: `notice:${noticeNo}`,
    basis,
    purpose: '登记张贴照片',
    detail: { sha256, postedOn },
  }),
})

/** Closes one case's notice in a transaction of its own; why it cannot be closed, in words, or null. */
export async function closeOne(
  context: ActionContext,
  { case_no: caseNo, step }: { case_no: string; step: string },
  asSystem: boolean,
): Promise<string | null> {
  try {
    await withTransaction(context.db, context.scope, async (tx) => {
      const own: ActionContext = { ...context, tx, emit: (name, payload) => emit(tx, name, payload) }
      await advance(own, await loadCaseFile(own, caseNo, true), { step, command: 'close', asSystem })
    })
    return null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.message
  }
}

export const closeNoticeAction: Action = routeAction(closeNotice, {
  transaction: 'own',
  async run(context, { noticeNo }) {
    const ripe = await withTransaction(context.db, context.scope, (tx) => listRipe(tx, context.today, noticeNo))
    const refused: { caseNo: string; message: string }[] = []
    for (const each of ripe) {
      const message = await closeOne(context, each, false)
      if (message !== null) refused.push({ caseNo: each.case_no, message })
    }
    return { closed: ripe.length - refused.length, refused }
  },
  journal: ({ noticeNo }, output) => ({
    chain: `notice:${noticeNo}`,
    basis,
    purpose: '公示期满',
    detail: 'closed' in output ? { closed: output.closed, refused: output.refused.length } : {},
  }),
})
