/** The facts of many households as their verification left them, for whoever assesses a whole district. */
import type { Clock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { Household } from '#policy'
import { loadDisproven } from '../jobs/disproven-records.ts'
import { recallHouseholds } from '../jobs/recall-household.ts'
import { assessedHousehold } from '../rules/household/assessed.ts'

/**
 * Facts of households of one batch of a campaign by household number, as `assessmentOf` takes them; null where nobody can be assessed. A
 * constant number of statements, however many households.
 */
export async function loadVerifiedFacts(
  deps: { readonly tx: Tx; readonly keys: Keys; readonly clock: Clock },
  campaignId: string,
  batchNo: number,
  householdNos: readonly string[],
): Promise<ReadonlyMap<string, Household | null>> {
  const { dossiers, context } = await recallHouseholds(deps, campaignId, batchNo, householdNos)
  const disproven = await loadDisproven(deps.tx, campaignId, householdNos)
  return new Map(
    dossiers.map((dossier) => {
      const { household_no: householdNo } = dossier.household
      const { household } = assessedHousehold(dossier, context.rules, { disproven: disproven.get(householdNo) })
      return [householdNo, household.members.length === 0 ? null : household]
    }),
  )
}
