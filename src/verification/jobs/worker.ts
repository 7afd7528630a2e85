/**
 * The worker: takes open campaigns forward, batch by batch, until nothing is left to do. It keeps some batches open at
 * once so that the units always have questions while it compares. Another worker may run beside it: each holds its
 * batches by advisory locks of its own connection, which the database drops when the process dies.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { pendingRequests } from '#exchange'
import { monotonicMs } from '#platform/clock'
import { type Sql, wholeScope, withSession, withTransaction } from '#platform/db'
import { codeOf, isLost, obstacleOf } from '#platform/retry'
import {
  type BatchRow,
  type CampaignFacts,
  findCampaign,
  finishCampaign,
  listOpenBatches,
  listOpenCampaigns,
  lockBatch,
  noteEffort,
  releaseBatch,
  tryHoldBatch,
} from '../store/campaigns.ts'
import { listLateHouseholds, lockLateLook, reopenHouseholds } from '../store/reopened.ts'
import { clearCampaignFailure, noteBatchFailure, noteCampaignFailure } from '../store/troubles.ts'
import { failureOf, PAPER_MISSING } from './batch-failure.ts'
import { reopenCorrected } from './corrected-households.ts'
import { officialsKnown, recallOfficials, stepDistrict } from './district-batch.ts'
import { stepHouseholds } from './household-batch.ts'
import { stepPreparing } from './prepare-sources.ts'
import { type CampaignContext, campaignContext, instantOf, type Workshop } from './workshop.ts'

/** How often the worker looks by itself when no news wakes it. */
const LOOK_EVERY_MS = 250

/** How long to wait when a failure cannot be noted: the disk of the database is full. */
const UNNOTED_WAIT_MS = 5000

/** How often late answers are looked for. */
const LATE_LOOK_EVERY_MS = 5000

const actor = 'system:worker'

/** A running worker. */
export interface Worker {
  /** resolves when the worker has stopped; rejects when it failed for a reason that will not pass */
  done: Promise<void>
  /** asks it to stop after the step in hand */
  stop(): Promise<void>
}

interface Loop {
  shop: Workshop
  contexts: Map<string, CampaignContext>
  /** batches this worker holds, by the kind of their campaign */
  held: Map<string, CampaignFacts['kind']>
  /** when to look for late answers again, monotonic milliseconds */
  lateLookAt: number
  /** batches and campaigns whose failure could not even be noted: when they are tried again, monotonic milliseconds */
  unnoted: Map<string, number>
  /** batches seen open in this pass, that do not rest */
  seen: Set<string>
  signal: AbortSignal
  /** resolves at the next news or after a while */
  news(): Promise<void>
}

const scope = wholeScope(actor)

const keyOf = (batch: { campaignId: string; batchNo: number }): string => `${batch.campaignId}|${batch.batchNo}`

/** Whether a failure that could not be noted is too fresh to try again. */
function isUnnoted(loop: Loop, key: string): boolean {
  const until = loop.unnoted.get(key)
  if (until === undefined || until > monotonicMs()) return until !== undefined
  loop.unnoted.delete(key)
  return false
}

async function contextOf(loop: Loop, campaignId: string): Promise<CampaignContext | undefined> {
  const known = loop.contexts.get(campaignId)
  if (known !== undefined) return known
  const facts = await withTransaction(loop.shop.db, scope, (tx) => findCampaign(tx, campaignId))
  if (facts === undefined) return undefined
  const context = campaignContext(facts)
  loop.contexts.set(campaignId, context)
  return context
}

/** Takes one batch one step further in a transaction of its own; false when it failed. */
async function step(loop: Loop, context: CampaignContext, batch: BatchRow): Promise<boolean> {
  const { shop } = loop
  const effort = context.effort.get(batch.batchNo) ?? { statements: 0, spent: {} }
  const started = { at: monotonicMs(), statements: shop.db.statements.count }
  try {
    await withTransaction(shop.db, scope, async (tx) => {
      if (!(await lockBatch(tx, batch))) return
      const work = { shop, tx, context }
      if (batch.kind === 'district') return stepDistrict(work, batch)
      if (batch.step === 'lookups' && context.officials === undefined) await recallOfficials(work)
      await stepHouseholds(work, batch)
      if (batch.step !== 'lookups') return
      const statements = effort.statements + shop.db.statements.count - started.statements + 1
      await noteEffort(tx, batch, { statements, spent: { ...effort.spent, compare: Math.round(monotonicMs() - started.at) } })
    })
  } catch (error) {
    context.memory.delete(batch.batchNo)
    if (isLost(error)) throw error
    if (codeOf(error) === PAPER_MISSING && !context.withdrawn.has(batch.batchNo)) {
      context.withdrawn.add(batch.batchNo)
      return step(loop, context, batch)
    }
    await fail(loop, batch, error)
    return false
  }
  effort.statements += shop.db.statements.count - started.statements
  effort.spent[batch.step] = Math.round(monotonicMs() - started.at)
  context.effort.set(batch.batchNo, effort)
  if (batch.step === 'lookups') context.effort.delete(batch.batchNo)
  return true
}

/** Runs the note of a failure; where even that is refused, what failed is remembered for a while and tried again. */
async function note(loop: Loop, key: string, write: (tx: Sql) => Promise<void>): Promise<void> {
  try {
    await withTransaction(loop.shop.db, scope, write)
  } catch (error) {
    if (isLost(error)) throw error
    loop.shop.log.error('a failure could not be noted', { key, error })
    loop.unnoted.set(key, monotonicMs() + UNNOTED_WAIT_MS)
  }
}

/** A step that failed is a state of its batch; everything else goes on. */
async function fail(loop: Loop, batch: BatchRow, error: unknown): Promise<void> {
  loop.shop.log.error('a batch cannot go on', { campaign: batch.campaignId, batch: batch.batchNo, step: batch.step, error })
  const failure = failureOf(error, batch.failures, loop.shop.clock)
  await note(loop, keyOf(batch), (tx) => noteBatchFailure(tx, batch, failure))
}

/** Whether the batch may go on: no question open, or the patience with silent units is over. */
function isReady(
  batch: BatchRow,
  open: ReadonlyMap<number, number>,
  context: CampaignContext,
  districtStep: string | undefined,
  at: string,
): boolean {
  if (batch.kind !== 'district' && batch.step === 'lookups' && context.officials === undefined && !officialsKnown(districtStep))
    return false
  if ((open.get(batch.batchNo) ?? 0) === 0) return true
  return batch.deadlineAt !== null && batch.deadlineAt <= at
}

/** Whether the batch waits for the district's own, which rests: it takes no place meanwhile. */
function isStuck(batch: BatchRow, context: CampaignContext, district: BatchRow | undefined): boolean {
  return (
    batch.kind !== 'district' &&
    batch.step === 'lookups' &&
    context.officials === undefined &&
    district?.rests === true &&
    !officialsKnown(district.step)
  )
}

/** Commissions of single households have room of their own: a case does not wait for the batches of a district. */
async function hold(loop: Loop, session: Sql, batch: BatchRow, kind: CampaignFacts['kind']): Promise<boolean> {
  const key = keyOf(batch)
  if (loop.held.has(key)) return true
  const alike = [...loop.held.values()].filter((each) => each === kind).length
  if (alike >= loop.shop.inFlight || !(await tryHoldBatch(session, batch))) return false
  loop.held.set(key, kind)
  return true
}

/** The step after which a batch of a kind is compared. */
const lastStep = { district: 'records', households: 'lookups', rerun: 'lookups' } as const

async function letGo(loop: Loop, session: Sql, batch: { campaignId: string; batchNo: number }): Promise<void> {
  loop.contexts.get(batch.campaignId)?.memory.delete(batch.batchNo)
  if (loop.held.delete(keyOf(batch))) await releaseBatch(session, batch)
}

/** Lets go what is held and was not seen open: it ended in other hands, or waits for what rests. */
async function letGoUnseen(loop: Loop, session: Sql): Promise<void> {
  for (const key of [...loop.held.keys()]) {
    if (loop.seen.has(key)) continue
    const [campaignId = '', batchNo = ''] = key.split('|')
    await letGo(loop, session, { campaignId, batchNo: Number(batchNo) })
  }
}

/** One pass over a campaign's open batches; true when something moved. */
async function passCampaign(loop: Loop, session: Sql, campaignId: string): Promise<boolean> {
  const { shop } = loop
  const context = await contextOf(loop, campaignId)
  if (context === undefined) return false
  const batches = await listOpenBatches(session, campaignId, shop.inFlight * shop.lanes + 1, instantOf(shop))
  const open = new Map<number, number>()
  for (const request of await pendingRequests(session, { campaign: campaignId })) {
    if (!request.cancelled) open.set(request.batch, (open.get(request.batch) ?? 0) + 1)
  }
  const district = batches.find((batch) => batch.kind === 'district')
  const able = batches.filter((each) => !each.rests && !isUnnoted(loop, keyOf(each)) && !isStuck(each, context, district))
  let moved = false
  for (const batch of able) {
    if (loop.signal.aborted) return moved
    loop.seen.add(keyOf(batch))
    if (
      !isReady(batch, open, context, district?.step, instantOf(shop)) ||
      !(await hold(loop, session, batch, context.facts.kind))
    )
      continue
    const done = await step(loop, context, batch)
    if (!done || batch.step === lastStep[batch.kind]) await letGo(loop, session, batch)
    moved = true
  }
  return moved
}

/** Opens the households again whose missing answers have come after all, or of whom a unit says something else now. */
async function passLate(loop: Loop): Promise<void> {
  const { shop } = loop
  if (shop.waits || monotonicMs() < loop.lateLookAt) return
  loop.lateLookAt = monotonicMs() + LATE_LOOK_EVERY_MS
  const look = withTransaction(shop.db, scope, async (tx) => {
    await lockLateLook(tx)
    const late = Map.groupBy(await listLateHouseholds(tx), (row) => row.campaignId)
    for (const [campaignId, rows] of late) {
      await reopenHouseholds(
        tx,
        campaignId,
        rows.map((row) => row.householdNo),
        instantOf(shop),
      )
    }
    await reopenCorrected(shop, tx)
  })
  await look.catch((error: unknown) => {
    if (isLost(error)) throw error
    shop.log.error('late answers could not be taken up', { error })
  })
}

/** Takes one campaign on; true when something moved. */
async function pass(loop: Loop, session: Sql, campaign: CampaignFacts): Promise<boolean> {
  if (campaign.state === 'preparing') return withTransaction(loop.shop.db, scope, (tx) => stepPreparing(loop.shop, tx, campaign))
  if (await passCampaign(loop, session, campaign.campaignId)) return true
  await settle(loop, campaign.campaignId)
  return false
}

/** The same; a failure that lies in none of its batches is noted at the campaign, and the others go on. */
async function passOrNote(loop: Loop, session: Sql, campaign: CampaignFacts): Promise<boolean> {
  const { campaignId } = campaign
  if (isUnnoted(loop, campaignId)) return false
  try {
    const moved = await pass(loop, session, campaign)
    if (campaign.failures > 0) await note(loop, campaignId, (tx) => clearCampaignFailure(tx, campaignId))
    return moved
  } catch (error) {
    if (isLost(error)) throw error
    loop.shop.log.error('a campaign cannot go on', { campaign: campaignId, state: campaign.state, error })
    loop.contexts.delete(campaignId)
    const failure = failureOf(error, campaign.failures, loop.shop.clock)
    await note(loop, campaignId, (tx) => noteCampaignFailure(tx, campaignId, failure))
    return false
  }
}

async function passAll(loop: Loop, session: Sql): Promise<boolean> {
  let moved = false
  loop.seen.clear()
  await passLate(loop)
  for (const campaign of await listOpenCampaigns(session, instantOf(loop.shop))) {
    if (loop.signal.aborted) return false
    if (await passOrNote(loop, session, campaign)) moved = true
  }
  await letGoUnseen(loop, session)
  return moved
}

/** Ends a campaign whose last batch is compared. */
async function settle(loop: Loop, campaignId: string): Promise<void> {
  const finished = await withTransaction(loop.shop.db, scope, (tx) => finishCampaign(tx, campaignId, instantOf(loop.shop)))
  if (finished) loop.contexts.delete(campaignId)
}

async function runSession(loop: Loop, wake: () => void): Promise<void> {
  await withSession(loop.shop.db, async (session, client) => {
    client.on('notification', wake)
    await session.query('listen exchange_answered')
    await session.query(`select set_config('app.scope_lo', $1, false), set_config('app.scope_hi', $2, false)`, [
      scope.lo,
      scope.hi,
    ])
    while (!loop.signal.aborted) {
      if (!(await passAll(loop, session))) await loop.news()
    }
  })
}

/** Works until it is told to stop. A lost database is waited for; what was in memory is read again. */
async function workOn(loop: Loop, wake: () => void): Promise<void> {
  while (!loop.signal.aborted) {
    try {
      await runSession(loop, wake)
    } catch (error) {
      if (loop.signal.aborted) return
      if (!isLost(error) && obstacleOf(error) === 'fault') throw error
      loop.shop.log.warn('worker lost its database', { message: error instanceof Error ? error.message : String(error) })
      loop.held.clear()
      loop.contexts.clear()
      await wait(LOOK_EVERY_MS)
    }
  }
}

/** Starts a worker. */
export function startWorker(shop: Workshop): Worker {
  const controller = new AbortController()
  const { signal } = controller
  let wake: () => void = () => undefined
  const news = async (): Promise<void> => {
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    await Promise.race([woken, wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)])
  }
  const done = workOn(
    { shop, contexts: new Map(), held: new Map(), lateLookAt: 0, unnoted: new Map(), seen: new Set(), signal, news },
    () => wake(),
  )
  return {
    done,
    stop: async () => {
      controller.abort()
      wake()
      await done
    },
  }
}
