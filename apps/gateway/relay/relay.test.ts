import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { carryAll, PlayedNode, TEST_EPOCH_MS, TestNode } from '#testkit/played-node'
import {
  AcceptedBody,
  controlBody,
  EnvelopeFault,
  ErrorBody,
  encodeLines,
  type Frame,
  type Lane,
  messageHash,
  type Neighbour,
  openMessage,
  openRelay,
  publicHalf,
  readFrame,
  verifyMessage,
  writeFrame,
} from '#wire'
import { Bell } from '../bell.ts'
import { openUnitLedger } from '../gateway.ts'
import type { SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { Reconciling } from '../reconciling.ts'
import { openRelayLedger } from './relay.ts'
import type { RelayConfig } from './relay-config.ts'

const purpose = '低保核对'
const clock = {
  nowMs: () => TEST_EPOCH_MS,
  iso: (ms: number) => new Date(ms).toISOString(),
  msOf: (iso: string) => Date.parse(iso),
}
const unit = new TestNode('6299.police')
const province = new TestNode('62.province')
const city = new TestNode('6201.city')
const publicOf = (node: TestNode) => ({ nodeId: node.nodeId, ...publicHalf(node.texts) })

/** A district played by hand: it keeps what it took, and answers nothing by itself. */
class District {
  readonly node = new PlayedNode('620102.centre')
  received = { seq: 0, head: '' }

  /** Takes what the city has for it in order, opens the relays. */
  async fetch(from: SqliteLedger): Promise<Frame[]> {
    const frames = await from.listOutgoing(this.node.nodeId, 'batch', this.received, { messages: 1000, bytes: 1e9 })
    return frames.map(({ header, body }) => {
      expect([header.seq, header.prev]).toEqual([this.received.seq + 1, this.received.head])
      verifyMessage(header, body, neighbourKeys(city))
      this.received = { seq: header.seq, head: messageHash(header) }
      return readFrame(openRelay(header, body))
    })
  }
}

function neighbourKeys(node: TestNode): Neighbour['peers'][number] {
  const [peer] = node.neighbour.peers
  if (!peer) throw new Error('no keys')
  return peer
}

let dir = ''
let district: District
let atUnit: SqliteLedger
let atProvince: SqliteLedger
let atCity: SqliteLedger
const say = (): void => undefined

function relayOf(node: TestNode, neighbours: TestNode[], nodes: TestNode[], change: Partial<RelayConfig>): SqliteLedger {
  const config: RelayConfig = {
    nodeId: node.nodeId,
    keys: [node.texts],
    stateDir: join(dir, node.nodeId),
    neighbours: neighbours.map(publicOf),
    nodes: nodes.map(publicOf),
    routes: [],
    passes: [{ from: '6201.*', to: unit.nodeId, purposes: [purpose] }],
    ...change,
  }
  return openRelayLedger(config, { clock, say })
}

function openAll(): void {
  const pass = [{ from: district.node.nodeId, to: '6299.*', purposes: [purpose] }]
  const config = {
    unit: 'police' as const,
    nodeId: unit.nodeId,
    centreId: province.nodeId,
    centreUrl: 'http://127.0.0.1:1',
    keys: unit.texts,
    centreKeys: publicHalf(province.texts),
    formerKeys: [],
    askers: [publicOf(district.node)],
    rights: [],
    stateDir: join(dir, 'unit'),
    source: { kind: 'package' as const, dir: '/nowhere' },
  }
  atUnit = openUnitLedger(config, { clock, say }, new Bell())
  atProvince = relayOf(province, [unit, city], [district.node], {
    routes: [{ to: '620102.*', via: city.nodeId }],
    passes: pass,
  })
  atCity = relayOf(city, [province, district.node], [unit], { routes: [{ to: '6299.*', via: province.nodeId }], passes: pass })
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-relay-'))
  district = new District()
  openAll()
})
afterEach(() => {
  for (const ledger of [atUnit, atProvince, atCity]) ledger.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Hands a message of the district to the city. */
async function hand(inner: Frame, lane: Lane = 'batch') {
  return atCity.take(district.node.nodeId, [district.node.wrap(city.neighbour, writeFrame(inner), lane)])
}

const ask = (n: number, change = {}) => district.node.next(unit.neighbour, [`{"n":${n}}`], { purpose, ...change })

/** Carries everything everywhere, until nothing moves. */
async function settle(spoil?: <T>(frames: readonly T[]) => readonly T[]): Promise<void> {
  let moved = 1
  while (moved > 0) {
    moved = 0
    for (const [from, to] of [
      [atCity, atProvince],
      [atProvince, atUnit],
      [atUnit, atProvince],
      [atProvince, atCity],
    ] as const) {
      moved += await carryAll(from, to, spoil)
    }
  }
}

const bodyOf = (frame: Frame) => controlBody(frame, district.node.own)

describe('a chain of relays', () => {
  test('carries a district’s question to the unit and the unit’s receipt and answer back, sealed all the way', async () => {
    const question = ask(1)
    expect((await hand(question)).refused).toBeNull()
    await settle()
    const [held] = atUnit.requests.nextOpen(9, 1e6)
    expect(held?.header).toEqual(question.header)
    expect(held && atUnit.open(held)).toEqual(['{"n":1}'])
    const [accepted] = await district.fetch(atCity)
    if (!accepted) throw new Error('no receipt')
    verifyMessage(accepted.header, accepted.body, neighbourKeys(unit))
    expect(AcceptedBody.parse(bodyOf(accepted)).receipts).toMatchObject([{ id: question.header.id, hash: question.hash, seq: 1 }])
    atUnit.transaction(() =>
      atUnit.post(district.node.nodeId, 'batch', { type: 'answer', corr: question.header.id, purpose }, (suite) =>
        encodeLines(['{"answer":1}'], suite),
      ),
    )
    await settle()
    const [answer] = await district.fetch(atCity)
    expect(answer && openMessage(answer.header, answer.body, district.node.own)).toEqual(['{"answer":1}'])
    const relayed = atProvince.log.read().entries.filter(({ event }) => event === 'relayed')
    expect(relayed.map((entry) => [entry.type, entry.from, entry.to, entry.via])).toEqual([
      ['request', district.node.nodeId, unit.nodeId, [city.nodeId]],
      ['accepted', unit.nodeId, district.node.nodeId, []],
      ['answer', unit.nodeId, district.node.nodeId, []],
    ])
    expect(atProvince.channels.waiting().messages).toBe(0)
  })

  test('an answer is told received from end to end, and goes again from where the district misses it', async () => {
    await hand(ask(1))
    await settle()
    const post = (n: number) =>
      atUnit.transaction(() =>
        atUnit.post(district.node.nodeId, 'batch', { type: 'answer', purpose }, (suite) => encodeLines([`{"n":${n}}`], suite)),
      )
    const [one, two] = [post(1), post(2)]
    await settle()
    await district.fetch(atCity)
    const control = (body: object, type: 'accepted' | 'error') =>
      district.node.seal(unit.neighbour, [JSON.stringify(body)], { type, seq: 0, prev: '' })
    const receipt = { id: one.header.id, chan: one.header.chan, seq: 1, hash: one.hash, at: clock.iso(TEST_EPOCH_MS) }
    const credit = { batch: 0, single: 0, bytes: 0 }
    await hand(control({ kind: 'receipts', receipts: [receipt], refused: null, credit }, 'accepted'))
    await settle()
    expect((await atUnit.standing(district.node.nodeId)).batch).toMatchObject({ sent: { seq: 2 }, receipted: 1 })
    const gap = { kind: 'error', code: 'order', message: '', id: null, chan: two.header.chan, expect: 2 }
    await hand(control(gap, 'error'))
    await hand(control(gap, 'error'))
    await settle()
    expect((await district.fetch(atCity)).map((frame) => frame.header.id)).toEqual([two.header.id])
    const wrong = { ...receipt, hash: 'f'.repeat(64) }
    await hand(control({ kind: 'receipts', receipts: [wrong], refused: null, credit }, 'accepted'))
    await settle()
    expect(atUnit.parking.list(9)).toMatchObject([{ code: 'receipt', sender: district.node.nodeId }])
  })

  test('the unit’s daily statement reaches the district although no pass names reconciling, and what follows is not held up', async () => {
    atUnit.transaction(() => atUnit.statements.isDue(district.node.nodeId, TEST_EPOCH_MS - 86_400_000, clock))
    new Reconciling(atUnit).sendDue([district.node.nodeId])
    const content = { type: 'answer', purpose } as const
    atUnit.transaction(() => atUnit.post(district.node.nodeId, 'single', content, (suite) => encodeLines(['{}'], suite)))
    await settle()
    const frames = await atCity.listOutgoing(district.node.nodeId, 'single', { seq: 0 }, { messages: 9, bytes: 1e6 })
    const inner = frames.map(({ header, body }) => readFrame(openRelay(header, body)).header)
    expect(inner.map(({ type, seq }) => [type, seq])).toEqual([
      ['statement', 1],
      ['answer', 2],
    ])
    for (const ledger of [atProvince, atCity]) expect(ledger.parking.list(1)).toEqual([])
  })

  test('a gap of the inner channel is asked for with the number that is missing', async () => {
    const [, second] = [ask(1), ask(2)]
    await hand(second)
    await settle()
    const [error] = await district.fetch(atCity)
    expect(error && ErrorBody.parse(bodyOf(error))).toMatchObject({ code: 'order', expect: 1, id: second.header.id })
    expect(atUnit.requests.openCount()).toBe(0)
  })

  test('loses, doubles and disorders nothing, whatever the lines do', async () => {
    const faults = fc.array(
      fc.record({
        drop: fc.nat(5),
        repeat: fc.boolean(),
        shuffle: fc.nat(3),
        lane: fc.constantFrom<Lane>('batch', 'single'),
        burst: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 3, maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(faults, async (steps) => {
        const sent: Record<Lane, string[]> = { batch: [], single: [] }
        for (const { lane, burst, ...faults } of steps) {
          for (let i = 0; i < burst; i++) {
            const question = ask(i, { lane })
            sent[lane].push(question.header.id)
            await hand(question, lane)
          }
          await settle((frames) => spoilt(frames, faults))
        }
        expect(answerOpen()).toEqual(sent)
      }),
      { numRuns: 6 },
    )
    for (const ledger of [atUnit, atProvince, atCity]) expect(ledger.log.check().brokenAt).toBeNull()
    for (const ledger of [atProvince, atCity]) expect(ledger.parking.list(1)).toEqual([])
  })
})

interface Faults {
  drop: number
  repeat: boolean
  shuffle: number
}

/** The frames of a call with one left out, all turned round, or all twice. */
function spoilt<T>(frames: readonly T[], { drop, repeat, shuffle }: Faults): T[] {
  const kept = frames.filter((_, i) => i % 5 !== drop)
  const turned = [...kept.slice(shuffle), ...kept.slice(0, shuffle)]
  return repeat ? [...turned, ...turned] : turned
}

/** Ids of the requests that wait at the unit, by lane and in their order there; each is settled. */
function answerOpen(): Record<Lane, string[]> {
  const ids: Record<Lane, string[]> = { batch: [], single: [] }
  for (;;) {
    const open = atUnit.requests.nextOpen(1000, 1e9)
    if (open.length === 0) return ids
    for (const { lane, header, n } of open) {
      ids[lane].push(header.id)
      atUnit.requests.settle(n, 'answered')
    }
  }
}

describe('a relay refuses, tells the origin, and the channel goes on', () => {
  async function refusalOf(inner: Frame): Promise<ErrorBody> {
    expect((await hand(inner)).refused).toBeNull()
    await settle()
    const [error] = await district.fetch(atCity)
    if (!error) throw new Error('the origin was not told')
    const refusal = ErrorBody.parse(bodyOf(error))
    expect(refusal.id).toBe(inner.header.id)
    return refusal
  }

  test('without a pass, without a route, forged, altered', async () => {
    expect((await refusalOf(ask(1, { purpose: '另一用途' }))).code).toBe('no_pass')
    expect((await refusalOf(district.node.next(new TestNode('5101.police').neighbour, ['{}'], { purpose }))).code).toBe('no_pass')
    const forged = ask(2)
    expect((await refusalOf({ header: { ...forged.header, purpose: `${purpose} ` }, body: forged.body })).code).toBe('signature')
    expect((await refusalOf({ header: forged.header, body: Buffer.from('other') })).code).toBe('digest')
    expect(atCity.parking.list(9).map(({ code }) => code)).toEqual(['digest', 'signature', 'no_pass', 'no_pass'])
    expect(atProvince.channels.received(city.nodeId, 'batch').seq).toBe(0)
    await hand(forged)
    await settle()
    expect(atProvince.channels.received(city.nodeId, 'batch').seq).toBe(1)
  })

  test('of an origin that is not registered', async () => {
    const stranger = new PlayedNode('620199.centre')
    const inner = stranger.next(unit.neighbour, ['{}'], { purpose })
    await hand(inner)
    expect(atCity.parking.list(1)).toMatchObject([{ code: 'unknown_sender', sender: stranger.nodeId }])
  })

  test('what has passed here before, or comes by another way than it says', async () => {
    const inner = writeFrame(ask(1))
    const outer = (via: string[]) => {
      const sealed = district.node.wrap(city.neighbour, inner)
      return { ...sealed, header: { ...sealed.header, via } }
    }
    await atCity.take(district.node.nodeId, [outer([city.nodeId, district.node.nodeId])])
    expect(atCity.parking.list(1)[0]?.code).toBe('loop')
    await atCity.take(district.node.nodeId, [outer(['somewhere'])])
    expect(atCity.parking.list(2).map(({ code }) => code)).toContain('loop')
  })

  test('at the unit: an asker it does not know', async () => {
    const other = new PlayedNode('620102.other')
    const inner = other.next(unit.neighbour, ['{}'], { purpose })
    const outer = new PlayedNode(province.nodeId)
    const wrapped = outer.wrap(unit.neighbour, writeFrame(inner))
    expect((await atUnit.take(province.nodeId, [wrapped])).refused).toBeNull()
    expect(atUnit.parking.list(1)).toMatchObject([{ code: 'unknown_sender', sender: other.nodeId }])
    expect(() => verifyMessage(inner.header, inner.body, neighbourKeys(unit))).toThrow(EnvelopeFault)
  })
})
