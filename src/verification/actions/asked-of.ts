/** What units were asked about a person, for the list of who looked at him: unit, kinds of record, outcome, papers; never a value. */
import type { ExchangeDeps } from '#exchange'
import type { Tx } from '#platform/db'
import { type Asked, askedUnits } from '../rules/asking/asked-of.ts'
import { isUuid } from '../rules/uuid.ts'
import { type AskedPlace, listAskedOf } from '../store/asked-of.ts'
import { listFarAsked } from './far-askings.ts'

/**
 * What was asked about a subject in some batches of campaigns, or of far nodes in some askings about a household, by `<place> <number>`. One
 * statement for the campaigns, none without batches.
 */
export async function listAsked(
  tx: Tx,
  subjectNo: string,
  places: readonly AskedPlace[],
  deps: ExchangeDeps,
): Promise<ReadonlyMap<string, Asked>> {
  if (places.length === 0) return new Map()
  const inCampaigns = places.filter((place) => isUuid(place.campaignId))
  const households = places.filter((place) => !isUuid(place.campaignId)).map((place) => place.campaignId)
  const rows = inCampaigns.length === 0 ? [] : await listAskedOf(tx, subjectNo, inCampaigns)
  const far = await listFarAsked(tx, deps, subjectNo, households)
  for (const { campaignId, batchNo, asked, statuses, authorisationNos } of rows) {
    far.set(`${campaignId} ${batchNo}`, { units: askedUnits(asked, statuses), authorisationNos })
  }
  return far
}
