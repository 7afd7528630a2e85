/** `yingbao bench district`: a whole district, its floor and the peers' way, measured in one run. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { monotonicMs } from '../src/platform/clock.ts'
import { packageRoot } from '../src/platform/config.ts'
import { openDb, wholeScope, withTransaction } from '../src/platform/db.ts'
import { loadHouseholdBatch } from '../src/registry/index.ts'
import { generateDistrict } from '../synth/index.ts'
import { type Asked, measureFloor } from './district-floor.ts'
import { measurePeers, measurePeersSql } from './district-peers.ts'
import { asOf, buildPlant, inside, type Plant, prepareCampaign, runCampaign, type Transport } from './district-run.ts'
import { measurePdf } from './pdf-speed.ts'
import { machineOf } from './processes.ts'
import { loadReferenceStore } from './reference-store.ts'

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

/** Every subject of the roll with its number: the floor and the peers ask about the same people. */
async function allAsked(plant: Plant): Promise<Asked[]> {
  return inside(plant.installation, async (tx) => {
    const rows = await tx.query<{ household_no: string }>('select household_no from household order by household_no')
    const asked: Asked[] = []
    const size = 2000
    for (let at = 0; at < rows.length; at += size) {
      const batch = await loadHouseholdBatch(
        tx,
        plant.installation.keys,
        rows.slice(at, at + size).map((row) => row.household_no),
      )
      for (const person of batch.persons)
        asked.push({ householdNo: person.household_no, subjectNo: person.person_no, idNumber: person.id_number })
      for (const each of batch.supporters)
        asked.push({ householdNo: each.household_no, subjectNo: each.supporter_no, idNumber: each.id_number })
    }
    return asked
  })
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

/** Runs the bench; the keys named in the issue of the bench are fixed. With `transport` full only the two transports are compared. */
export async function runDistrictBench(
  options: Readonly<Record<string, number>>,
  say: (text: string) => void,
  { transport }: Readonly<Record<string, string>> = {},
): Promise<object> {
  const households = options.households ?? 0
  if (transport === 'full') return compareTransports(households, say)
  const packageDir = await benchPackage(households, say)
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
    const asked = await allAsked(plant)
    const sourceRows = await withTransaction(owner, wholeScope('system:bench'), (tx) => loadReferenceStore(tx, packageDir))
    const floor = await measureFloor(owner, asked)
    const floorUnlogged = await measureFloor(owner, asked, 'unlogged')
    const peers = await measurePeers(owner, join(plant.dir, 'gateways'), asked, peerPersons)
    const peersSql = await measurePeersSql(owner, asked, peerPersons)
    return {
      households,
      subjects: asked.length,
      source_rows: sourceRows,
      ratio: Number((run.wall_seconds / floor.seconds).toFixed(2)),
      ratio_to_unlogged: Number((run.wall_seconds / floorUnlogged.seconds).toFixed(2)),
      peers_ratio: Number((peers.extrapolated_seconds / run.wall_seconds).toFixed(1)),
      peers_sql_ratio: Number((peersSql.extrapolated_seconds / run.wall_seconds).toFixed(1)),
      wall_seconds: run.wall_seconds,
      server_peak_mb: Math.max(run.peak_mb.server ?? 0, run.peak_mb.workers ?? 0),
      statements_per_batch: Math.max(...run.statements_per_batch),
      statements_per_batch_seen: run.statements_per_batch,
      batches: run.batches,
      cpu_seconds: run.cpu_seconds,
      cpu_seconds_per_1000_households: Number(
        ((Object.values(run.cpu_seconds).reduce((sum, cpu) => sum + cpu, 0) * 1000) / households).toFixed(2),
      ),
      peak_mb: run.peak_mb,
      worker_step_ms: run.step_ms,
      floor,
      floor_unlogged: floorUnlogged,
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
