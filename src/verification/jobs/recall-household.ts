/** Puts one household's dossier together again from what was asked and answered: the same rows the report was made from. */
import { Problem } from '#kernel/problem'
import type { Clock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { inWholeDistrict, listedNumbers, loadHouseholdBatch } from '#registry'
import { emptyLookupAnswers, lookupsOf, withDeaths } from '../rules/asking/lookups.ts'
import { ownMask, type PlannedSubject, planSubjects } from '../rules/asking/plan.ts'
import { AnswerBook } from '../rules/found/answer-book.ts'
import type { Dossier } from '../rules/household/dossier.ts'
import { buildDossiers } from '../rules/household/dossiers.ts'
import { findBatch, findCampaign } from '../store/campaigns.ts'
import { listQueryLines } from '../store/results.ts'
import { takeRound } from './batch-memory.ts'
import { recallOfficials } from './district-batch.ts'
import { type BatchMemory, type CampaignContext, campaignContext } from './workshop.ts'

/** What a dossier is recalled with. */
export interface RecallDeps {
  tx: Tx
  keys: Keys
  clock: Clock
}

const rounds = [1, 2, 3]

/** Item numbers of the batch, with everybody of other households as a gap that is asked nothing. */
async function subjectsOf(
  deps: RecallDeps,
  context: CampaignContext,
  memory: Pick<BatchMemory, 'key' | 'rows'>,
): Promise<PlannedSubject[]> {
  const own = planSubjects(memory.rows, context.allowed, context.facts.asOf, context.guardianAge)
  const byKey = new Map(own.map((subject) => [`${subject.kind}|${subject.subjectNo}`, subject]))
  return (await listQueryLines(deps.tx, memory.key)).map((line) => {
    const subject = byKey.get(`${line.subjectKind}|${line.subjectNo}`)
    if (subject !== undefined) return { ...subject, asked: line.state === 'halted' ? line.asked & ownMask : line.asked }
    const gap = { householdNo: '', divisionCode: '', idNumber: '', name: '', bornOn: '', asked: 0, authorisations: [] }
    return { ...gap, subjectNo: line.subjectNo, kind: line.subjectKind }
  })
}

/** A household's dossier, and the campaign with the rules it was compared under. */
export interface RecalledHousehold {
  dossier: Dossier
  context: CampaignContext
}

const notFound = (): Problem => new Problem('verification.not-found', '这一户没有可说明的核对结果', { status: 404 })

/**
 * The dossier of a household in a campaign; the caller has made sure that the household is in the reader's sight. Problem 404
 * when it is not known.
 */
export async function recallHousehold(
  deps: RecallDeps,
  campaignId: string,
  batchNo: number,
  householdNo: string,
): Promise<RecalledHousehold> {
  const { dossiers, context } = await recallHouseholds(deps, campaignId, batchNo, [householdNo])
  const [dossier] = dossiers
  if (dossier === undefined) throw notFound()
  return { dossier, context }
}

/** The dossiers of several households of one batch; a constant number of statements. As `recallHousehold` in everything else. */
export async function recallHouseholds(
  deps: RecallDeps,
  campaignId: string,
  batchNo: number,
  householdNos: readonly string[],
): Promise<{ dossiers: readonly Dossier[]; context: CampaignContext }> {
  return inWholeDistrict(deps.tx, () => recall(deps, campaignId, batchNo, householdNos))
}

async function recall(deps: RecallDeps, campaignId: string, batchNo: number, householdNos: readonly string[]) {
  const facts = await findCampaign(deps.tx, campaignId)
  const batch = await findBatch(deps.tx, { campaignId, batchNo })
  const rows = await loadHouseholdBatch(deps.tx, deps.keys, householdNos)
  if (facts === undefined || batch === undefined || rows.households.length === 0) throw notFound()
  const context = campaignContext(facts)
  const key = { campaignId, batchNo }
  const subjects = await subjectsOf(deps, context, { key, rows })
  const memory: BatchMemory = {
    key,
    households: [],
    rows,
    subjects,
    book: new AnswerBook(subjects),
    lookups: emptyLookupAnswers,
    taken: new Set(),
  }
  for (const round of rounds) await takeRound(deps.tx, deps, memory, round)
  await recallOfficials({ shop: deps, tx: deps.tx, context })
  const ids = [...memory.lookups.books.values()].flatMap((group) => group.map((row) => row.id_number))
  const asked = batch.memo === null ? [] : (JSON.parse(deps.keys.openText(batch.memo)) as { id: string; name: string }[])
  const lookups = withDeaths({ ...memory.lookups, listed: await listedNumbers(deps.tx, deps.keys, ids) }, asked)
  const { asOf, districtCode } = facts
  const dossiers = buildDossiers({
    asOf,
    districtCode,
    rows,
    subjects,
    book: memory.book,
    lookups: lookupsOf(lookups, context.officials ?? []),
  })
  return { dossiers, context }
}
