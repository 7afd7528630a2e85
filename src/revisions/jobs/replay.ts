/**
 * Replays a district in the background: gathers what verified facts are not kept yet, batch by batch, then assesses every household under both
 * sides at once. The number of statements does not depend on the number of households.
 */
import { z } from 'zod'
import { rangeOf } from '#kernel/division'
import { isProblem } from '#kernel/problem'
import { isoInstant } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { type Job, type JobContext, job } from '#platform/job'
import { assessmentBasis, factsAgain, keepFacts, packAt } from '#policy'
import { findFinishedCampaign, listVerified, loadVerifiedFacts, type VerifiedHousehold } from '#verification'
import { packOfSide } from '../actions/packs.ts'
import { type ReplayFacts, replayDistrict } from '../actions/replay-district.ts'
import type { ReplayResult } from '../contract/replay.ts'
import {
  beginReplay,
  type FactRow,
  failReplay,
  findReplay,
  finishReplay,
  listFactVersions,
  listTownshipNames,
  loadFactRows,
  type ReplayRunRow,
  saveFacts,
  saveReplayProgress,
  saveReplayRows,
} from '../store/replays.ts'

const system = wholeScope('system:casework')

/** What a replay needs of the job it runs in. */
export type ReplayContext = Pick<JobContext, 'workerDb' | 'keys' | 'clock' | 'signal'>

interface Gap {
  readonly campaignId: string
  readonly batches: readonly (readonly [number, readonly VerifiedHousehold[]])[]
  readonly households: number
}

/** Verified households whose facts are not kept, or of an older verification. Three statements. */
async function findGap(tx: Tx): Promise<Gap | null> {
  const campaign = await findFinishedCampaign(tx)
  if (campaign === undefined) return null
  const verified = await listVerified(tx, campaign.campaignId)
  const kept = new Map((await listFactVersions(tx, campaign.campaignId)).map((row) => [row.household_no, row.version]))
  const missing = verified.filter((row) => kept.get(row.householdNo) !== row.version)
  const batches = [...Map.groupBy(missing, (row) => row.batchNo)]
  return { campaignId: campaign.campaignId, batches, households: missing.length }
}

/** Keeps the facts of one batch's households: a constant number of statements. */
async function gatherBatch(
  tx: Tx,
  { keys, clock }: ReplayContext,
  campaignId: string,
  [batchNo, rows]: Gap['batches'][number],
): Promise<void> {
  const numbers = rows.map(({ householdNo }) => householdNo)
  const facts = await loadVerifiedFacts({ tx, keys, clock }, campaignId, batchNo, numbers)
  await saveFacts(
    tx,
    campaignId,
    rows.map(({ householdNo, divisionCode, version }) => {
      const household = facts.get(householdNo) ?? null
      const sealed = household === null ? null : keys.seal(JSON.stringify(keepFacts(household)))
      return { householdNo, divisionCode, version, sealed }
    }),
  )
}

/** Gathers what is missing, telling how far it got. Gives the campaign the facts are of. */
export async function gatherFactsOfDistrict(context: ReplayContext, replayId: string): Promise<string | null> {
  const { workerDb: db, signal } = context
  const gap = await withTransaction(db, system, findGap)
  if (gap === null) return null
  const { campaignId, households: expected } = gap
  let done = 0
  for (const batch of gap.batches) {
    signal.throwIfAborted()
    await withTransaction(db, system, async (tx) => {
      await gatherBatch(tx, context, campaignId, batch)
      done += batch[1].length
      await saveReplayProgress(tx, replayId, { state: 'gathering', done, expected, campaignId })
    })
  }
  await withTransaction(db, system, (tx) => saveReplayProgress(tx, replayId, { state: 'assessing', done, expected, campaignId }))
  return campaignId
}

/** Facts of a row: of a decision they stand in its grounds, under `facts`. */
function factsOf(keys: Keys, row: FactRow): ReplayFacts {
  const stored: unknown = row.sealed === null ? null : JSON.parse(keys.openText(row.sealed))
  const kept = row.decision_no === null ? stored : ((stored as { facts?: unknown } | null)?.facts ?? null)
  return {
    householdNo: row.household_no,
    divisionCode: row.division_code,
    household: kept === null ? null : factsAgain(kept),
    decisionNo: row.decision_no,
  }
}

function resultOf(
  summary: ReturnType<typeof replayDistrict>['summary'],
  names: readonly { code: string; name: string }[],
): ReplayResult {
  const known = new Map(names.map(({ code, name }) => [code, name]))
  const townships = summary.townships.map(({ township, ...sums }) => ({
    code: township,
    name: known.get(township) ?? `区划不在册 ${township}`,
    ...sums,
  }))
  return { ...summary, townships }
}

/** Assesses the district under both sides of a run and keeps what came out: nine statements at most, whatever the district. */
export async function assessDistrict(
  tx: Tx,
  { keys, clock }: Pick<ReplayContext, 'keys' | 'clock'>,
  run: ReplayRunRow,
  campaignId: string | null,
): Promise<ReplayResult> {
  const begun = performance.now()
  const [before, after] = [await packOfSide(tx, run.before_side), await packOfSide(tx, run.after_side)]
  const [was, is] = [packAt(before.pack, run.before_side.on), packAt(after.pack, run.after_side.on)]
  const { lo, hi } = rangeOf(run.division_code)
  const rows = (await loadFactRows(tx, campaignId)).filter((row) => row.division_code >= lo && row.division_code < hi)
  const facts = rows.map((row) => factsOf(keys, row))
  const { summary, flipped } = replayDistrict(assessmentBasis(was), assessmentBasis(is), facts)
  const result = resultOf(summary, await listTownshipNames(tx))
  await saveReplayRows(tx, run.replay_id, flipped)
  const milliseconds = Math.round(performance.now() - begun)
  const at = isoInstant(clock.nowMs())
  await finishReplay(tx, run.replay_id, { result, beforeHash: was.hash, afterHash: is.hash, milliseconds, at })
  return result
}

/** Does a replay from its request to its result; null when there is nothing to do any more. */
export async function doReplay(context: ReplayContext, replayId: string): Promise<ReplayResult | null> {
  const { workerDb: db } = context
  if (!(await withTransaction(db, system, (tx) => beginReplay(tx, replayId)))) return null
  const campaignId = await gatherFactsOfDistrict(context, replayId)
  return withTransaction(db, system, async (tx) => {
    const run = await findReplay(tx, replayId)
    return run === undefined ? null : assessDistrict(tx, context, run, campaignId)
  })
}

/** The job behind every replay. What its asker can mend ends it as failed; anything else is tried again. */
export const replayJob: Job<{ replayId: string }> = job({
  name: 'casework.replay',
  input: z.object({ replayId: z.string() }),
  retries: 2,
  maxSeconds: 1800,
  async run(context, { replayId }) {
    try {
      const result = await doReplay(context, replayId)
      if (result === null) return null
      const { households, winners, losers } = result
      return {
        chain: 'system:policy',
        divisionCode: '000000000000',
        basis: '社会救助暂行办法 第十条',
        purpose: '政策测算：按两套参数重新核算全区家庭',
        detail: { replayId, households, winners, losers },
      }
    } catch (error) {
      const told = isProblem(error)
      const failure = told ? error.message : '测算时系统出错，正在重试；多次不成功请联系系统管理员'
      const at = isoInstant(context.clock.nowMs())
      await withTransaction(context.workerDb, system, (tx) => failReplay(tx, replayId, failure, at))
      if (!told) throw error
      return null
    }
  },
})
