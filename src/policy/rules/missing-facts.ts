import type { AssessParameters } from './assess-parameters.ts'
import type { Household, Member, Vehicle } from './household.ts'
import type { MissingFact } from './result.ts'

/**
 * Facts that the rules asked for and nobody gave, with what was assumed instead. Missing is never silently read as
 * zero or none: the list goes with the result and into the request for supplements.
 */

function missingAge(member: Member, k: number): MissingFact[] {
  if (member.age !== undefined || member.birth_date !== undefined) return []
  return [
    {
      fact: `members[${k + 1}].birth_date`,
      text: `成员“${member.id}”缺少出生日期或年龄：按成年人计，且不适用任何有年龄条件的增发`,
    },
  ]
}

function missingValue(vehicle: Vehicle, k: number): MissingFact[] {
  if (vehicle.exempt === true || vehicle.value !== undefined) return []
  const fact = `assets.vehicles[${k + 1}]`
  if (vehicle.price === undefined)
    return [{ fact: `${fact}.price`, text: `第 ${k + 1} 辆车缺少价值和购置价：未能判断是否超过限额，须补充` }]
  if (vehicle.age_years !== undefined) return []
  return [{ fact: `${fact}.age_years`, text: `第 ${k + 1} 辆车缺少使用年数：按未折旧计` }]
}

function missingWage(household: Household, p: AssessParameters): MissingFact[] {
  if (p.work_cost.method === 'none') return []
  return (household.incomes ?? []).flatMap((line, k) =>
    line.item === 'wage' && line.member === undefined
      ? [{ fact: `incomes[${k + 1}].member`, text: `第 ${k + 1} 行工资未注明由谁取得：不能扣减就业成本` }]
      : [],
  )
}

/** The tier of a household that is paid by tiers, where no band of income gives it; a tier the pack does not know is none. */
function missingTier({ programme, tier }: Household, p: AssessParameters): MissingFact[] {
  if (p.amount_method[programme] !== 'tiers') return []
  if (tier === undefined) {
    return p.tier_bands[programme].length > 0 ? [] : [{ fact: 'tier', text: '缺少保障类别：分档补助不能确定金额，须先认定' }]
  }
  const known = p.tiers[programme].map((each) => each.tier)
  if (known.includes(tier)) return []
  return [{ fact: 'tier', text: `政策包中没有“${tier}”这一保障类别（有${known.join('、')}）：须重新认定` }]
}

/** What is missing, in the order of the household file. */
export function missingFacts(household: Household, p: AssessParameters): readonly MissingFact[] {
  const care = p.lines.minimum_wage === null && p.lines.care_rates.length > 0
  const vehicles = p.assets.vehicle_value_limit === null ? [] : (household.assets?.vehicles ?? [])
  return [
    ...household.members.flatMap(missingAge),
    ...missingTier(household, p),
    ...missingWage(household, p),
    ...vehicles.flatMap(missingValue),
    ...(care ? [{ fact: 'lines.minimum_wage', text: '政策包缺少最低工资：未计算照料护理标准' }] : []),
  ]
}
