/**
 * Runs campaigns on a plant whose processes are killed without warning while batches are open, and holds every
 * campaign's five files against those of an undisturbed `yingbao verify` of the same package.
 */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { verifyJournal } from '#journal'
import { monotonicMs, nowIso } from '#platform/clock'
import { loadPack } from '#policy'
import { countReports, exportRun, releaseCampaign, runFiles } from '#verification'
import { verifyPackage } from '../apps/run/verify-package.ts'
import { randomSource } from './assess-households.ts'
import { asOf, inside, prepareCampaign, stateAndTrouble } from './district-run.ts'
import { type Asked, askedBy, doubledInCentre, type Faults, gatewaysFaults, lostInCentre } from './faults-audit.ts'
import { buildFaultyPlant, type FaultyPlant, type Kind, kinds, type Victim, Victims } from './faults-plant.ts'

export interface FaultsPlan {
  packageDir: string
  districtCode: string
  /** folder the run may use and empty */
  dir: string
  kills: number
  batchSize: number
  seed: number
  say(text: string): void
}

/** A kill as it happened. */
export interface Kill {
  kind: Kind
  name: string
  campaign: number
  /** milliseconds after the release of its campaign */
  at_ms: number
  /** steps of the batches that were open */
  open: string[]
}

export interface FaultsResult {
  kills: number
  kills_by_kind: Record<Kind, number>
  campaigns: number
  identical: boolean
  /** files that differ, as `campaign/file` */
  different: string[]
  doubled: number
  lost: number
  doubled_by: Faults
  lost_by: Faults
  journal_faults: number
  /** requests and reports of all campaigns that were checked */
  asked: number
  reports: number
  calm_seconds: number
  seconds: number
  moments: Kill[]
}

const longestPauseMs = 900
const shortestPauseMs = 30
const campaignLimitMs = 300_000
const lookEveryMs = 25

/** Each kind as often as the others, in a random order. */
function orderOfKills(kills: number, random: () => number): Kind[] {
  const order = Array.from({ length: kills }, (_, i) => kinds[i % kinds.length] as Kind)
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    ;[order[i], order[other]] = [order[other] as Kind, order[i] as Kind]
  }
  return order
}

/** One run of the bench on one plant. */
class FaultsRun {
  readonly #plan: FaultsPlan
  readonly #plant: FaultyPlant
  readonly #victims: Victims
  readonly #random: () => number
  readonly #moments: Kill[] = []
  readonly #different: string[] = []
  readonly #doubled: Faults = {}
  readonly #lost: Faults = {}
  #campaigns = 0
  #asked = 0
  #reports = 0

  constructor(plan: FaultsPlan, plant: FaultyPlant) {
    this.#plan = plan
    this.#plant = plant
    this.#victims = new Victims(plant)
    this.#random = randomSource(plan.seed)
  }

  async #release(): Promise<string> {
    const { installation } = this.#plant
    const campaignId = await prepareCampaign(this.#plant, this.#plan.districtCode)
    await inside(installation, (tx) => releaseCampaign(tx, campaignId, this.#plan.batchSize, nowIso(installation.clock)))
    this.#campaigns++
    return campaignId
  }

  /** The campaign's state; undefined while the database is away. */
  async #stateOf(campaignId: string): Promise<string | undefined> {
    const { state, trouble } = await stateAndTrouble(this.#plant, campaignId)
    if (trouble?.stopped === true) throw new Error(trouble.reason)
    return state
  }

  async #finished(campaignId: string): Promise<void> {
    const until = monotonicMs() + campaignLimitMs
    while ((await this.#stateOf(campaignId)) !== 'finished') {
      if (monotonicMs() > until) throw new Error(`campaign ${campaignId} does not end`)
      await wait(lookEveryMs)
    }
  }

  /** Steps of the batches that are open: begun and not yet compared. */
  async #openBatches(campaignId: string): Promise<string[]> {
    const { rows } = await this.#plant.owner.pool.query<{ step: string }>(
      `select step from batch where campaign_id = $1 and step not in ('planned', 'compared') order by batch_no`,
      [campaignId],
    )
    return rows.map((row) => row.step)
  }

  /** Kills the victim at a random moment while a batch is open; false when the campaign ended before. */
  async #strike(campaignId: string, victim: Victim, releasedAt: number): Promise<boolean> {
    await this.#victims.ready(victim)
    await wait(shortestPauseMs + this.#random() * (longestPauseMs - shortestPauseMs))
    for (;;) {
      if ((await this.#stateOf(campaignId)) === 'finished') return false
      const open = await this.#openBatches(campaignId).catch(() => [])
      if (open.length > 0 && this.#victims.kill(victim)) {
        const at = Math.round(monotonicMs() - releasedAt)
        this.#moments.push({ kind: victim.kind, name: victim.name, campaign: this.#campaigns, at_ms: at, open })
        this.#plan.say(`kill -9 ${victim.name}，第 ${this.#campaigns} 次核对 ${at} 毫秒，进行中 ${open.length} 批`)
        return true
      }
      await wait(lookEveryMs)
    }
  }

  /** Exports a finished campaign and compares its files with the reference. */
  async #compare(campaignId: string, calm: Asked): Promise<void> {
    const { installation, importId, owner } = this.#plant
    const out = join(this.#plan.dir, `campaign-${this.#campaigns}`)
    await exportRun(installation.workerDb, installation.keys, { campaignId, importId }, out)
    for (const name of runFiles) {
      const same = readFileSync(join(out, name)).equals(readFileSync(join(this.#plan.dir, 'reference', name)))
      if (!same) this.#different.push(`campaign-${this.#campaigns}/${name}`)
    }
    const add = (sum: Faults, found: Faults): void => {
      for (const [what, n] of Object.entries(found)) sum[what] = (sum[what] ?? 0) + n
    }
    for (const n of (await askedBy(owner, campaignId)).values()) this.#asked += n
    this.#reports += await inside(installation, (tx) => countReports(tx, campaignId))
    add(this.#doubled, await doubledInCentre(owner, campaignId, calm))
    add(this.#lost, await lostInCentre(owner, campaignId, calm))
  }

  async #calm(): Promise<{ asked: Asked; seconds: number }> {
    const campaignId = await this.#release()
    const started = monotonicMs()
    await this.#finished(campaignId)
    const seconds = (monotonicMs() - started) / 1000
    const asked = await askedBy(this.#plant.owner, campaignId)
    await this.#compare(campaignId, asked)
    return { asked, seconds }
  }

  /** One campaign with as many of the remaining kills as fit into it. */
  async #disturbed(order: Kind[], calm: Asked): Promise<void> {
    const campaignId = await this.#release()
    const releasedAt = monotonicMs()
    for (let kind = order[0]; kind !== undefined; kind = order[0]) {
      if (!(await this.#strike(campaignId, this.#victims.of(kind, this.#random()), releasedAt))) break
      order.shift()
    }
    await this.#finished(campaignId)
    await this.#compare(campaignId, calm)
  }

  async run(): Promise<Omit<FaultsResult, 'seconds'>> {
    const calm = await this.#calm()
    const order = orderOfKills(this.#plan.kills, this.#random)
    while (order.length > 0) await this.#disturbed(order, calm.asked)
    const { installation, gateways, dir } = this.#plant
    const journal = await verifyJournal(installation.workerDb, installation.keys.signing.publicKey)
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    const stores = gatewaysFaults(dir)
    const doubledBy = { ...this.#doubled, gateways: stores.doubled }
    const lostBy = { ...this.#lost, gateways: stores.lost }
    const total = (faults: Faults): number => Object.values(faults).reduce((sum, n) => sum + n, 0)
    const byKind = Object.fromEntries(kinds.map((kind) => [kind, this.#moments.filter((each) => each.kind === kind).length]))
    return {
      kills: this.#moments.length,
      kills_by_kind: byKind as Record<Kind, number>,
      campaigns: this.#campaigns,
      identical: this.#different.length === 0,
      different: this.#different,
      doubled: total(doubledBy),
      lost: total(lostBy),
      doubled_by: doubledBy,
      lost_by: lostBy,
      journal_faults: journal.chainFaults.length + journal.sealFaults.length,
      asked: this.#asked,
      reports: this.#reports,
      calm_seconds: Number(calm.seconds.toFixed(1)),
      moments: this.#moments,
    }
  }
}

/** Verifies the package undisturbed for the reference, then on a plant under fire. */
export async function runFaults(plan: FaultsPlan): Promise<FaultsResult> {
  const started = monotonicMs()
  await rm(plan.dir, { recursive: true, force: true })
  const pack = loadPack('reference')
  plan.say('yingbao verify，作为对照……')
  const reference = join(plan.dir, 'reference')
  await verifyPackage({ packageDir: plan.packageDir, pack, asOf, out: reference, onStage: () => undefined })
  plan.say('启动服务、批处理、18 个前置机与数据库，先不受干扰地核对一次……')
  const plant = await buildFaultyPlant(plan.packageDir, join(plan.dir, 'plant'))
  try {
    const result = await new FaultsRun(plan, plant).run()
    return { ...result, seconds: Number(((monotonicMs() - started) / 1000).toFixed(1)) }
  } finally {
    await plant.stop()
  }
}
