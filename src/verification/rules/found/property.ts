/** Property and expenditure the member units know of, for the household at once, each thing counted once. */

import { formatYuan, max } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { RecordName, RecordRows } from '#sources/contract'
import { dateInRange, type RuleContext } from '../findings/prepare.ts'
import { type HouseholdView, membersRows, type Owned, oncePer } from '../household/view.ts'
import type { PropertyFigure, TotalsCollector } from './income-kinds.ts'

/** How one record type adds to a figure. */
interface Source<R extends RecordName> {
  readonly figure: PropertyFigure
  readonly record: R
  /** null when the row may count, else why it does not */
  readonly bars: (row: RecordRows[R], ctx: RuleContext) => string | null
  /** rows of one key are one thing; left out where every row counts */
  readonly key?: (row: RecordRows[R]) => string
  readonly amount: (row: RecordRows[R]) => number
  readonly text: (row: RecordRows[R]) => string
}

function explain<R extends RecordName>(
  source: Source<R>,
  h: HouseholdView,
  counted: readonly Owned<RecordRows[R]>[],
  ctx: RuleContext,
  collector: TotalsCollector,
): void {
  const taken = new Set(counted.map(({ row }) => row))
  for (const { member, row } of membersRows(h.members, source.record, () => true)) {
    const why = taken.has(row) ? null : (source.bars(row, ctx) ?? '与已计入的记录是同一项，只计一次')
    collector.line({
      figure: source.figure,
      side: 'found',
      subject: member.no,
      text: source.text(row),
      source: source.record,
      row,
      amount: source.amount(row),
      counted: why === null,
      why,
    })
  }
}

function sumOf<R extends RecordName>(source: Source<R>, h: HouseholdView, ctx: RuleContext, collector?: TotalsCollector): number {
  const rows = membersRows(h.members, source.record, (row) => source.bars(row, ctx) === null)
  if (rows.length === 0 && collector === undefined) return 0
  const counted = source.key === undefined ? rows : oncePer(rows, source.key)
  if (collector !== undefined) explain(source, h, counted, ctx, collector)
  let sum = 0
  for (const { row } of counted) sum += source.amount(row)
  return sum
}

const deposits: Source<'banks/deposits'> = {
  figure: 'deposit',
  record: 'banks/deposits',
  bars: (row, ctx) =>
    ctx.sets.fin_exempt_account_kinds.has(row.account_kind) ? `${labelOf('account_kind', row.account_kind)}不计入家庭财产` : null,
  key: (row) => `${row.bank}\u0000${row.account_no}`,
  amount: (row) => row.balance + (row.wealth_value ?? 0),
  text: (row) => `${row.bank} ${labelOf('account_kind', row.account_kind)}（余额与理财）`,
}

const wallets: Source<'third_party_payment/balances'> = {
  figure: 'deposit',
  record: 'third_party_payment/balances',
  bars: () => null,
  key: (row) => `${row.operator}\u0000${row.account_no}`,
  amount: (row) => row.balance,
  text: (row) => `${row.operator} 余额`,
}

const holdings: Source<'securities/holdings'> = {
  figure: 'security',
  record: 'securities/holdings',
  bars: () => null,
  key: (row) => `${row.broker}\u0000${row.account_no}`,
  amount: (row) => row.market_value + (row.cash ?? 0),
  text: (row) => `${row.broker} ${labelOf('holding_kind', row.kind)}（市值与资金）`,
}

const policies: Source<'insurance/policies'> = {
  figure: 'insurance',
  record: 'insurance/policies',
  bars: (row) => (row.role !== 'holder' ? '不是投保人' : row.state !== 'in_force' ? '保单已失效或退保' : null),
  key: (row) => row.policy_no,
  amount: (row) => row.cash_value ?? 0,
  text: (row) => `${row.insurer ?? ''}${labelOf('policy_kind', row.kind)}现金价值`,
}

const enrolments: Source<'education/enrolments'> = {
  figure: 'education',
  record: 'education/enrolments',
  bars: (row) => (row.state !== 'enrolled' ? '不在读' : row.fee_payer !== 'self' ? '不是自费' : null),
  amount: (row) => row.annual_fee ?? 0,
  text: (row) => `${row.school ?? ''}${labelOf('student_level', row.level)}每年费用`,
}

const settlements: Source<'medical_security/settlements'> = {
  figure: 'medical',
  record: 'medical_security/settlements',
  bars: (row, ctx) =>
    row.discharged_on === null ? '尚未出院' : dateInRange(ctx.window, row.discharged_on) ? null : '出院不在收入期内',
  key: (row) => row.settlement_no,
  amount: (row) => max(row.total - row.reimbursed - (row.medical_aid ?? 0), 0),
  text: (row) => `${row.hospital ?? ''}住院，总费用 ${formatYuan(row.total)} 元减去报销和医疗救助`,
}

function vehicleValue(h: HouseholdView, collector?: TotalsCollector): number {
  let sum = 0
  for (const { member, row } of h.vehicles) {
    const amount = row.current_value ?? 0
    sum += amount
    const text = `${labelOf('vehicle_type', row.vehicle_type)}${row.brand ?? ''}现值`
    const why = row.current_value === null ? '公安未提供现值' : null
    const figure = 'vehicle'
    collector?.line({
      figure,
      side: 'found',
      subject: member.no,
      text,
      source: 'police/vehicles',
      row,
      amount,
      counted: true,
      why,
    })
  }
  return sum
}

/** Largest subscribed capital once per person and enterprise. */
function capital(h: HouseholdView, ctx: RuleContext, collector?: TotalsCollector): number {
  let sum = 0
  for (const member of h.members) {
    const rows = membersRows(
      [member],
      'market/investors',
      (row) => row.enterprise_state === 'active' && !ctx.sets.bus_exempt_enterprise_types.has(row.enterprise_type),
    )
    if (rows.length === 0) continue
    const largest = new Map<string, RecordRows['market/investors']>()
    for (const { row } of rows) {
      const known = largest.get(row.credit_code)
      if (known === undefined || row.subscribed_capital > known.subscribed_capital) largest.set(row.credit_code, row)
    }
    for (const row of largest.values()) {
      const amount = row.subscribed_capital
      sum += amount
      const text = `${row.enterprise ?? ''}认缴出资`
      const figure = 'business_capital'
      collector?.line({
        figure,
        side: 'found',
        subject: member.no,
        text,
        source: 'market/investors',
        row,
        amount,
        counted: true,
        why: null,
      })
    }
  }
  return sum
}

function dwellingArea(h: HouseholdView, collector?: TotalsCollector): number {
  let sum = 0
  for (const { titles, area } of h.dwellings) {
    sum += area
    const [title] = titles
    if (title === undefined || collector === undefined) continue
    collector.line({
      figure: 'dwelling_area',
      side: 'found',
      subject: title.member.no,
      text: `${title.row.location ?? ''}住宅`,
      source: 'natural_resources/titles',
      row: title.row,
      amount: area,
      counted: true,
      why: area === title.row.area ? null : `全幢 ${formatYuan(title.row.area)} 平方米，按家庭成员所占份额计`,
    })
  }
  return sum
}

/** What the sources show of property and expenditure: fen, the dwelling area in hundredths of a square metre. */
export function foundProperty(
  h: HouseholdView,
  ctx: RuleContext,
  collector?: TotalsCollector,
): Readonly<Record<PropertyFigure, number>> {
  return {
    deposit: sumOf(deposits, h, ctx, collector) + sumOf(wallets, h, ctx, collector),
    security: sumOf(holdings, h, ctx, collector),
    insurance: sumOf(policies, h, ctx, collector),
    vehicle: vehicleValue(h, collector),
    business_capital: capital(h, ctx, collector),
    dwelling_area: dwellingArea(h, collector),
    medical: sumOf(settlements, h, ctx, collector),
    education: sumOf(enrolments, h, ctx, collector),
  }
}
