import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { loadPack } from '#policy'
import { findCampaign, findTrouble, releaseCampaign, startCampaign } from '#verification'
import { loadCentreTls } from '../apps/run/exchange-tls.ts'
import { dealConfigs, enrolGateways, startGateway } from '../apps/run/gateways.ts'
import { importFolder } from '../apps/run/import-package.ts'
import { type Installation, openInstallation } from '../apps/run/installation.ts'
import { batchSize, centreRoles, roleCommand } from '../apps/run/roles.ts'
import { type Supervised, supervise } from '../apps/run/supervised.ts'
import { jobs } from '../apps/server/jobs.ts'
import { monotonicMs, nowIso, systemClock } from '../src/platform/clock.ts'
import { type Tx, wholeScope, withTransaction } from '../src/platform/db.ts'
import { freePort } from '../src/platform/free-port.ts'
import { type Usage, usageOf } from './processes.ts'

export const asOf = '2026-09-30'
const actor = 'system:bench'
const lookEveryMs = 25

/** The product running as separate processes on a database of its own. */
export interface Plant {
  installation: Installation
  dir: string
  url: string
  importId: string
  importRowsPerSecond: number
  server: Supervised
  workers: Supervised[]
  gateways: Supervised[]
  stop(): Promise<void>
}

export interface RunFigures {
  wall_seconds: number
  cpu_seconds: Record<string, number>
  peak_mb: Record<string, number>
  statements_per_batch: number[]
  step_ms: Record<string, number>
  batches: number
  campaignId: string
}

/** Runs work under the whole district's scope. */
export function inside<T>(installation: Installation, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(installation.workerDb, wholeScope(actor), fn)
}

/** How the gateways reach the centre: over HTTP with suite ED1, or over mutual TLS with GM1. */
export type Transport = 'plain' | 'full'

/** Builds the plant: database, import, server, worker, one gateway process per unit. */
export async function buildPlant(
  packageDir: string,
  dir: string,
  log: 'warn' | 'error' = 'warn',
  transport: Transport = 'plain',
): Promise<Plant> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const installation = await openInstallation({ dataDir: dir, jobs })
  const pack = loadPack('reference')
  const started = monotonicMs()
  const imported = await importFolder(installation, { packageDir, pack, asOf, actor })
  const rows = Object.values(imported.files).reduce((sum, file) => sum + file.rows, 0)
  const importRowsPerSecond = Math.round((rows * 1000) / (monotonicMs() - started))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dialled = await freePort()
  const isSecure = transport === 'full'
  if (isSecure) await loadCentreTls(dir, ['127.0.0.1'], systemClock)
  const env = {
    YINGBAO_DATA_DIR: dir,
    YINGBAO_KEYS_FILE: join(dir, 'keys.json'),
    PORT: String(port),
    YINGBAO_LOG: log,
    YINGBAO_EXCHANGE_PORT: String(dialled),
    YINGBAO_EXCHANGE_TLS: isSecure ? 'yes' : 'no',
  }
  // A campaign sends no background job: that process is neither measured nor killed.
  const roles = centreRoles.filter((role) => role !== 'jobs')
  const [server, ...workers] = roles.map((role) => supervise(roleCommand(role, installation.urls, env)))
  if (server === undefined) throw new Error('the centre has no server')
  const { districtCode } = imported
  const way = isSecure
    ? ({ centreUrl: `https://127.0.0.1:${dialled}`, suite: 'GM1', tlsFrom: dir } as const)
    : { centreUrl: `http://127.0.0.1:${dialled}` }
  const paths = await enrolGateways(installation, { districtCode, ...way, dir: join(dir, 'gateways'), packageDir })
  const gateways = dealConfigs([...paths.values()], paths.size).map((hand) => startGateway(hand))
  return {
    installation,
    dir,
    url,
    importId: imported.importId,
    importRowsPerSecond,
    server,
    workers,
    gateways,
    stop: async () => {
      await Promise.allSettled([server, ...workers, ...gateways].map((child) => child.stop()))
      await installation.stop()
    },
  }
}

/** State of a campaign and what keeps it; nothing while the database is away. */
export function stateAndTrouble(
  plant: Pick<Plant, 'installation'>,
  campaignId: string,
): Promise<{ state?: string | undefined; trouble?: { reason: string; stopped: boolean } | undefined }> {
  return inside(plant.installation, async (tx) => ({
    state: (await findCampaign(tx, campaignId))?.state,
    trouble: await findTrouble(tx, campaignId),
  })).catch(() => ({}))
}

/** Waits until a campaign is in one of the states; throws when it waits for a person. */
export async function awaitState(plant: Plant, campaignId: string, states: readonly string[]): Promise<void> {
  for (;;) {
    const seen = await stateAndTrouble(plant, campaignId)
    if (seen.trouble?.stopped === true) throw new Error(seen.trouble.reason)
    if (seen.state !== undefined && states.includes(seen.state)) return
    await wait(lookEveryMs)
  }
}

/** Makes a campaign and waits until every unit has its data ready. */
export async function prepareCampaign(plant: Plant, districtCode: string): Promise<string> {
  const order = { label: 'bench', scheme: 'dibao', asOf, pack: loadPack('reference'), districtCode, held: true, createdBy: actor }
  const campaignId = await inside(plant.installation, (tx) => startCampaign(tx, order, plant.installation))
  await awaitState(plant, campaignId, ['ready'])
  return campaignId
}

/** CPU of several processes together, and the peak of the largest. */
function together(processes: readonly Supervised[]): Usage {
  const usages = processes.map((each) => usageOf(each.pid))
  return {
    cpu: usages.reduce((sum, usage) => sum + usage.cpu, 0),
    peakMb: Math.max(...usages.map((usage) => usage.peakMb)),
  }
}

function usages(plant: Plant): Record<string, Usage> {
  return {
    server: usageOf(plant.server.pid),
    workers: together(plant.workers),
    postgres: usageOf(plant.installation.postgresPid),
    gateways: together(plant.gateways),
  }
}

interface BatchEffort {
  statements: number
  spent: Record<string, number>
}

/** The measured part: release → finished. */
export async function runCampaign(plant: Plant, campaignId: string): Promise<RunFigures> {
  const before = usages(plant)
  const { installation } = plant
  const started = monotonicMs()
  await inside(installation, (tx) => releaseCampaign(tx, campaignId, batchSize, nowIso(installation.clock)))
  await awaitState(plant, campaignId, ['finished'])
  const wall = (monotonicMs() - started) / 1000
  const after = usages(plant)
  const efforts = await inside(installation, (tx) =>
    tx.query<BatchEffort>(`select statements, spent from batch where campaign_id = $1 and kind = 'households'`, [campaignId]),
  )
  const steps: Record<string, number> = {}
  for (const { spent } of efforts) for (const [step, ms] of Object.entries(spent)) steps[step] = (steps[step] ?? 0) + ms
  const names = Object.keys(after)
  return {
    wall_seconds: Number(wall.toFixed(2)),
    cpu_seconds: Object.fromEntries(
      names.map((name) => [name, Number(((after[name]?.cpu ?? 0) - (before[name]?.cpu ?? 0)).toFixed(2))]),
    ),
    peak_mb: Object.fromEntries(names.map((name) => [name, Math.round(after[name]?.peakMb ?? 0)])),
    statements_per_batch: [...new Set(efforts.map((effort) => effort.statements))].sort((a, b) => a - b),
    step_ms: steps,
    batches: efforts.length,
    campaignId,
  }
}
