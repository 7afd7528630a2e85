/** All rules that look at one household, in the order of the catalogue. */
import type { Rule, RuleCard } from './rule.ts'
import { businessRules } from './rules-business.ts'
import { custodyRegisterRules } from './rules-custody-register.ts'
import { deathRules } from './rules-death.ts'
import { doubleAidRules } from './rules-double-aid.ts'
import { familyRules } from './rules-family.ts'
import { housingRules } from './rules-housing.ts'
import { identityRules } from './rules-identity.ts'
import { incomeRules } from './rules-income.ts'
import { livingRules } from './rules-living.ts'
import { missedRule } from './rules-missed.ts'
import { moneyRules } from './rules-money.ts'
import { obligorRules } from './rules-obligors.ts'
import { procedureRules } from './rules-procedure.ts'
import { publicPayRules } from './rules-public-pay.ts'
import { vehicleRules } from './rules-vehicles.ts'
import { workRules } from './rules-work.ts'

/** The rules that look at one household. */
export const householdRules: readonly Rule[] = [
  ...deathRules,
  ...custodyRegisterRules,
  ...familyRules,
  ...obligorRules,
  ...vehicleRules,
  ...housingRules,
  ...businessRules,
  ...publicPayRules,
  ...workRules,
  ...incomeRules,
  ...moneyRules,
  ...doubleAidRules,
  ...livingRules,
  ...procedureRules,
  ...identityRules,
]

/** Every rule by its number, with the one that looks beyond the roll. */
export const ruleCards: ReadonlyMap<string, RuleCard> = new Map(
  [...householdRules, missedRule].map((rule): [string, RuleCard] => [rule.id, rule]),
)
