/** How many findings of a household still wait for a person, after a step of clearing or a new version of its report. */
import type { Tx } from '#platform/db'
import { type ClearingStep, standingOf } from '../rules/findings/clearing.ts'
import { type ClearingRow, type FindingRow, listClearingOf, listFindingsOf, saveOpenCounts } from '../store/household-page.ts'

/** A clearing step as the rules read it. */
export function stepOf(row: ClearingRow): ClearingStep {
  const { by_user: by, step, outcome, reason, evidence, teach } = row
  return { by, step, outcome, reason, evidence: evidence.map((file) => file.sha256), teach }
}

type Key = Pick<FindingRow, 'person' | 'rule' | 'source' | 'source_record_id'>

/** Names a finding within its household. */
export function keyWithin({ person, rule, source, source_record_id }: Key): string {
  return JSON.stringify([person, rule, source, source_record_id])
}

/** Counts anew for some households: three statements at most, two when nothing was ever cleared in them. */
export async function recountOpen(tx: Tx, campaignId: string, householdNos: readonly string[]): Promise<void> {
  const [clearing, findings] = await Promise.all([
    listClearingOf(tx, campaignId, householdNos),
    listFindingsOf(tx, campaignId, householdNos, ['A', 'B']),
  ])
  if (clearing.length === 0) return
  const steps = Map.groupBy(clearing, (row) => `${row.household_no} ${keyWithin(row)}`)
  const touched = [...new Set(clearing.map((row) => row.household_no))]
  const counts = new Map(touched.map((householdNo) => [householdNo, { householdNo, openA: 0, openB: 0 }]))
  for (const finding of findings) {
    const count = counts.get(finding.household_no)
    const history = (steps.get(`${finding.household_no} ${keyWithin(finding)}`) ?? []).map(stepOf)
    if (count === undefined || standingOf(finding.class, history).state === 'cleared') continue
    if (finding.class === 'A') count.openA++
    else count.openB++
  }
  await saveOpenCounts(tx, campaignId, [...counts.values()])
}
