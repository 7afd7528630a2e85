/** For tests: a centre with its endpoints on a database of its own, and gateways of a package as processes or in process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  enqueueRequests,
  enrolUnit,
  type Grounds,
  type LoadedAnswer,
  loadAnswers,
  pendingRequests,
  type Request,
} from '#exchange'
import { systemClock } from '#platform/clock'
import { loadKeys } from '#platform/key-file'
import { type Log, silentLog } from '#platform/log'
import type { Basis, GatewayConfig, GatewaySource, UnitName } from '#sources/contract'
import type { SuiteName } from '#wire/contract'
import { systemClock as gatewayClock } from '../apps/gateway/clock.ts'
import { Gateway } from '../apps/gateway/gateway.ts'
import { openStore } from '../apps/gateway/store/open-store.ts'
import { type ExchangeEndpoint, openCentreLine } from '../apps/run/centre-endpoint.ts'
import { verificationPurposes } from '../src/verification/rules/household/schemes.ts'
import type { TestDb } from './db.ts'

export const grounds: Grounds = { purpose: '低保家庭经济状况核对', legalBasis: '社会救助暂行办法', operator: 'test' }

export const basis: Basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张華华' }

/** A centre that listens on a port of its own. */
export class CentreRig {
  readonly db: TestDb
  readonly dir = mkdtempSync(join(tmpdir(), 'yingbao-exchange-'))
  #endpoint: ExchangeEndpoint | undefined
  #end = new AbortController()
  #running: Promise<void>[] = []
  url = ''
  #port = 0

  readonly #log: Log

  constructor(db: TestDb, log: Log = silentLog) {
    this.db = db
    this.#log = log
  }

  /** keys in a file, so that a server in a process of its own has the same */
  readonly keysFile = join(this.dir, 'keys.json')
  readonly deps = { keys: loadKeys(this.keysFile), clock: systemClock }

  /** Starts the endpoints; after `stopServer` on the same port again. */
  async startServer(): Promise<void> {
    const line = openCentreLine({ ...this.deps, db: this.db.pool, log: this.#log })
    this.#endpoint = line
    this.#port = (await line.listen({ host: '127.0.0.1', port: this.#port })).port
    this.url = `http://127.0.0.1:${this.#port}`
  }

  async stopServer(): Promise<void> {
    if (!this.#endpoint) return
    await this.#endpoint.close()
    this.#endpoint = undefined
  }

  /** Ends the endpoints and starts them again: nothing is remembered but what the database has. */
  async restartServer(): Promise<void> {
    await this.stopServer()
    await this.startServer()
  }

  /** Enrols a unit for the purpose of `grounds` and those of the verification, and writes its configuration file. */
  async enrol(
    unit: UnitName,
    source: GatewaySource,
    { centreUrl = this.url, suite = 'ED1' }: { centreUrl?: string; suite?: SuiteName } = {},
  ): Promise<{ config: GatewayConfig; file: string }> {
    const stateDir = join(this.dir, unit)
    const purposes = [grounds.purpose, ...verificationPurposes]
    const config = await this.db.as(undefined, (tx) =>
      enrolUnit(tx, { unit, districtCode: '629901', suite, purposes, centreUrl, stateDir, source }, this.deps),
    )
    const file = join(this.dir, `${unit}.json`)
    writeFileSync(file, JSON.stringify(config))
    return { config, file }
  }

  /** Runs a gateway in this process until `close`; gives it with its store. */
  async run(config: GatewayConfig, said: (text: string) => void = () => undefined) {
    // the disk of whoever runs the tests is not what is tested
    const io = { clock: gatewayClock, say: said, signal: this.#end.signal, diskUsed: () => 0 }
    const store = await openStore(config, io)
    const gateway = new Gateway(config, store, io)
    this.#running.push(gateway.run())
    return { gateway, store }
  }

  /** Ends the gateways that run in this process. */
  async stopGateways(): Promise<void> {
    this.#end.abort()
    await Promise.all(this.#running)
    this.#running = []
    this.#end = new AbortController()
  }

  ask(requests: readonly Request[], change: Partial<Grounds> = {}) {
    return this.db.as(undefined, (tx) => enqueueRequests(tx, requests, { ...grounds, ...change }, this.deps))
  }

  /** Waits until nothing is open any more and gives the answers. */
  async answers(campaign: string, timeoutMs = 30_000): Promise<LoadedAnswer[]> {
    const until = performance.now() + timeoutMs
    for (;;) {
      const open = await this.db.as(undefined, (tx) => pendingRequests(tx, { campaign }))
      if (open.filter((request) => !request.cancelled).length === 0) break
      if (performance.now() > until) throw new Error(`not answered in time: ${open.map((request) => request.unit).join(' ')}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return this.db.as(undefined, (tx) => loadAnswers(tx, { campaign }, this.deps))
  }

  async close(): Promise<void> {
    await this.stopGateways()
    await this.stopServer()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
