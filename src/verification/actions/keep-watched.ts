/** Keeps up whom member units watch: set by set, with what the registry and the cases say today. */
import {
  type ExchangeDeps,
  listRightsFor,
  listWatchedHouseholds,
  replaceSubscriptions,
  type SubjectBook,
  tellSubscriptions,
} from '#exchange'
import { nowIso, today } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { loadHouseholdBatch } from '#registry'
import { termsCells } from '#sources/contract'
import { campaignContext } from '../jobs/workshop.ts'
import { watching } from '../rules/household/schemes.ts'
import { watchedBits, watchesOf } from '../rules/household/watched-persons.ts'
import { findCampaign, findNewestCampaignId } from '../store/campaigns.ts'
import { listOnAid, listWatchable } from '../store/watched.ts'

/** Keys and clock: with the keys persons are named to the units. */
export type WatchDeps = ExchangeDeps & { readonly keys: Keys }

const grounds = {
  purpose: watching.purpose,
  legalBasis: watching.legalBasis,
  operator: 'system:subscriptions',
  lane: 'single',
} as const

/** How units read their rows: as for the newest campaign; undefined before the first. */
async function frameOf(tx: Tx) {
  const campaignId = await findNewestCampaignId(tx)
  const facts = campaignId === undefined ? undefined : await findCampaign(tx, campaignId)
  return facts && { basis: campaignContext(facts).basis, scheme: facts.scheme }
}

/** Whom the due watches are about, opened. */
async function loadSubjects(tx: Tx, keys: Keys, householdNos: readonly string[]): Promise<SubjectBook> {
  const { persons, authorisations } = await loadHouseholdBatch(tx, keys, [...new Set(householdNos)])
  const papers = Map.groupBy(authorisations, (paper) => paper.subject_no)
  return {
    subjects: new Map(
      persons.map(({ person_no: no, id_number: idNumber, name }) => {
        const signed = (papers.get(no) ?? []).map((paper) => ({ no: paper.authorisation_no, docHash: paper.doc_hash }))
        return [no, { idNumber, names: [name], papers: signed }]
      }),
    ),
    terms: new Map(authorisations.map((paper) => [paper.authorisation_no, termsCells(paper)])),
  }
}

/**
 * Makes the watches of some households what they are to be; `tellWatches` tells the units. `running`: households with a running case. A
 * number of statements that does not depend on the number of households. Gives how many watches changed.
 */
export async function keepWatched(
  tx: Tx,
  householdNos: readonly string[],
  running: readonly string[],
  deps: WatchDeps,
): Promise<number> {
  const frame = await frameOf(tx)
  if (frame === undefined) return 0
  const on = today(deps.clock)
  const { guardianAge } = frame.basis
  const bits = watchedBits(await listRightsFor(tx, watching.purpose))
  const persons = await listWatchable(tx, householdNos, running, on, guardianAge)
  return replaceSubscriptions(tx, householdNos, watchesOf(persons, bits, on, guardianAge), on, nowIso(deps.clock))
}

/** Tells the units of watches that changed and they do not know of yet; gives how many. */
export async function tellWatches(tx: Tx, deps: WatchDeps): Promise<number> {
  const frame = await frameOf(tx)
  if (frame === undefined) return 0
  const load = (rows: readonly { household_no: string }[]): Promise<SubjectBook> =>
    loadSubjects(
      tx,
      deps.keys,
      rows.map((row) => row.household_no),
    )
  return tellSubscriptions(tx, frame, load, grounds, deps)
}

/** Households whose watches are looked at: those on aid and those of which somebody is watched; after a place, in order. */
export async function listWatchHouseholds(tx: Tx, on: string, after: string, limit: number): Promise<string[]> {
  const [aided, watched] = await Promise.all([listOnAid(tx, on, after, limit), listWatchedHouseholds(tx, after, limit)])
  return [...new Set([...aided, ...watched])].sort().slice(0, limit)
}
