import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, FlattenedEncrypt, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeScope, withTransaction } from '#platform/db'
import { loadKeys } from '#platform/key-file'
import { testDb } from '#testkit/db'
import { DciOffice, HEAD, importSample, Receiver, searchItem, searchMessage, TestPartner } from '#testkit/dci-office'
import type { JsonObject } from '#testkit/dci-spec'
import { listParkedMessages, sendParkedAgain, setSignatureStubs } from './index.ts'
import { findInbound } from './store/messages.ts'

/** What the edge withstands: foreign addresses, bad tokens, altered and repeated messages, receivers that are down, and being killed. */

const MINUTE = 60_000

describe('the edge', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'yingbao-dci-edge-'))
  const keysFile = join(dir, 'keys.json')
  const db = { ...(await testDb()), keys: loadKeys(keysFile) }
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
    rmSync(dir, { recursive: true })
  })

  const query = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await db.ownerPool.pool.query<R>(text, values)).rows

  describe('messages as files', () => {
    it('are taken where the answer comes later, and as JSON only', async () => {
      const text = await partner.sign(searchMessage(partner, [searchItem(HEAD.number)]) as never)
      const token = await partner.token()
      const send = async (path: string, fields: Record<string, string>): Promise<JsonObject> => {
        const form = new FormData()
        for (const [name, value] of Object.entries(fields)) form.set(name, value)
        form.set('fileName', new Blob([text]), 'batch.json')
        const headers = { authorization: `Bearer ${token}` }
        return (await (await fetch(`${office.url}${path}`, { method: 'POST', headers, body: form })).json()) as JsonObject
      }
      const code = 'err.request.bad'
      const bad = { errors: [{ code }], message: { ack_status: 'ERR', error: { code, message: expect.any(String) } } }
      expect(await send('/registry/search', { action: 'search', fileFormat: 'csv' })).toMatchObject(bad)
      expect(await send('/registry/search', { action: 'subscribe' })).toMatchObject(bad)
      expect(await send('/registry/sync/search', { action: 'search' })).toMatchObject(bad)
      const before = receiver.received.length
      expect(await send('/registry/search', { action: 'search' })).toMatchObject({ message: { ack_status: 'ACK' } })
      await office.work()
      expect(receiver.received.length).toBe(before + 1)
      const large = await partner.post('/registry/sync/search', JSON.stringify({ filling: 'x'.repeat(1 << 20) }))
      expect([large.status, large.body]).toMatchObject([413, bad])
      const foreign = await partner.post('/registry/notify', '<a/>', { 'content-type': 'application/xml' })
      expect([foreign.status, foreign.body]).toMatchObject([415, bad])
    })
  })

  describe('where answers may go', () => {
    it('never calls an address that is not registered, nor follows a receiver elsewhere', async () => {
      let foreign = 0
      const stranger = createServer((_request, response) => {
        foreign += 1
        response.end('{}')
      }).listen(0, '127.0.0.1')
      await once(stranger, 'listening')
      const address = stranger.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const addresses = [
        `http://127.0.0.1:${port}/dci/v1`,
        `${receiver.url}@127.0.0.1:${port}/`,
        `${receiver.url}/../../elsewhere`,
        'http://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
        `${receiver.url}?to=elsewhere`,
      ]
      for (const sender_uri of addresses) {
        const reply = await partner.send('/registry/search', searchMessage(partner, [searchItem(HEAD.number)], { sender_uri }))
        expect((reply.body.message as JsonObject).error, sender_uri).toMatchObject({ code: 'err.sender_uri.invalid' })
      }
      receiver.status = 307
      await partner.send('/registry/search', searchMessage(partner, [searchItem(HEAD.number)]))
      await office.work()
      receiver.status = 200
      office.clock.advance(10_000)
      await office.work()
      stranger.close()
      expect(foreign).toBe(0)
    })

    it('takes the registered address, the address of the answer below it, and none at all', async () => {
      for (const sender_uri of [receiver.url, `${receiver.url}/registry/on-search`, `${receiver.url}/on-search`, '']) {
        const before = receiver.received.length
        await partner.send('/registry/search', searchMessage(partner, [searchItem(HEAD.number)], { sender_uri }))
        await office.work()
        expect(receiver.received.slice(before).map(({ path }) => path)).toEqual([
          sender_uri.endsWith('/v1/on-search') ? '/dci/v1/on-search' : '/dci/v1/registry/on-search',
        ])
      }
    })

    it('parks what is for an address that was registered no longer when it is due', async () => {
      const gone = await TestPartner.register(office, 'gone', { callbacks: [receiver.url] })
      await gone.send('/registry/search', searchMessage(gone, [searchItem(HEAD.number)]))
      await query(`update dci_partner set callbacks = '{https://new.example/dci}' where partner_id = 'gone'`)
      const before = receiver.received.length
      await office.work()
      expect(receiver.received.length).toBe(before)
      const [parked] = (await listParkedMessages(office.deps)).filter((one) => one.partner_id === 'gone')
      expect(parked).toMatchObject({ last_error: 'address-not-registered' })
    })
  })

  describe('tokens and signatures', () => {
    it('refuses a token that is over, forged, of a disabled partner, or somebody else’s', async () => {
      const guest = await TestPartner.register(office, 'guest')
      const message = (): JsonObject => searchMessage(guest, [searchItem(HEAD.number)])
      expect((await guest.send('/registry/sync/search', message())).status).toBe(200)
      const token = await guest.token()
      const [head, body, end] = token.split('.')
      const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as JsonObject
      const forged = `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: 'full' })).toString('base64url')}.${end}`
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
      for (const bad of [forged, unsigned, `${token}x`]) {
        const reply = await guest.post('/registry/sync/search', '{}', { authorization: `Bearer ${bad}` })
        expect(reply.status, bad.slice(0, 20)).toBe(401)
      }
      const stolen = await guest.post(
        '/registry/sync/search',
        await partner.sign(searchMessage(partner, [searchItem(HEAD.number)]) as never),
      )
      expect(stolen.body.errors).toMatchObject([{ code: 'err.sender_id.invalid' }])
      office.clock.advance(61 * MINUTE)
      const late = await guest.post('/registry/sync/search', '{}', { authorization: `Bearer ${token}` })
      expect([late.status, late.body.errors]).toMatchObject([401, [{ message: expect.stringContaining('过期') }]])
      const fresh = await guest.token()
      await query(`update dci_partner set disabled = true where partner_id = 'guest'`)
      expect((await guest.post('/registry/sync/search', '{}', { authorization: `Bearer ${fresh}` })).status).toBe(403)
    })

    it('refuses an altered, late, foreign or unreadable signature, also where none is needed', async () => {
      const loose = await TestPartner.register(office, 'loose', { needsSignature: false })
      const message = searchMessage(loose, [searchItem(HEAD.number)])
      const code = async (text: string, who = loose): Promise<unknown> => {
        const reply = await who.post('/registry/sync/search', text, { authorization: `Bearer ${await who.token()}` })
        return (reply.body.errors as JsonObject[] | undefined)?.[0]?.code ?? reply.status
      }
      expect(await code(JSON.stringify(message))).toBe(200)
      const saying = (signature: string, who = loose): string =>
        JSON.stringify({ ...searchMessage(who, [searchItem(HEAD.number)]), signature })
      expect(await code(saying(''))).toBe(200)
      expect(await code(saying('no signature'))).toBe('err.signature.invalid')
      await setSignatureStubs(office.deps, 'loose', ['unsigned'])
      expect(await code(saying('unsigned'))).toBe(200)
      for (const near of ['Unsigned', 'unsigned ', 'unsigned-stub'])
        expect(await code(saying(near))).toBe('err.signature.invalid')
      const good = await loose.sign(searchMessage(loose, [searchItem(HEAD.number)]) as never)
      expect(await code(good.replace('"total_count":1', '"total_count":1.0'))).toBe(200)
      expect(await code(good.replace('"locale":"zho"', '"locale":"eng"'))).toBe('err.signature.invalid')
      expect(await code(good.replace('|ed25519', '|rsa'))).toBe('err.signature.invalid')
      const strict = await TestPartner.register(office, 'strict')
      await expect(setSignatureStubs(office.deps, 'strict', ['unsigned'])).rejects.toThrow('要求签名时不得登记')
      expect(await code(saying('unsigned', strict), strict)).toBe('err.signature.invalid')
      expect(await code(saying('', strict), strict)).toBe('err.signature.missing')
      const old = await strict.sign(searchMessage(strict, [searchItem(HEAD.number)]) as never)
      office.clock.advance(11 * MINUTE)
      expect(await code(old, strict)).toBe('err.signature.invalid')
      const foreign = JSON.parse(await loose.sign(searchMessage(strict, [searchItem(HEAD.number)]) as never)) as JsonObject
      expect(await code(JSON.stringify(foreign), strict)).toBe('err.signature.invalid')
    })

    it('opens a message that is encrypted with the published key', async () => {
      const { keys } = (await (await fetch(`${office.url}/.well-known/jwks.json`)).json()) as { keys: JWK[] }
      const jwk = keys.find((key) => key.use === 'enc') ?? {}
      expect(jwk.kid).toBe(await calculateJwkThumbprint({ kty: 'OKP', crv: 'X25519', x: jwk.x ?? '' }))
      const clear = searchMessage(partner, [searchItem(HEAD.number)])
      const made = await new FlattenedEncrypt(Buffer.from(JSON.stringify(clear.message)))
        .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: jwk.kid ?? '' })
        .encrypt(await importJWK(jwk, 'ECDH-ES+A256KW'))
      const header = { ...(clear.header as JsonObject), is_msg_encrypted: true }
      const reply = await partner.send('/registry/sync/search', { header, message: JSON.parse(JSON.stringify(made)) })
      expect(JSON.stringify(reply.body)).toContain(HEAD.number)
      const spoilt = { ...made, ciphertext: `${made.ciphertext.slice(0, -4)}AAAA` }
      const refused = await partner.send('/registry/sync/search', {
        header: { ...header, message_id: randomUUID() },
        message: JSON.parse(JSON.stringify(spoilt)),
      })
      expect(refused.body.errors).toMatchObject([{ code: 'err.encryption.invalid' }])
    })
  })

  describe('repeats', () => {
    it('gives the stored answer to the same message again, and journals it once', async () => {
      const message = searchMessage(partner, [searchItem(HEAD.number)])
      const first = await partner.send('/registry/sync/search', message)
      office.clock.advance(5 * MINUTE)
      const again = await Promise.all([1, 2, 3].map(() => partner.send('/registry/sync/search', message)))
      for (const one of again) expect(one.body).toEqual(first.body)
      const id = (message.header as JsonObject).message_id
      const rows = await query<{ n: number }>(
        `select count(*) as n from journal where action = 'dci.search' and detail ->> 'partner' = 'full' and at > now() - interval '1 hour'
           and chain = 'household:' || $1`,
        [HEAD.household],
      )
      expect(Number(rows[0]?.n)).toBeGreaterThan(0)
      const stored = await withTransaction(db.pool, wholeScope('test'), (tx) => findInbound(tx, 'full', String(id)))
      expect(stored?.reply?.toString('latin1')).not.toContain(HEAD.number)
    })

    it('acknowledges an asynchronous message once and answers it once', async () => {
      const message = searchMessage(partner, [searchItem(HEAD.number)])
      const replies = await Promise.all([1, 2, 3].map(() => partner.send('/registry/search', message)))
      expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      const before = receiver.received.length
      await office.work()
      await partner.send('/registry/search', message)
      await office.work()
      expect(receiver.received.length).toBe(before + 1)
    })
  })

  describe('answers that must arrive', () => {
    const criteria = {
      response_entity: 'Group',
      query_type: 'expression',
      query: { type: 'nosql', value: { expression: { collection: 'Group', query: { group_size: { $gte: 1 } } } } },
      pagination: { page_size: 40 },
      sort: [{ attribute_name: 'group_size', sort_order: 'desc' }],
    }

    it('sends each page in a callback of its own', async () => {
      const before = receiver.received.length
      await partner.send(
        '/registry/search',
        searchMessage(partner, [searchItem(HEAD.number, {}, criteria), searchItem(HEAD.number)]),
      )
      await office.work()
      const answers = receiver.received
        .slice(before)
        .map(({ body }) => (body.message as JsonObject).search_response as JsonObject[])
      const pages = answers.map(([item]) => item?.pagination as JsonObject)
      const total = Number(pages[0]?.total_count)
      expect(pages.map((page) => page.page_number)).toEqual(Array.from({ length: Math.ceil(total / 40) }, (_, i) => i + 1))
      expect(answers.map((items) => items.length)).toEqual([2, ...Array.from({ length: answers.length - 1 }, () => 1)])
      const sizes = answers.flatMap(([item]) =>
        (((item as JsonObject).data as JsonObject).reg_records as JsonObject[]).map((record) => Number(record.group_size)),
      )
      expect([sizes.length, [...sizes].sort((a, b) => b - a)]).toEqual([total, sizes])
    })

    it('sends no page before the one that comes first has arrived', async () => {
      const before = receiver.received.length
      receiver.status = 503
      await partner.send('/registry/search', searchMessage(partner, [searchItem(HEAD.number, {}, criteria)]))
      await office.work()
      receiver.status = 200
      office.clock.advance(MINUTE)
      await office.work()
      const pages = receiver.received.slice(before).map(({ body }) => {
        const { search_response: items } = body.message as { search_response: { pagination: JsonObject }[] }
        return items[0]?.pagination.page_number
      })
      expect(pages.length).toBeGreaterThan(2)
      expect(pages).toEqual([1, ...Array.from({ length: pages.length - 1 }, (_, i) => i + 1)])
    })

    it('tries again with growing waits while the receiver is down, and tells the state meanwhile', async () => {
      const away = await Receiver.open()
      const { url, port } = away
      const patient = await TestPartner.register(office, 'patient', { callbacks: [url] })
      await away.close()
      const message = searchMessage(patient, [searchItem(HEAD.number)])
      await patient.send('/registry/search', message)
      const state = async (): Promise<unknown> => {
        const asked = { reference_id: randomUUID(), txn_type: 'search', attribute_type: 'transaction_id' }
        const attribute_value = String((message.message as JsonObject).transaction_id)
        const reply = await patient.send('/registry/sync/txn/status', {
          header: patient.header('txn-status'),
          message: { transaction_id: randomUUID(), txnstatus_request: { ...asked, attribute_value } },
        })
        const answer = ((reply.body.message as JsonObject).txnstatus_response as JsonObject).txn_status as JsonObject
        return (answer.search_response as JsonObject[])[0]?.status
      }
      expect(await state()).toBe('rcvd')
      const waits: number[] = []
      for (let attempt = 0; attempt < 4; attempt += 1) {
        await office.work()
        const [row] = await query<{ due: string; attempts: number }>(
          `select extract(epoch from due_at) * 1000 as due, attempts from dci_outbound where partner_id = 'patient'`,
        )
        expect(row?.attempts).toBe(attempt + 1)
        const wait = Number(row?.due) - office.clock.nowMs()
        waits.push(wait)
        office.clock.advance(wait)
      }
      expect(waits.slice(1).every((wait, i) => wait > (waits[i] ?? 0) * 1.5)).toBe(true)
      expect(await state()).toBe('pdng')
      const back = await Receiver.open(port)
      await office.work()
      expect(back.received.map(({ path }) => path)).toEqual(['/dci/v1/registry/on-search'])
      expect(await state()).toBe('succ')
      await back.close()
    })

    it('parks an answer that the receiver refuses five times, for a person to send again', async () => {
      const picky = await TestPartner.register(office, 'picky', { callbacks: [receiver.url] })
      receiver.status = 400
      await picky.send('/registry/search', searchMessage(picky, [searchItem(HEAD.number)]))
      for (let attempt = 0; attempt < 8; attempt += 1) {
        await office.work()
        office.clock.advance(10 * MINUTE)
      }
      const [parked] = (await listParkedMessages(office.deps)).filter((one) => one.partner_id === 'picky')
      expect(parked).toMatchObject({ attempts: 5, action: 'on-search' })
      receiver.status = 200
      const before = receiver.received.length
      const id = String(parked?.message_id)
      const [kept] = await query<{ body: Buffer }>('select body from dci_outbound where message_id = $1', [id])
      await query('update dci_outbound set body = null where message_id = $1', [id])
      await expect(sendParkedAgain(office.deps, id)).rejects.toThrow('已过保存期')
      await query('update dci_outbound set body = $2 where message_id = $1', [id, kept?.body])
      await sendParkedAgain(office.deps, id)
      await office.work()
      expect(receiver.received.length).toBe(before + 1)
    })

    it('lets no message that cannot be worked on hold the others, and answers it in the end', async () => {
      const broken = searchMessage(partner, [searchItem(HEAD.number)])
      const good = searchMessage(partner, [searchItem(HEAD.number)])
      await partner.send('/registry/search', broken)
      const id = (broken.header as JsonObject).message_id
      await query('update dci_inbound set body = $2 where message_id = $1', [id, Buffer.alloc(60)])
      await partner.send('/registry/search', good)
      const before = receiver.received.length
      for (let attempt = 0; attempt < 5; attempt += 1) {
        await office.work()
        office.clock.advance(MINUTE)
      }
      const answers = receiver.received.slice(before).map(({ body }) => body as { header: JsonObject; message: JsonObject })
      expect(answers.map(({ header, message }) => [message.transaction_id, header.status])).toEqual([
        [(good.message as JsonObject).transaction_id, 'succ'],
        [(broken.message as JsonObject).transaction_id, 'rjct'],
      ])
    })

    it('loses nothing when the process is killed between taking a message and answering it', async () => {
      const children = join(import.meta.dirname, '../../testkit/dci-worker.ts')
      const messages = Array.from({ length: 12 }, () => searchMessage(partner, [searchItem(HEAD.number)]))
      for (const message of messages) await partner.send('/registry/search', message)
      const before = receiver.received.length
      for (let round = 0; round < 2; round += 1) {
        const child = fork(children, [db.urls.app, String(office.clock.nowMs()), keysFile], { stdio: 'ignore' })
        const started = receiver.received.length
        while (receiver.received.length === started && child.exitCode === null) await new Promise((next) => setTimeout(next, 5))
        child.kill('SIGKILL')
        await once(child, 'exit')
        office.clock.advance(31_000)
      }
      await office.work()
      const answered = new Set(receiver.received.slice(before).map(({ body }) => (body.message as JsonObject).transaction_id))
      expect([...answered].sort()).toEqual(messages.map(({ message }) => (message as JsonObject).transaction_id).sort())
      const copies = receiver.received.slice(before).map(({ body }) => (body.header as JsonObject).message_id)
      expect(new Set(copies).size).toBe(messages.length)
    })
  })
})
