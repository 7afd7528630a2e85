/** What belongs to the day of a role, and in which order it is shown. */
import { dayTodos } from '#identity/day-todos'
import { chineseDate } from '#kernel/chinese-date'
import type { Todo } from '#kernel/todo'
import type { DayRow } from '../contract/day.ts'

/** As many of a list as a first screen names; the page behind it has them all. */
export const SHOWN_ITEMS = 20

export type DayFigure =
  | 'undrawn'
  | 'unvisited'
  | 'undecided'
  | 'unpublished'
  | 'unserved'
  | 'unconfirmed'
  | 'running'
  | 'overdue'
  | 'unproved'
  | 'related'
  | 'objections'

/** What a village goes out for. */
export type DayList = 'visits' | 'signatures' | 'photos'

interface Said {
  readonly label: string
  readonly unit: string
  readonly todo: () => Todo
}

const FIGURES: Readonly<Record<DayFigure, Said>> = {
  undrawn: { label: '待抽签', unit: '件', todo: dayTodos.drawOpen },
  unvisited: { label: '抽中、待登记入户抽查', unit: '件', todo: dayTodos.visitDrawn },
  undecided: { label: '待审批、待作出决定', unit: '件', todo: dayTodos.decideCases },
  unpublished: { label: '待区级公示', unit: '件', todo: dayTodos.hangDistrict },
  unserved: { label: '已作决定、待告知申请人', unit: '件', todo: dayTodos.serveDecisions },
  unconfirmed: { label: '待确认的发放名册', unit: '份', todo: dayTodos.confirmRolls },
  running: { label: '在办案件', unit: '件', todo: dayTodos.lookCases },
  overdue: { label: '其中超期', unit: '件', todo: dayTodos.lookOverdue },
  unproved: { label: '公示中没有张贴照片', unit: '张', todo: dayTodos.lookUnproved },
  related: { label: '近亲属备案的在办案件', unit: '件', todo: dayTodos.lookRelated },
  objections: { label: '没有答复的异议、举报', unit: '件', todo: dayTodos.lookObjections },
}

const LISTS: Readonly<Record<DayList, Said & { page: (no: string) => string; said: string }>> = {
  visits: {
    label: '今天要入户',
    unit: '户',
    todo: dayTodos.visitToday,
    page: (no) => `/cases/${no}?step=visit`,
    said: '安排在',
  },
  signatures: {
    label: '待签字的申请',
    unit: '户',
    todo: dayTodos.collectSignatures,
    page: (no) => `/intake/${no}?part=papers`,
    said: '受理到期',
  },
  photos: { label: '待拍照的公示', unit: '张', todo: dayTodos.photoNotices, page: (no) => `/notices/${no}`, said: '公示到' },
}

/** Roles with figures of their own; all others have none. */
const DAYS: Readonly<Record<string, readonly DayFigure[]>> = {
  district_approver: ['undrawn', 'unvisited', 'undecided', 'unpublished', 'unserved', 'unconfirmed'],
  inspector: ['running', 'overdue', 'unserved', 'unproved', 'related', 'objections'],
  leader: ['running', 'overdue', 'unserved'],
}

/** The figures of a role's day. */
export function figuresOf(role: string): readonly DayFigure[] {
  return DAYS[role] ?? []
}

/** The lists of a role's day: whoever goes from door to door. */
export function listsOf(role: string): readonly DayList[] {
  return role === 'village_assistant' ? ['visits', 'signatures', 'photos'] : []
}

/** A figure as the day shows it. */
export function figureRow(key: DayFigure, count: number): DayRow {
  const { label, unit, todo } = FIGURES[key]
  return { key, label, unit, count, note: '', todo: todo(), items: [] }
}

export interface Listed {
  readonly no: string
  readonly name: string
  readonly day: string | null
}

/** A list as the day shows it: the first are named, `total` and `late` count all of them. */
export function listRow(
  key: DayList,
  listed: readonly Listed[],
  { total, late }: { readonly total: number; readonly late: number },
): DayRow {
  const { label, unit, todo, page, said } = LISTS[key]
  return {
    key,
    label,
    unit,
    count: total,
    note: late === 0 ? '' : `其中 ${late} ${unit}已过日期`,
    todo: todo(),
    items: listed
      .slice(0, SHOWN_ITEMS)
      .map(({ no, name, day }) => ({ to: page(no), label: name, note: day === null ? '' : `${said} ${chineseDate(day)}` })),
  }
}
