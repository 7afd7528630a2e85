/**
 * Income the member units know of, per person and item, over the income window. Pay seen by several units counts once:
 * for each month the first of tax, payroll, contributions and housing fund that has something.
 */

import { monthIndex, monthOf } from '#kernel/dates'
import { formatYuan, max, min } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { RecordName, RecordRows, SourceRow } from '#sources/contract'
import { dateInRange, type RuleContext } from '../findings/prepare.ts'
import { before, groupBy, rowsOf, type Subject, taxRowsInForce } from '../household/view.ts'
import { kindOfItem, type TotalsCollector } from './income-kinds.ts'

type TaxRow = RecordRows['tax/personal_income']
type BenefitRow = RecordRows['hrss/benefits']

/** Fen per month of W; null where a source has nothing for the month. */
type Months = (number | null)[]

function noMonths(ctx: RuleContext): Months {
  return new Array<number | null>(ctx.window.count).fill(null)
}

/** Position of a month in W, or -1. */
function place(month: string, ctx: RuleContext): number {
  return month < ctx.window.from || month > ctx.window.to ? -1 : monthIndex(month) - ctx.window.first
}

function taxedPay(rows: readonly TaxRow[], ctx: RuleContext): Months | null {
  if (rows.length === 0) return null
  const months = noMonths(ctx)
  for (const row of rows) {
    if (!ctx.sets.wage_tax_items.has(row.item) || row.income <= 0) continue
    const at = place(row.month, ctx)
    if (at >= 0) months[at] = (months[at] ?? 0) + row.income
  }
  return months
}

function payroll(s: Subject, ctx: RuleContext): Months | null {
  const rows = rowsOf(s, 'finance/payroll')
  if (rows.length === 0) return null
  const months = noMonths(ctx)
  for (const row of rows) {
    const at = place(row.month, ctx)
    if (at >= 0) months[at] = (months[at] ?? 0) + row.net_pay
  }
  return months
}

/** Whether a contribution row's base shows pay. */
function showsPay(row: RecordRows['hrss/contributions'], ctx: RuleContext): boolean {
  return ctx.sets.wage_insurance_kinds.has(row.insurance_kind) && ctx.sets.wage_payer_kinds.has(row.payer_kind)
}

function contributionBase(s: Subject, ctx: RuleContext): Months | null {
  const rows = rowsOf(s, 'hrss/contributions')
  if (rows.length === 0) return null
  const months = noMonths(ctx)
  for (const row of rows) {
    const at = place(row.month, ctx)
    if (at >= 0 && showsPay(row, ctx)) months[at] = max(months[at] ?? 0, row.base)
  }
  return months
}

function fundBase(s: Subject, ctx: RuleContext): Months | null {
  const rows = rowsOf(s, 'housing_fund/accounts')
  if (rows.length === 0) return null
  const months = noMonths(ctx)
  const { first, count } = ctx.window
  for (const row of rows) {
    if (!ctx.sets.wage_fund_states.has(row.state)) continue
    const from = max(monthIndex(row.first_month) - first, 0)
    const to = min(monthIndex(row.last_month) - first, count - 1)
    for (let at = from; at <= to; at++) months[at] = max(months[at] ?? 0, row.base)
  }
  return months
}

const paySources: readonly RecordName[] = [
  'tax/personal_income',
  'finance/payroll',
  'hrss/contributions',
  'housing_fund/accounts',
]

/** Pay per month: the amount taken and the position of the source it was taken from. */
interface Pay {
  readonly amount: number
  readonly source: number
}

function payByMonth(s: Subject, tax: readonly TaxRow[], ctx: RuleContext): (Pay | null)[] {
  const seen = [taxedPay(tax, ctx), payroll(s, ctx), contributionBase(s, ctx), fundBase(s, ctx)]
  if (seen.every((months) => months === null)) return []
  return ctx.window.months.map((_, at) => {
    for (let source = 0; source < seen.length; source++) {
      const amount = seen[source]?.[at]
      if (amount !== null && amount !== undefined) return { amount, source }
    }
    return null
  })
}

/** One line per month of pay: which source it was taken from and how many others also showed something. */
function payLines(s: Subject, pay: readonly (Pay | null)[], ctx: RuleContext, collector: TotalsCollector): void {
  pay.forEach((month, at) => {
    const source = month === null ? undefined : paySources[month.source]
    if (month === null || source === undefined) return
    const label = ctx.window.months[at] ?? ''
    const row = payRow(s, source, label, ctx)
    collector.line({
      figure: 'wage',
      side: 'found',
      subject: s.no,
      text: `${label} 工资`,
      source,
      ...(row === null ? {} : { row }),
      amount: month.amount,
      counted: true,
      why: '同月多个来源的工资只计一次：依次取个税、统发工资、社保基数、公积金基数',
    })
  })
}

/** The record a month of pay is shown by: the one with the smallest id of the month's rows of that source. */
function payRow(s: Subject, source: RecordName, month: string, ctx: RuleContext): SourceRow | null {
  const rows: SourceRow[] = []
  if (source === 'tax/personal_income') {
    rows.push(...taxRowsInForce(s, ctx).filter((row) => row.month === month && ctx.sets.wage_tax_items.has(row.item)))
  } else if (source === 'finance/payroll') {
    rows.push(...rowsOf(s, 'finance/payroll').filter((row) => row.month === month))
  } else if (source === 'hrss/contributions') {
    rows.push(...largestBase(rowsOf(s, 'hrss/contributions').filter((row) => row.month === month && showsPay(row, ctx))))
  } else {
    const open = rowsOf(s, 'housing_fund/accounts').filter(
      (row) => ctx.sets.wage_fund_states.has(row.state) && row.first_month <= month && row.last_month >= month,
    )
    rows.push(...largestBase(open))
  }
  let best: SourceRow | null = null
  for (const row of rows) if (best === null || before(row.source_record_id, best.source_record_id)) best = row
  return best
}

function largestBase<Row extends SourceRow & { base: number }>(rows: readonly Row[]): Row[] {
  let largest = 0
  for (const row of rows) largest = max(largest, row.base)
  return rows.filter((row) => row.base === largest)
}

const BENEFIT_ITEMS: ReadonlyMap<string, string> = new Map([
  ['employee_pension', 'pension'],
  ['unemployment', 'unemployment'],
  ['survivor', 'survivor'],
  ['resident_pension', 'resident_pension'],
])

/** Of one benefit's rows the one in force in a month: the latest beginning, then the largest record id. */
function inForce(rows: readonly BenefitRow[], month: string): BenefitRow | null {
  let best: BenefitRow | null = null
  for (const row of rows) {
    if (row.from_month > month || row.last_paid_month < month) continue
    if (best === null || row.from_month > best.from_month) best = row
    else if (row.from_month === best.from_month && before(best.source_record_id, row.source_record_id)) best = row
  }
  return best
}

/** Monthly income of a benefit row: of a resident pension only what is above the base part. */
function monthlyOf(row: BenefitRow): number {
  return row.kind === 'resident_pension' ? max(row.monthly_amount - (row.base_part ?? 0), 0) : row.monthly_amount
}

function addBenefits(s: Subject, into: Map<string, number>, ctx: RuleContext, collector?: TotalsCollector): void {
  const rows = rowsOf(s, 'hrss/benefits')
  if (rows.length === 0) return
  for (const group of groupBy(rows, (row) => `${row.kind}\u0000${row.benefit_no}`).values()) {
    const item = BENEFIT_ITEMS.get(group[0]?.kind ?? '')
    if (item === undefined) continue
    const months = new Map<BenefitRow, number>()
    for (const month of ctx.window.months) {
      const row = inForce(group, month)
      if (row !== null) months.set(row, (months.get(row) ?? 0) + 1)
    }
    for (const [row, count] of months) {
      const amount = monthlyOf(row) * count
      addTo(into, item, amount)
      collector?.line({
        figure: kindOfItem(item),
        side: 'found',
        subject: s.no,
        text: `${labelOf('benefit_kind', row.kind)} 每月 ${formatYuan(monthlyOf(row))} 元`,
        source: 'hrss/benefits',
        row,
        amount,
        counted: true,
        why: `${ctx.window.from} 至 ${ctx.window.to} 内计 ${count} 个月`,
      })
    }
  }
}

function addTo(sums: Map<string, number>, item: string, amount: number): void {
  sums.set(item, (sums.get(item) ?? 0) + amount)
}

function addTax(
  s: Subject,
  tax: readonly TaxRow[],
  into: Map<string, number>,
  ctx: RuleContext,
  collector?: TotalsCollector,
): void {
  for (const row of tax) {
    const item = ctx.taxItems.get(row.item)
    if (item === undefined) continue
    addTo(into, item, row.income)
    collector?.line({
      figure: kindOfItem(item),
      side: 'found',
      subject: s.no,
      text: `${row.month} ${labelOf('tax_item', row.item)}`,
      source: 'tax/personal_income',
      row,
      amount: row.income,
      counted: true,
      why: null,
    })
  }
}

function addSubsidies(s: Subject, into: Map<string, number>, ctx: RuleContext, collector?: TotalsCollector): void {
  for (const row of rowsOf(s, 'finance/subsidy_card')) {
    if (!dateInRange(ctx.window, row.paid_on)) continue
    const item = ctx.subsidyItems.get(row.project)
    if (item !== undefined) addTo(into, item, row.amount)
    collector?.line({
      figure: kindOfItem(item ?? 'subsidy'),
      side: 'found',
      subject: s.no,
      text: `${monthOf(row.paid_on)} ${labelOf('subsidy_project', row.project)}`,
      source: 'finance/subsidy_card',
      row,
      amount: row.amount,
      counted: item !== undefined,
      why: item === undefined ? '该项目不计入收入' : null,
    })
  }
}

/** Found income of one person in W, per income item, in fen. */
export function foundIncome(s: Subject, ctx: RuleContext, collector?: TotalsCollector): Map<string, number> {
  const found = new Map<string, number>()
  const tax = taxRowsInForce(s, ctx)
  const pay = payByMonth(s, tax, ctx)
  let wage = 0
  for (const month of pay) wage += month?.amount ?? 0
  if (wage > 0) found.set('wage', wage)
  if (collector !== undefined) payLines(s, pay, ctx, collector)
  addTax(s, tax, found, ctx, collector)
  addBenefits(s, found, ctx, collector)
  addSubsidies(s, found, ctx, collector)
  return found
}
