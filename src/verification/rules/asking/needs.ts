/** What the rules that look beyond the household need to be asked: found by running these very rules. */

import type { RuleContext } from '../findings/prepare.ts'
import { applies } from '../findings/rule.ts'
import { householdRules } from '../findings/rules.ts'
import { totalsOf } from '../found/totals.ts'
import type { Dossier } from '../household/dossier.ts'
import { viewHousehold } from '../household/view.ts'

/** The rules that ask the register or the lists of deaths about persons who are no subjects. */
const beyond = new Set(['FAM-1', 'FAM-3', 'FAM-5'])

const lookingBeyond = householdRules.filter((rule) => beyond.has(rule.id))

/** Runs the rules that look beyond over a dossier whose look-ups write down what they are asked. */
export function lookupNeeds(dossier: Dossier, ctx: RuleContext): void {
  const household = viewHousehold(dossier, ctx)
  for (const rule of lookingBeyond) {
    if (applies(rule, household)) {
      rule.find(
        household,
        ctx,
        () => undefined,
        () => totalsOf(household, ctx),
      )
    }
  }
}
