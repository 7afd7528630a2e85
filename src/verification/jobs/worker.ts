/**
 * The worker: takes open campaigns forward, batch by batch, until nothing is left to do. It keeps some batches open at
 * once so that the units always have questions while it compares. Another worker may run beside it: each holds its
 * batches by advisory locks of its own connection, which the database drops when the process dies.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { pendingRequests } from '#exchange'
import { monotonicMs } from '#platform/clock'
import { isPassing, type Sql, wholeScope, withSession, withTransaction } from '#platform/db'
import {
  type BatchRow,
  type CampaignFacts,
  failCampaign,
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
import { reopenCorrected } from './corrected-households.ts'
import { officialsKnown, recallOfficials, stepDistrict } from './district-batch.ts'
import { stepHouseholds } from './household-batch.ts'
import { stepPreparing } from './prepare-sources.ts'
import { type CampaignContext, campaignContext, instantOf, type Workshop } from './workshop.ts'

/** How often the worker looks by itself when no news wakes it. */
const LOOK_EVERY_MS = 250

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
  signal: AbortSignal
  /** resolves at the next news or after a while */
  news(): Promise<void>
}

const scope = wholeScope(actor)

async function contextOf(loop: Loop, campaignId: string): Promise<CampaignContext | undefined> {
  const known = loop.contexts.get(campaignId)
  if (known !== undefined) return known
  const facts = await withTransaction(loop.shop.db, scope, (tx) => findCampaign(tx, campaignId))
  if (facts === undefined) return undefined
  const context = campaignContext(facts)
  loop.contexts.set(campaignId, context)
  return context
}

/** Takes one batch one step further in a transaction of its own. */
async function step(loop: Loop, context: CampaignContext, batch: BatchRow): Promise<void> {
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
    effort.statements += shop.db.statements.count - started.statements
    effort.spent[batch.step] = Math.round(monotonicMs() - started.at)
    context.effort.set(batch.batchNo, effort)
    if (batch.step === 'lookups') context.effort.delete(batch.batchNo)
  } catch (error) {
    context.memory.delete(batch.batchNo)
    if (isPassing(error)) throw error
    await fail(loop, context, batch, error)
  }
}

/** A step that cannot succeed stops its campaign with the reason; the others go on. */
async function fail(loop: Loop, context: CampaignContext, batch: BatchRow, error: unknown): Promise<void> {
  const { shop } = loop
  const { campaignId } = context.facts
  shop.log.error('a batch cannot go on', { campaign: campaignId, batch: batch.batchNo, step: batch.step, error })
  const reason = `第 ${batch.batchNo} 批在“${batch.step}”一步停下：${error instanceof Error ? error.message : String(error)}`
  await withTransaction(shop.db, scope, (tx) => failCampaign(tx, campaignId, reason))
  loop.contexts.delete(campaignId)
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

/** Commissions of single households have room of their own: a case does not wait for the batches of a district. */
async function hold(loop: Loop, session: Sql, batch: BatchRow, kind: CampaignFacts['kind']): Promise<boolean> {
  const key = `${batch.campaignId}|${batch.batchNo}`
  if (loop.held.has(key)) return true
  const alike = [...loop.held.values()].filter((each) => each === kind).length
  if (alike >= loop.shop.inFlight || !(await tryHoldBatch(session, batch))) return false
  loop.held.set(key, kind)
  return true
}

/** The step after which a batch of a kind is compared. */
const lastStep = { district: 'records', households: 'lookups', rerun: 'lookups' } as const

async function letGo(loop: Loop, session: Sql, batch: BatchRow): Promise<void> {
  if (loop.held.delete(`${batch.campaignId}|${batch.batchNo}`)) await releaseBatch(session, batch)
}

/** One pass over a campaign's open batches; true when something moved. */
async function passCampaign(loop: Loop, session: Sql, campaignId: string): Promise<boolean> {
  const { shop } = loop
  const context = await contextOf(loop, campaignId)
  if (context === undefined) return false
  const batches = await listOpenBatches(session, campaignId, shop.inFlight * shop.lanes + 1)
  const open = new Map<number, number>()
  for (const request of await pendingRequests(session, { campaign: campaignId })) {
    if (!request.cancelled) open.set(request.batch, (open.get(request.batch) ?? 0) + 1)
  }
  const districtStep = batches.find((batch) => batch.kind === 'district')?.step
  let moved = false
  for (const batch of batches) {
    if (loop.signal.aborted) return moved
    if (!isReady(batch, open, context, districtStep, instantOf(shop)) || !(await hold(loop, session, batch, context.facts.kind)))
      continue
    await step(loop, context, batch)
    if (batch.step === lastStep[batch.kind]) await letGo(loop, session, batch)
    moved = true
  }
  return moved
}

/** Opens the households again whose missing answers have come after all, or of whom a unit says something else now. */
async function passLate(loop: Loop): Promise<void> {
  const { shop } = loop
  if (shop.waits || monotonicMs() < loop.lateLookAt) return
  loop.lateLookAt = monotonicMs() + LATE_LOOK_EVERY_MS
  await withTransaction(shop.db, scope, async (tx) => {
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
}

async function passAll(loop: Loop, session: Sql): Promise<boolean> {
  let moved = false
  await passLate(loop)
  for (const campaign of await listOpenCampaigns(session)) {
    if (loop.signal.aborted) return false
    if (campaign.state === 'preparing') {
      moved = (await withTransaction(loop.shop.db, scope, (tx) => stepPreparing(loop.shop, tx, campaign))) || moved
      continue
    }
    if (await passCampaign(loop, session, campaign.campaignId)) moved = true
    else await settle(loop, session, campaign.campaignId)
  }
  return moved
}

/** Ends a campaign whose last batch is compared, and lets its locks go. */
async function settle(loop: Loop, session: Sql, campaignId: string): Promise<void> {
  const finished = await withTransaction(loop.shop.db, scope, (tx) => finishCampaign(tx, campaignId, instantOf(loop.shop)))
  if (!finished) return
  for (const key of loop.held.keys()) {
    const [campaign = '', batchNo = ''] = key.split('|')
    if (campaign !== campaignId) continue
    await releaseBatch(session, { campaignId, batchNo: Number(batchNo) })
    loop.held.delete(key)
  }
  loop.contexts.delete(campaignId)
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
      if (!isPassing(error)) throw error
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
  const done = workOn({ shop, contexts: new Map(), held: new Map(), lateLookAt: 0, signal, news }, () => wake())
  return {
    done,
    stop: async () => {
      controller.abort()
      wake()
      await done
    },
  }
}
