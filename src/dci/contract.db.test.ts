import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import {
  DciOffice,
  HEAD,
  importSample,
  NOW,
  Receiver,
  type Reply,
  searchItem,
  searchMessage,
  subscribeItem,
  TestPartner,
} from '#testkit/dci-office'
import { bundledSocial, coreSpecs, type Demand, type Json, type JsonObject, releasedSocial } from '#testkit/dci-spec'
import { OPERATIONS, type Operation } from './actions/read-call.ts'

/** Cases generated from the published OpenAPI files: every operation, required field, limit, allowed value and declared status. */

const spec = bundledSocial()
const released = releasedSocial()

/** Where a message is taken although it does not hold what the schema asks for: senders in the field differ, and no harm is done. */
const TOLERATED: readonly { readonly path: RegExp; readonly kind: Demand['kind']; readonly reason: string }[] = [
  { path: /locale$/, kind: 'pattern', reason: 'the published samples write "EN/GB"; the answer has no wording to translate' },
  { path: /txn_type$/, kind: 'enum', reason: 'an answer is kept as it came; what it is about is known from the question' },
  { path: /status_reason_code$/, kind: 'enum', reason: 'a code of a later version in an answer is kept as it came' },
  { path: /(reg_event_type|notify_record_type)$/, kind: 'enum', reason: 'an answer or notice is kept as it came' },
  { path: /^message.*(timestamp|start_time|end_time)$/, kind: 'format', reason: 'a time in an answer is kept as it came' },
  {
    path: /^header\.(sender_id|total_count)$/,
    kind: 'required',
    reason: 'on-subscribe and on-unsubscribe are published with the header of a request, the other answers need neither',
  },
  { path: /ref_uri$/, kind: 'format', reason: 'the number of a paper is as good as an address' },
]

/** Which of them hold for requests too: the others are for answers alone. */
const ALSO_OF_REQUESTS = /locale$|ref_uri$/

function isTolerated(demand: Demand, operation: Operation): boolean {
  const path = demand.path.join('.')
  if (operation.caller === 'asker' && !ALSO_OF_REQUESTS.test(path)) return false
  return TOLERATED.some((one) => one.kind === demand.kind && one.path.test(path))
}

const answered = (partner: TestPartner, action: string, message: JsonObject): JsonObject => ({
  header: partner.header(action, { status: 'succ', completed_count: 1 }),
  message: { transaction_id: randomUUID(), correlation_id: randomUUID(), ...message },
})

const found = {
  reference_id: 'r-1',
  timestamp: NOW,
  status: 'succ',
  data: { version: '1.0.0', reg_type: 'Social', reg_record_type: 'Member', reg_records: [{ '@type': 'Member' }] },
  pagination: { page_size: 10, page_number: 1, total_count: 1 },
  locale: 'zho',
}

const statusRequest = (partner: TestPartner): JsonObject => ({
  header: partner.header('txn-status'),
  message: {
    transaction_id: randomUUID(),
    txnstatus_request: {
      reference_id: randomUUID(),
      txn_type: 'search',
      attribute_type: 'transaction_id',
      attribute_value: randomUUID(),
      locale: 'zho',
    },
  },
})

/** A valid message of every operation. */
const VALID: Readonly<Record<string, (partner: TestPartner) => JsonObject>> = {
  '/registry/search': (partner) => searchMessage(partner, [searchItem(HEAD.number)]),
  '/registry/sync/search': (partner) => searchMessage(partner, [searchItem(HEAD.number)]),
  '/registry/txn/status': statusRequest,
  '/registry/sync/txn/status': statusRequest,
  '/registry/subscribe': (partner) => ({
    header: partner.header('subscribe'),
    message: { transaction_id: randomUUID(), subscribe_request: [subscribeItem(HEAD.number)] },
  }),
  '/registry/unsubscribe': (partner) => ({
    header: partner.header('unsubscribe'),
    message: { transaction_id: randomUUID(), timestamp: NOW, subscription_codes: [randomUUID()] },
  }),
  '/registry/on-search': (partner) => answered(partner, 'on-search', { search_response: [found] }),
  '/registry/on-subscribe': (partner) =>
    answered(partner, 'on-subscribe', {
      subscribe_response: [
        {
          reference_id: 'r-1',
          timestamp: NOW,
          status: 'succ',
          subscriptions: [{ code: 's-1', status: 'subscribe', timestamp: NOW }],
        },
      ],
    }),
  '/registry/on-unsubscribe': (partner) =>
    answered(partner, 'on-unsubscribe', {
      timestamp: NOW,
      status: 'succ',
      subscription_status: [{ code: 's-1', status: 'unsubscribe' }],
    }),
  '/registry/txn/on-status': (partner) =>
    answered(partner, 'txn-on-status', {
      txnstatus_response: {
        txn_type: 'search',
        txn_status: {
          transaction_id: 't-1',
          correlation_id: 'c-1',
          search_response: [{ reference_id: 'r-1', timestamp: NOW, status: 'succ' }],
        },
      },
    }),
  '/registry/notify': (partner) =>
    answered(partner, 'notify', {
      notify_event: [
        {
          reference_id: 'r-1',
          timestamp: NOW,
          data: { reg_event_type: 'REGISTER', reg_record_type: 'Member', reg_records: { '@type': 'Member' } },
        },
      ],
    }),
}

function broken(envelope: JsonObject, demand: Demand): JsonObject {
  const copy = structuredClone(envelope)
  const parent = demand.path.slice(0, -1).reduce<Json>((node, part) => (node as JsonObject)[part] as Json, copy) as JsonObject
  const last = String(demand.path.at(-1))
  if (demand.kind === 'required') delete parent[last]
  else if (demand.kind === 'maxLength') parent[last] = 'x'.repeat(Number(demand.limit) + 1)
  else parent[last] = 'not one of these'
  return copy
}

describe('the contract of the social registry profile', async () => {
  const db = await testDb()
  let office: DciOffice
  let receiver: Receiver
  let partner: TestPartner
  let bare: TestPartner

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
    await db.ownerPool.pool.query(`update dci_partner set is_asker = false where partner_id = 'bare'`)
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

  /** What a message is refused with; 'taken' when it is not. */
  const refusal = async (operation: Operation, reply: Reply): Promise<string> => {
    const ack = reply.body.message as JsonObject | undefined
    if (reply.status >= 400 || ack?.ack_status === 'ERR') return 'transport'
    if (operation.caller === 'registry') return 'taken'
    const answer = operation.now ? reply.body : await lastAnswer()
    const header = answer.header as JsonObject
    return header.status === 'rjct' || JSON.stringify(answer.message).includes('"status":"rjct"') ? 'rejected' : 'taken'
  }

  it('serves every operation that is published, and no other', () => {
    expect(OPERATIONS.map(({ path }) => path).sort()).toEqual([...spec.paths].sort())
    for (const path of released.paths) expect(spec.paths).toContain(path)
    expect(Object.keys(VALID).sort()).toEqual([...spec.paths].sort())
  })

  describe.each(spec.paths.map((path) => [path] as const))('%s', (path) => {
    it('takes a valid message and answers in the published form', async () => {
      const envelope = VALID[path]?.(partner) ?? {}
      expect(spec.requestErrors(path, envelope), 'the message of the test is valid').toEqual([])
      if (released.paths.includes(path)) expect(released.requestErrors(path, envelope)).toEqual([])
      const reply = await partner.send(path, envelope)
      expectPublished(path, reply)
      const unknownThing = path.includes('status') || path.endsWith('unsubscribe')
      const outcome = await refusal(operationAt(path), reply)
      expect(outcome).toBe(operationAt(path).caller === 'asker' && unknownThing ? 'rejected' : 'taken')
    })

    it('refuses it without any one of the required fields, and beyond any limit', async () => {
      const template = VALID[path]?.(partner) ?? {}
      const demands = spec.demands(path, template)
      expect(demands.filter((demand) => demand.kind === 'required').length).toBeGreaterThan(6)
      const taken: string[] = []
      for (const demand of demands) {
        if (isTolerated(demand, operationAt(path))) continue
        const envelope = broken(VALID[path]?.(partner) ?? {}, demand)
        const name = `${demand.path.join('.')} ${demand.kind}`
        expect(spec.requestErrors(path, envelope), name).not.toEqual([])
        const reply = await partner.send(path, envelope)
        expectPublished(path, reply)
        if ((await refusal(operationAt(path), reply)) === 'taken') taken.push(name)
      }
      expect(taken).toEqual([])
    })

    it('takes what stands exactly at the limits of length', async () => {
      const template = VALID[path]?.(partner) ?? {}
      for (const demand of spec.demands(path, template).filter(({ kind }) => kind === 'maxLength')) {
        const envelope = broken(VALID[path]?.(partner) ?? {}, { ...demand, limit: Number(demand.limit) - 1 })
        const id = randomUUID().padEnd(Number(demand.limit), 'x')
        const text = JSON.stringify(envelope).replace('x'.repeat(Number(demand.limit)), id)
        const reply = await partner.send(path, JSON.parse(text) as JsonObject)
        expect(reply.status, demand.path.join('.')).toBeLessThan(300)
      }
    })

    it('answers with each declared status in the declared form', async () => {
      expect(spec.statuses(path)).toEqual(['401', '403', '500', 'default'])
      const envelope = VALID[path]?.(partner) ?? {}
      const unknown = await partner.post(path, JSON.stringify(envelope), { authorization: 'Bearer nothing' })
      expect([unknown.status, unknown.body.errors]).toMatchObject([401, [{ code: 'err.request.unauthorized' }]])
      expectPublished(path, unknown)
      const forbidden = await bare.send(path, VALID[path]?.(bare) ?? {})
      expect([forbidden.status, forbidden.body.errors]).toMatchObject([403, [{ code: 'err.request.forbidden' }]])
      expectPublished(path, forbidden)
      await db.ownerPool.pool.query('alter table dci_inbound rename to dci_inbound_away')
      try {
        const fault = await partner.send(path, VALID[path]?.(partner) ?? {})
        expect(fault.status).toBe(500)
        expectPublished(path, fault)
      } finally {
        await db.ownerPool.pool.query('alter table dci_inbound_away rename to dci_inbound')
      }
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
