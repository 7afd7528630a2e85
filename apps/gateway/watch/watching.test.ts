import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageRoot } from '#platform/config'
import { type AuthorisationFacts, GatewayConfig, type Notice, readNotices, recordTypeOf, termsCells } from '#sources/contract'
import { PlayedNode, TEST_EPOCH_MS, TestNode } from '#testkit/played-node'
import { openMessage, publicHalf } from '#wire'
import { Bell } from '../bell.ts'
import { openUnitLedger } from '../gateway.ts'
import type { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { FileStore } from '../store/file-store.ts'
import { Turn } from '../turn.ts'
import { Watching } from './watching.ts'

const purpose = '最低生活保障对象动态管理'
const sample = join(packageRoot, 'testkit/fixtures/sample-district/sources/police')
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 1, guardianAge: 18, nameVariants: '' }
const paper: AuthorisationFacts = {
  signature: 'guardian',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}
const unit = new TestNode('629901.police')
const NO = '01990000-0000-7000-8000-000000000001'
const [, , idNumber = '', name = ''] = readFileSync(join(sample, 'register.csv'), 'utf8').split('\n')[1]?.split(',') ?? []
const DEATHS = 'source_record_id,as_of_date,id_number,name,death_date,cancelled_on,station'
const VEHICLES = recordTypeOf('police/vehicles')
  .table.columns.map((column) => column.name)
  .join(',')
const death = (no: string, id = idNumber, on = '2026-09-01') => `${no},2026-09-20,${id},${name},${on},,城关派出所`
const car = (status: string, value: string) =>
  `V1,2026-09-20,${idNumber},${name},川A12345,,van,private,,2020-01-01,,80000.00,${value},${status}`

let dir = ''
let data = ''
let centre: PlayedNode
let ledger: SqliteLedger
let watching: Watching
let store: FileStore
let seen = { seq: 0, head: '' }
let nowMs = TEST_EPOCH_MS
const clock = { nowMs: () => nowMs, iso: (ms: number) => new Date(ms).toISOString(), msOf: (iso: string) => Date.parse(iso) }

function write(name: string, header: string, ...rows: string[]): void {
  writeFileSync(join(data, `${name}.csv`), [header, ...rows, ''].join('\n'))
  nowMs += 1000
}

function manifest(...rows: string[]): void {
  write('manifest', 'record,state,answered_on,as_of_date,period_from,period_to,row_count,note', ...rows)
}

const answered = (record: string, count = '') => `${record},answered,2026-09-20,2026-09-20,,,${count},`

function open(): void {
  const rights = [{ asker: centre.nodeId, records: '*' as const, lookups: '*' as const, purposes: [purpose] }]
  const config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: unit.nodeId, centreId: centre.nodeId, centreUrl: 'http://127.0.0.1:1', keys: unit.texts },
    ...{ centreKeys: publicHalf(centre.texts), rights, stateDir: join(dir, 'state'), source: { kind: 'package', dir: data } },
  })
  const io = { clock, say: () => undefined, signal: new AbortController().signal }
  ledger = openUnitLedger(config, io, new Bell())
  store = new FileStore('police', { kind: 'package', dir: data }, join(dir, 'state'))
  watching = new Watching({ config, ledger, store, turn: new Turn(), io })
}

async function close(): Promise<void> {
  await store.close()
  ledger.close()
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-watch-'))
  data = join(dir, 'data')
  mkdirSync(data)
  copyFileSync(join(sample, 'unanswered.csv'), join(data, 'unanswered.csv'))
  nowMs = TEST_EPOCH_MS
  seen = { seq: 0, head: '' }
  centre = new PlayedNode('629901.centre')
  manifest(answered('deaths'), answered('vehicles'))
  write('deaths', DEATHS)
  write('vehicles', VEHICLES, car('normal', '10000.00'))
  open()
})
afterEach(async () => {
  await close()
  rmSync(dir, { recursive: true, force: true })
})

async function subscribe(change: object = {}, said: { purpose?: string } = {}): Promise<void> {
  const head = {
    ...{ kind: 'subscription', basis, scheme: 'dibao', records: ['police/deaths', 'police/vehicles'] },
    papers: [termsCells(paper)],
  }
  const line = { op: 'add', no: NO, idNumber, names: [name], records: [0, 1], papers: [['SQ1', 0, null]], until: '2027-09-30' }
  await send('subscription', [JSON.stringify(head), JSON.stringify({ ...line, ...change })], said)
}

async function send(type: 'subscription' | 'authorisation', lines: string[], said: { purpose?: string } = {}): Promise<void> {
  const sealed = centre.next(unit.neighbour, lines, { type, lane: 'single', purpose, ...said })
  expect((await ledger.take(centre.nodeId, [sealed])).refused).toBeNull()
}

/** Looks, and gives what was told since the last time. */
async function told(): Promise<Notice[]> {
  await watching.look()
  const frames = await ledger.listOutgoing(centre.nodeId, 'single', seen, { messages: 100, bytes: 1e9 })
  seen = (await ledger.standing(centre.nodeId)).single.sent
  expect(frames.every(({ header }) => header.type === 'notice' && header.purpose === purpose)).toBe(true)
  return frames.flatMap(({ header, body }) => readNotices(openMessage(header, body, centre.own)))
}

const brief = (list: readonly Notice[]) => list.map(({ record, what }) => `${what} ${record}`)

test('the first look is silent; a death, another status and a row that is gone are told once, a price never', async () => {
  await subscribe()
  expect(await told()).toEqual([])
  write('vehicles', VEHICLES, car('normal', '9000.00'))
  expect(await told()).toEqual([])
  write('deaths', DEATHS, death('D1'), death('D2', '110101199003070000'))
  const [first, ...rest] = await told()
  expect([rest, first]).toMatchObject([[], { no: NO, record: 'police/deaths', what: 'new', before: '', on: '2026-09-21' }])
  expect(first?.row?.[3]).toBe('2026-09-01')
  expect(await told()).toEqual([])
  write('vehicles', VEHICLES, car('cancelled', '9000.00'))
  expect(brief(await told())).toEqual(['changed police/vehicles'])
  write('vehicles', VEHICLES)
  expect(brief(await told())).toEqual(['gone police/vehicles'])
  const { entries, intact } = ledger.log.read()
  expect([intact, entries.map(({ event }) => event)]).toEqual([
    true,
    ['subscription', 'watch_base', 'notice', 'notice', 'notice'],
  ])
  expect(entries[0]?.persons).toBe(`${idNumber}  0 SQ1 2027-09-30`)
  expect(entries.at(-1)).toMatchObject({ purpose, subject: 'police/vehicles', persons: `${idNumber} HN 1 SQ1` })
})

test('what was told stays told over a restart', async () => {
  await subscribe()
  await told()
  write('deaths', DEATHS, death('D1'))
  expect(await told()).toHaveLength(1)
  await close()
  open()
  expect(await told()).toEqual([])
})

test('a source that fails, is cut off or has the row set aside says nothing is gone', async () => {
  await subscribe()
  await told()
  manifest(answered('deaths'), 'vehicles,source_error,,,,,,')
  expect(await told()).toEqual([])
  manifest(answered('deaths'), answered('vehicles', '5'))
  write('vehicles', VEHICLES)
  expect(await told()).toEqual([])
  manifest(answered('deaths'), answered('vehicles'))
  write('vehicles', VEHICLES, car('no such status', '9000.00'))
  expect(await told()).toEqual([])
  rmSync(join(data, 'vehicles.csv'))
  nowMs += 1000
  expect(await told()).toEqual([])
  write('vehicles', VEHICLES)
  expect(brief(await told())).toEqual(['gone police/vehicles'])
})

test('a list that is cut off is no base to compare with: what it lacks is not new once the whole list is there', async () => {
  const other = car('normal', '5000.00').replace('V1', 'V2')
  manifest(answered('deaths'), answered('vehicles', '2'))
  await subscribe()
  expect(await told()).toEqual([])
  write('vehicles', VEHICLES, car('normal', '10000.00'), other)
  expect(await told()).toEqual([])
  write('vehicles', VEHICLES, car('cancelled', '10000.00'), other)
  expect(brief(await told())).toEqual(['changed police/vehicles'])
})

test('without right, with a withdrawn or ended authorisation, after its last day or its end nothing is told', async () => {
  await subscribe()
  await told()
  await send('authorisation', [JSON.stringify({ no: 'SQ1', withdrawnOn: '2026-09-01' })])
  write('deaths', DEATHS, death('D1'))
  expect(await told()).toEqual([])
  await subscribe({ no: NO.replace(/1$/, '2'), until: '2026-09-01' })
  await subscribe({ no: NO.replace(/1$/, '3'), papers: [['SQ2', 0, null]] }, { purpose: '好奇' })
  await send('subscription', [
    JSON.stringify({ kind: 'subscription', basis, scheme: 'dibao', records: [], papers: [] }),
    JSON.stringify({ op: 'end', no: NO }),
  ])
  await told()
  write('deaths', DEATHS, death('D1'), death('D3'))
  expect(await told()).toEqual([])
  expect(ledger.watches.count()).toBe(1)
  expect(ledger.log.read().entries.map(({ event, code }) => `${event} ${code}`)).toContain('subscription_ended expired')
})

test('a subscription that cannot be read is parked, and the channel goes on', async () => {
  await send('subscription', ['{"kind":"subscription"}'])
  await subscribe()
  expect(ledger.parking.list(10)).toMatchObject([{ code: 'malformed' }])
  expect(ledger.watches.count()).toBe(1)
})
