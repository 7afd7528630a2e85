/**
 * A unit whose rows are had from a sharing platform, person by person. What it did not answer for is a source error or a
 * timeout; "none" is only what the platform says in words. Nothing can be counted or listed, so a statement announces no
 * number of rows and look-ups are left unanswered.
 */
import { readFileSync } from 'node:fs'
import {
  type Basis,
  type GatewayConfig,
  type PlatformSource,
  type RecordName,
  type RecordStatement,
  recordTypeOf,
  type SourceIssue,
  type Statement,
} from '#sources/contract'
import { ownKeys, peerKeys } from '#wire'
import { systemClock } from '../clock.ts'
import type { GatewayIo } from '../io.ts'
import type { EnvelopeEnds } from '../platform/call-body.ts'
import { type ClientCertificate, PlatformLine } from '../platform/http-call.ts'
import { KeptCalls } from '../platform/kept-calls.ts'
import { Pace } from '../platform/pace.ts'
import { PersonService } from '../platform/person-service.ts'
import { planPlatform } from '../platform/read-connector.ts'
import type { PlatformLink } from '../platform/service-call.ts'
import { standings } from './file-store.ts'
import { recordsOf } from './source-folder.ts'
import type { AskedPerson, Grounds, PreparedService, RecordStanding, Told, UnitStore } from './unit-store.ts'

const DAY_MS = 86_400_000

const noGrounds: Grounds = { auth: '', purpose: '', legalBasis: '', caseNo: '', operator: '' }

function certificateOf({ tls }: PlatformSource): ClientCertificate | undefined {
  return tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8'), ca: readFileSync(tls.ca, 'utf8') }
}

function endsOf(config: GatewayConfig, { peer }: PlatformSource): EnvelopeEnds | undefined {
  return peer && { from: config.nodeId, to: peer.nodeId, own: ownKeys(config.keys), peer: peerKeys(peer.keys) }
}

/** The store of a unit behind a sharing platform. */
export class PlatformStore implements UnitStore {
  readonly #config: GatewayConfig
  readonly #source: PlatformSource
  readonly #io: GatewayIo
  readonly #link: PlatformLink
  readonly #services: ReadonlyMap<RecordName, PersonService>
  readonly #prepared = new Map<string, PreparedService>()

  constructor(config: GatewayConfig, source: PlatformSource, io: GatewayIo) {
    const { connector, limits, services } = planPlatform(source, config.unit)
    this.#config = config
    this.#source = source
    this.#io = io
    this.#link = {
      connector,
      limits,
      line: new PlatformLine(source.url, certificateOf(source)),
      pace: new Pace(limits),
      kept: new KeptCalls(config.stateDir),
      ends: endsOf(config, source),
      clock: systemClock,
      signal: io.signal,
    }
    this.#services = new Map([...services].map(([record, plan]) => [record, new PersonService(plan, this.#link)]))
  }

  /** What has served its time as proof is wiped; rows are not held, so none can be out of date. */
  refresh(): void {
    this.#wipeOld()
  }

  #wipeOld(): void {
    const { kept, clock } = this.#link
    kept.wipeBefore(clock.iso(clock.nowMs() - this.#source.keepDays * DAY_MS))
  }

  prepare(basis: Basis): Promise<PreparedService> {
    const key = JSON.stringify(basis)
    const prepared = this.#prepared.get(key) ?? this.#preparedFor(basis)
    this.#prepared.set(key, prepared)
    return Promise.resolve(prepared)
  }

  #preparedFor(basis: Basis): PreparedService {
    const statement = this.#statement()
    const known = standings(statement)
    const ask = (record: RecordName, persons: readonly AskedPerson[], grounds: Grounds) =>
      this.#ask(record, persons, basis, grounds)
    const missing: RecordStanding = { silent: { letter: 'E', reason: 'source_missing' }, incomplete: null }
    return {
      statement,
      standing: (record) => known.get(record) ?? missing,
      ask: (record, persons) => ask(record, persons, noGrounds),
      onGrounds(grounds) {
        return { ...this, ask: (record, persons) => ask(record, persons, grounds) }
      },
    }
  }

  /** What is configured can be asked; how many rows there are nobody knows, so none are announced and none counted. */
  #statement(): Statement {
    const records: RecordStatement[] = []
    const issues: SourceIssue[] = []
    for (const record of recordsOf(this.#config.unit)) {
      const dates = { answeredOn: null, asOfDate: null, periodFrom: null, periodTo: null }
      const common = { record, ...dates, announced: null, rows: 0, cutOff: false, stale: false }
      if (this.#services.has(record)) records.push({ ...common, state: 'answered', reason: null })
      else {
        issues.push({ file: recordTypeOf(record).file, row: 0, column: '', code: 'SOURCE_MISSING', severity: 'warn' })
        records.push({ ...common, state: 'source_error', reason: 'source_missing' })
      }
    }
    return { records, files: [], issues, quarantine: [] }
  }

  async #ask(record: RecordName, persons: readonly AskedPerson[], basis: Basis, grounds: Grounds): Promise<Told> {
    const service = this.#services.get(record)
    if (!service) throw new RangeError(`no service for ${record}`)
    const { kept, connector } = this.#link
    this.#wipeOld()
    const batch = kept.begin()
    const { found, unanswered, reasons } = await service.ask(persons, { basis, grounds, batch })
    if (unanswered.size > 0) {
      const why = [...reasons].map(([reason, calls]) => `${reason} × ${calls}`).join('；')
      this.#io.say(
        `[${this.#config.unit}] 共享平台 ${connector.connector}：${record} 有 ${unanswered.size} 人未获答复（${why}），按“未答复”报送`,
      )
    }
    const proof = { record, connector: connector.connector, by: connector.authentic, batch, ...kept.sum(batch) }
    return { found, unanswered, proof }
  }

  close(): Promise<void> {
    this.#link.line.close()
    this.#link.kept.close()
    return Promise.resolve()
  }
}
