import { addMonths, monthOf } from '#kernel/dates'
import { type Fraction, formatFraction } from '#kernel/fraction'
import type { AssessParameters } from './assess-parameters.ts'
import type { Household } from './household.ts'
import { isCounted } from './membership.ts'
import { missingFacts } from './missing-facts.ts'
import { assessExactly, assessInNumbers, type Plan } from './plan.ts'
import { reasonsOf } from './reasons.ts'
import { type AssessmentResult, exactWriter, type LinesResult, numberWriter } from './result.ts'
import { type Detail, REFUSAL } from './row-model.ts'
import { type StandardLines, standardLines } from './terms.ts'
import type { ClauseOf, Told } from './told.ts'
import { STANDING_TEXT, traceOf } from './trace.ts'

const NO_ASSET_REFUSAL = ~(REFUSAL.monetary | REFUSAL.dwellings | REFUSAL.vehicle | REFUSAL.nonResidential)
const FEN_DECIMALS = 2

function yuanOfFen(fen: Fraction): string {
  return formatFraction({ n: fen.n, d: fen.d * 100n }, FEN_DECIMALS)
}

function linesResult(lines: StandardLines): LinesResult {
  return {
    standard_monthly: yuanOfFen(lines.standard_monthly),
    standard_yearly: yuanOfFen(lines.standard_yearly),
    marginal_monthly: yuanOfFen(lines.marginal_monthly),
    marginal_yearly: yuanOfFen(lines.marginal_yearly),
    extreme_hardship_monthly: yuanOfFen(lines.extreme_hardship_monthly),
    extreme_hardship_yearly: yuanOfFen(lines.extreme_hardship_yearly),
    care_monthly: lines.care_monthly.map(yuanOfFen),
    care_yearly: lines.care_yearly.map(yuanOfFen),
  }
}

function incomesOf<T>({ household, detail, yuan }: Told<T>): AssessmentResult['incomes'] {
  const lines = (household.incomes ?? []).map((line, k) => ({
    ref: line.ref ?? String(k + 1),
    item: line.item,
    monthly: yuan(detail.monthly[k] as T),
    counted: yuan(detail.counted[k] as T),
  }))
  const supports = detail.support.map((amount, k) => ({
    ref: `supporter:${k + 1}`,
    item: 'support',
    monthly: yuan(amount),
    counted: yuan(amount),
  }))
  return [...lines, ...supports]
}

function membersOf<T>({ household, detail }: Told<T>): AssessmentResult['members'] {
  return household.members.map((member, k) => {
    const standing = detail.standings[k] as number
    return { id: member.id, counted: isCounted(standing), reason: STANDING_TEXT[standing] ?? '' }
  })
}

function paymentFrom(on: string, start: AssessParameters['payment_start']): string {
  return monthOf(start === 'same_month' ? on : addMonths(`${monthOf(on)}-01`, 1))
}

function tell<T>(told: Told<T>, total: T): AssessmentResult {
  const { household, parameters, on, outcome, yuan, detail } = told
  const { terms } = outcome
  const eligible = outcome.refusals === 0
  return {
    eligible,
    programme: household.programme,
    members: membersOf(told),
    counted: outcome.members,
    countable_income: yuan(outcome.countable),
    per_capita_income: outcome.members === 0 ? null : yuan(outcome.countable, outcome.members),
    standard: yuanOfFen(told.lines.standard_monthly),
    incomes: incomesOf(told),
    assets_ok: (outcome.refusals & ~NO_ASSET_REFUSAL) === 0,
    base_amount: yuan(outcome.base),
    top_ups: detail.topUps.map(({ member, rule, amount }) => ({
      member: household.members[member - told.firstMember]?.id ?? '',
      class: parameters.top_ups[rule]?.class ?? '',
      amount: yuan(amount),
    })),
    top_up_total: yuan(outcome.topUps),
    total: yuan(total),
    tier: eligible && outcome.tier >= 0 ? (terms.tierNames[outcome.tier] ?? null) : null,
    payment_from: eligible ? paymentFrom(on, parameters.payment_start) : null,
    recheck_months: outcome.recheck,
    lines: linesResult(told.lines),
    reasons: reasonsOf(told),
    trace: traceOf(told, total),
    missing: missingFacts(household, parameters),
  }
}

/**
 * Runs household `i` of the plan once more, for it alone, and tells every step in Chinese with its operands and the
 * clause it rests on. `household` is what the columns were made of. Costs nothing to whoever does not ask.
 */
export function explainRow(plan: Plan, i: number, household: Household, clause: ClauseOf): AssessmentResult {
  const { parameters, on, columns } = plan
  const lines = standardLines(parameters, household.programme)
  const firstMember = columns.memberStart[i] as number
  const known = { household, parameters, on, clause, firstMember, lines }
  const quick = assessInNumbers(plan, i, true)
  if (quick !== null) {
    const told = { ...known, outcome: quick, detail: quick.detail as Detail<number>, yuan: numberWriter(quick.terms.scale) }
    return tell(told, quick.base + quick.topUps)
  }
  const exact = assessExactly(plan, i, true)
  const told = { ...known, outcome: exact, detail: exact.detail as Detail<bigint>, yuan: exactWriter(exact.terms.scale) }
  return tell(told, exact.base + exact.topUps)
}
