import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSigningPair } from '#platform/crypto'
import { memoryKeys } from '#platform/key-file'
import { testDb } from '#testkit/db'
import { DciOffice, district, FULL_RIGHTS, HEAD, importSample, NOBODY, PURPOSE } from '#testkit/dci-office'
import type { JsonObject } from '#testkit/dci-spec'
import { keyIdOf } from './actions/tokens.ts'
import {
  addPartner,
  askForChanges,
  askForLater,
  askNow,
  askStatus,
  endChanges,
  findAsked,
  listKnownPartners,
  listNotices,
  type Question,
} from './index.ts'
import { watchSubscriptions } from './jobs/watch.ts'

/** One installation asks another one over real HTTP: the client and the server of the edge, both ways. */

const REGISTRY = 'social.629901'
const ASKER = 'social.629902'

describe('asking another registry', async () => {
  const registryDb = await testDb()
  const askerDb = { ...(await testDb()), keys: memoryKeys() }
  let registry: DciOffice
  let asker: DciOffice

  beforeAll(async () => {
    await importSample(registryDb)
    registry = await DciOffice.open(registryDb)
    asker = await DciOffice.open(askerDb)
    const known = { division: district, perMinute: 10_000 }
    const loopback = { loopback: true }
    const spare = newSigningPair().publicKey
    // The asker is known to the registry, with a key and an address; so it gets a secret.
    const forAsker = await addPartner(
      registry.deps,
      {
        ...known,
        id: ASKER,
        name: '邻区核对中心',
        ourId: REGISTRY,
        roles: ['asker'],
        signKeys: [spare, asker.deps.keys.signing.publicKey],
        callbacks: [asker.url],
        rights: FULL_RIGHTS,
      },
      loopback,
    )
    // The registry is known to the asker, and calls its answers in with a secret of its own.
    const forRegistry = await addPartner(
      asker.deps,
      {
        ...known,
        id: REGISTRY,
        name: '本区登记系统',
        ourId: ASKER,
        roles: ['registry'],
        signKeys: [registry.deps.keys.signing.publicKey],
        registryUri: registry.url,
        access: { tokenUri: `${registry.url}/oauth2/client/token`, clientId: ASKER, clientSecret: forAsker.clientSecret },
      },
      loopback,
    )
    await registryDb.ownerPool.pool.query(
      'update dci_partner set token_uri = $1, our_client_id = $2, our_secret = $3 where partner_id = $4',
      [`${asker.url}/oauth2/client/token`, REGISTRY, registry.deps.keys.seal(forRegistry.clientSecret), ASKER],
    )
  })
  afterAll(async () => {
    await registry.close()
    await asker.close()
  })

  const about = (idNumber: string): Question => ({
    idNumber,
    recordType: 'Member',
    purpose: PURPOSE,
    reference: 'urn:paper:2026-007',
  })

  /** Lets both sides work until nothing waits. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await asker.work()
      await registry.work()
    }
  }

  it('asks at once, and believes only what the registry signed', async () => {
    const answer = await askNow(asker.deps, REGISTRY, [about(HEAD.number.toLowerCase()), about(NOBODY)])
    const items = answer.search_response as JsonObject[]
    expect(items.map((item) => (item.pagination as JsonObject).total_count)).toEqual([1, 0])
    expect(JSON.stringify(items[0])).toContain('dibao-urban')
    await askerDb.ownerPool.pool.query(`update dci_partner set sign_keys = '{}' where partner_id = $1`, [REGISTRY])
    await expect(askNow(asker.deps, REGISTRY, [about(HEAD.number)])).rejects.toThrow('签名所用的密钥没有登记')
    const { publicKey } = registry.deps.keys.signing
    await askerDb.ownerPool.pool.query('update dci_partner set sign_keys = $1 where partner_id = $2', [
      JSON.stringify({ [await keyIdOf(publicKey)]: publicKey }),
      REGISTRY,
    ])
  })

  it('asks for later: the answer comes to its own endpoint, and the status can be asked meanwhile', async () => {
    await expect(askForLater(asker.deps, REGISTRY, [about(`${HEAD.number.slice(0, -1)}1`)])).rejects.toThrow('校验位不对')
    const transaction = await askForLater(asker.deps, REGISTRY, [about(HEAD.number)])
    await asker.work()
    expect((await findAsked(asker.deps, REGISTRY, transaction)).sent).toMatchObject([
      { action: 'search', delivered_at: expect.any(String) },
    ])
    const before = await askStatus(asker.deps, REGISTRY, transaction, 'search')
    expect(JSON.stringify(before)).toContain('"status":"rcvd"')
    await settle()
    const { answers, sent } = await findAsked(asker.deps, REGISTRY, transaction)
    expect(answers.map(({ action }) => action)).toEqual(['on-search'])
    expect(JSON.stringify(answers[0]?.message)).toContain(HEAD.number)
    expect(answers[0]?.message.correlation_id).toBe(sent[0]?.correlation_id)
    const after = await askStatus(asker.deps, REGISTRY, transaction, 'search')
    expect(JSON.stringify(after)).toContain('"status":"succ"')
  })

  it('subscribes, hears of a change, and ends the subscription', async () => {
    const transaction = await askForChanges(asker.deps, REGISTRY, about(HEAD.number), 'REGISTER')
    await settle()
    const [answer] = (await findAsked(asker.deps, REGISTRY, transaction)).answers
    const told = JSON.stringify(answer?.message.subscribe_response)
    const code = /"code":"([^"]+)"/.exec(told)?.[1] ?? told
    await registryDb.ownerPool.pool.query(`update household set aid_to = '2026-10' where household_no = $1`, [HEAD.household])
    expect(await watchSubscriptions(registry.deps)).toBe(1)
    await settle()
    // A hundred older ones, whose bodies are gone, hide none that came later.
    await askerDb.ownerPool.pool.query(
      `insert into dci_inbound select (jsonb_populate_record(i, jsonb_build_object(
         'message_id', 'old-' || n, 'body', null, 'received_at', i.received_at - interval '40 days'))).*
       from dci_inbound i, generate_series(1, 100) n where i.action = 'notify'`,
    )
    const [notice] = await listNotices(asker.deps, REGISTRY)
    expect(JSON.stringify(notice)).toContain('"status_change_date":"2026-10"')
    const end = await endChanges(asker.deps, REGISTRY, [code])
    await settle()
    const [ended] = (await findAsked(asker.deps, REGISTRY, end)).answers
    expect(ended).toMatchObject({ action: 'on-unsubscribe', message: { status: 'succ' } })
    await registryDb.ownerPool.pool.query(`update household set aid_to = null where household_no = $1`, [HEAD.household])
    expect(await watchSubscriptions(registry.deps)).toBe(0)
  })

  it('takes no answer to what it did not ask, and asks nobody who is no registry', async () => {
    const [written] = (
      await registryDb.ownerPool.pool.query<{ n: number }>(`select count(*) as n from dci_outbound where delivered_at is null`)
    ).rows
    expect(Number(written?.n)).toBe(0)
    await askForLater(asker.deps, REGISTRY, [about(HEAD.number)])
    await asker.work()
    await askerDb.ownerPool.pool.query(`update dci_outbound set transaction_id = 'forgotten' where action = 'search'`)
    await registry.work()
    const rows = await registryDb.ownerPool.pool.query<{ last_error: string }>(
      `select last_error from dci_outbound where delivered_at is null`,
    )
    expect(rows.rows).toMatchObject([{ last_error: 'err.request.bad' }])
    await expect(askNow(registry.deps, ASKER, [about(HEAD.number)])).rejects.toThrow('不是已登记且在用的登记系统')
    expect(await listKnownPartners(registry.deps)).toMatchObject([{ id: ASKER, roles: '可查询本系统', disabled: false }])
  })

  it('writes into its own journal that it gave a number away, and why', async () => {
    const { rows } = await askerDb.ownerPool.pool.query<{ action: string; basis: string; purpose: string }>(
      `select distinct action, basis, purpose from journal where subjects && $1::bytea[] order by action`,
      [[askerDb.keys.blindIndex('id', HEAD.number)]],
    )
    expect(rows).toEqual([
      { action: 'dci.ask', basis: 'urn:paper:2026-007', purpose: PURPOSE },
      { action: 'dci.ask-changes', basis: 'urn:paper:2026-007', purpose: PURPOSE },
    ])
  })
})
