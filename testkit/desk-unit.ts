/** For tests: member units' gateways with their desks as one process, and a centre that asks them over a real line. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import type { GatewaySource, RequestHead, UnitName } from '#sources/contract'
import { encodeLines, type Header, publicHalf } from '#wire'
import { LineServer, type Listening, listen } from '#wire/server'
import { systemClock } from '../apps/gateway/clock.ts'
import { SqliteLedger } from '../apps/gateway/ledger/sqlite-ledger.ts'
import { TestNode } from './played-node.ts'

/** A message the centre received, opened. */
export interface Received {
  header: Header
  lines: string[]
}

/** A unit with its gateway's configuration. */
export interface DeskUnit {
  unit: UnitName
  source: GatewaySource
  manual?: string[]
}

export const purpose = '低保家庭经济状况核对'
const officer = { name: '李专员', password: 'correct horse 42' } as const
const yingbao = join(packageRoot, 'apps/cli/main.ts')

/** The centre of a district, played on a ledger of its own, and gateways that dial it. */
export class DeskWorld {
  readonly units: readonly DeskUnit[]
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-desk-'))
  readonly officer = officer
  readonly received: Received[] = []
  /** address of each unit's desk */
  readonly urls = new Map<UnitName, string>()
  readonly #centre = new TestNode('629901.centre')
  readonly #nodes: ReadonlyMap<UnitName, TestNode>
  readonly #ledger: SqliteLedger
  #listening: Listening | undefined
  #port = 0
  #gateway: ChildProcess | undefined

  constructor(units: readonly DeskUnit[]) {
    this.units = units
    this.#nodes = new Map(units.map(({ unit }) => [unit, new TestNode(`629901.${unit}`)]))
    const plan = {
      nodeId: this.#centre.nodeId,
      stateDir: join(this.dir, 'centre'),
      own: [this.#centre.own],
      neighbours: [...this.#nodes.values()].map((node) => node.neighbour),
      far: [],
      clock: systemClock,
      say: () => undefined,
    }
    this.#ledger = new SqliteLedger(plan, (ledger) => ({
      begin: () => undefined,
      follow: ({ frame }) => {
        this.received.push({ header: frame.header, lines: ledger.open(frame) })
        return 'done'
      },
      finish: () => undefined,
      credit: () => ({ batch: 64, single: 64, bytes: 1e7 }),
    }))
  }

  /** Starts the centre's line; after `cut` on the same port again. */
  async connect(): Promise<void> {
    const server = new LineServer(this.#ledger, { clock: systemClock, say: () => undefined })
    this.#listening = await listen(server, { host: '127.0.0.1', port: this.#port }, () => undefined)
    this.#port = this.#listening.port
  }

  async cut(): Promise<void> {
    await this.#listening?.close()
    this.#listening = undefined
  }

  file(unit: UnitName): string {
    return join(this.dir, `${unit}.json`)
  }

  /** Writes the configurations, sets the officer's password by the command, and starts the gateways. */
  async start(): Promise<void> {
    const centreUrl = `http://127.0.0.1:${this.#port}`
    for (const { unit, source, manual } of this.units) {
      const keys = this.#nodes.get(unit)?.texts
      const config = {
        ...{ unit, nodeId: `629901.${unit}`, centreId: this.#centre.nodeId, centreUrl, keys, source },
        ...{ centreKeys: publicHalf(this.#centre.texts), stateDir: unit, desk: { port: 0 } },
        rights: [{ asker: this.#centre.nodeId, records: '*', lookups: '*', purposes: [purpose] }],
        ...(manual && { manual }),
      }
      writeFileSync(this.file(unit), JSON.stringify(config))
      const account = ['gateway', 'desk-account', '--config', this.file(unit), '--name', officer.name]
      execFileSync(process.execPath, [yingbao, ...account], { input: `${officer.password}\n` })
    }
    await this.#startGateways()
  }

  async #startGateways(): Promise<void> {
    const files = this.units.flatMap(({ unit }) => ['--config', this.file(unit)])
    const child = spawn(process.execPath, [yingbao, 'gateway', ...files], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#gateway = child
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (bytes: Buffer) => {
        said += bytes.toString('utf8')
        for (const [, unit = '', url = ''] of said.matchAll(/\[(\w+)\] 前置机页面：(\S+)\n/g))
          this.urls.set(unit as UnitName, url)
        if (this.urls.size === this.units.length) resolve()
      })
      child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${said}`)))
    })
  }

  /** Asks a unit; the grounds stand in the header. */
  ask(
    unit: UnitName,
    head: RequestHead,
    lines: readonly string[],
    facts: { operator?: string; caseNo?: string; purpose?: string } = {},
  ): Header {
    const content = {
      type: 'request',
      purpose,
      legalBasis: '社会救助暂行办法',
      operator: '王核对',
      caseNo: '',
      ...facts,
    } as const
    const encoded = [JSON.stringify(head), ...lines]
    return this.#ledger.transaction(
      () => this.#ledger.post(`629901.${unit}`, 'batch', content, (suite) => encodeLines(encoded, suite)).header,
    )
  }

  /** Tells a unit something else: a withdrawal, a cancellation. */
  tell(unit: UnitName, type: 'authorisation' | 'cancel', lines: readonly string[]): void {
    this.#ledger.transaction(() =>
      this.#ledger.post(`629901.${unit}`, 'batch', { type, purpose }, (suite) => encodeLines(lines, suite)),
    )
  }

  /** Waits for a message that answers a request. */
  async answerTo(request: Header, type?: string): Promise<Received> {
    const until = performance.now() + 20_000
    for (;;) {
      const found = this.received.find(({ header }) => header.corr === request.id && (type === undefined || header.type === type))
      if (found) return found
      if (performance.now() > until) throw new Error(`no ${type ?? 'answer'} in time`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** A folder of its own within the world. */
  folder(name: string): string {
    const path = join(this.dir, name)
    mkdirSync(path, { recursive: true })
    return path
  }

  read(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8')
  }

  async close(): Promise<void> {
    const child = this.#gateway
    if (child && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    }
    await this.cut()
    this.#ledger.close()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
