/** Households of whom a unit says something else after their batch was compared: a person looked it up, or wrong data were put right. */
import { type LoadedAnswer, loadAnswers } from '#exchange'
import type { Tx } from '#platform/db'
import { changedSubjects } from '../rules/found/corrections.ts'
import { type Correction, listReopenable, reopenHouseholds, takeCorrections } from '../store/reopened.ts'
import { listQueryLines } from '../store/results.ts'
import { instantOf, type Workshop } from './workshop.ts'

/** Numbers of the subjects that the newest answers to some requests of a round say something else of. */
function changedIn(answers: readonly LoadedAnswer[], corrections: readonly Correction[]): Set<number> {
  const changed = new Set<number>()
  for (const { request } of corrections) {
    const given = answers.filter((answer) => answer.request === request)
    const [before, after] = [given.at(-2), given.at(-1)]
    if (after?.kind !== 'records') continue
    for (const i of changedSubjects(before?.kind === 'records' ? before : undefined, after)) changed.add(i)
  }
  return changed
}

/**
 * Opens the households again that corrections touch and that stand in the corrected batch still; others have been asked anew.
 * One that is suspended or ended is not asked again, as with corrections of the registry.
 */
export async function reopenCorrected(shop: Pick<Workshop, 'keys' | 'clock'>, tx: Tx): Promise<void> {
  const at = instantOf(shop)
  const rounds = Map.groupBy(await takeCorrections(tx, at), (each) => `${each.campaignId} ${each.batchNo} ${each.round}`)
  for (const corrections of rounds.values()) {
    const [first] = corrections
    if (first === undefined) continue
    const { campaignId, batchNo, round } = first
    const answers = await loadAnswers(tx, { campaign: campaignId, batch: batchNo, round }, shop)
    const lines = await listQueryLines(tx, { campaignId, batchNo })
    const touched = new Set([...changedIn(answers, corrections)].map((i) => lines[i]?.householdNo))
    const households = (await listReopenable(tx, campaignId, batchNo)).filter((householdNo) => touched.has(householdNo))
    if (households.length > 0) await reopenHouseholds(tx, campaignId, households, at)
  }
}
