import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import {
  DciOffice,
  district,
  HEAD,
  importSample,
  NOBODY,
  NOW,
  PURPOSE,
  Receiver,
  searchItem,
  searchMessage,
  subscribeItem,
  TestPartner,
} from '#testkit/dci-office'
import { bundledSocial, type Json, type JsonObject } from '#testkit/dci-spec'
import { addPartner, disablePartner, grantRight } from './index.ts'
import { watchSubscriptions } from './jobs/watch.ts'
import { workRound } from './jobs/worker.ts'

/** Who is let in, and what the persons asked about can see of it. */

const spec = bundledSocial()

describe('partners and persons', async () => {
  const db = await testDb()
  let office: DciOffice
  let receiver: Receiver
  let partner: TestPartner

  beforeAll(async () => {
    await importSample(db)
    office = await DciOffice.open(db)
    receiver = await Receiver.open()
    partner = await TestPartner.register(office, 'full', { callbacks: [receiver.url] })
  })
  afterAll(async () => {
    await office.close()
    await receiver.close()
  })

  const query = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await db.ownerPool.pool.query<R>(text, values)).rows

  describe('registering a partner', () => {
    const partnerOf = (more: object): object => ({
      id: 'new',
      name: '新',
      division: district,
      ourId: 'us',
      roles: ['asker'],
      ...more,
    })
    const unsigned = { needsSignature: false }

    it('refuses what would open a door, in words', async () => {
      const cases: [object, RegExp][] = [
        [partnerOf({}), /应登记对方的公钥/],
        [partnerOf({ ...unsigned, callbacks: ['*'] }), /只能在测试合作方模式中使用/],
        [partnerOf({ ...unsigned, callbacks: ['http://a.example'] }), /https/],
        [partnerOf({ ...unsigned, callbacks: ['http://127.0.0.1/x'] }), /不得登记指向本机/],
        [partnerOf({ ...unsigned, roles: ['registry'] }), /registryUri/],
        [partnerOf({ ...unsigned, rights: [{ purpose: 'p', recordType: 'Group', attributes: ['name'] }] }), /没有属性“name”/],
        [partnerOf({ ...unsigned, division: '62' }), /12 位数字/],
        [partnerOf({ ...unsigned, id: 'full' }), /已经登记/],
        [partnerOf({ signKeys: [partner.pair.publicKey], signatureStubs: ['unsigned'] }), /不得登记代替签名的占位文字/],
      ]
      for (const [input, words] of cases) await expect(addPartner(office.deps, input, { loopback: false })).rejects.toThrow(words)
    })

    it('grants and takes away from the next call on', async () => {
      const changing = await TestPartner.register(office, 'changing', { rights: [], callbacks: [receiver.url] })
      const status = async (): Promise<number> =>
        (await changing.send('/registry/sync/search', searchMessage(changing, [searchItem(HEAD.number)]))).status
      expect(await status()).toBe(403)
      await grantRight(office.deps, 'changing', { purpose: PURPOSE, recordType: 'Member', attributes: ['programme'] })
      expect(await status()).toBe(200)
      await changing.send('/registry/search', searchMessage(changing, [searchItem(HEAD.number)]))
      await disablePartner(office.deps, 'changing', true)
      expect(await status()).toBe(403)
      await office.work()
      const answers = `select message_id from dci_outbound where partner_id = 'changing'`
      expect(await query(answers)).toEqual([])
      await disablePartner(office.deps, 'changing', false)
      expect(await status()).toBe(200)
      await office.work()
      expect(await query(answers)).toHaveLength(1)
    })
  })

  describe('a partner without an address for answers', () => {
    let silent: TestPartner
    const items = async (type: 'search' | 'subscribe', transaction: Json): Promise<JsonObject[]> => {
      const asked = { reference_id: randomUUID(), txn_type: type, attribute_type: 'transaction_id', attribute_value: transaction }
      const message = { transaction_id: randomUUID(), txnstatus_request: asked }
      const reply = await silent.send('/registry/sync/txn/status', { header: silent.header('txn-status'), message })
      expect(spec.replyErrors('/registry/sync/txn/status', reply.status, reply.body)).toEqual([])
      const { txn_status: status } = (reply.body.message as JsonObject).txnstatus_response as { txn_status: JsonObject }
      return status[`${type}_response`] as JsonObject[]
    }
    const take = async (path: string, envelope: { header: JsonObject; message: JsonObject }): Promise<Json> => {
      const reply = await silent.send(path, envelope)
      expect([reply.status, reply.body]).toMatchObject([202, { message: { ack_status: 'ACK' } }])
      return envelope.message.transaction_id ?? null
    }

    beforeAll(async () => {
      silent = await TestPartner.register(office, 'silent', { callbacks: [] })
    })

    it('finds the answer to a search in txn/status, one page an item, sealed meanwhile', async () => {
      const search = searchMessage(silent, [searchItem(HEAD.number), searchItem(NOBODY, {}, { authorize: '' })])
      const transaction = await take('/registry/search', search as { header: JsonObject; message: JsonObject })
      expect((await items('search', transaction)).map(({ status }) => status)).toEqual(['rcvd', 'rcvd'])
      const before = receiver.received.length
      await office.work()
      expect(receiver.received.length).toBe(before)
      expect(await items('search', transaction)).toMatchObject([
        { status: 'succ', pagination: { total_count: 1 }, data: { reg_records: [{ '@type': expect.any(String) }] } },
        { status: 'rjct', status_reason_code: 'rjct.search_criteria.invalid', data: { reg_records: [] } },
      ])
      const fetched = await query<{ detail: object }>(
        `select detail from journal where action = 'dci.txn-status' and detail ->> 'partner' = 'silent'`,
      )
      // not of the look before there was an answer
      expect(fetched).toMatchObject([{ detail: { messages: [expect.any(String)], items: 2 } }])
      await query(`update dci_right set valid_to = '2026-10-11' where partner_id = 'silent'`)
      const [blind] = await items('search', transaction)
      expect([blind?.status, blind?.data]).toEqual(['succ', undefined])
      await query(`update dci_right set valid_to = null where partner_id = 'silent'`)
      const [row] = await query<{ answer: Buffer }>(
        `select answer from dci_inbound where partner_id = 'silent' and answer is not null`,
      )
      expect(row?.answer.toString('latin1')).not.toContain(HEAD.number)
      const none = searchMessage(silent, [searchItem(HEAD.number)], { sender_uri: 'https://elsewhere.example/' })
      expect((await silent.send('/registry/search', none)).body.errors).toMatchObject([{ code: 'err.sender_uri.invalid' }])
    })

    it('is told of a change as soon as an address is registered, and ends the subscription without one', async () => {
      const transaction = await take('/registry/subscribe', {
        header: silent.header('subscribe'),
        message: { transaction_id: randomUUID(), subscribe_request: [subscribeItem(HEAD.number)] },
      })
      await office.work()
      const told = JSON.stringify(await items('subscribe', transaction))
      const code = /"code":"([^"]+)"/.exec(told)?.[1] ?? told
      await query(`update household set aid_to = '2027-06' where household_no = $1`, [HEAD.household])
      expect(await watchSubscriptions(office.deps)).toBe(0)
      await query(`update dci_partner set callbacks = $1 where partner_id = 'silent'`, [[receiver.url]])
      const before = receiver.received.length
      expect(await watchSubscriptions(office.deps)).toBe(1)
      await office.work()
      expect(receiver.received.slice(before).map(({ path }) => path)).toEqual(['/dci/v1/registry/notify'])
      await query(`update dci_partner set callbacks = '{}' where partner_id = 'silent'`)
      const message = { transaction_id: randomUUID(), timestamp: NOW, subscription_codes: [code] }
      const end = await take('/registry/unsubscribe', { header: silent.header('unsubscribe'), message })
      await office.work()
      expect(await items('subscribe', end)).toMatchObject([{ reference_id: code, status: 'succ' }])
      await query('update household set aid_to = null where household_no = $1', [HEAD.household])
    })

    it('takes only what was signed, or says one of the listed texts, from a registry too', async () => {
      const roles = { roles: ['registry'], registryUri: receiver.url, needsSignature: false } as const
      const registry = await TestPartner.register(office, 'told', { ...roles, roles: ['registry'], signatureStubs: ['unsigned'] })
      const event = { reference_id: 'r-1', timestamp: NOW, data: { reg_record_type: 'Member', reg_records: {} } }
      const notice = async (signature: string): Promise<[number, Json | undefined]> => {
        const header = registry.header('notify', { status: 'succ' })
        const message = { transaction_id: randomUUID(), notify_event: [event] }
        const reply = await registry.post('/registry/notify', JSON.stringify({ signature, header, message }))
        return [reply.status, reply.body.message]
      }
      expect(await notice('unsigned')).toMatchObject([200, { ack_status: 'ACK' }])
      expect(await notice('invalid-signature')).toMatchObject([
        401,
        { ack_status: 'ERR', error: { code: 'err.signature.invalid' } },
      ])
    })
  })

  describe('what the persons see', () => {
    it('journals who was shown and who was asked about without being found, never a number in clear', async () => {
      await partner.send('/registry/sync/search', searchMessage(partner, [searchItem(HEAD.number), searchItem(NOBODY)]))
      for (const [number, found] of [
        [HEAD.number, true],
        [NOBODY, false],
      ] as const) {
        const [look] = await query<{ actor: string; role: string; purpose: string; basis: string; detail: JsonObject }>(
          `select actor, role, purpose, basis, detail from journal where subjects && $1::bytea[] order by entry_id desc limit 1`,
          [[db.keys.blindIndex('id', number)]],
        )
        expect(look).toMatchObject({
          actor: 'dci:full',
          role: 'partner',
          purpose: PURPOSE,
          basis: 'urn:paper:2026-001',
          detail: { found },
        })
      }
    })

    it('keeps partners to their divisions: another district sees nobody of ours', async () => {
      const neighbour = await TestPartner.register(office, 'neighbour', { division: '629902000000' })
      const reply = await neighbour.send('/registry/sync/search', searchMessage(neighbour, [searchItem(HEAD.number)]))
      const [item] = (reply.body.message as JsonObject).search_response as JsonObject[]
      expect(item).toMatchObject({ status: 'succ', data: { reg_records: [] }, pagination: { total_count: 0 } })
    })

    it('tells subscribers of changes, once each, and not of what they knew', async () => {
      const header = partner.header('subscribe')
      const events = ['REGISTER', 'NewHouseHoldMember'].map((reg_event_type) => subscribeItem(HEAD.number, { reg_event_type }))
      const message = { transaction_id: randomUUID(), subscribe_request: events }
      await partner.send('/registry/subscribe', { header: { ...header, total_count: 2 }, message })
      await office.work()
      expect(await watchSubscriptions(office.deps)).toBe(0)
      await query(`update household set aid_to = '2026-09' where household_no = $1`, [HEAD.household])
      const before = receiver.received.length
      expect(await watchSubscriptions(office.deps)).toBe(1)
      expect(await watchSubscriptions(office.deps)).toBe(0)
      await office.work()
      const [notice] = receiver.received.slice(before)
      if (notice === undefined) throw new Error('no notice arrived')
      expect(notice.path).toBe('/dci/v1/registry/notify')
      const [event] = (notice.body.message as { notify_event: JsonObject[] }).notify_event
      expect(event?.data).toMatchObject({
        reg_event_type: 'REGISTER',
        reg_records: { programme_identifier: { enrolment_status: 'ended', status_change_date: '2026-09' } },
      })
      // Of two changes that are told late, the later is told last.
      const late = receiver.received.length
      for (const [status, month] of [
        [503, '2026-10'],
        [200, '2026-11'],
      ] as const) {
        receiver.status = status
        await query('update household set aid_to = $2 where household_no = $1', [HEAD.household, month])
        expect(await watchSubscriptions(office.deps)).toBe(1)
        await office.work()
      }
      office.clock.advance(60_000)
      await office.work()
      const told = receiver.received
        .slice(late)
        .map(({ body }) => JSON.stringify(body).match(/"status_change_date":"([^"]+)"/)?.[1])
      expect(told).toEqual(['2026-10', '2026-10', '2026-11'])
      await query(`update person set counted = 'no' where household_no = $1 and person_no <> $2`, [HEAD.household, HEAD.personNo])
      await query(`delete from dci_right where partner_id = 'full' and record_type = 'Member'`)
      expect(await watchSubscriptions(office.deps)).toBe(1)
      expect(await workRound(office.deps)).toBe(false)
    })
  })
})
