/** Records of households that two persons, or one where one suffices, found to be wrong: they count in no assessment. */
import type { Tx } from '#platform/db'
import { disprovenRecords } from '../rules/findings/clearing.ts'
import { listClearingOf, listFindingsOf } from '../store/household-page.ts'
import { keyWithin, stepOf } from './open-counts.ts'

/** By household number; a household where nothing was disproven is left out. Two statements, however many households. */
export async function loadDisproven(
  tx: Tx,
  campaignId: string,
  householdNos: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const clearing = await listClearingOf(tx, campaignId, householdNos)
  const touched = [...new Set(clearing.map((row) => row.household_no))]
  if (touched.length === 0) return new Map()
  const steps = Map.groupBy(clearing, (row) => `${row.household_no} ${keyWithin(row)}`)
  const findings = (await listFindingsOf(tx, campaignId, touched, ['A', 'B', 'C'])).map((finding) => ({
    ...finding,
    history: (steps.get(`${finding.household_no} ${keyWithin(finding)}`) ?? []).map(stepOf),
  }))
  const byHousehold = Map.groupBy(findings, (finding) => finding.household_no)
  return new Map([...byHousehold].map(([householdNo, own]) => [householdNo, disprovenRecords(own)]))
}
