/** All rules that look at one household, in the order of the catalogue. */

import { businessRules } from './business.ts'
import { custodyRegisterRules } from './custody-register.ts'
import { deathRules } from './death.ts'
import { doubleAidRules } from './double-aid.ts'
import { familyRules } from './family.ts'
import { housingRules } from './housing.ts'
import { identityRules } from './identity.ts'
import { livingRules } from './living.ts'
import { missedRule } from './missed.ts'
import { moneyRules } from './money.ts'
import { obligorRules } from './obligors.ts'
import { procedureRules } from './procedure.ts'
import { publicPayRules } from './public-pay.ts'
import type { Rule, RuleCard } from './rule.ts'
import { incomeRules } from './undeclared-income.ts'
import { vehicleRules } from './vehicles.ts'
import { workRules } from './work.ts'

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
