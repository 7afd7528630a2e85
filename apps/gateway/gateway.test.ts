import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packageRoot } from '#platform/config'
import {
  type AuthorisationFacts,
  GatewayConfig,
  type GatewayRight,
  type RecordName,
  RecordsAnswerHead,
  type RequestHead,
  readRecordsAnswer,
  subjectsLine,
  termsCells,
} from '#sources/contract'
import { PlayedNode, TEST_EPOCH_MS, TestNode } from '#testkit/played-node'
import { digestHex, openMessage, publicHalf, RefusedBody, type Sealed } from '#wire'
import { Answerer } from './answer.ts'
import { Bell } from './bell.ts'
import { openUnitLedger } from './gateway.ts'
import { Answering } from './gateway-answering.ts'
import { DeskBook } from './gateway-desk-book.ts'
import type { SqliteLedger } from './ledger/sqlite-ledger.ts'
import { FileStore } from './store/file-store.ts'
import type { UnitStore } from './store/unit-store.ts'

const purpose = '低保核对'
const source = { kind: 'package' as const, dir: join(packageRoot, 'testkit/fixtures/sample-district/sources/police') }
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '張张' }
const unit = new TestNode('629901.police')
const register: GatewayRight[] = [
  { asker: '629901.centre', records: ['police/register'], lookups: ['deaths'], purposes: [purpose] },
]
let nowMs = TEST_EPOCH_MS
const clock = { nowMs: () => nowMs, iso: (ms: number) => new Date(ms).toISOString(), msOf: (iso: string) => Date.parse(iso) }

let rights: GatewayRight[] = []
let dir = ''
let centre: PlayedNode
let ledger: SqliteLedger
let store: UnitStore
let answering: Answering
let desk: DeskBook
let seen = { seq: 0, head: '' }

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-gateway-'))
  nowMs = TEST_EPOCH_MS
  rights = [...register]
  seen = { seq: 0, head: '' }
  centre = new PlayedNode('629901.centre')
  const config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: unit.nodeId, centreId: centre.nodeId, centreUrl: 'http://127.0.0.1:1', keys: unit.texts },
    ...{ centreKeys: publicHalf(centre.texts), rights, stateDir: dir, source },
  })
  const io = { clock, say: () => undefined, signal: new AbortController().signal }
  const work = new Bell()
  ledger = openUnitLedger(config, io, work)
  store = new FileStore('police', source, dir)
  answering = new Answering({ ledger, answerer: new Answerer(config, store, ledger.requests), rights, work, io })
  desk = new DeskBook(ledger, work)
})
afterEach(async () => {
  await store.close()
  ledger.close()
  rmSync(dir, { recursive: true, force: true })
})

const paper: AuthorisationFacts = {
  signature: 'guardian',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}
const [, , idNumber = '', name = ''] = readFileSync(join(source.dir, 'register.csv'), 'utf8').split('\n')[1]?.split(',') ?? []

/** A question about the first person of the register. */
function question(records: RecordName[], change: Parameters<PlayedNode['next']>[2] = {}): Sealed {
  const head: RequestHead = {
    ...{ kind: 'records', campaign: 'c', batch: 1, round: 1, basis, scheme: 'dibao', records },
    ...{ wants: [records.map((_, i) => i)], papers: [termsCells(paper)] },
  }
  const subject = { i: 0, idNumber, names: [name], want: 0, papers: [{ no: 'SQ1', terms: 0, docHash: null }] }
  const idem = digestHex('ED1', records.join(' '))
  return centre.next(unit.neighbour, [JSON.stringify(head), subjectsLine([subject])], { purpose, idem, ...change })
}

/** Hands messages to the unit, lets it answer, and opens what it has to say. */
async function told(...messages: Sealed[]) {
  const taken = await ledger.take(centre.nodeId, messages)
  expect(taken.refused).toBeNull()
  while (ledger.requests.openCount() > 0) await answering.step()
  return news()
}

async function news() {
  const frames = await ledger.listOutgoing(centre.nodeId, 'batch', seen, { messages: 100, bytes: 1e9 })
  seen = (await ledger.standing(centre.nodeId)).batch.sent
  return frames.map(({ header, body }) => ({ header, lines: openMessage(header, body, centre.own) }))
}

function subjectsOf(lines: readonly string[]) {
  return readRecordsAnswer(RecordsAnswerHead.parse(JSON.parse(lines[0] ?? '')), 'police', lines.slice(1)).subjects
}
const refusalOf = (lines: readonly string[] = []) => RefusedBody.parse(JSON.parse(lines[0] ?? '')).code

test('what an asker has no right to ask is refused: the whole, or the record types in question; both are logged', async () => {
  const [mixed] = await told(question(['police/register', 'police/vehicles']))
  expect(mixed && subjectsOf(mixed.lines)).toMatchObject([{ states: 'HA', why: { 1: 'no_right' } }])
  const [whole, purposeless] = await told(question(['police/vehicles']), question(['police/register'], { purpose: '好奇' }))
  expect([refusalOf(whole?.lines), refusalOf(purposeless?.lines)]).toEqual(['no_right', 'no_right'])
  const { entries } = desk.readLog()
  expect(entries.map(({ event, code, rows }) => [event, code, rows])).toEqual([
    ['answer', 'answered', 1],
    ['refused', 'no_right', 0],
    ['refused', 'no_right', 0],
  ])
  expect(entries[0]).toMatchObject({ note: '1 persons; no right to police/vehicles', peerAt: expect.any(String), purpose })
})

test('what a right was missing for is looked up once the right is there', async () => {
  const [before] = await told(question(['police/register', 'police/vehicles']))
  rights.push({ asker: centre.nodeId, records: '*', lookups: [], purposes: '*' })
  const [after] = await told(question(['police/register', 'police/vehicles']))
  expect([before, after].map((each) => each && subjectsOf(each.lines)[0]?.states)).toEqual([
    'HA',
    expect.stringMatching(/^H[HN]$/),
  ])
})

test('the same question a day later, under another id, gets the stored answer: nothing is looked up twice', async () => {
  const [first] = await told(question(['police/register']))
  nowMs += 24 * 3_600_000
  const repeat = question(['police/register'])
  const [again] = await told(repeat)
  expect(again?.header).toMatchObject({ corr: repeat.header.id, type: 'answer' })
  expect(again?.lines).toEqual(first?.lines)
  expect(desk.readLog().entries.map(({ event }) => event)).toEqual(['answer', 'repeat'])
  const [other] = await told(question(['police/register', 'police/vehicles'], { idem: repeat.header.idem }))
  expect(refusalOf(other?.lines)).toBe('unusable')
})

test('a stored answer that rests on an authorisation withdrawn since is not given again', async () => {
  await told(question(['police/register']))
  nowMs += 1000
  const withdrawal = centre.next(unit.neighbour, ['{"no":"SQ1","withdrawnOn":"2026-09-30"}'], { type: 'authorisation' })
  const [again] = await told(withdrawal, question(['police/register']))
  expect(again && subjectsOf(again.lines)).toMatchObject([{ states: 'A', why: { 0: 'revoked' } }])
})

test('a cancellation that overtakes its request holds; withdrawals that cannot be read are parked and the channel goes on', async () => {
  const request = question(['police/register'])
  const reason = '申请人撤回申请'
  const cancel = centre.next(unit.neighbour, [JSON.stringify({ request: request.header.id, reason })], {
    type: 'cancel',
    lane: 'single',
  })
  const [refused] = await told(cancel, request)
  expect(refusalOf(refused?.lines)).toBe('cancelled')
  expect(await told(centre.next(unit.neighbour, ['{"odd":1}'], { type: 'authorisation' }))).toEqual([])
  expect(desk.listParked()).toMatchObject([{ code: 'malformed', sender: centre.nodeId }])
})

test('an expired question is refused', async () => {
  const [refused] = await told(question(['police/register'], { expires: clock.iso(nowMs - 1) }))
  expect(refusalOf(refused?.lines)).toBe('expired')
})

/** A question that fails by its content: of another unit. */
async function setAside(): Promise<Sealed> {
  const foreign = question(['police/register', 'tax/personal_income'])
  await ledger.take(centre.nodeId, [foreign])
  for (let i = 0; i < 4; i++) await expect(answering.step()).rejects.toThrow('没有记录类型')
  await answering.step()
  return foreign
}

test('a question that fails five times is refused and set aside; sent again, only a real answer is news; given up, it ends', async () => {
  const { header } = await setAside()
  const [refused] = await news()
  expect([refusalOf(refused?.lines), refused?.header.corr]).toEqual(['unusable', header.id])
  expect(desk.listSetAside()).toMatchObject([{ id: header.id, from: centre.nodeId, attempts: 5 }])
  expect(desk.openState()).toEqual({ open: 0, oldest: null, setAside: 1 })
  expect([desk.sendAgain('unknown', '李专员'), desk.sendAgain(header.id, '李专员')]).toEqual([false, true])
  for (let i = 0; i < 4; i++) await expect(answering.step()).rejects.toThrow()
  await answering.step()
  expect([(await news()).length, desk.openState().setAside]).toEqual([0, 1])
  expect(desk.giveUp(header.id, '王专员', '非本单位数据')).toBe(true)
  expect([desk.openState().setAside, desk.giveUp(header.id, '王专员', '')]).toEqual([0, false])
  const { entries } = desk.readLog()
  expect(entries.map(({ event }) => event)).toEqual(['alarm', 'refused', 'sent_again', 'alarm', 'given_up'])
  expect([entries[2]?.operator, entries[4]?.operator]).toEqual(['李专员', '王专员'])
})

test('a correction supersedes an answer and follows it when the question comes again', async () => {
  const request = question(['police/register'])
  const [answer] = await told(request)
  const lines = [...(answer?.lines ?? [])]
  const facts = { subject: 'police/register', persons: '', rows: 0, note: 'by hand' }
  expect(() => desk.postCorrection({ ...request.header, id: 'unknown' }, lines, facts)).toThrow('不能更正')
  expect(() => desk.postCorrection({ ...request.header, from: 'another' }, lines, facts)).toThrow('不能更正')
  desk.postCorrection(request.header, [lines[0] ?? '', '{"none":[0]}'], facts)
  const [correction] = await news()
  expect(correction?.header).toMatchObject({ type: 'correction', corr: request.header.id, idem: request.header.idem })
  expect(desk.findStored(request.header)?.lines[1]).toBe('{"none":[0]}')
  const repeat = question(['police/register'])
  const again = await told(repeat)
  expect(again.map(({ header }) => [header.type, header.corr])).toEqual([
    ['answer', repeat.header.id],
    ['correction', repeat.header.id],
  ])
  expect(again[1]?.lines).toEqual(correction?.lines)
})

test('single cases go before batches, and a question that cannot be opened does not hold up the rest', async () => {
  const stranger = new TestNode('629901.police')
  const unreadable = centre.next(stranger.neighbour, ['{}'], { purpose })
  const urgent = question(['police/register'], { lane: 'single', idem: '1'.repeat(64) })
  const batch = question(['police/register'])
  await told(unreadable, batch, urgent)
  const answered = desk.readLog().entries.filter(({ event }) => event !== 'alarm')
  expect(answered.map(({ message }) => message)).toEqual([urgent.header.id, unreadable.header.id, batch.header.id])
})
