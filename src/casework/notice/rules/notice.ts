/**
 * A notice: how long it hangs, what it may hold, and whether its figures agree.
 *
 * N1 the days are the pack's for the level (another notice after an objection may have its own), counted from the day after posting;
 * N2 a list holds cases of one stage and one length; N3 amount = base + top-up, nobody is counted who is no member, nothing is published
 * that was not figured; before the figures are made a notice shows no amount.
 */
import type { CaseworkParameters, NoticeRule } from '#policy'
import { dueOn } from '../../procedure/rules/deadlines.ts'
import { type Procedure, stepsBehind } from '../../procedure/rules/model.ts'
import type { NoticeLevel, NoticeStage } from '../contract/notice.ts'

/** The step a notice of a level belongs to. */
export function noticeStep(level: NoticeLevel): string {
  return `notice_${level}`
}

/** The level of a notice step; undefined for any other step. */
export function levelOfStep(step: string): NoticeLevel | undefined {
  switch (step) {
    case 'notice_village':
      return 'village'
    case 'notice_township':
      return 'township'
    case 'notice_district':
      return 'district'
    default:
      return undefined
  }
}

type Rules = Pick<CaseworkParameters, 'notices' | 'renotice'>

/** How long a notice of a level and stage hangs; undefined where the pack sets none. */
export function noticeRule(rules: Rules, level: NoticeLevel, stage: NoticeStage): NoticeRule | undefined {
  if (stage === 'again' && rules.renotice?.level === level) return rules.renotice
  return rules.notices.find((rule) => rule.level === level)
}

export interface NoticePeriod {
  readonly fromOn: string
  /** the last day on which an objection may be raised */
  readonly toOn: string
  readonly days: number
  readonly unit: NoticeRule['unit']
  /** a year without a holiday notice is in it */
  readonly provisional: boolean
}

/** First and last day of a notice posted on `fromOn`. */
export function noticePeriod(rule: NoticeRule, fromOn: string): NoticePeriod {
  const { date, provisional } = dueOn(rule, fromOn)
  return { fromOn, toOn: date, days: rule.days, unit: rule.unit, provisional }
}

/** Whether the figures are made before the notice of a level, so that it shows them. */
export function showsAmount(procedure: Procedure, level: NoticeLevel): boolean {
  return procedure.steps.some((step) => step.id === 'sheet') && stepsBehind(procedure, 'sheet').has(noticeStep(level))
}

/** What a case would be listed with. */
export interface Listed {
  readonly caseNo: string
  readonly name: string
  readonly members: number
  readonly covered: number | null
  readonly base: number | null
  readonly topUp: number | null
  readonly amount: number | null
}

const yuan = (fen: number): string => (fen / 100).toFixed(2)

function amountFault({ base, topUp, amount }: Listed): string | null {
  if (base === null || topUp === null || amount === null) return '还没有核定补助金额，请先完成综合测评'
  if (base < 0 || topUp < 0) return '基本保障金或分类增发为负数，请核对测评表'
  if (base + topUp !== amount) {
    return `金额不符：基本 ${yuan(base)} 元加增发 ${yuan(topUp)} 元应为 ${yuan(base + topUp)} 元，登记为 ${yuan(amount)} 元，请核对测评表`
  }
  return amount === 0 ? '核定金额为 0，不列入公示名单，请核对测评表' : null
}

function personsFault({ members, covered }: Listed): string | null {
  if (members < 1) return '家庭人数为 0，请核对申请登记'
  if (covered === null) return null
  if (covered < 1) return '保障人数为 0，请核对测评表'
  return covered > members ? `保障人数 ${covered} 人多于家庭人口 ${members} 人，请核对测评表` : null
}

/** Why a case may not be listed, in words without its name; null when its figures agree. */
export function listingFault(listed: Listed, withAmount: boolean): string | null {
  return personsFault(listed) ?? (withAmount ? amountFault(listed) : null)
}

/** What a published line holds, and nothing else. */
export interface PublishedLine {
  readonly caseNo: string
  readonly name: string
  readonly members: number
  readonly amount: number | null
  readonly tier: string | null
  readonly fromMonth: string | null
}

/** Totals of a list; the amount is null when the list shows none. */
export function totalsOf(lines: readonly Pick<PublishedLine, 'members' | 'amount'>[]) {
  const amounts = lines.flatMap(({ amount }) => (amount === null ? [] : [amount]))
  return {
    households: lines.length,
    persons: lines.reduce((sum, { members }) => sum + members, 0),
    amount: amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0),
  }
}

const LEVELS: Readonly<Record<NoticeLevel, string>> = { village: '村（社区）', township: '乡镇（街道）', district: '区级' }

/** 村（社区）, 乡镇（街道）, 区级. */
export function levelLabel(level: NoticeLevel): string {
  return LEVELS[level]
}

/** 审核公示, 拟确认公示, 再次公示. */
export function stageLabel(level: NoticeLevel, stage: NoticeStage): string {
  if (stage === 'again') return '再次公示'
  return level === 'district' ? '拟确认公示' : '审核公示'
}

/** Heading of a notice. */
export function noticeTitle(placeName: string, level: NoticeLevel, stage: NoticeStage): string {
  return `${placeName}最低生活保障${stageLabel(level, stage)}`
}
