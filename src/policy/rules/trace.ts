import { type Fraction, formatFraction } from '#kernel/fraction'
import { formatYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import { isCounted, STANDING, UNKNOWN_AGE } from './membership.ts'
import type { Outcome } from './plan.ts'
import type { TraceStep } from './result.ts'
import { REFUSAL, SUPPORT_BASIS } from './row-model.ts'
import type { Told } from './told.ts'

/** Trace → sentences: one entry per step that contributed, each with its operands; `lines` holds the single items. */

export const STANDING_TEXT: Readonly<Record<number, string>> = {
  [STANDING.applicant]: '申请人本人，计入',
  [STANDING.spouse]: '配偶，计入',
  [STANDING.minorChild]: '未成年子女，计入',
  [STANDING.dependentStudent]: '规定学历以内的全日制在读成年子女，计入',
  [STANDING.cannotLiveIndependently]: '不能独立生活的成年子女，计入',
  [STANDING.livesTogether]: '具有法定赡养、抚养、扶养义务并共同生活，计入',
  [STANDING.serving]: '服刑或强制隔离戒毒期间，不计入',
  [STANDING.missing]: '被宣告失踪，不计入',
  [STANDING.clergy]: '连续三年以上脱离家庭在宗教场所居住，不计入',
  [STANDING.conscript]: '现役义务兵，不计入',
  [STANDING.otherStudy]: '就读学历不在规定范围，不计入',
  [STANDING.livesApart]: '不共同生活，不计入',
  [STANDING.parentInLaw]: '配偶的父母，无法定赡养义务，不计入',
  [STANDING.otherRelation]: '其他人员，不计入',
}

const SUPPORT_TEXT: Readonly<Record<number, string>> = {
  [SUPPORT_BASIS.agreed]: '按判决、调解或协议数额',
  [SUPPORT_BASIS.paid]: '按实际给付数额（不低于计算数额）',
  [SUPPORT_BASIS.formula]: '按公式计算',
}

const MODE_TEXT = { half_up: '四舍五入', up: '向上取整', down: '向下取整' } as const
const UNIT_TEXT = { yuan: '元', jiao: '角', fen: '分' } as const
const POINT_TEXT = {
  household_total: '按全家差额一次取整',
  per_capita_income: '先将人均收入取整',
  per_capita_amount: '先将人均差额取整',
} as const

function plainNumber(x: Fraction): string {
  return formatFraction(x, 6).replace(/\.?0+$/, '')
}

function standard<T>({ lines }: Told<T>): string {
  return formatFraction({ n: lines.standard_monthly.n, d: lines.standard_monthly.d * 100n })
}

function membersStep<T>(told: Told<T>): TraceStep {
  const { household, detail, outcome, clause } = told
  const lines = household.members.map((member, k) => {
    const age = detail.ages[k] as number
    return `${member.id}（${age === UNKNOWN_AGE ? '年龄未知' : `${age} 岁`}）：${STANDING_TEXT[detail.standings[k] as number] ?? ''}`
  })
  const left = household.members.length - detail.standings.filter(isCounted).length
  const text = `申报成员 ${household.members.length} 人，计入共同生活家庭成员 ${outcome.members} 人${left > 0 ? `，${left} 人不计入` : ''}`
  return { step: 'members', clause: clause('household.dependent_study_levels'), text, value: String(outcome.members), lines }
}

function incomeLine<T>(told: Told<T>, k: number): string {
  const { household, parameters, detail, yuan } = told
  const line = household.incomes?.[k]
  if (line === undefined) return ''
  const months = line.months ?? 1
  const amount = `${labelOf('income_item', line.item)} ${formatYuan(line.amount)} 元${months === 1 ? '' : ` ÷ ${months} 个月 = 每月 ${yuan(detail.monthly[k] as T)} 元`}`
  const share = parameters.income.excluded_share.get(line.item)
  const member = household.members.findIndex(({ id }) => id === line.member)
  const reason =
    member >= 0 && !isCounted(detail.standings[member] as number)
      ? '（取得人不计入家庭成员）'
      : parameters.income.excluded_items.includes(line.item)
        ? '（不计入家庭收入的项目）'
        : share === undefined
          ? ''
          : `（其中 ${plainNumber(share)} 的份额不计入）`
  return `${amount}，计入 ${yuan(detail.counted[k] as T)} 元${reason}`
}

function supportLine<T>({ household, parameters, detail, yuan }: Told<T>, k: number): string {
  const supporter = household.supporters?.[k]
  if (supporter === undefined) return ''
  const basis = detail.supportBasis[k] as number
  const shared = parameters.support.divisor === 'supported_count' ? ` ÷ 被赡养 ${supporter.supported_count ?? 1} 人` : ''
  const formula =
    basis === SUPPORT_BASIS.formula
      ? `：其家庭月收入 ${formatYuan(supporter.monthly_income)} 元、${supporter.household_persons} 人，起算线为标准的 ${plainNumber(parameters.support.threshold_multiple)} 倍，比例 ${plainNumber(parameters.support.rate)}${shared}`
      : ''
  return `${labelOf('supporter_relation', supporter.relation)}的赡养抚养扶养费 ${yuan(detail.support[k] as T)} 元，${SUPPORT_TEXT[basis] ?? ''}${formula}`
}

function incomeStep<T>(told: Told<T>): TraceStep {
  const { household, outcome, yuan, clause, detail } = told
  const lines = [
    ...(household.incomes ?? []).map((_, k) => incomeLine(told, k)),
    ...detail.support.map((_, k) => supportLine(told, k)),
  ]
  const text = `收入 ${household.incomes?.length ?? 0} 项、赡养抚养扶养费 ${detail.support.length} 项，每月计入合计 ${yuan(outcome.income)} 元`
  return { step: 'income', clause: clause('income.excluded_items'), text, value: yuan(outcome.income), lines }
}

function deductionsStep<T>(told: Told<T>): TraceStep[] {
  const { outcome, yuan, clause, detail, household, firstMember } = told
  if (Number(outcome.workCost) === 0 && Number(outcome.expense) === 0) return []
  const lines = detail.workCosts.map(
    ({ member, amount }) => `${household.members[member - firstMember]?.id ?? ''}：就业成本扣减 ${yuan(amount)} 元`,
  )
  const text = `就业成本扣减 ${yuan(outcome.workCost)} 元、刚性支出扣减 ${yuan(outcome.expense)} 元：每月收入 ${yuan(outcome.income)} 元扣减后为 ${yuan(outcome.countable)} 元`
  return [{ step: 'deductions', clause: clause('deduct_medical'), text, value: yuan(outcome.countable), lines }]
}

function has(outcome: Outcome<unknown>, bit: number): boolean {
  return (outcome.refusals & bit) !== 0
}

function incomeTestStep<T>(told: Told<T>): TraceStep {
  const { outcome, yuan, clause, household } = told
  const { terms } = outcome
  const perCapita = yuan(outcome.countable, outcome.members)
  const comparison = has(outcome, REFUSAL.income) ? '不低于' : '低于'
  const text = `每月可计入收入 ${yuan(outcome.countable)} 元 ÷ ${outcome.members} 人 = 人均 ${perCapita} 元，${comparison}标准 ${standard(told)} 元`
  const family = household.single_applicant === true ? household.family : undefined
  const lines =
    family === undefined
      ? []
      : [
          `单人保申请：全家月收入 ${formatYuan(family.monthly_income)} 元 ÷ ${family.members} 人，${has(outcome, REFUSAL.familyIncome) ? '不低于' : '低于'}上限 ${yuan(terms.familyLimit)} 元`,
        ]
  return { step: 'income_test', clause: clause(`standard.${household.programme}`), text, value: perCapita, lines }
}

function judged(outcome: Outcome<unknown>, bit: number): string {
  return has(outcome, bit) ? '超过限额' : '未超过限额'
}

function assetsStep<T>(told: Told<T>): TraceStep {
  const { household, outcome, clause, detail, yuan, parameters } = told
  const { terms } = outcome
  const { monetary, dwellings, vehicles, non_residential: nonResidential } = household.assets ?? {}
  const limit = terms.monetaryLimited ? `（人均限额 ${yuan(terms.monetaryPerHead)} 元 × ${outcome.members} 人）` : '（不设限额）'
  const area = terms.areaLimited
    ? `，人均面积上限 ${plainNumber(parameters.assets.dwelling_area_per_head as Fraction)} 平方米`
    : ''
  const lines = [
    ...(monetary === undefined ? [] : [`货币财产 ${formatYuan(monetary)} 元${limit}，${judged(outcome, REFUSAL.monetary)}`]),
    ...(dwellings === undefined ? [] : [`住房 ${dwellings.length} 套${area}，${judged(outcome, REFUSAL.dwellings)}`]),
    ...(vehicles ?? []).map((vehicle, k) => {
      const value = formatYuan(detail.vehicleValues[k] ?? 0)
      const above = vehicle.exempt !== true && (detail.vehicleValues[k] ?? 0) > terms.vehicleLimit
      return `第 ${k + 1} 辆车价值 ${value} 元${vehicle.exempt === true ? '（免计）' : ''}，${above ? '超过限额' : '未超过限额'}`
    }),
    ...(nonResidential === undefined ? [] : [`非住宅 ${nonResidential} 处，${judged(outcome, REFUSAL.nonResidential)}`]),
  ]
  const failed = [REFUSAL.monetary, REFUSAL.dwellings, REFUSAL.vehicle, REFUSAL.nonResidential].filter((bit) =>
    has(outcome, bit),
  ).length
  const text = failed === 0 ? '家庭财产符合规定' : `家庭财产有 ${failed} 项超过规定`
  return { step: 'assets', clause: clause('assets.monetary_months'), text, value: failed === 0 ? '符合' : '不符合', lines }
}

function baseStep<T>(told: Told<T>): TraceStep {
  const { outcome, yuan, clause, household, parameters } = told
  const { terms } = outcome
  const base = yuan(outcome.base)
  const { rounding, single_applicant: single } = parameters
  const programme = household.programme
  const lines = terms.byTiers
    ? []
    : [`取整：${POINT_TEXT[rounding.point]}，${MODE_TEXT[rounding.mode]}到${UNIT_TEXT[rounding.unit]}`]
  if (household.single_applicant === true && single.mode !== 'none') {
    lines.push(`单人保${single.mode === 'fixed' ? '定额' : '不低于'} ${yuan(terms.singleAmount)} 元`)
  }
  const text = terms.byTiers
    ? `分档补助：${terms.tierNames[outcome.tier] ?? ''} 档每人每月 ${yuan(terms.tierAmount[outcome.tier] as T)} 元 × ${outcome.members} 人，基本金额 ${base} 元`
    : `差额补助：标准 ${standard(told)} 元 × ${outcome.members} 人 − 收入 ${yuan(outcome.countable)} 元，基本金额 ${base} 元`
  if (!terms.byTiers && Number(terms.minimum) > 0) lines.push(`最低补差每人 ${yuan(terms.minimumRounded)} 元`)
  return { step: 'base_amount', clause: clause(`amount_method.${programme}`), text, value: base, lines }
}

function topUpsStep<T>(told: Told<T>): TraceStep[] {
  const { outcome, yuan, clause, detail, household, parameters, firstMember } = told
  if (detail.topUps.length === 0) return []
  const lines = detail.topUps.map(({ member, rule, amount }) => {
    const name = parameters.top_ups[rule]?.class ?? ''
    return `${household.members[member - firstMember]?.id ?? ''}：${labelOf('top_up', name)}增发 ${yuan(amount)} 元`
  })
  const text = `分类施保 ${detail.topUps.length} 项，合计 ${yuan(outcome.topUps)} 元`
  return [{ step: 'top_ups', clause: clause('top_ups'), text, value: yuan(outcome.topUps), lines }]
}

function totalStep<T>(told: Told<T>, total: T): TraceStep {
  const { outcome, yuan, clause } = told
  const text = `每月合计：基本金额 ${yuan(outcome.base)} 元 + 分类施保 ${yuan(outcome.topUps)} 元 = ${yuan(total)} 元`
  return { step: 'total', clause: clause('payment_start'), text, value: yuan(total), lines: [] }
}

/** The steps that contributed, in their order. */
export function traceOf<T>(told: Told<T>, total: T): readonly TraceStep[] {
  const { outcome } = told
  const before = [membersStep(told), incomeStep(told), ...deductionsStep(told)]
  if (outcome.members === 0) return before
  const tests = [...before, incomeTestStep(told), assetsStep(told)]
  return outcome.refusals === 0 ? [...tests, baseStep(told), ...topUpsStep(told), totalStep(told, total)] : tests
}
