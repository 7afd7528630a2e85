import { formatFraction } from '#kernel/fraction'
import { formatYuan } from '#kernel/money'
import type { Reason, ReasonCode } from './result.ts'
import { REFUSAL } from './row-model.ts'
import type { Told } from './told.ts'

interface ReasonRule {
  readonly bit: number
  readonly code: ReasonCode
  /** parameter whose clause the reason rests on */
  readonly parameter: (programme: string) => string
  readonly text: <T>(told: Told<T>) => string
}

const FEN_DECIMALS = 2

function standardText<T>({ lines }: Told<T>): string {
  return formatFraction({ n: lines.standard_monthly.n, d: lines.standard_monthly.d * 100n }, FEN_DECIMALS)
}

function perCapita<T>({ outcome, yuan }: Told<T>): string {
  return yuan(outcome.countable, outcome.members)
}

/** In the order of the steps; the order of `reasons`. */
const REFUSALS: readonly ReasonRule[] = [
  {
    bit: REFUSAL.nobodyCounted,
    code: 'NOBODY_COUNTED',
    parameter: () => 'household.dependent_study_levels',
    text: () => '没有计入的共同生活家庭成员',
  },
  {
    bit: REFUSAL.income,
    code: 'INCOME_NOT_BELOW_STANDARD',
    parameter: (programme) => `standard.${programme}`,
    text: (told) => `人均月收入 ${perCapita(told)} 元，不低于标准 ${standardText(told)} 元`,
  },
  {
    bit: REFUSAL.familyIncome,
    code: 'FAMILY_INCOME_ABOVE_LIMIT',
    parameter: () => 'single_applicant.income_multiple',
    text: ({ household, outcome, yuan }) =>
      `单人保申请：全家 ${household.family?.members ?? 0} 人、月收入 ${formatYuan(household.family?.monthly_income ?? 0)} 元，人均不低于 ${yuan(outcome.terms.familyLimit)} 元`,
  },
  {
    bit: REFUSAL.monetary,
    code: 'MONETARY_ABOVE_LIMIT',
    parameter: () => 'assets.monetary_months',
    text: ({ household, parameters }) =>
      `货币财产 ${formatYuan(household.assets?.monetary ?? 0)} 元，超过人均 ${formatFraction(parameters.assets.monetary_months ?? { n: 0n, d: 1n }, 0)} 个月标准的限额`,
  },
  {
    bit: REFUSAL.dwellings,
    code: 'DWELLINGS_ABOVE_LIMIT',
    parameter: () => 'assets.dwelling_max',
    text: ({ household, parameters }) =>
      `住房 ${household.assets?.dwellings?.length ?? 0} 套，超过 ${parameters.assets.dwelling_max ?? 0} 套`,
  },
  {
    bit: REFUSAL.vehicle,
    code: 'VEHICLE_ABOVE_LIMIT',
    parameter: () => 'assets.vehicle_value_limit',
    text: ({ outcome: { terms } }) => `有车辆价值超过 ${formatYuan(terms.vehicleLimit)} 元`,
  },
  {
    bit: REFUSAL.nonResidential,
    code: 'NON_RESIDENTIAL_ABOVE_LIMIT',
    parameter: () => 'assets.non_residential_max',
    text: ({ household, parameters }) =>
      `非住宅 ${household.assets?.non_residential ?? 0} 处，超过 ${parameters.assets.non_residential_max ?? 0} 处`,
  },
  {
    bit: REFUSAL.noTier,
    code: 'NO_MATCHING_TIER',
    parameter: (programme) => `tiers.${programme}`,
    text: ({ household, parameters }) => {
      if (household.tier !== undefined) return `政策包中没有“${household.tier}”这一档`
      return parameters.tier_bands[household.programme].length > 0 ? '人均收入不在任何一档之内' : '没有认定保障类别'
    },
  },
]

/** Why the household is refused, every code that refuses; or the one reason it is eligible. */
export function reasonsOf<T>(told: Told<T>): readonly Reason[] {
  const { outcome, household, clause } = told
  const { refusals } = outcome
  if (refusals === 0) {
    const text = `人均月收入 ${perCapita(told)} 元，低于标准 ${standardText(told)} 元，财产符合规定`
    return [{ code: 'INCOME_BELOW_STANDARD', clause: clause(`standard.${household.programme}`), text }]
  }
  return REFUSALS.filter(({ bit }) => (refusals & bit) !== 0).map(({ code, parameter, text }) => ({
    code,
    clause: clause(parameter(household.programme)),
    text: text(told),
  }))
}
