/** `yingbao bench district`: a whole district, its floor and the peers' way, measured in one run. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonicMs } from '../src/platform/clock.ts'
import { packageRoot } from '../src/platform/config.ts'
import { type Db, openDb, wholeScope, withTransaction } from '../src/platform/db.ts'
import { generateDistrict } from '../synth/index.ts'
import { measureFloor } from './district-floor.ts'
import { askedPairs, numbersOf, writtenRows } from './district-material.ts'
import { measurePeers, measurePeersSql } from './district-peers.ts'
import { profileDistrict } from './district-profile.ts'
import { asOf, buildPlant, type Plant, prepareCampaign, runCampaign, type Transport } from './district-run.ts'
import { measurePdf } from './pdf-speed.ts'
import { machineOf } from './processes.ts'
import { loadReferenceStore } from './reference-store.ts'
import { startUnitServices } from './unit-services.ts'

const seed = 1
const peerPersons = 2000
const districtCode = '629901'

/** The bench's district of a size, generated once and kept under var/bench. */
export async function benchPackage(households: number, say: (text: string) => void): Promise<string> {
  const dir = join(packageRoot, 'var/bench', `district-${households}-${seed}`)
  if (existsSync(join(dir, 'manifest.json'))) return dir
  say(`生成 ${households} 户的虚构区县……`)
  const partial = `${dir}.part`
  await rm(partial, { recursive: true, force: true })
  await generateDistrict({ seed, households, out: partial, asOf })
  await rename(partial, dir)
  return dir
}

/** The floor of what a run did, and the peers' way of doing it; the processes of the product must have stopped. */
async function compareWith(plant: Plant, owner: Db, campaignId: string) {
  const asked = await askedPairs(owner, campaignId, await numbersOf(plant.installation))
  const rows = await writtenRows(owner, campaignId, [...new Set(asked.map(({ batchNo }) => batchNo))])
  const services = await startUnitServices(join(plant.dir, 'gateways'))
  try {
    const place = { db: owner, postgresPid: plant.installation.postgresPid, services }
    const floor = await measureFloor(place, asked, rows)
    const peers = await measurePeers(owner, services, asked, peerPersons)
    return { asked, floor, peers }
  } finally {
    services.stop()
  }
}

const total = (cpu: Readonly<Record<string, number>>): number =>
  Number(
    Object.values(cpu)
      .reduce((sum, each) => sum + each, 0)
      .toFixed(2),
  )

/** What was measured under a name; throws when it was not. */
function measuredOf(figures: Readonly<Record<string, number>>, name: string): number {
  const figure = figures[name]
  if (figure === undefined || figure <= 0) throw new Error(`nothing was measured of ${name}`)
  return figure
}

const transportRatioBar = 1.5

/** One campaign over a transport, and nothing else: the plant is gone when it gives the figures. */
async function runOver(transport: Transport, packageDir: string) {
  const plant = await buildPlant(packageDir, join(packageRoot, 'var/bench/plant'), 'warn', transport)
  try {
    return await runCampaign(plant, await prepareCampaign(plant, districtCode))
  } finally {
    await plant.stop()
  }
}

/** The same district over the plain loopback transport and over the full stack: mutual TLS, GM1, both logs. */
async function compareTransports(households: number, say: (text: string) => void): Promise<object> {
  const packageDir = await benchPackage(households, say)
  say('普通环回传输……')
  const plain = await runOver('plain', packageDir)
  say('双向 TLS、GM1、双方留痕……')
  const full = await runOver('full', packageDir)
  const ratio = Number((full.wall_seconds / plain.wall_seconds).toFixed(2))
  return {
    households,
    transport_ratio: ratio,
    bar: transportRatioBar,
    met: ratio <= transportRatioBar,
    plain,
    full,
    machine: machineOf(),
  }
}

/** Runs the bench; the keys named in the issue of the bench are fixed. With `transport` full only the two transports are compared, with
 * `profile` a campaign says where its CPU goes. */
export async function runDistrictBench(
  options: Readonly<Record<string, number>>,
  say: (text: string) => void,
  { transport, profile }: Readonly<Record<string, string>> = {},
): Promise<object> {
  const households = options.households ?? 0
  if (transport === 'full') return compareTransports(households, say)
  const packageDir = await benchPackage(households, say)
  if (profile === 'yes') return { households, ...(await profileDistrict(packageDir, districtCode)) }
  say('导入，启动服务、批处理与 18 个前置机……')
  const plant = await buildPlant(packageDir, join(packageRoot, 'var/bench/plant'))
  const owner = openDb({ url: plant.installation.urls.owner, max: 20 })
  try {
    const preparing = monotonicMs()
    const campaignId = await prepareCampaign(plant, districtCode)
    const prepareSeconds = Number(((monotonicMs() - preparing) / 1000).toFixed(1))
    say('核对……')
    const run = await runCampaign(plant, campaignId)
    const pdf = await measurePdf(plant, campaignId)
    await Promise.all([plant.server, ...plant.workers, ...plant.gateways].map((child) => child.stop()))
    say('测量下限与同行做法……')
    const { asked, floor, peers } = await compareWith(plant, owner, campaignId)
    const sourceRows = await withTransaction(owner, wholeScope('system:bench'), (tx) => loadReferenceStore(tx, packageDir))
    const peersSql = await measurePeersSql(owner, asked, peerPersons)
    return {
      households,
      subjects: asked.length,
      source_rows: sourceRows,
      ratio: Number((run.wall_seconds / floor.seconds).toFixed(2)),
      cpu_ratio: Number((total(run.cpu_seconds) / floor.cpu_seconds_total).toFixed(2)),
      peers_ratio: Number((peers.extrapolated_seconds / run.wall_seconds).toFixed(1)),
      peers_sql_ratio: Number((peersSql.extrapolated_seconds / run.wall_seconds).toFixed(1)),
      wall_seconds: run.wall_seconds,
      server_peak_mb: Math.max(measuredOf(run.peak_mb, 'server'), measuredOf(run.peak_mb, 'workers')),
      statements_per_batch: Math.max(...run.statements_per_batch),
      statements_per_batch_seen: run.statements_per_batch,
      batches: run.batches,
      cpu_seconds: run.cpu_seconds,
      cpu_seconds_total: total(run.cpu_seconds),
      cpu_seconds_per_1000_households: Number(((total(run.cpu_seconds) * 1000) / households).toFixed(2)),
      peak_mb: run.peak_mb,
      worker_step_ms: run.step_ms,
      floor,
      peers,
      peers_sql: peersSql,
      import_rows_per_second: plant.importRowsPerSecond,
      units_prepare_seconds: prepareSeconds,
      pdf_per_second: pdf,
      machine: machineOf(),
    }
  } finally {
    await owner.close()
    await plant.stop()
  }
}
