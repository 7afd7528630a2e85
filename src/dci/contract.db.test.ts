import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import { type Case, casesOf, fullMessage, type Meanings } from '#testkit/dci-cases'
import {
  authorize,
  DciOffice,
  HEAD,
  importSample,
  NOW,
  OUR_ID,
  Receiver,
  type Reply,
  searchItem,
  searchMessage,
  TestPartner,
} from '#testkit/dci-office'
import { bundledSocial, coreSpecs, type Json, type JsonObject, releasedSocial, type Spec } from '#testkit/dci-spec'
import { OPERATIONS, type Operation } from './actions/read-call.ts'
import { HEADER_CODES, SEARCH_CODES, SUBSCRIBE_CODES, UNSUBSCRIBE_CODES } from './contract/index.ts'

/** Cases generated from the published OpenAPI files: every operation, field, length, allowed value, time, locale, page and declared status. */

const spec = bundledSocial()
const released = releasedSocial()

interface Place {
  readonly field: RegExp
  /** Of requests, of answers and notices, or of both. */
  readonly of: 'request' | 'answer' | 'both'
  readonly reason: string
}

/** Where a message is taken although it does not hold what the schema asks for: no harm is done. */
const TOLERATED: readonly Place[] = [
  { field: /txn_type "/, of: 'answer', reason: 'an answer is kept as it came; what it is about is known from the question' },
  { field: /status_reason_code "/, of: 'answer', reason: 'a code of a later version in an answer is kept as it came' },
  { field: /(reg_event_type|filter_type) /, of: 'answer', reason: 'an answer or notice is kept as it came' },
  {
    field: /search_criteria\.reg_event_type /,
    of: 'request',
    reason: 'only the release of January 2025 has it; no search is by event',
  },
]

/** Where a message is refused although the schema would let it pass. */
const STRICTER: readonly Place[] = [
  { field: /^message missing/, of: 'both', reason: 'a call without a message says nothing' },
  { field: /(query|filter)\.(type|value) missing/, of: 'request', reason: 'a question says by what it asks, and for whom' },
  { field: /subscribe_criteria\.authorize missing/, of: 'request', reason: 'nobody is told of without a paper' },
]

/** Fields that name a thing or a span of time: any right writing is read, but this one names nothing that is there. */
const NAMING = /(attribute_value|subscription_codes\.0|frequency\.(start|end)_time) /

const CODES: readonly string[] = [...HEADER_CODES, ...SEARCH_CODES, ...SUBSCRIBE_CODES, ...UNSUBSCRIBE_CODES]

function stands(places: readonly Place[], one: Case, operation: Operation): boolean {
  const of = operation.caller === 'asker' ? 'request' : 'answer'
  return places.some((place) => (place.of === 'both' || place.of === of) && place.field.test(one.name))
}

describe('the contract of the social registry profile', async () => {
  const db = await testDb()
  let office: DciOffice
  let receiver: Receiver
  let partner: TestPartner
  let bare: TestPartner
  let stub: TestPartner
  const knownTransaction = randomUUID()

  beforeAll(async () => {
    await importSample(db)
    office = await DciOffice.open(db, { testMode: true })
    receiver = await Receiver.open()
    const roles = {
      roles: ['asker', 'registry'] as ('asker' | 'registry')[],
      registryUri: receiver.url,
      callbacks: [receiver.url],
    }
    partner = await TestPartner.register(office, 'full', roles)
    bare = await TestPartner.register(office, 'bare', { rights: [] })
    stub = await TestPartner.register(office, 'stub', { ...roles, needsSignature: false, signatureStubs: ['unsigned'] })
    await db.ownerPool.pool.query(`update dci_partner set is_asker = false where partner_id = 'bare'`)
    const { header, message } = searchMessage(partner, [searchItem(HEAD.number)])
    const known = { ...(message as JsonObject), transaction_id: knownTransaction }
    await partner.send('/registry/sync/search', { header: header as Json, message: known })
  })
  afterAll(async () => {
    await office.close()
    await receiver.close()
  })

  const operationAt = (path: string): Operation => {
    const operation = OPERATIONS.find((one) => one.path === path)
    if (operation === undefined) throw new Error(`the server has no ${path}`)
    return operation
  }

  /** The reply holds against every published file that has the operation. */
  const expectPublished = (path: string, reply: Reply): void => {
    for (const one of [spec, released]) {
      if (one.paths.includes(path)) expect(one.replyErrors(path, reply.status, reply.body), `${path} ${reply.status}`).toEqual([])
    }
  }

  /** The answer that reached the partner for a transaction, held against the published files. */
  const lastAnswer = async (): Promise<JsonObject> => {
    await office.work()
    const last = receiver.received.at(-1)
    if (last === undefined) throw new Error('no answer arrived')
    const path = last.path.replace('/dci/v1', '')
    expect(spec.requestErrors(path, last.body), path).toEqual([])
    if (released.paths.includes(path)) expect(released.requestErrors(path, last.body), path).toEqual([])
    return last.body
  }

  /** What fields mean, by their names; everything else comes from the schema. */
  const meanings = (who: TestPartner): Meanings => ({
    signature: null,
    version: '1.0.0',
    message_id: () => randomUUID(),
    message_ts: NOW,
    timestamp: NOW,
    start_time: '2026-10-01T00:00:00Z',
    end_time: '2027-10-01T00:00:00Z',
    sender_id: who.id,
    sender_uri: receiver.url,
    receiver_id: OUR_ID,
    query_type: 'idtype-value',
    query: { type: 'UIN', value: HEAD.number },
    filter: { type: 'UIN', value: HEAD.number },
    response_entity: 'Member',
    sort: [{ attribute_name: 'birth_date', sort_order: 'asc' }],
    page_size: 10,
    authorize,
    consent: authorize,
    reg_type: 'Social',
    reg_event_type: 'REGISTER',
    reg_record_type: 'Member',
    notify_record_type: 'Member',
    attribute_type: 'transaction_id',
    attribute_value: knownTransaction,
    locale: 'zho',
  })

  /** The release says nothing of what the status of a transaction looks like. */
  const unsaid = { txn_status: { transaction_id: 't-1', correlation_id: 'c-1', search_response: [] } }

  const messageOf = (file: Spec, path: string, who = partner): JsonObject =>
    fullMessage(file, path, { ...meanings(who), ...(file === released ? unsaid : {}) })

  /** What became of a message: an ERR, a rejection with its codes, or 'taken'. */
  const outcome = async (operation: Operation, reply: Reply): Promise<string> => {
    const ack = reply.body.message as JsonObject | undefined
    if (reply.status >= 400 || ack?.ack_status === 'ERR') {
      const [error] = reply.body.errors as JsonObject[]
      expect(ack).toMatchObject({ ack_status: 'ERR', error: error ?? {} })
      return `ERR ${String(error?.code)}`
    }
    if (operation.caller === 'registry') {
      expect([reply.status, ack?.ack_status]).toEqual([200, 'ACK'])
      return 'taken'
    }
    const answer = operation.now ? reply.body : await lastAnswer()
    const { status, status_reason_code: code } = answer.header as JsonObject
    if (status === 'rjct') return `rjct ${String(code)}`
    const codes = [...JSON.stringify(answer.message).matchAll(/"status_reason_code":"([^"]+)"/g)].map(([, one]) => one)
    return codes.length > 0 ? `rjct ${codes.join(' ')}` : 'taken'
  }

  const send = async (path: string, body: JsonObject): Promise<string> => {
    // The same person again is another subscription.
    if (path === '/registry/subscribe') await db.ownerPool.pool.query(`delete from dci_subscription where partner_id = 'full'`)
    const reply = await partner.send(path, body)
    expectPublished(path, reply)
    return outcome(operationAt(path), reply)
  }

  it('serves every operation that is published, and no other', () => {
    expect(OPERATIONS.map(({ path }) => path).sort()).toEqual([...spec.paths].sort())
    for (const path of released.paths) expect(spec.paths).toContain(path)
  })

  const operations = [
    ...spec.paths.map((path) => ['bundled', path, spec] as const),
    ...released.paths.map((path) => ['released', path, released] as const),
  ]

  /** Whether what came of a message is what its way of writing deserves. */
  const isAsDeserved = (one: Case, operation: Operation, base: string, came: string): boolean => {
    const isRight = (one.isRight || stands(TOLERATED, one, operation)) && !stands(STRICTER, one, operation)
    if (isRight) return NAMING.test(one.name) ? !came.startsWith('ERR') : came === base
    return came.startsWith('ERR err.') || (came !== base && CODES.includes(came.replace('rjct ', '')))
  }

  it.each(operations)('%s %s: every field, written rightly and wrongly', async (_name, path, file) => {
    const operation = operationAt(path)
    const base = await send(path, messageOf(file, path))
    expect(base).toBe(path.endsWith('/unsubscribe') ? 'rjct rjct.subscription_code.invalid' : 'taken')
    const casesIn = (one: Spec): Case[] => casesOf(one, path, messageOf(one, path), operation.caller === 'asker')
    const cases = casesIn(file)
    // What both files say is sent once.
    const alreadySent = new Set(file === released ? casesIn(spec).map((one) => `${one.name} ${one.isRight}`) : [])
    expect(cases.filter((one) => !one.isRight).length).toBeGreaterThan(12)
    const unlike: string[] = []
    for (const one of cases) {
      const body = one.change(messageOf(file, path))
      const valid = file.requestErrors(path, body).length === 0
      // The schema says the same of it, but for the size of pages, which is ours.
      if (!/page_(size|number) /.test(one.name)) expect(valid, one.name).toBe(one.isRight)
      if (alreadySent.has(`${one.name} ${one.isRight}`)) continue
      const came = await send(path, body)
      if (!isAsDeserved(one, operation, base, came)) unlike.push(`${one.name}: ${came}`)
    }
    expect(unlike).toEqual([])
  })

  describe.each(spec.paths.map((path) => [path] as const))('%s', (path) => {
    it('answers with each declared status in the declared form', async () => {
      expect(spec.statuses(path)).toEqual(['401', '403', '500', 'default'])
      const refused = (reply: Reply, status: number, code: unknown): void => {
        const [error] = reply.body.errors as JsonObject[]
        expect([reply.status, error?.code]).toEqual([status, code])
        expect(reply.body.message).toMatchObject({ ack_status: 'ERR', error: { code, message: expect.stringMatching(/./) } })
        expect((reply.body.message as JsonObject).error).toEqual(error)
        expectPublished(path, reply)
      }
      const unknown = await partner.post(path, JSON.stringify(messageOf(spec, path)), { authorization: 'Bearer nothing' })
      refused(unknown, 401, 'err.request.unauthorized')
      refused(await bare.send(path, messageOf(spec, path, bare)), 403, 'err.request.forbidden')
      await db.ownerPool.pool.query('alter table dci_inbound rename to dci_inbound_away')
      try {
        refused(await partner.send(path, messageOf(spec, path)), 500, 'err.service.unavailable')
      } finally {
        await db.ownerPool.pool.query('alter table dci_inbound_away rename to dci_inbound')
      }
    })

    it('takes a text that is no signature only where it is listed', async () => {
      const saying = (who: TestPartner, signature: string): Promise<Reply> =>
        who.post(path, JSON.stringify({ ...messageOf(spec, path, who), signature }))
      for (const [who, text] of [
        [stub, 'unsigned-stub'],
        [stub, 'unsigned '],
        [partner, 'unsigned'],
      ] as const) {
        const reply = await saying(who, text)
        const error = { code: 'err.signature.invalid', message: expect.stringContaining('签名') }
        expect([reply.status, reply.body]).toMatchObject([401, { message: { ack_status: 'ERR', error }, errors: [error] }])
        expectPublished(path, reply)
      }
      const taken = await saying(stub, 'unsigned')
      expect([taken.status < 300, taken.body.errors]).toEqual([true, undefined])
    })
  })

  it('gives tokens, keys and places in the published form', async () => {
    const { authz, jwks, locations } = coreSpecs()
    const form = { grant_type: 'client_credentials', client_id: partner.id, client_secret: partner.secret }
    const post = async (body: Record<string, string>): Promise<Reply> => {
      const reply = await fetch(`${office.url}/oauth2/client/token`, { method: 'POST', body: new URLSearchParams(body) })
      return { status: reply.status, headers: reply.headers, body: (await reply.json()) as JsonObject }
    }
    const good = await post(form)
    expect([good.status, authz.replyErrors('/oauth2/client/token', 200, good.body)]).toEqual([200, []])
    for (const name of authz.document.components === undefined ? [] : Object.keys(form)) {
      const reply = await post(Object.fromEntries(Object.entries(form).filter(([field]) => field !== name)))
      expect(reply.status, name).toBe(400)
    }
    expect((await post({ ...form, client_secret: 'wrong' })).status).toBe(401)
    expect((await post({ ...form, client_id: 'nobody' })).status).toBe(401)
    const get = async (path: string): Promise<Json> => (await (await fetch(`${office.url}${path}`)).json()) as Json
    expect(jwks.replyErrors('/.well-known/jwks.json', 200, await get('/.well-known/jwks.json'), 'get')).toEqual([])
    const places = (await get('/.well-known/locations.json')) as JsonObject
    expect(locations.replyErrors('/.well-known/locations.json', 200, places, 'get')).toEqual([])
    expect((places.locations as Json[]).length).toBeGreaterThan(3)
  })
})
