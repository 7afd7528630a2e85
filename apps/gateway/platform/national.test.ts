import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nationalScheme, usualState } from '#testkit/platform-schemes'
import { car, other, PlatformUnit, quick, someone, third, vehicleMapping } from '#testkit/platform-unit'
import { SharingPlatform } from '#testkit/sharing-platform'

const keys = { rid: 'r-1@test', sid: 's_test_1', appKey: 'an application key' }
const rows = { [someone]: [car(1), car(2)], [other]: [car(3, other, '李四')] }
const data = '/httpproxy'
const session = '/sysapi/auth/refreshappsecret'

let state = { ...usualState(), secretMs: 3_600_000, revoked: new Set<string>() }
let platform: SharingPlatform
let unit: PlatformUnit | undefined

beforeEach(async () => {
  state = { ...usualState(), secretMs: 3_600_000, revoked: new Set() }
  platform = await SharingPlatform.start(nationalScheme(rows, keys, state))
  platform.sessionPath = session
})
afterEach(async () => {
  await unit?.close()
  await platform.stop()
})

function open(change: { values?: object; limits?: object; answer?: object; ask?: object } = {}): PlatformUnit {
  const answer = { codes: { found: ['0'], none: ['1002'], later: ['-1'], refused: ['E-106'] }, ...change.answer }
  unit = new PlatformUnit({
    kind: 'platform',
    connector: 'gjgxjhpt',
    url: platform.url,
    values: { ...keys, ...change.values },
    limits: { ...quick, ...change.limits },
    records: { vehicles: { path: data, ask: { sfzh: '{asked.id}', ...change.ask }, answer, ...vehicleMapping } },
  })
  return unit
}

describe('the signature with a short-lived secret', () => {
  test('persons are found, and none is what the platform says in words', async () => {
    expect(await open().answers(someone, other, third)).toEqual(['京A1 京A2', '京A3', 'none'])
    expect(platform.callsTo(session)).toHaveLength(1)
  })

  test('a wrong application key: nobody is answered for, and the platform is not asked again and again', async () => {
    const ids = [someone, other, third]
    expect(await open({ values: { appKey: 'another' } }).answers(...ids)).toEqual(['E', 'E', 'E'])
    expect(platform.callsTo(data)).toHaveLength(0)
    expect(platform.callsTo(session).length).toBeLessThanOrEqual(1)
    expect(unit?.said.join()).toContain('3 人未获答复')
  })

  test('an identity the platform does not know', async () => {
    expect(await open({ values: { rid: 'stranger' } }).answers(someone)).toEqual(['E'])
  })

  test('the secret is renewed before it ends', async () => {
    state.secretMs = 60_500
    expect(await open().answers(someone)).toEqual(['京A1 京A2'])
    const had = platform.callsTo(session).length
    await new Promise((resolve) => setTimeout(resolve, 550))
    expect(await unit?.answers(someone)).toEqual(['京A1 京A2'])
    expect(platform.callsTo(session).length).toBeGreaterThan(had)
  })

  test('a secret the platform ended early is had anew, once', async () => {
    await open().answers(someone)
    state.aheadMs = state.secretMs + 1000
    expect(await unit?.answers(someone)).toEqual(['京A1 京A2'])
    expect(platform.callsTo(session)).toHaveLength(2)
  })

  test('a platform that takes no secret at all is not asked for ever', async () => {
    state.secretMs = 60_001
    state.aheadMs = -120_000
    expect(await open().answers(someone)).toEqual(['E'])
    expect(platform.callsTo(session).length).toBeLessThanOrEqual(3)
  })
})

describe('an answer that is none', () => {
  test('an unknown code, an empty list and a code for “try later” are never “none”', async () => {
    expect(await open({ answer: { codes: { found: ['0'] } } }).answers(third)).toEqual(['E'])
    await unit?.close()
    expect(await open({ answer: { codes: { found: ['1002'] } } }).answers(third)).toEqual(['E'])
    await unit?.close()
    expect(await open({ answer: { codes: { later: ['1002'] } } }).answers(third)).toEqual(['E'])
    expect(platform.callsTo(data)).toHaveLength(1 + 1 + 3)
  })

  test('an empty list is “none” where the description of the service says so', async () => {
    expect(await open({ answer: { codes: { found: ['0', '1002'] }, empty: 'none' } }).answers(third)).toEqual(['none'])
  })

  test('a refusal of the service ends the questions', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `62990119900207${String(i).padStart(4, '0')}`)
    const all = await open({ answer: { codes: { found: ['0'], refused: ['1002'] } } }).answers(...ids)
    expect(new Set(all)).toEqual(new Set(['E']))
    expect(platform.callsTo(data).length).toBeLessThanOrEqual(quick.atOnce)
  })

  test('429: the platform is left alone as long as it asks for', async () => {
    platform.troubles.push({ status: 429, headers: { 'retry-after': '1' } })
    const before = performance.now()
    expect(await open().answers(someone)).toEqual(['京A1 京A2'])
    expect(performance.now() - before).toBeGreaterThan(950)
  })

  test('429 for longer than there is time: a timeout, without waiting', async () => {
    platform.troubles.push({ status: 429, headers: { 'retry-after': '3600' } })
    const before = performance.now()
    expect(await open().answers(someone)).toEqual(['T'])
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  test('5xx is tried again, and not for ever', async () => {
    platform.troubles.push({ status: 500 }, { status: 503 })
    expect(await open().answers(someone)).toEqual(['京A1 京A2'])
    platform.troubles.push({ status: 500 }, { status: 502 }, { status: 503 })
    expect(await unit?.answers(someone)).toEqual(['E'])
    expect(platform.troubles).toEqual([])
  })

  test('garbage is an error; half a body and silence are tried again, then a timeout', async () => {
    platform.troubles.push('garbage')
    expect(await open({ limits: { waitSeconds: 0.4 } }).answers(someone)).toEqual(['E'])
    platform.troubles.push('cut', 'silence')
    expect(await unit?.answers(someone)).toEqual(['京A1 京A2'])
    platform.troubles.push('cut', 'cut', 'cut')
    expect(await unit?.answers(someone)).toEqual(['T'])
    platform.troubles.push('silence', 'silence', 'silence')
    expect(await unit?.answers(someone)).toEqual(['T'])
  })

  test('nobody listens: a timeout for everybody within the time of a request', async () => {
    const gone = await SharingPlatform.start(nationalScheme(rows, keys, state))
    const { url } = gone
    await gone.stop()
    unit = new PlatformUnit({
      kind: 'platform',
      connector: 'gjgxjhpt',
      url,
      values: keys,
      limits: quick,
      records: { vehicles: { path: data, ask: {}, ...vehicleMapping } },
    })
    expect(await unit.answers(someone, other)).toEqual(['T', 'T'])
  })

  test('trouble with one person leaves the others unharmed', async () => {
    platform.troubles.push('garbage')
    const all = await open({ limits: { atOnce: 1 } }).answers(someone, other, third)
    expect(all).toEqual(['E', '京A3', 'none'])
  })

  test('the rows of somebody else make an answer unusable; an unreadable row is faulty, not left out', async () => {
    const odd = { [someone]: [car(9, other)], [other]: [{ ...car(4, other), cllx: '不明' }] }
    await platform.stop()
    platform = await SharingPlatform.start(nationalScheme(odd, keys, state))
    platform.sessionPath = session
    expect(await open().answers(someone, other)).toEqual(['E', 'faulty'])
  })
})

test('a service that compares names is asked under every name; one question without an answer leaves the person without one', async () => {
  const names = ['张三', '张叁']
  open({ ask: { xm: '{asked.name}' }, limits: { atOnce: 1 } })
  expect((await unit?.told([third], names))?.unanswered.size).toBe(0)
  expect(platform.callsTo(data).map((call) => JSON.parse(String(call.body)).xm)).toEqual(names)
  platform.troubles.push(undefined, 'garbage')
  const { found, unanswered } = (await unit?.told([someone], names)) ?? {}
  expect(found).toEqual([])
  expect(unanswered?.get(someone)).toBe('E')
})

describe('pace', () => {
  test('no more calls at a time and in a span than the limits allow', async () => {
    const ids = Array.from({ length: 9 }, (_, i) => `6299011990020700${i}0`)
    const before = performance.now()
    await open({ limits: { calls: 5, seconds: 0.4 } }).answers(...ids)
    expect(performance.now() - before).toBeGreaterThan(390)
  })

  test('a long list goes on as long as answers come', async () => {
    const ids = Array.from({ length: 10 }, (_, i) => `6299011990020700${i}0`)
    const all = await open({ limits: { calls: 2, seconds: 0.4, patienceSeconds: 1.2 } }).answers(...ids)
    expect(new Set(all)).toEqual(new Set(['none']))
  })

  test('who is not reached before the quota is used up for long is a timeout', async () => {
    const ids = Array.from({ length: 9 }, (_, i) => `6299011990020700${i}0`)
    const all = await open({ limits: { calls: 5, seconds: 60 } }).answers(...ids)
    expect(all.filter((each) => each === 'none')).toHaveLength(4)
    expect(all.filter((each) => each === 'T')).toHaveLength(5)
  })

  test('a gateway that ends does not wait for the platform', async () => {
    platform.troubles.push('silence')
    const asking = open({ limits: { waitSeconds: 30, patienceSeconds: 60 } }).answers(someone)
    setTimeout(() => unit?.abort(), 50)
    await expect(asking).rejects.toThrow()
  })
})

describe('proof', () => {
  test('the bytes that went out and came back are kept, sealed, with one hash over all calls', async () => {
    const { proof } = await open().told([someone, third])
    const kept = unit?.kept()
    const calls = kept?.read(proof.batch) ?? []
    expect(proof).toMatchObject({ record: 'police/vehicles', connector: 'gjgxjhpt', by: 'platform', calls: 2 })
    expect(kept?.sum(proof.batch)).toEqual({ calls: 2, root: proof.root })
    const first = calls.find(({ persons }) => persons.includes(someone))
    expect(first?.sent.toString()).toContain(`POST ${data} HTTP/1.1\r\n`)
    expect(first?.sent.toString()).toContain(`gjgxjhpt_sign: ${platform.callsTo(data)[0]?.headers.gjgxjhpt_sign}\r\n`)
    expect(first?.sent.subarray(-String(platform.callsTo(data)[0]?.body).length)).toEqual(platform.callsTo(data)[0]?.body)
    expect(first?.received.toString()).toContain('京A1')
    expect(first).toMatchObject({ status: 200, outcome: 'found' })
    kept?.wipeBefore('2999-01-01T00:00:00.000Z')
    expect(kept?.read(proof.batch)[0]).toMatchObject({ persons: [], outcome: 'found', sent: Buffer.alloc(0) })
    expect(kept?.sum(proof.batch)).toEqual({ calls: 2, root: proof.root })
    kept?.close()
  })

  test('what broke off is kept too', async () => {
    platform.troubles.push('cut')
    const { proof } = await open().told([someone])
    const kept = unit?.kept()
    const [lost, whole] = kept?.read(proof.batch) ?? []
    expect(lost).toMatchObject({ status: 0, outcome: 'lost' })
    expect(lost?.received.toString()).toContain('{"code":"0","data":[{"xh":"1"')
    expect(whole).toMatchObject({ status: 200, outcome: 'found' })
    kept?.close()
  })
})

test('the statement announces no number of rows; what is not configured is missing', async () => {
  const prepared = await open().prepared()
  const vehicles = prepared.statement.records.find(({ record }) => record === 'police/vehicles')
  expect(vehicles).toMatchObject({ state: 'answered', announced: null, asOfDate: null, cutOff: false })
  expect(prepared.standing('police/vehicles')).toEqual({ silent: null, incomplete: null })
  expect(prepared.standing('police/deaths').silent).toEqual({ letter: 'E', reason: 'source_missing' })
  expect(prepared.statement.issues).toContainEqual(
    expect.objectContaining({ file: 'sources/police/deaths.csv', code: 'SOURCE_MISSING' }),
  )
})
