/** For tests: a registry with the sample district behind real HTTP, partners that sign, and a receiver of their answers. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { fixedClock, isoInstant } from '#platform/clock'
import { type KeyPair, newSigningPair } from '#platform/crypto'
import { silentLog } from '#platform/log'
import { folderSource, importPackage } from '#registry'
import { signEnvelope } from '../src/dci/actions/signatures.ts'
import { addPartner, type DciDeps, dciRoutes, type PartnerInput } from '../src/dci/index.ts'
import { workRound } from '../src/dci/jobs/worker.ts'
import type { TestDb } from './db.ts'
import type { JsonObject } from './dci-spec.ts'

const SAMPLE = join(import.meta.dirname, 'fixtures/sample-district')
export const district = '629901000000'
export const NOW = '2026-10-12T02:00:00.000Z'
export const OUR_ID = 'social.629901'
/** The head of household H001001000005, on aid, and somebody the district does not know. */
export const HEAD = { number: '62990119920706001X', household: 'H001001000005', personNo: 'H001001000005-1' }
export const NOBODY = '62990119700101991X'
export const PURPOSE = 'aid-check'

/** Everything a partner can be allowed. */
export const FULL_RIGHTS = [
  {
    purpose: PURPOSE,
    recordType: 'Member',
    attributes: [
      'identifier',
      'name',
      'sex',
      'birth_date',
      'marital_status',
      'employment_status',
      'is_disabled',
      'relationship',
      'group_identifier',
      'place',
      'programme',
    ],
    queries: ['idtype-value', 'expression', 'predicate'],
    events: ['REGISTER', 'NewHouseHoldMember'],
  },
  {
    purpose: PURPOSE,
    recordType: 'Group',
    attributes: ['group_identifier', 'group_type', 'group_size', 'member_list', 'place', 'programme'],
    queries: ['idtype-value', 'expression', 'predicate'],
    events: ['REGISTER', 'NewHouseHoldMember'],
  },
] satisfies PartnerInput['rights']

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

/** What arrived at the partner's own address. */
export interface Received {
  readonly path: string
  readonly body: JsonObject
}

/** A partner's own server: it keeps what comes and answers as it is told. */
export class Receiver {
  readonly received: Received[] = []
  /** Status of its replies. */
  status = 200
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    server.on('request', async (request, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      this.received.push({ path: request.url ?? '', body: JSON.parse(text) as JsonObject })
      const ack = { message: { ack_status: this.status === 200 ? 'ACK' : 'ERR', timestamp: NOW, correlation_id: 'c-1' } }
      response
        .writeHead(this.status, { 'content-type': 'application/json', location: 'http://127.0.0.1:9/' })
        .end(JSON.stringify(ack))
    })
  }

  static async open(port = 0): Promise<Receiver> {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new Receiver(server)
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/dci/v1`
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** The registry, running. */
export class DciOffice {
  readonly deps: DciDeps
  readonly clock: ReturnType<typeof fixedClock>
  readonly url: string
  readonly #app: FastifyInstance

  private constructor(deps: DciDeps, clock: ReturnType<typeof fixedClock>, app: FastifyInstance, url: string) {
    this.deps = deps
    this.clock = clock
    this.#app = app
    this.url = url
  }

  static async open(db: TestDb, more: Partial<DciDeps> = {}): Promise<DciOffice> {
    const clock = fixedClock(NOW)
    const deps: DciDeps = { db: db.pool, keys: db.keys, clock, log: silentLog, ...more }
    const app = Fastify({ forceCloseConnections: true })
    dciRoutes(app, deps)
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/dci/v1`
    return new DciOffice(deps, clock, app, url)
  }

  /** Does what waits: requests, then what is to be sent. */
  async work(): Promise<void> {
    while (await workRound(this.deps));
  }

  close(): Promise<void> {
    return this.#app.close()
  }
}

export async function importSample(db: TestDb): Promise<void> {
  await importPackage(db.pool, db.keys, await folderSource(SAMPLE), {
    asOf: '2026-09-30',
    limits: { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 },
    actor: 'system:test',
    now: () => '2026-10-01T00:00:00.000Z',
    newId: randomUUID,
  })
}

/** A partner at its own desk: it has a token, signs, and calls the office. */
export class TestPartner {
  readonly id: string
  readonly pair: KeyPair
  readonly secret: string
  readonly #office: DciOffice
  #token: string | undefined

  private constructor(office: DciOffice, id: string, pair: KeyPair, secret: string) {
    this.#office = office
    this.id = id
    this.pair = pair
    this.secret = secret
  }

  static async register(office: DciOffice, id: string, more: Partial<PartnerInput> = {}): Promise<TestPartner> {
    const pair = newSigningPair()
    const input: PartnerInput = {
      id,
      name: `合作方 ${id}`,
      division: district,
      ourId: OUR_ID,
      roles: ['asker'],
      signKeys: [pair.publicKey],
      rights: FULL_RIGHTS,
      perMinute: 100_000,
      ...more,
    }
    const { clientSecret } = await addPartner(office.deps, input, { loopback: true })
    return new TestPartner(office, id, pair, clientSecret)
  }

  async token(): Promise<string> {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: this.id, client_secret: this.secret })
    const reply = await fetch(`${this.#office.url}/oauth2/client/token`, { method: 'POST', body: form })
    return ((await reply.json()) as { access_token: string }).access_token
  }

  header(action: string, more: JsonObject = {}): JsonObject {
    return {
      version: '1.0.0',
      message_id: randomUUID(),
      message_ts: isoInstant(this.#office.clock.nowMs()),
      action,
      sender_id: this.id,
      receiver_id: OUR_ID,
      total_count: 1,
      is_msg_encrypted: false,
      ...more,
    }
  }

  /** The message with the partner's signature. */
  async sign(envelope: { header: JsonObject; message?: JsonObject }): Promise<string> {
    const keys = { ...this.#office.deps.keys, signing: this.pair }
    return signEnvelope({ keys, clock: this.#office.clock }, this.id, envelope)
  }

  /** Signs (what can be signed) and posts. */
  async send(path: string, envelope: JsonObject): Promise<Reply> {
    const { signature, header, message, ...rest } = envelope
    if (signature !== undefined || typeof header !== 'object' || header === null) return this.post(path, JSON.stringify(envelope))
    const parts = message === undefined ? {} : { message: message as JsonObject }
    const text = await this.sign({ header: header as JsonObject, ...parts })
    return this.post(path, JSON.stringify({ ...JSON.parse(text), ...rest }))
  }

  async post(path: string, text: string, headers: Record<string, string> = {}): Promise<Reply> {
    const first = await this.#postOnce(path, text, headers)
    if (first.status !== 401 || headers.authorization !== undefined || !JSON.stringify(first.body).includes('令牌')) return first
    this.#token = undefined
    return this.#postOnce(path, text, headers)
  }

  async #postOnce(path: string, text: string, headers: Record<string, string>): Promise<Reply> {
    this.#token ??= await this.token()
    const all = { 'content-type': 'application/json', authorization: `Bearer ${this.#token}`, ...headers }
    const reply = await fetch(`${this.#office.url}${path}`, { method: 'POST', headers: all, body: text })
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as JsonObject }
  }
}

export const authorize: JsonObject = {
  ts: '2026-10-01T09:00:00+08:00',
  purpose: { code: PURPOSE, text: '核对', ref_uri: 'urn:paper:2026-001' },
}

/** An item that asks for a person by number. */
export function searchItem(number: string, more: JsonObject = {}, criteria: JsonObject = {}): JsonObject {
  return {
    reference_id: randomUUID(),
    timestamp: NOW,
    search_criteria: {
      version: '1.0.0',
      query_type: 'idtype-value',
      response_entity: 'Member',
      query: { type: 'UIN', value: number },
      sort: [{ attribute_name: 'birth_date', sort_order: 'asc' }],
      pagination: { page_size: 10, page_number: 1 },
      authorize,
      ...criteria,
    },
    locale: 'zho',
    ...more,
  }
}

/** A whole search by a partner. */
export function searchMessage(partner: TestPartner, items: JsonObject[], header: JsonObject = {}): JsonObject {
  return {
    header: partner.header('search', { total_count: items.length, ...header }),
    message: { transaction_id: randomUUID(), search_request: items },
  }
}

export function subscribeItem(number: string, criteria: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    reference_id: randomUUID(),
    timestamp: NOW,
    subscribe_criteria: {
      version: '1.0.0',
      reg_type: 'Social',
      reg_event_type: 'REGISTER',
      frequency: { start_time: '2026-10-01T00:00:00Z', end_time: '2027-10-01T00:00:00Z', frequency: 'P1D' },
      filter_type: 'idtype-value',
      filter: { type: 'UIN', value: number },
      notify_record_type: 'Member',
      authorize,
      ...criteria,
    },
    locale: 'zho',
    ...more,
  }
}
