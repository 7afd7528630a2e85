/** `yingbao bench growth`: every stage of import, verify, export and demo at four sizes, and how its time grows with the size. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import { clockOf } from '#platform/demo-clock'
import { loadPack } from '#policy'
import { demoClockFile, prepareDemo, startDemoCampaign, watchDemo } from '../apps/run/demo.ts'
import { dealConfigs, startGateway } from '../apps/run/gateways.ts'
import { importFolder } from '../apps/run/import-package.ts'
import { openInstallation } from '../apps/run/installation.ts'
import { centreRoles, roleCommand } from '../apps/run/roles.ts'
import { type Supervised, supervise } from '../apps/run/supervised.ts'
import { type VerifyStage, verifyPackage } from '../apps/run/verify-package.ts'
import { jobs } from '../apps/server/jobs.ts'
import { monotonicMs } from '../src/platform/clock.ts'
import { freePort } from '../src/platform/free-port.ts'
import { generateDistrict } from '../synth/index.ts'
import { asOf } from './district-run.ts'
import { exportOnce, signIn, untilAnswers } from './export.bench.ts'
import { machineOf, usageOf } from './processes.ts'

/** Parts of the largest size that are measured. */
const parts = [0.1, 0.2, 0.4, 1]
/** A small district first: the programs are compiled and the files read by the time the smallest is measured. */
const warmUpPart = 0.02
const exponentBar = 1.1
/** The whole of `yingbao verify` at 25,000 households, on 2 cores that do nothing else. */
const verifyBar = { households: 25_000, seconds: 90 }

type Stage =
  | 'generate'
  | 'import_read'
  | 'import_store'
  | 'sources'
  | 'verify'
  | 'export'
  | 'demo_prepare'
  | 'demo_verify'
  | 'workbook'
  | 'import_again'

interface Taken {
  seconds: number
  cpu: number
}

/** Times stages one after another: wall, and CPU of this process with everything it started. */
class Laps {
  readonly taken = new Map<Stage, Taken>()
  #stage: Stage | undefined
  #at = { ms: 0, cpu: 0 }

  enter(stage: Stage | undefined): void {
    if (stage === this.#stage) return
    const now = { ms: monotonicMs(), cpu: usageOf(process.pid).cpu }
    if (this.#stage !== undefined) {
      this.taken.set(this.#stage, { seconds: (now.ms - this.#at.ms) / 1000, cpu: now.cpu - this.#at.cpu })
    }
    this.#stage = stage
    this.#at = now
  }
}

/** Stage of the bench a step of the command belongs to; undefined: not measured (the start of the database does not grow). */
function stageOf(stage: VerifyStage): Stage | undefined {
  if (stage.stage === 'database') return undefined
  if (stage.stage !== 'import') return stage.stage
  return stage.progress.bytesRead >= stage.progress.bytesTotal ? 'import_store' : 'import_read'
}

/** The demo on a database that is kept, with the centre's processes and a gateway for each unit; then the list of households as a workbook. */
async function timeDemo(dataDir: string, households: number, laps: Laps): Promise<void> {
  const clockFile = demoClockFile(dataDir)
  const installation = await openInstallation({ dataDir, jobs, clock: clockOf(clockFile) })
  const children: Supervised[] = []
  try {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const pack = loadPack('reference')
    const exchange = { host: '127.0.0.1', port: await freePort(), isSecure: true, names: ['127.0.0.1'] }
    const env = {
      YINGBAO_DATA_DIR: dataDir,
      YINGBAO_KEYS_FILE: join(dataDir, 'keys.json'),
      YINGBAO_PROFILE: 'demo',
      YINGBAO_LOG: 'error',
      PORT: String(port),
      YINGBAO_CLOCK_FILE: clockFile,
      YINGBAO_EXCHANGE_HOST: exchange.host,
      YINGBAO_EXCHANGE_PORT: String(exchange.port),
    }
    children.push(...centreRoles.map((role) => supervise(roleCommand(role, installation.urls, env))))
    await untilAnswers(url)
    laps.enter('demo_prepare')
    const plan = { dataDir, households, seed: 1, exchange, clockFile, pack, say: () => undefined, show: () => undefined }
    const byUnit = await prepareDemo(installation, plan)
    children.push(...dealConfigs([...byUnit.values()], byUnit.size).map((hand) => startGateway(hand)))
    laps.enter('demo_verify')
    const stopped = await watchDemo(installation, await startDemoCampaign(installation, pack), () => undefined)
    if (stopped !== undefined) throw new Error(stopped)
    laps.enter(undefined)
    const ask = await signIn(url, installation)
    laps.enter('workbook')
    await exportOnce(ask)
    laps.enter('import_again')
    await importFolder(installation, { packageDir: join(dataDir, 'demo/package'), pack, asOf, actor: 'system:bench' })
    laps.enter(undefined)
  } finally {
    await Promise.all(children.map((child) => child.stop()))
    await installation.stop()
  }
}

async function timeSize(households: number): Promise<Laps> {
  const laps = new Laps()
  const dataDir = join(packageRoot, 'var/bench/growth')
  const packageDir = join(dataDir, 'demo/package')
  await rm(dataDir, { recursive: true, force: true })
  await mkdir(join(dataDir, 'demo'), { recursive: true })
  try {
    laps.enter('generate')
    await generateDistrict({ seed: 1, households, out: packageDir, asOf })
    laps.enter(undefined)
    await verifyPackage({
      packageDir,
      pack: loadPack('reference'),
      asOf,
      out: join(dataDir, 'results'),
      onStage: (stage) => laps.enter(stageOf(stage)),
    })
    laps.enter(undefined)
    await timeDemo(dataDir, households, laps)
    return laps
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Slope of the least-squares line through log time over log size: 1 grows with the size, 2 with its square. */
export function exponentOf(sizes: readonly number[], times: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const x = sizes.map(Math.log)
  const y = times.map((time) => Math.log(Math.max(time, Number.EPSILON)))
  const [mx, my] = [mean(x), mean(y)]
  const spread = x.reduce((sum, value) => sum + (value - mx) ** 2, 0)
  return x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? my) - my), 0) / spread
}

const rounded = (value: number): number => Number(value.toFixed(2))

/** What the issue asks of a stage: seconds at each size, and the exponent. The last step alone is not flattered by what every start costs. */
function growthOf(sizes: readonly number[], taken: readonly Taken[]) {
  const seconds = taken.map((each) => each.seconds)
  const cpu = taken.map((each) => each.cpu)
  const bySize = (values: readonly number[]) =>
    Object.fromEntries(sizes.map((size, i) => [String(size), rounded(values[i] ?? 0)]))
  return {
    seconds: bySize(seconds),
    cpu_seconds: bySize(cpu),
    exponent: rounded(exponentOf(sizes, seconds)),
    cpu_exponent: rounded(exponentOf(sizes, cpu)),
    last_exponent: rounded(exponentOf(sizes.slice(-2), seconds.slice(-2))),
  }
}

const verifyStages: readonly Stage[] = ['import_read', 'import_store', 'sources', 'verify', 'export']

/** Runs the bench; the keys named in the issue of the bench are fixed. `households` is the largest size. */
export async function runGrowthBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const largest = options.households ?? 0
  const sizes = parts.map((part) => Math.round(largest * part))
  await timeSize(Math.max(20, Math.round(largest * warmUpPart)))
  const laps: Laps[] = []
  for (const size of sizes) {
    say(`${size} 户……`)
    laps.push(await timeSize(size))
  }
  const names = [...(laps[0]?.taken.keys() ?? [])]
  const takenAt = (name: Stage): Taken[] => laps.map(({ taken }) => taken.get(name) ?? { seconds: 0, cpu: 0 })
  const stages = Object.fromEntries(names.map((name) => [name, growthOf(sizes, takenAt(name))]))
  const wholeVerify = verifyStages.reduce((sum, name) => sum + (laps.at(-1)?.taken.get(name)?.seconds ?? 0), 0)
  const worst = Math.max(...Object.values(stages).map((stage) => stage.exponent))
  return {
    households: sizes,
    stages,
    largest_exponent: worst,
    exponent_bar: exponentBar,
    verify_seconds: rounded(wholeVerify),
    verify_bar: largest === verifyBar.households ? verifyBar.seconds : null,
    met: worst <= exponentBar && (largest !== verifyBar.households || wholeVerify <= verifyBar.seconds),
    machine: machineOf(),
  }
}
