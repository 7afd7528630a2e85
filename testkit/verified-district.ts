/** For tests: a small fictional district, imported and verified on a database of its own, with its units' gateways in this process. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSessions } from '#identity'
import type { StoredFile } from '#kernel/schema'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { type Clock, nowIso, systemClock } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import { wholeScope, withTransaction } from '#platform/db'
import { dispatchEvents } from '#platform/events'
import { silentLog } from '#platform/log'
import { loadPack } from '#policy'
import { folderSource, importPackage } from '#registry'
import { type Runtime, runAction } from '#runner'
import { type UnitName, units } from '#sources/contract'
import { generateDistrict } from '#synth'
import { findCampaign, findTrouble, startCampaign, startWorker, type Worker } from '#verification'
import { importLimits } from '../apps/run/limits.ts'
import { actionsOf } from '../apps/server/actions.ts'
import { subscriptionsOf } from '../apps/server/subscriptions.ts'
import type { TestDb } from './db.ts'
import { CentreRig } from './exchange-rig.ts'
import { type HandedFile, handIn } from './handed-files.ts'

const asOf = '2026-09-30'
const district = '629901'
const patienceMs = 90_000

/** Somebody of a role; the district's if no division is given. */
export function person(role: string, userId = role, divisionCode = `${district}000000`): Actor {
  return { userId, account: userId, name: `${userId}（测试）`, role, divisionCode, unitCode: null }
}

export interface DistrictPlan {
  households: number
  seed?: number
  batchSize?: number
  /** clock of the actions (not of worker and gateways); the system's if left out */
  clock?: Clock
  /** pack new cases are opened under; 'reference' if left out */
  packId?: string
  /** units whose gateway does not run: their line never comes up */
  offLine?: readonly UnitName[]
  /** record types, named without the unit, that only a person of the unit can look up */
  manual?: Readonly<Partial<Record<UnitName, readonly string[]>>>
}

export class VerifiedDistrict {
  readonly db: TestDb
  readonly rig: CentreRig
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-verified-'))
  readonly asOf = asOf
  readonly keys: Keys
  readonly runtime: Runtime
  readonly actions: ReadonlyMap<string, Action>
  campaignId = ''
  importId = ''
  /** configuration files of the units that are off line */
  readonly offLine = new Map<UnitName, { file: string; nodeId: string }>()
  /** gateways that run in this process, with their stores */
  readonly gateways = new Map<UnitName, Awaited<ReturnType<CentreRig['run']>>>()
  #worker: Worker | undefined
  batchSize: number

  constructor(
    db: TestDb,
    batchSize: number,
    { clock = systemClock, packId = 'reference' }: Pick<DistrictPlan, 'clock' | 'packId'> = {},
  ) {
    this.db = db
    this.rig = new CentreRig(db)
    this.keys = this.rig.deps.keys
    this.batchSize = batchSize
    const blobs = openBlobs(join(this.dir, 'blobs'), this.keys)
    this.runtime = { db: db.pool, workerDb: db.workerPool, keys: this.keys, clock, log: silentLog, blobs }
    const sessions = openSessions(db.pool, this.keys, systemClock)
    const actions = actionsOf({ runtime: this.runtime, sessions, queue: undefined, packId })
    this.actions = new Map(actions.map((action) => [action.name, action]))
  }

  /** Generates, imports, enrols; the gateways answer from then on. */
  async prepare({ households, seed = 5, offLine = [], manual = {} }: DistrictPlan): Promise<void> {
    const packageDir = join(this.dir, 'package')
    await generateDistrict({ seed, households, out: packageDir, asOf })
    const imported = await importPackage(this.db.workerPool, this.keys, await folderSource(packageDir), {
      asOf,
      limits: importLimits(loadPack('reference'), asOf),
      actor: 'system:test',
      now: () => nowIso(),
      newId: randomUUID,
    })
    this.importId = imported.importId
    await this.rig.startServer()
    for (const { name } of units) {
      const { config, file } = await this.rig.enrol(name, { kind: 'package', dir: join(packageDir, 'sources', name) })
      if (offLine.includes(name)) this.offLine.set(name, { file, nodeId: config.nodeId })
      else this.gateways.set(name, await this.rig.run({ ...config, manual: [...(manual[name] ?? [])] }))
    }
  }

  startWorker(): void {
    const { workerPool: db } = this.db
    const shop = { db, keys: this.keys, clock: systemClock, log: silentLog, inFlight: 2, lanes: 1, waits: true }
    this.#worker = startWorker({ ...shop, batchSize: this.batchSize })
  }

  async stopWorker(): Promise<void> {
    await this.#worker?.stop()
  }

  /** Starts a campaign over the district and gives its id; `verify` waits for its end. */
  async start(label: string): Promise<string> {
    const order = { label, scheme: 'dibao', asOf, pack: loadPack('reference'), districtCode: district, createdBy: 'demo-centre' }
    this.campaignId = await withTransaction(this.db.workerPool, wholeScope('test'), (tx) =>
      startCampaign(tx, order, this.rig.deps),
    )
    return this.campaignId
  }

  /** Waits until the campaign is finished and no batch of it is open. */
  async settled(campaignId = this.campaignId): Promise<void> {
    const until = performance.now() + patienceMs
    for (;;) {
      const { campaign, trouble, open } = await this.db.as(undefined, async (tx) => ({
        campaign: await findCampaign(tx, campaignId),
        trouble: await findTrouble(tx, campaignId),
        open: await tx.one<{ n: number }>(`select count(*) as n from batch where campaign_id = $1 and step <> 'compared'`, [
          campaignId,
        ]),
      }))
      if (trouble?.stopped === true) throw new Error(trouble.reason)
      if (campaign?.state === 'finished' && open.n === 0) return
      if (performance.now() > until) throw new Error(`the campaign stands still: ${campaign?.state}, ${open.n} batches open`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Hands a file in as an officer does on a page. */
  handIn(actor: Actor, file?: HandedFile): Promise<StoredFile> {
    return handIn(this.runtime, actor, file)
  }

  /** Calls an action as HTTP would: permission, scope, transaction, journal. */
  async call<O>(actor: Actor, name: string, parts: { params?: object; query?: object; body?: object } = {}): Promise<O> {
    const action = this.actions.get(name)
    if (action === undefined) throw new Error(`no action ${name}`)
    return (await runAction(this.runtime, action, { actor, input: parts })) as O
  }

  /** The month from which rolls are made, proposed by one person and confirmed by another. */
  async goLive(month: string): Promise<void> {
    const body = { month }
    const { proposalId } = await this.call<{ proposalId: string }>(person('payment_officer'), 'casework.propose-go-live', {
      body,
    })
    await this.call(person('district_approver'), 'casework.decide-go-live', {
      params: { proposalId },
      body: { confirm: true, reason: '原系统发放到上月为止' },
    })
  }

  /** Hands out the news that is due. */
  async news(): Promise<void> {
    await dispatchEvents(this.db.pool, subscriptionsOf(this.rig.deps), silentLog)
  }

  async close(): Promise<void> {
    await this.stopWorker()
    await this.rig.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** A district with one finished campaign; the worker keeps running. */
export async function verifiedDistrict(db: TestDb, plan: DistrictPlan): Promise<VerifiedDistrict> {
  const made = new VerifiedDistrict(db, plan.batchSize ?? 20, plan)
  try {
    await made.prepare(plan)
    made.startWorker()
    await made.start('测试批次')
    await made.settled()
  } catch (error) {
    await made.close()
    throw error
  }
  return made
}

/** The village with the most households on aid. */
export async function firstVillage(district: VerifiedDistrict): Promise<string> {
  const { code } = await district.db.as(undefined, (tx) =>
    tx.one<{ code: string }>(
      `select division_code as code from household where not incomplete and aid_from is not null and aid_to is null
       group by 1 order by count(*) desc, 1 limit 1`,
    ),
  )
  return code
}
