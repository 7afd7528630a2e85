import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nonceScheme, sha1Scheme, tokenScheme, usualState } from '#testkit/platform-schemes'
import { car, other, PlatformUnit, quick, someone, third, vehicleMapping } from '#testkit/platform-unit'
import { type PlatformScheme, SharingPlatform } from '#testkit/sharing-platform'

const many = Array.from({ length: 120 }, (_, i) => car(i + 1))
const rows = { [someone]: many, [other]: [car(500, other, '李四')] }
const plates = many
  .map(({ hphm }) => hphm)
  .sort()
  .join(' ')

let state = usualState()
let platform: SharingPlatform
let unit: PlatformUnit | undefined

beforeEach(() => {
  state = usualState()
})
afterEach(async () => {
  await unit?.close()
  await platform.stop()
})

async function start(scheme: PlatformScheme): Promise<void> {
  platform = await SharingPlatform.start(scheme)
}

function open(connector: string, ask: object, values: object, limits: object = {}): PlatformUnit {
  unit = new PlatformUnit({
    kind: 'platform',
    connector,
    url: platform.url,
    values,
    limits: { ...quick, ...limits },
    records: { vehicles: { path: '/vehicles', ask, ...vehicleMapping } },
  })
  return unit
}

describe('client-id-nonce', () => {
  const keys = { clientId: 'client-7', secret: 'token secret' }
  const ask = { sfzh: '{asked.id}', PAGE: '{page.number}', PAGENUM: '{page.size}' }
  const openUnit = (values: object = keys) => open('client-id-nonce', ask, values)

  beforeEach(() => start(nonceScheme(rows, keys, state)))

  test('all pages of a person, none in words', async () => {
    expect(await openUnit().answers(someone, other, third)).toEqual([plates, '京A500', 'none'])
    const pages = platform.seen.filter((call) => call.query.get('sfzh') === someone).map((call) => call.query.get('PAGE'))
    expect(pages).toEqual(['1', '2', '3'])
  })
  test('a wrong key and a clock that is off: nobody is answered for', async () => {
    expect(await openUnit({ ...keys, secret: 'another' }).answers(other)).toEqual(['E'])
    await unit?.close()
    state.aheadMs = 11 * 60_000
    expect(await openUnit().answers(other)).toEqual(['E'])
    state.aheadMs = 9 * 60_000
    expect(await unit?.answers(other)).toEqual(['京A500'])
  })
  test('a call that is repeated is signed anew: the platform takes no nonce twice', async () => {
    platform.troubles.push({ status: 503 })
    expect(await openUnit().answers(other)).toEqual(['京A500'])
    const [first, second] = platform.seen
    expect(first?.headers['x-nonce']).not.toBe(second?.headers['x-nonce'])
    const names = ['x-client-id', 'x-timestamp', 'x-nonce', 'x-signature']
    const headers = Object.fromEntries(names.map((name) => [name, String(second?.headers[name])]))
    expect((await fetch(`${platform.url}/vehicles?sfzh=${other}`, { headers })).status).toBe(403)
  })
  test('the same page again, or fewer rows than announced, is no answer', async () => {
    state.stuck = true
    expect(await openUnit().answers(someone)).toEqual(['E'])
    state.stuck = false
    state.short = 1
    expect(await unit?.answers(someone)).toEqual(['E'])
  })
  test('a page that fails leaves no half of an answer', async () => {
    await openUnit().answers(other)
    platform.troubles.push(undefined, { status: 418 })
    expect(await unit?.answers(someone)).toEqual(['E'])
  })
})

describe('token-sign', () => {
  const keys = { requester: 'r-9', service: 's-9', authorisationCode: 'code 9' }
  const whereList = [[{ queryField: 'sfzh', logical: 'equals', queryValue: '{asked.id}' }]]
  const ask = { returnType: 'json', page: '{page.number:number}', pageSize: '{page.size:number}', whereList }
  const openUnit = (values: object = keys) => open('token-sign', ask, values)
  let tokens = { ...usualState(), tokenSeconds: 3600, ended: new Set<string>(), tokens: [] as string[] }

  beforeEach(async () => {
    tokens = { ...usualState(), tokenSeconds: 3600, ended: new Set(), tokens: [] }
    await start(tokenScheme(rows, keys, tokens))
    platform.sessionPath = '/token'
  })

  test('one token for all calls, all pages, none in words', async () => {
    expect(await openUnit().answers(someone, other, third)).toEqual([plates, '京A500', 'none'])
    expect(tokens.tokens).toHaveLength(1)
  })
  test('a wrong code, a wrong service, a stale time', async () => {
    expect(await openUnit({ ...keys, authorisationCode: 'x' }).answers(other)).toEqual(['E'])
    await unit?.close()
    expect(await openUnit({ ...keys, service: 'x' }).answers(other)).toEqual(['E'])
    await unit?.close()
    tokens.aheadMs = 6 * 60_000
    expect(await openUnit().answers(other)).toEqual(['E'])
  })
  test('a token that ended is had anew', async () => {
    await openUnit().answers(other)
    tokens.ended.add(tokens.tokens[0] ?? '')
    expect(await unit?.answers(other)).toEqual(['京A500'])
    expect(tokens.tokens).toHaveLength(2)
  })
  test('another page than asked for is no answer', async () => {
    tokens.stuck = true
    expect(await openUnit().answers(someone)).toEqual(['E'])
  })
})

describe('sha1-secret', () => {
  const keys = { appKey: 'hub-key', appSecret: 'hub secret', sm4Key: '0123456789abcdeffedcba9876543210' }
  const ask = { data_type_code: 'T-1', sfzh: '{asked.id}', cursor: '{page.cursor}', limit: '{page.size:number}' }
  const openUnit = (values: object = keys) => open('sha1-secret', ask, values)
  const rowsOfMany = { ...rows, [someone]: Array.from({ length: 2300 }, (_, i) => car(i + 1)) }

  beforeEach(() => start(sha1Scheme(rowsOfMany, keys, state)))

  test('cursor after cursor, every row decrypted, none in words', async () => {
    const [all, one, none] = await openUnit().answers(someone, other, third)
    expect(all?.split(' ')).toHaveLength(2300)
    expect([one, none]).toEqual(['京A500', 'none'])
    expect(platform.seen.map((call) => JSON.parse(String(call.body)).cursor).filter(Boolean)).toEqual(['1000', '2000'])
  })
  test('a wrong secret, a clock off by more than an hour', async () => {
    expect(await openUnit({ ...keys, appSecret: 'x' }).answers(other)).toEqual(['E'])
    await unit?.close()
    state.aheadMs = 61 * 60_000
    expect(await openUnit().answers(other)).toEqual(['E'])
    state.aheadMs = 59 * 60_000
    expect(await unit?.answers(other)).toEqual(['京A500'])
  })
  test('rows that cannot be decrypted are no rows and no “none”', async () => {
    expect(await openUnit({ ...keys, sm4Key: '00'.repeat(16) }).answers(other)).toEqual(['E'])
  })
  test('a cursor that leads in a circle ends', async () => {
    state.stuck = true
    expect(await openUnit().answers(someone)).toEqual(['E'])
  })
})
