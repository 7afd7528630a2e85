/** A running grant and its changes: what state it is in, which change fits, and from which month. Pure. */
import { chineseDate } from '#kernel/chinese-date'
import { addMonths } from '#kernel/dates'
import type { CaseworkParameters, GrantGround } from '#policy'
import type { GrantChangeKind, GrantView, OfferedChange } from '../contract/grant.ts'

export type GrantState = GrantView['state']

const KINDS: Readonly<Record<GrantChangeKind, string>> = { suspend: '暂停发放', stop: '停止发放', resume: '恢复发放' }
const STATES: Readonly<Record<GrantState, string>> = {
  none: '没有在发的保障',
  running: '正常发放',
  suspended: '已暂停发放',
  stopped: '已停止发放',
}
/** What may be done with a grant in each state. */
const FITTING: Readonly<Record<GrantState, readonly GrantChangeKind[]>> = {
  none: [],
  running: ['suspend', 'stop'],
  suspended: ['resume', 'stop'],
  stopped: ['resume'],
}

/** Label of a kind of change. */
export const changeLabel = (kind: GrantChangeKind): string => KINDS[kind]
/** Label of a state. */
export const stateLabel = (state: GrantState): string => STATES[state]

/** A confirmed change as the state goes by it. */
export interface ConfirmedChange {
  readonly kind: GrantChangeKind
  readonly fromMonth: string
  readonly decidedAt: string
}

/**
 * The state a grant is in: by the newest confirmed change, whenever it begins, unless the grant was decided after it. `stands`: one stands in the month
 * asked for, `decidedAt`: when it was decided; null for one that was registered.
 */
export function stateOf(
  grant: { readonly decidedAt: string | null } | null,
  changes: readonly ConfirmedChange[],
): { state: GrantState; since: string | null } {
  const since = grant?.decidedAt ?? ''
  const [newest] = changes.filter((each) => each.decidedAt > since).sort((a, b) => b.decidedAt.localeCompare(a.decidedAt))
  if (newest === undefined || newest.kind === 'resume')
    return { state: grant === null ? 'none' : 'running', since: newest?.fromMonth ?? null }
  return { state: newest.kind === 'stop' ? 'stopped' : 'suspended', since: newest.fromMonth }
}

/** What may be proposed in a state, with the pack's grounds for each. */
export function offeredChanges(
  state: GrantState,
  { grant_grounds: grounds }: Pick<CaseworkParameters, 'grant_grounds'>,
): OfferedChange[] {
  return FITTING[state].map((kind) => ({
    kind,
    label: KINDS[kind],
    grounds: grounds.filter(({ kinds }) => kinds.includes(kind)).map(({ code, label, clause }) => ({ code, label, clause })),
  }))
}

/** The ground of a change; undefined when the pack has none of this code for it. */
export function groundOf(grounds: readonly GrantGround[], kind: GrantChangeKind, code: string): GrantGround | undefined {
  return grounds.find((each) => each.code === code && each.kinds.includes(kind))
}

/** What a change may begin with: the present month, unless it was paid, and nothing of an earlier change is overtaken. */
export interface MonthTerms {
  readonly now: string
  /** the newest month a confirmed roll paid the household; null for none */
  readonly paid: string | null
  /** the first month of the grant itself */
  readonly begins: string | null
  /** the first month of the newest confirmed change */
  readonly since: string | null
}

const LONGEST = 12

const monthAfter = (month: string, by = 1): string => addMonths(`${month}-01`, by).slice(0, 7)
const later = (a: string, b: string): string => [a, b].sort()[1] ?? a

/** The last month of a grant that began in `begins` and is stopped from a month on; never before its first. */
export const lastMonth = (stoppedFrom: string, begins: string): string => later(monthAfter(stoppedFrom, -1), begins)

/** The first month a change may hold for. */
export function earliestMonth({ now, paid, begins, since }: MonthTerms): string {
  const after = (month: string | null): string => (month === null ? '' : monthAfter(month))
  return [now, after(paid), after(begins), since ?? ''].reduce(later)
}

/** From which month an old grant is stopped: this month's is still paid. */
export const stopMonth = (terms: MonthTerms): string => later(earliestMonth(terms), monthAfter(terms.now))

/** Why a change cannot begin with a month, in words; null when it can. Nothing is stopped or paid for months that are over. */
export function monthFault(fromMonth: string, terms: MonthTerms): string | null {
  const earliest = earliestMonth(terms)
  if (fromMonth < terms.now)
    return `生效月 ${chineseDate(fromMonth)} 已经过去：不追溯停发，也不自动补发，最早从 ${chineseDate(earliest)} 起`
  if (terms.paid !== null && fromMonth <= terms.paid)
    return `该户 ${chineseDate(terms.paid)} 已经确认发放，最早从 ${chineseDate(earliest)} 起`
  if (fromMonth < earliest)
    return `该户现有保障或上一次变动自 ${chineseDate(monthAfter(earliest, -1))} 起，最早从 ${chineseDate(earliest)} 起`
  const latest = monthAfter(terms.now, LONGEST)
  return fromMonth > latest ? `生效月最晚为 ${chineseDate(latest)}，请核对` : null
}
