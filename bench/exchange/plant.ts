/** The centre as the product runs it (PostgreSQL, server process, mutual TLS) and one unit that echoes, as processes of their own. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { enqueueRequests, enrolUnit } from '#exchange'
import { systemClock } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { type Tx, wholeScope, withTransaction } from '#platform/db'
import { freePort } from '#platform/free-port'
import type { Lane } from '#wire'
import type { SuiteName } from '#wire/contract'
import type { TlsTexts } from '#wire/server'
import { loadCentreTls, readTlsFolder, writeNodeTls } from '../../apps/run/exchange-tls.ts'
import { gatewayLimits } from '../../apps/run/gateways.ts'
import { type Installation, openInstallation } from '../../apps/run/installation.ts'
import { roleCommand } from '../../apps/run/roles.ts'
import { type Supervised, supervise } from '../../apps/run/supervised.ts'
import { jobs } from '../../apps/server/jobs.ts'
import type { EchoNews, EchoPlan } from './echo-unit.ts'

const unit = 'police'
const purpose = 'bench'
const lookMs = 50
const limitMs = 300_000
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }

/** A unit process that can be ended and started again. */
export class EchoUnit {
  readonly #file: string
  #child: ChildProcess | undefined
  #heard: (news: EchoNews) => void = () => undefined

  constructor(file: string) {
    this.#file = file
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    this.#child = fork(join(packageRoot, 'bench/exchange/echo-unit.ts'), [this.#file], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [...gatewayLimits],
    })
    this.#child.on('message', (news) => this.#heard(news as EchoNews))
  }

  /** What the unit tells from now on. */
  listen(heard: (news: EchoNews) => void): void {
    this.#heard = heard
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
}

/** The two ends of one line. */
export interface ExchangePlant {
  dir: string
  installation: Installation
  server: Supervised
  unit: EchoUnit
  tls: TlsTexts
  /** Sends messages of lines, all in one transaction; gives how many items they hold. */
  send(lane: Lane, messages: readonly (readonly string[])[]): Promise<number>
  /** How many requests are answered. */
  answered(): Promise<number>
  /** Whether the centre's server answers. */
  isUp(): Promise<boolean>
  stop(): Promise<void>
}

function inside<T>(installation: Installation, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(installation.workerDb, wholeScope('system:bench'), work)
}

async function writePlan(
  installation: Installation,
  dir: string,
  suite: SuiteName,
  port: number,
): Promise<{ file: string; tls: TlsTexts }> {
  const stateDir = join(dir, 'unit')
  const source = { kind: 'package', dir: stateDir } as const
  const url = `https://127.0.0.1:${port}`
  const config = await inside(installation, (tx) =>
    enrolUnit(tx, { unit, districtCode: '629901', suite, purposes: [purpose], centreUrl: url, stateDir, source }, installation),
  )
  const tlsDir = join(dir, 'unit-tls')
  await writeNodeTls(dir, config.nodeId, tlsDir, systemClock)
  const tls = await readTlsFolder(tlsDir)
  const plan: EchoPlan = {
    nodeId: config.nodeId,
    neighbour: config.centreId,
    url,
    keys: config.keys,
    peer: config.centreKeys,
    tls,
    stateDir,
  }
  const file = join(dir, 'unit.json')
  await writeFile(file, JSON.stringify(plan), { mode: 0o600 })
  return { file, tls }
}

/** Builds the plant in a folder that it empties; the unit is not started. */
export async function buildExchangePlant(dir: string, suite: SuiteName): Promise<ExchangePlant> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const installation = await openInstallation({ dataDir: dir, keysFile: join(dir, 'keys.json'), jobs })
  await loadCentreTls(dir, ['127.0.0.1'], systemClock)
  const [port, pages] = [await freePort(), await freePort()]
  const env = {
    YINGBAO_DATA_DIR: dir,
    YINGBAO_KEYS_FILE: join(dir, 'keys.json'),
    PORT: String(pages),
    YINGBAO_EXCHANGE_PORT: String(port),
    YINGBAO_LOG: 'error',
  }
  const server = supervise(roleCommand('server', installation.urls, env))
  const { file, tls } = await writePlan(installation, dir, suite, port)
  const echo = new EchoUnit(file)
  let batch = 0
  const send: ExchangePlant['send'] = async (lane, messages) => {
    const requests = messages.map((lines) => {
      batch += 1
      return { unit, head: { kind: 'prepare', campaign: 'bench', batch, round: 0, basis }, lines } as const
    })
    const grounds = { purpose, legalBasis: 'bench', operator: 'bench', lane }
    await inside(installation, (tx) => enqueueRequests(tx, requests, grounds, installation))
    return messages.reduce((sum, lines) => sum + lines.length, 0)
  }
  const answered = async (): Promise<number> => {
    // only answers come in, numbered without gaps: counting them would cost more than the messages that are measured
    const text = `select sum(seq)::int as n from exchange_channel where direction = 'in'`
    return inside(installation, async (tx) => (await tx.one<{ n: number }>(text)).n)
  }
  const isUp = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${pages}/api/health`).then(
      (reply) => reply.ok,
      () => false,
    )
  const stop = async (): Promise<void> => {
    await echo.stop()
    await server.stop()
    await installation.stop()
  }
  return { dir, installation, server, unit: echo, tls, send, answered, isUp, stop }
}

/** Waits until so many requests are answered. */
export async function untilAnswered(plant: ExchangePlant, count: number): Promise<void> {
  const until = performance.now() + limitMs
  while ((await plant.answered()) < count) {
    if (performance.now() > until) throw new Error(`only ${await plant.answered()} of ${count} requests were answered`)
    await wait(lookMs)
  }
}
