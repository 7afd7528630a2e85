/** Notices as pages show them: names masked, days left, what became of each line. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { maskNames } from '../../cases/rules/masked-name.ts'
import { daysLeft } from '../../procedure/rules/deadlines.ts'
import type { NoticeLineView, NoticeRow } from '../contract/notice.ts'
import { listNoticeRows, type NoticeFilter, type StoredLine, type StoredNotice } from '../store/notices.ts'

export const noFilter: NoticeFilter = {
  state: null,
  level: null,
  lo: null,
  hi: null,
  unproved: false,
  q: null,
  noticeNo: null,
  after: null,
  limit: 1,
}

/** A stored notice as a row of the list. */
export function noticeView({ households, persons, amount, key: _, ...row }: StoredNotice, today: string): NoticeRow {
  const left = row.state === 'posted' ? daysLeft(row.toOn, 'calendar', today) : null
  return { ...row, left, totals: { households, persons, amount } }
}

/** A notice in the caller's sight; 404 otherwise. */
export async function getNotice({ tx, today }: ActionContext, noticeNo: string): Promise<NoticeRow> {
  const [row] = await listNoticeRows(tx, { ...noFilter, noticeNo })
  if (row === undefined) throw new Problem('casework.not-found', '没有这张公示单，或不在您的辖区内', { status: 404 })
  return noticeView(row, today)
}

/** Lines of one notice with masked names. */
export function lineViews(lines: readonly StoredLine[]): NoticeLineView[] {
  const names = maskNames(lines.map(({ name }) => name))
  return lines.map(({ caseNo, members, amount, tier, fromMonth, state, dueOn, objections }, at) => ({
    caseNo,
    name: names[at] ?? '',
    members,
    amount,
    tier,
    fromMonth,
    state,
    dueOn,
    objections,
  }))
}
