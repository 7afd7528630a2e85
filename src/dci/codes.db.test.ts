import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '#platform/db'
import { silentLog } from '#platform/log'
import { testDb } from '#testkit/db'
import {
  authorize,
  DciOffice,
  FULL_RIGHTS,
  HEAD,
  importSample,
  NOBODY,
  NOW,
  Receiver,
  type Reply,
  searchItem,
  searchMessage,
  subscribeItem,
  TestPartner,
} from '#testkit/dci-office'
import { bundledSocial, type JsonObject } from '#testkit/dci-spec'
import { HEADER_CODES, SEARCH_CODES, SUBSCRIBE_CODES, TRANSPORT_CODES, UNSUBSCRIBE_CODES } from './contract/index.ts'

/** Every code of the standard is used where it belongs: one cause each, and the lists are those of the published file. */

const spec = bundledSocial()

describe('the codes of the standard', async () => {
  const db = await testDb()
  let office: DciOffice
  let receiver: Receiver
  let partner: TestPartner
  let other: TestPartner

  beforeAll(async () => {
    await importSample(db)
    office = await DciOffice.open(db, { searchMs: 1000 })
    receiver = await Receiver.open()
    partner = await TestPartner.register(office, 'full', { callbacks: [receiver.url] })
    other = await TestPartner.register(office, 'other', { callbacks: [receiver.url] })
  })
  afterAll(async () => {
    await office.close()
    await receiver.close()
  })

  const search = (items: JsonObject[], header: JsonObject = {}, who = partner): Promise<Reply> =>
    who.send('/registry/sync/search', searchMessage(who, items, header))

  const codeOf = (reply: Reply): unknown => (reply.body.errors as JsonObject[] | undefined)?.[0]?.code

  /** The answer to an asynchronous message. */
  const answerTo = async (path: string, envelope: JsonObject, who = partner): Promise<JsonObject> => {
    const reply = await who.send(path, envelope)
    expect((reply.body.message as JsonObject).ack_status, JSON.stringify(reply.body)).toBe('ACK')
    const before = receiver.received.length
    await office.work()
    const answer = receiver.received[before]?.body
    if (answer === undefined) throw new Error('no answer arrived')
    return answer
  }

  const subscribeAs = async (who: TestPartner, items: JsonObject[]): Promise<JsonObject> => {
    const header = who.header('subscribe', { total_count: items.length })
    const message = { transaction_id: randomUUID(), subscribe_request: items }
    const answer = await answerTo('/registry/subscribe', { header, message }, who)
    return ((answer.message as JsonObject).subscribe_response as JsonObject[])[0] ?? {}
  }
  const subscribe = (...items: JsonObject[]): Promise<JsonObject> => subscribeAs(partner, items)

  const unsubscribe = async (codes: string[]): Promise<JsonObject> => {
    const header = partner.header('unsubscribe', { total_count: codes.length })
    const message = { transaction_id: randomUUID(), timestamp: NOW, subscription_codes: codes }
    return (await answerTo('/registry/unsubscribe', { header, message })).message as JsonObject
  }

  const codeOfSubscription = (item: JsonObject): string => String((item.subscriptions as JsonObject[])[0]?.code)

  it('are the published ones, no more and no fewer', () => {
    const schemas = '/components/schemas'
    expect(spec.enumOf(`${schemas}/Error/properties/code`)).toEqual([...TRANSPORT_CODES])
    expect(spec.enumOf(`${schemas}/MsgHeaderStatusReasonCode`)).toEqual([...HEADER_CODES])
    expect(spec.enumOf(`${schemas}/SearchStatusReasonCode`)).toEqual([...SEARCH_CODES])
    expect(spec.enumOf(`${schemas}/SubscribeStatusReasonCode`)).toEqual([...SUBSCRIBE_CODES])
    expect(spec.enumOf(`${schemas}/UnSubscribeStatusReasonCode`)).toEqual([...UNSUBSCRIBE_CODES])
  })

  const transport: Readonly<Record<(typeof TRANSPORT_CODES)[number], () => Promise<Reply>>> = {
    'err.request.bad': () => partner.post('/registry/sync/search', '{"header":'),
    'err.request.unauthorized': () => partner.post('/registry/sync/search', '{}', { authorization: 'Basic xyz' }),
    'err.request.forbidden': async () => {
      const bare = await TestPartner.register(office, 'bare', { rights: [] })
      return search([searchItem(HEAD.number)], {}, bare)
    },
    'err.request.not_found': () => partner.post('/registry/nothing', '{}'),
    'err.request.timeout': async () => {
      const client = await db.ownerPool.pool.connect()
      try {
        await client.query('begin; lock table household in access exclusive mode')
        return await search([searchItem(HEAD.number)])
      } finally {
        await client.query('rollback')
        client.release()
      }
    },
    'err.version.not_supported': () => search([searchItem(HEAD.number)], { version: '2.0.0' }),
    'err.request.too_many_requests': async () => {
      const slow = await TestPartner.register(office, 'slow', { perMinute: 1 })
      await search([searchItem(HEAD.number)], {}, slow)
      return search([searchItem(HEAD.number)], {}, slow)
    },
    'err.sender_id.invalid': () => search([searchItem(HEAD.number)], { sender_id: 'somebody' }),
    'err.sender_uri.invalid': () =>
      partner.send(
        '/registry/search',
        searchMessage(partner, [searchItem(HEAD.number)], { sender_uri: 'https://elsewhere.example/' }),
      ),
    'err.receiver_id.invalid': () => search([searchItem(HEAD.number)], { receiver_id: 'somebody' }),
    'err.signature.missing': () =>
      partner.post('/registry/sync/search', JSON.stringify(searchMessage(partner, [searchItem(HEAD.number)]))),
    'err.signature.invalid': async () => {
      const text = await partner.sign(searchMessage(partner, [searchItem(HEAD.number)]) as never)
      return partner.post('/registry/sync/search', text.replace(HEAD.number, NOBODY))
    },
    'err.encryption.invalid': () => search([searchItem(HEAD.number)], { is_msg_encrypted: true }),
    'err.service.unavailable': async () => {
      const away = openDb({ url: 'postgresql://127.0.0.1:9/nothing' })
      const closed = await DciOffice.open({ ...db, pool: away }, { log: silentLog })
      const reply = await fetch(`${closed.url}/.well-known/jwks.json`)
      const body = (await reply.json()) as JsonObject
      await closed.close()
      await away.close()
      return { status: reply.status, headers: reply.headers, body }
    },
  }

  it.each(TRANSPORT_CODES)('%s', async (code) => {
    const reply = await transport[code]()
    expect(codeOf(reply)).toBe(code)
    expect(reply.status).toBeGreaterThanOrEqual(400)
    const [error] = reply.body.errors as JsonObject[]
    expect(reply.body.message).toMatchObject({ ack_status: 'ERR', error: error ?? {} })
  })

  const many = (count: number): JsonObject[] => Array.from({ length: count }, () => searchItem(HEAD.number))
  const headers: Readonly<Record<(typeof HEADER_CODES)[number], () => Promise<Reply>>> = {
    'rjct.version.invalid': () => search(many(1), { version: 'one' }),
    'rjct.message_id.duplicate': async () => {
      const header = { message_id: randomUUID() }
      await search(many(1), header)
      return search(many(1), header)
    },
    'rjct.message_ts.invalid': () => search(many(1), { message_ts: '2026-10-01T02:00:00Z' }),
    'rjct.action.invalid': () => search(many(1), { action: 'subscribe' }),
    'rjct.action.not_supported': () => search(many(1), { action: 'disburse' }),
    'rjct.total_count.invalid': () => search(many(1), { total_count: 2 }),
    'rjct.total_count.limit_exceeded': () => search(many(101)),
    'rjct.errors.too_many': () => search(many(20).map((item) => ({ ...item, timestamp: 'once' }))),
  }

  it.each(HEADER_CODES)('%s', async (code) => {
    const reply = await headers[code]()
    expect([reply.status, reply.body.header]).toMatchObject([200, { status: 'rjct', status_reason_code: code }])
    expect(spec.replyErrors('/registry/sync/search', 200, reply.body)).toEqual([])
    expect((reply.body.message as JsonObject).search_response).toEqual([])
  })

  it('items of a refused message are told as refused', async () => {
    for (const message of [
      searchMessage(partner, many(101)),
      searchMessage(
        partner,
        many(20).map(() => ({})),
      ),
    ]) {
      expect((await answerTo('/registry/search', message)).header).toMatchObject({ status: 'rjct' })
      const { transaction_id: attribute_value } = message.message as JsonObject
      const asked = { reference_id: randomUUID(), txn_type: 'search', attribute_type: 'transaction_id', attribute_value }
      const reply = await partner.send('/registry/sync/txn/status', {
        header: partner.header('txn-status'),
        message: { transaction_id: randomUUID(), txnstatus_request: asked as JsonObject },
      })
      const { txn_status: told } = (reply.body.message as JsonObject).txnstatus_response as { txn_status: JsonObject }
      const states = (told.search_response as JsonObject[]).map(({ status }) => status)
      expect([states.length > 0, new Set(states)]).toEqual([true, new Set(['rjct'])])
    }
  })

  const searches: Readonly<Record<(typeof SEARCH_CODES)[number], () => JsonObject[]>> = {
    'rjct.reference_id.invalid': () => [searchItem(HEAD.number, { reference_id: HEAD.number })],
    'rjct.reference_id.duplicate': () => [
      searchItem(HEAD.number, { reference_id: 'same' }),
      searchItem(NOBODY, { reference_id: 'same' }),
    ],
    'rjct.timestamp.invalid': () => [searchItem(HEAD.number, { timestamp: '2026-10-12' })],
    'rjct.search_criteria.invalid': () => [searchItem(HEAD.number, {}, { authorize: '' })],
    'rjct.filter.invalid': () => [searchItem('629901199207060011')],
    'rjct.sort.invalid': () => [searchItem(HEAD.number, {}, { sort: [{ attribute_name: 'shoe_size' }] })],
    'rjct.pagination.invalid': () => [searchItem(HEAD.number, {}, { pagination: { page_size: 101 } })],
    'rjct.search.too_many_records_found': () => [
      searchItem(
        HEAD.number,
        {},
        {
          query_type: 'expression',
          query: {
            type: 'nosql',
            value: { expression: { collection: 'Member', query: { sex: { $in: ['male', 'female', 'unknown'] } } } },
          },
        },
      ),
    ],
  }

  it.each(SEARCH_CODES)('%s of a search', async (code) => {
    if (code === 'rjct.search.too_many_records_found') {
      // A thousand and more members of one household that is there.
      await db.ownerPool.pool.query(
        `insert into person select (jsonb_populate_record(p, jsonb_build_object('person_no', 'X-' || n))).*
         from person p, generate_series(1, 1001) n where p.person_no = $1`,
        [HEAD.personNo],
      )
    }
    const reply = await search(searches[code]())
    const [item] = (reply.body.message as JsonObject).search_response as JsonObject[]
    expect(item).toMatchObject({ status: 'rjct', status_reason_code: code })
    // Refused for its papers: the empty list stands beside the code.
    if (code === 'rjct.search_criteria.invalid') expect(item?.data).toMatchObject({ reg_records: [] })
    else expect(item).not.toHaveProperty('data')
    await db.ownerPool.pool.query(`delete from person where person_no like 'X-%'`)
  })

  const subscribes: Readonly<Record<(typeof SUBSCRIBE_CODES)[number], () => Promise<JsonObject>>> = {
    'rjct.reference_id.invalid': () => subscribe(subscribeItem(HEAD.number, {}, { reference_id: '' })),
    'rjct.reference_id.duplicate': async () => {
      const items = [1, 2].map(() => subscribeItem(HEAD.number, {}, { reference_id: 'same' }))
      const header = partner.header('subscribe', { total_count: 2 })
      const message = { transaction_id: randomUUID(), subscribe_request: items }
      const answer = (await answerTo('/registry/subscribe', { header, message })).message as JsonObject
      return (answer.subscribe_response as JsonObject[])[0] ?? {}
    },
    'rjct.timestamp.invalid': () =>
      subscribe(
        subscribeItem(HEAD.number, {}, { timestamp: 'now' }),
        subscribeItem(HEAD.number, { reg_event_type: 'NewHouseHoldMember', notify_record_type: 'Group' }),
      ),
    'rjct.notify_types.invalid': () => subscribe(subscribeItem(HEAD.number, { reg_event_type: 'Marriage' })),
    'rjct.notify_details.invalid': () => subscribe(subscribeItem(HEAD.number, { notify_record_type: 'Farmer' })),
    'rjct.person_id.invalid': () => subscribe(subscribeItem('629901199207060011')),
    'rjct.event.already_subscribed': async () => {
      expect(await subscribe(subscribeItem(NOBODY))).toMatchObject({ status: 'succ' })
      return subscribe(subscribeItem(NOBODY))
    },
  }

  it.each(SUBSCRIBE_CODES)('%s of a subscription', async (code) => {
    expect(await subscribes[code]()).toMatchObject({ status: 'rjct', status_reason_code: code })
  })

  it('the same subscription may be made again when its time is over, and none for a time that is over', async () => {
    const lasting = (end_time: string): JsonObject => {
      const frequency = { start_time: '2026-10-01T00:00:00Z', end_time, frequency: 'P1D' }
      return subscribeItem(HEAD.number, { frequency, notify_record_type: 'Group' })
    }
    expect(await subscribe(lasting('2026-10-12T09:59:00+08:00'))).toMatchObject({
      status_reason_code: 'rjct.notify_details.invalid',
    })
    expect(await subscribe(lasting('2026-10-12T12:00:00+08:00'))).toMatchObject({ status: 'succ' })
    office.clock.advance(3 * 3_600_000)
    expect(await subscribe(lasting('2027-10-01T00:00:00Z'))).toMatchObject({ status: 'succ' })
  })

  const unsubscribes: Readonly<Record<(typeof UNSUBSCRIBE_CODES)[number], () => Promise<JsonObject>>> = {
    'rjct.reference_id.invalid': () => unsubscribe([]),
    'rjct.reference_id.duplicate': () => unsubscribe(['same', 'same']),
    // There is nothing else in the message that an acknowledgement could announce an answer to.
    'rjct.timestamp.invalid': async () => {
      const message = { transaction_id: randomUUID(), timestamp: '2026-10-12T10:00:00', subscription_codes: ['one'] }
      const { body } = await partner.send('/registry/unsubscribe', { header: partner.header('unsubscribe'), message })
      const { ack_status: ack, error } = body.message as { ack_status: string; error: JsonObject }
      const said = String(error.message).split('：')
      return { status: ack === 'ERR' && error.code === 'err.request.bad' ? 'rjct' : ack, status_reason_code: said[0] ?? '' }
    },
    'rjct.subscription_code.invalid': () => unsubscribe([randomUUID()]),
    'rjct.requester.invalid': async () =>
      unsubscribe([
        codeOfSubscription(await subscribeAs(other, [subscribeItem(HEAD.number, { reg_event_type: 'NewHouseHoldMember' })])),
      ]),
    'rjct.event.already_unsubscribed': async () => {
      const codes = [codeOfSubscription(await subscribe(subscribeItem(HEAD.number, { reg_event_type: 'NewHouseHoldMember' })))]
      expect(await unsubscribe(codes)).toMatchObject({ status: 'succ', subscription_status: [{ status: 'unsubscribe' }] })
      return unsubscribe(codes)
    },
  }

  it.each(UNSUBSCRIBE_CODES)('%s of an end of subscription', async (code) => {
    expect(await unsubscribes[code]()).toMatchObject({ status: 'rjct', status_reason_code: code })
  })

  it('a question without authorisation, for another purpose, or beyond the right is refused item by item', async () => {
    const narrow = await TestPartner.register(office, 'narrow', {
      rights: FULL_RIGHTS.slice(0, 1).map((right) => ({
        ...right,
        attributes: ['programme'],
        queries: ['idtype-value', 'predicate'],
      })),
    })
    const purpose = { ...(authorize.purpose as JsonObject), code: 'marketing' }
    const predicate = (name: string): JsonObject => ({
      query_type: 'predicate',
      query: [{ expression1: { attribute_name: name, operator: 'eq', attribute_value: 'male' } }],
    })
    const reply = await search(
      [
        searchItem(HEAD.number, {}, { authorize: { ...authorize, purpose } }),
        searchItem(HEAD.number, {}, { authorize: { ...authorize, purpose: { code: 'aid-check' } } }),
        searchItem(HEAD.number, {}, { response_entity: 'Group', sort: '' }),
        searchItem(HEAD.number, {}, { ...predicate('sex'), sort: '' }),
        searchItem(HEAD.number, {}, { sort: '' }),
      ],
      {},
      narrow,
    )
    const items = (reply.body.message as JsonObject).search_response as JsonObject[]
    expect(items.map((item) => item.status_reason_code ?? item.status)).toEqual([
      'rjct.search_criteria.invalid',
      'rjct.search_criteria.invalid',
      'rjct.search_criteria.invalid',
      'rjct.filter.invalid',
      'succ',
    ])
    // The fewest attributes: the programme, and the registry's own number of the person.
    const [record] = ((items[4] as JsonObject).data as JsonObject).reg_records as JsonObject[]
    expect(Object.keys(record ?? {}).sort()).toEqual(['@context', '@type', 'member_identifier', 'programme_identifier'])
  })
})
