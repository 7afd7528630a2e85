/** What the rules that look beyond the household need to be asked: found by running these very rules. */
import type { Dossier } from './dossier.ts'
import { viewHousehold } from './household-view.ts'
import type { RuleContext } from './prepare.ts'
import { applies } from './rule.ts'
import { householdRules } from './rules.ts'
import { totalsOf } from './totals.ts'

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
