import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthorisationFacts, type GatewayConfig, PlatformSource, subjectsLine, termsCells } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig } from '#testkit/exchange-rig'
import { nonceScheme, usualState } from '#testkit/platform-schemes'
import { car, other, quick, someone, third, vehicleMapping } from '#testkit/platform-unit'
import { SharingPlatform } from '#testkit/sharing-platform'
import { Bell } from './bell.ts'
import { systemClock } from './clock.ts'
import { openUnitLedger } from './gateway.ts'
import { KeptCalls } from './platform/kept-calls.ts'

const keys = { clientId: 'client-7', secret: 'token secret' }
const fourth = '629901199002070054'
const rows = { [someone]: [car(1), car(2)], [other]: [car(3, other, '李四')] }
const ask = { sfzh: '{asked.id}', PAGE: '{page.number}', PAGENUM: '{page.size}' }
const paper: AuthorisationFacts = {
  signature: 'signed',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}

let platform: SharingPlatform
let rig: CentreRig
let config: GatewayConfig
const said: string[] = []

beforeAll(async () => {
  platform = await SharingPlatform.start(nonceScheme(rows, keys, usualState()))
  rig = new CentreRig(await testDb())
  await rig.startServer()
  const deaths = {
    source_record_id: '{row.xh}',
    as_of_date: '{asOf}',
    id_number: '{row.sfzh}',
    name: '{row.xm}',
    death_date: '{row.day}',
  }
  const source = PlatformSource.parse({
    kind: 'platform',
    connector: 'client-id-nonce',
    url: platform.url,
    values: keys,
    limits: { ...quick, atOnce: 1 },
    records: { vehicles: { path: '/vehicles', ask, ...vehicleMapping }, deaths: { path: '/deaths', ask, columns: deaths } },
  })
  config = (await rig.enrol('police', source)).config
  await rig.run(config, (text) => said.push(text))
})
afterAll(async () => {
  await rig.close()
  await platform.stop()
})

const place = { batch: 1, round: 1, basis }

/** A line about one person, under an authorisation or none. */
function subject(i: number, idNumber: string, name: string, papers = [{ no: 'SQ1', terms: 0, docHash: null }]) {
  return { i, idNumber, names: [name], want: 0, papers }
}

test('a statement says what can be asked, and announces no rows', async () => {
  await rig.ask([{ unit: 'police', head: { kind: 'prepare', campaign: 'state', batch: 0, round: 0, basis }, lines: [] }])
  const [statement] = await rig.answers('state')
  expect(statement).toMatchObject({ kind: 'statement' })
  const records = statement?.kind === 'statement' ? statement.records : []
  expect(records.find(({ record }) => record === 'police/vehicles')).toMatchObject({ state: 'answered', announced: null })
  expect(records.find(({ record }) => record === 'police/custody')).toMatchObject({ state: 'source_error' })
  expect(platform.seen).toEqual([])
})

test('a request is answered through the platform: hit, mismatch, none, no authorisation, no answer', async () => {
  platform.troubles.push(undefined, undefined, undefined, 'garbage')
  const lines = [
    subjectsLine([subject(0, someone, '张三'), subject(1, other, '王五')]),
    subjectsLine([subject(2, third, '赵六'), subject(3, fourth, '孙七'), subject(4, '629901199002070075', '周八', [])]),
  ]
  const head = { kind: 'records' as const, campaign: 'ask', ...place, scheme: 'dibao', papers: [termsCells(paper)] }
  await rig.ask([{ unit: 'police', head: { ...head, records: ['police/vehicles'], wants: [[0]] }, lines }])
  const [answer] = await rig.answers('ask')
  expect(answer).toMatchObject({
    kind: 'records',
    none: [2],
    platform: [{ record: 'police/vehicles', connector: 'client-id-nonce', by: 'platform', calls: 4 }],
  })
  const subjects = answer?.kind === 'records' ? answer.subjects : []
  expect(subjects.map(({ i, states, why, mismatch }) => [i, states, why, mismatch])).toEqual([
    [0, 'H', {}, {}],
    [1, 'M', {}, { 0: 'V3' }],
    [3, 'E', { 0: 'person_unanswered' }, {}],
    [4, 'A', {}, {}],
  ])
  expect(subjects[0]?.rows[0]).toHaveLength(2)
  expect(platform.seen.map((call) => call.query.get('sfzh'))).not.toContain('629901199002070075')
  expect(said.join()).toContain('1 人未获答复')
  expect(said.join()).not.toContain(fourth)
})

test('a look-up is left unanswered: nothing follows from it', async () => {
  const calls = platform.seen.length
  const lines = [JSON.stringify({ id: someone, name: '张三' })]
  await rig.ask([{ unit: 'police', head: { kind: 'lookup', campaign: 'look', ...place, lookup: 'deaths' }, lines }])
  const [answer] = await rig.answers('look')
  expect(answer).toMatchObject({ kind: 'lookup', answered: false, yes: [] })
  expect(platform.seen).toHaveLength(calls)
})

test('the log of the unit names the batch of calls and its hash, which the kept bytes still give', async () => {
  await rig.stopGateways()
  const ledger = openUnitLedger(config, { clock: systemClock, say: () => undefined }, new Bell())
  const { entries, intact } = ledger.log.read()
  ledger.close()
  const note = entries.map((entry) => entry.note).find((text) => text.includes('platform-authenticated'))
  const [, calls, batch = '', root] = /by client-id-nonce: (\d+) calls, batch (\S+), root (\w+)/.exec(note ?? '') ?? []
  const kept = new KeptCalls(config.stateDir)
  expect(intact).toBe(true)
  expect(kept.sum(batch)).toEqual({ calls: Number(calls), root })
  expect(kept.read(batch).map(({ outcome }) => outcome)).toEqual(['found', 'found', 'none', 'failed'])
  kept.close()
})
