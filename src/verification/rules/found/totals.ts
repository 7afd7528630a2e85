/**
 * Totals of a household in whole fen (areas in hundredths of a square metre): declared, found, verified. Sums are over
 * members; rows of listed persons who are not counted do not enter. Silent sources add nothing; the report names them.
 */
import { monthIndex } from '#kernel/dates'
import { divideHalfUp, max, min, mulDivHalfUp, round } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import type { DeclaredIncomeRow, SupporterRow } from '#registry'
import type { RuleContext, Standard } from '../findings/prepare.ts'
import type { HouseholdView, Member, Supporter } from '../household/view.ts'
import { foundIncome } from './income.ts'
import { type FigureKey, kindOfItem, type PropertyFigure, type TotalLine, type TotalsCollector } from './income-kinds.ts'
import { foundProperty } from './property.ts'

/** What the household declared, cut to the income window where it is over a period. */
export interface DeclaredTotals extends Record<FigureKey, number> {
  income: number
}

/** What is taken as true: the larger of declared and found, as each figure says. */
export interface VerifiedTotals extends Record<FigureKey, number> {
  income: number
  /** null for a household without members */
  per_capita_monthly: number | null
  monetary: number
}

export interface Totals {
  declared: DeclaredTotals
  /** what the sources alone show, per figure of property and expenditure */
  found: Readonly<Record<PropertyFigure, number>>
  verified: VerifiedTotals
}

interface Period {
  amount: number
  period_from: string
  period_to: string
}

/** The part of a declared amount that falls into W, half up to the fen, and the months of both. */
export function withinWindow(row: Period, ctx: RuleContext): { amount: number; months: number; of: number } {
  const from = monthIndex(row.period_from)
  const to = monthIndex(row.period_to)
  const first = max(from, ctx.window.first)
  const last = min(to, ctx.window.first + ctx.window.count - 1)
  const of = to - from + 1
  const months = last < first ? 0 : last - first + 1
  return { amount: months === of ? row.amount : mulDivHalfUp(row.amount, months, of), months, of }
}

function cutText(row: Period, part: { months: number; of: number }, ctx: RuleContext): string | null {
  if (part.months === part.of) return null
  return `申报期 ${row.period_from} 至 ${row.period_to} 共 ${part.of} 个月，其中 ${part.months} 个月在收入期 ${ctx.window.from} 至 ${ctx.window.to} 内`
}

function emptyFigures(): Record<FigureKey, number> {
  return {
    wage: 0,
    business: 0,
    property: 0,
    transfer: 0,
    other: 0,
    deposit: 0,
    security: 0,
    insurance: 0,
    vehicle: 0,
    business_capital: 0,
    dwelling_area: 0,
    medical: 0,
    education: 0,
  }
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}

/** Declared income in W per member and item. */
function declaredItems(
  h: HouseholdView,
  ctx: RuleContext,
  counted: ReadonlyMap<string, Member>,
  collector?: TotalsCollector,
): Map<string, Map<string, number>> {
  const byMember = new Map<string, Map<string, number>>()
  for (const row of h.dossier.incomes) {
    if (!counted.has(row.person_no)) continue
    const part = withinWindow(row, ctx)
    let items = byMember.get(row.person_no)
    if (items === undefined) {
      items = new Map()
      byMember.set(row.person_no, items)
    }
    add(items, row.item, part.amount)
    collector?.line(declaredLine(row, part, ctx))
  }
  return byMember
}

function declaredLine(row: DeclaredIncomeRow, part: { amount: number; months: number; of: number }, ctx: RuleContext): TotalLine {
  return {
    figure: kindOfItem(row.item),
    side: 'declared',
    subject: row.person_no,
    text: labelOf('income_item', row.item),
    amount: part.amount,
    counted: part.months > 0,
    why: cutText(row, part, ctx),
  }
}

const ASSET_FIGURES: ReadonlyMap<string, PropertyFigure> = new Map<string, PropertyFigure>([
  ['deposit', 'deposit'],
  ['security', 'security'],
  ['insurance', 'insurance'],
  ['vehicle', 'vehicle'],
  ['business', 'business_capital'],
  ['dwelling', 'dwelling_area'],
])

function addDeclaredProperty(
  h: HouseholdView,
  ctx: RuleContext,
  counted: ReadonlyMap<string, Member>,
  into: Record<FigureKey, number>,
  collector?: TotalsCollector,
): void {
  for (const row of h.dossier.assets) {
    const figure = ASSET_FIGURES.get(row.kind)
    if (figure === undefined || !counted.has(row.person_no)) continue
    const amount = (figure === 'dwelling_area' ? row.area : row.amount) ?? 0
    into[figure] += amount
    collector?.line({
      figure,
      side: 'declared',
      subject: row.person_no,
      text: labelOf('asset_kind', row.kind),
      amount,
      counted: true,
      why: null,
    })
  }
  for (const row of h.dossier.expenditures) {
    if ((row.kind !== 'medical' && row.kind !== 'education') || !counted.has(row.person_no)) continue
    const part = withinWindow(row, ctx)
    into[row.kind] += part.amount
    collector?.line({
      figure: row.kind,
      side: 'declared',
      subject: row.person_no,
      text: labelOf('expenditure_kind', row.kind),
      amount: part.amount,
      counted: part.months > 0,
      why: cutText(row, part, ctx),
    })
  }
}

const HUNDRED = 100

/** Support owed by the formula per month: the rate of the income above the threshold, by the number supported. */
export function formulaSupport(row: SupporterRow, standard: Standard, ctx: RuleContext): number {
  if (row.monthly_income === null || row.household_persons === null) return 0
  const { support_threshold_multiple: multiple, support_rate_percent: percent } = ctx.params
  const scale = BigInt(multiple.den) * BigInt(standard.den)
  const threshold = BigInt(multiple.num) * BigInt(standard.num) * BigInt(row.household_persons)
  const excess = BigInt(row.monthly_income) * scale - threshold
  if (excess <= 0n) return 0
  const count = row.supported_count === null || row.supported_count === 0 ? 1 : row.supported_count
  const rate = BigInt(round(percent * HUNDRED))
  return Number(divideHalfUp(excess * rate, scale * BigInt(HUNDRED * HUNDRED) * BigInt(count)))
}

/** Support of one supporter per month, and by which of the three ways. */
export function supportOf(s: Supporter, standard: Standard, ctx: RuleContext): { amount: number; by: string } {
  const { support_agreed: agreed, support_paid: paid } = s.row
  if (agreed !== null && agreed > 0) return { amount: agreed, by: '法律文书或者协议约定' }
  const formula = formulaSupport(s.row, standard, ctx)
  return (paid ?? 0) >= formula ? { amount: paid ?? 0, by: '申报的实际给付' } : { amount: formula, by: '按义务人收入公式计算' }
}

function supportOwed(h: HouseholdView, ctx: RuleContext, collector?: TotalsCollector): number {
  let monthly = 0
  for (const s of h.supporters) {
    const { amount, by } = supportOf(s, h.standard, ctx)
    monthly += amount
    collector?.line({
      figure: 'transfer',
      side: 'found',
      subject: s.no,
      text: '赡养抚养扶养费',
      amount: amount * ctx.params.income_months,
      counted: amount > 0,
      why: `${by}，每月，计 ${ctx.params.income_months} 个月`,
    })
  }
  return monthly * ctx.params.income_months
}

function verifyMember(
  member: Member,
  declared: ReadonlyMap<string, number> | undefined,
  into: VerifiedTotals,
  ctx: RuleContext,
  collector?: TotalsCollector,
): void {
  const found = foundIncome(member, ctx, collector)
  const choose = (item: string, stated: number, shown: number): void => {
    if (item === 'support') return
    const excluded = ctx.sets.income_excluded_items.has(item)
    const verified = excluded ? 0 : max(stated, shown)
    const figure = kindOfItem(item)
    into[figure] += verified
    collector?.choice({ figure, subject: member.no, item, declared: stated, found: shown, verified, excluded })
  }
  if (declared !== undefined) for (const [item, amount] of declared) choose(item, amount, found.get(item) ?? 0)
  for (const [item, amount] of found) if (!declared?.has(item)) choose(item, 0, amount)
}

function sumIncome(totals: Record<FigureKey, number>): number {
  return totals.wage + totals.business + totals.property + totals.transfer + totals.other
}

function verifyProperty(into: VerifiedTotals, declared: DeclaredTotals, found: Readonly<Record<PropertyFigure, number>>): void {
  into.deposit = max(declared.deposit, found.deposit)
  into.security = max(declared.security, found.security)
  into.insurance = max(declared.insurance, found.insurance)
  into.monetary = into.deposit + into.security + into.insurance
  into.vehicle = max(declared.vehicle, found.vehicle)
  into.business_capital = max(declared.business_capital, found.business_capital)
  into.dwelling_area = found.dwelling_area
  into.medical = found.medical
  into.education = found.education
}

/** Declared, found and verified totals of a household. With a collector every line behind a figure is handed to it. */
export function totalsOf(h: HouseholdView, ctx: RuleContext, collector?: TotalsCollector): Totals {
  const counted = new Map(h.members.map((member) => [member.no, member]))
  const declared: DeclaredTotals = { ...emptyFigures(), income: 0 }
  const items = declaredItems(h, ctx, counted, collector)
  let declaredSupport = 0
  for (const sums of items.values()) {
    for (const [item, amount] of sums) declared[kindOfItem(item)] += amount
    declaredSupport += sums.get('support') ?? 0
  }
  declared.income = sumIncome(declared)
  addDeclaredProperty(h, ctx, counted, declared, collector)

  const verified: VerifiedTotals = { ...emptyFigures(), income: 0, per_capita_monthly: null, monetary: 0 }
  for (const member of h.members) verifyMember(member, items.get(member.no), verified, ctx, collector)
  const owed = supportOwed(h, ctx, collector)
  const excluded = ctx.sets.income_excluded_items.has('support')
  const support = excluded ? 0 : max(declaredSupport, owed)
  verified.transfer += support
  if (declaredSupport > 0 || owed > 0) {
    collector?.choice({
      figure: 'transfer',
      subject: null,
      item: 'support',
      declared: declaredSupport,
      found: owed,
      verified: support,
      excluded,
    })
  }
  verified.income = sumIncome(verified)
  if (h.headCount > 0) verified.per_capita_monthly = mulDivHalfUp(verified.income, 1, ctx.params.income_months * h.headCount)
  const found = foundProperty(h, ctx, collector)
  verifyProperty(verified, declared, found)
  return { declared, found, verified }
}
