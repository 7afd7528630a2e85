import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PlayedNode, TEST_EPOCH_MS } from '#testkit/played-node'
import { chainHash, type Receipt } from '#wire'
import { newLogKey } from '../log-seal.ts'
import { logEntry } from './log-entry.ts'
import { type Behaviour, type Content, SqliteLedger } from './sqlite-ledger.ts'

let dir = ''
let used = 0
let nowMs = TEST_EPOCH_MS
let said: string[] = []
let failing = false
let ledger: SqliteLedger
const me = new PlayedNode('unit')
const centre = new PlayedNode('centre')
const clock = { nowMs: () => nowMs, iso: (ms: number) => new Date(ms).toISOString(), msOf: (iso: string) => Date.parse(iso) }

const behaviour: Behaviour = {
  begin: () => undefined,
  follow: ({ frame }) => {
    if (failing) throw new Error('what follows failed')
    return frame.header.type === 'request' ? 'open' : 'done'
  },
  finish: () => undefined,
  credit: (share) => (share >= 0.9 ? { batch: 0, single: 0, bytes: 0 } : { batch: 8, single: 8, bytes: 1e6 }),
}

function open(stateDir = dir): SqliteLedger {
  const say = (text: string): void => void said.push(text)
  const plan = { nodeId: 'unit', stateDir, own: [me.own], neighbours: [centre.neighbour], far: [], clock, say }
  return new SqliteLedger({ ...plan, diskUsed: () => used, lockWaitMs: 50 }, () => behaviour)
}

/** A disk of 4 MB that can be filled: of its own where mounting is permitted, else a file that SQLite lets grow no further. */
class SmallDisk {
  readonly folder: string
  readonly #isMounted: boolean

  constructor(parent: string) {
    this.folder = join(parent, 'small')
    mkdirSync(this.folder)
    this.#isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', this.folder]).status === 0
  }

  fill(full: SqliteLedger): void {
    const { bavail, bsize } = statfsSync(this.folder)
    if (this.#isMounted) writeFileSync(join(this.folder, 'filler'), Buffer.alloc(bavail * bsize - 200_000))
    else full.limitPages(1)
  }

  free(full: SqliteLedger): void {
    if (this.#isMounted) rmSync(join(this.folder, 'filler'))
    else full.limitPages(1_000_000)
  }

  remove(): void {
    if (this.#isMounted) spawnSync('umount', [this.folder])
  }
}

let hand: PlayedNode
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-ledger-'))
  used = 0
  nowMs = TEST_EPOCH_MS
  said = []
  failing = false
  ledger = open()
  hand = new PlayedNode('centre')
})
afterEach(() => {
  ledger.close()
  rmSync(dir, { recursive: true, force: true })
})

const logged = (event: string) => ledger.log.read().entries.filter((entry) => entry.event === event)
const ask = (change = {}) => hand.next(me.neighbour, ['{"a":1}'], change)

async function take(...frames: Parameters<SqliteLedger['take']>[1]) {
  return ledger.take('centre', frames)
}

describe('the inbox', () => {
  test('takes messages in the order of their channel, in lanes that do not wait for each other', async () => {
    const [one, two, urgent] = [ask(), ask(), ask({ lane: 'single' })]
    expect(await take(urgent, two)).toMatchObject({
      receipts: [{ chan: 'centre>unit#single', seq: 1, hash: urgent.hash }],
      refused: { code: 'order', expect: 1, chan: 'centre>unit' },
    })
    expect(await take(one, two)).toMatchObject({ receipts: [{ seq: 1 }, { seq: 2 }], refused: null })
    expect(await ledger.standing('centre')).toMatchObject({
      batch: { received: { seq: 2, head: two.hash } },
      single: { received: { seq: 1, head: urgent.hash } },
    })
    expect(await ledger.listReceipts('centre', 'batch', 1, 10)).toMatchObject([{ seq: 2, id: two.header.id, hash: two.hash }])
  })

  test('gives a repeat its receipt again, and parks other content under a known id or number', async () => {
    const first = ask()
    const { receipts } = await take(first)
    nowMs += 86_400_000
    expect(await take(first)).toEqual({ receipts, refused: null })
    const forged = hand.seal(me.neighbour, ['{"a":2}'], { id: first.header.id, seq: 2, prev: first.hash })
    expect((await take(forged)).refused).toMatchObject({ code: 'same_id', expect: null })
    expect((await take(hand.seal(me.neighbour, ['{"a":3}'], { seq: 1, prev: '' }))).refused?.code).toBe('same_id')
    await take(forged)
    expect(ledger.parking.list(10).map(({ code, times, sender }) => [code, times, sender])).toEqual([
      ['same_id', 1, 'centre'],
      ['same_id', 2, 'centre'],
    ])
    expect(logged('parked')).toHaveLength(2)
  })

  test('refuses what breaks the chain, is another channel, or is not numbered', async () => {
    await take(ask())
    const unchained = hand.seal(me.neighbour, ['{}'], { prev: 'f'.repeat(64) })
    expect((await take(unchained)).refused?.code).toBe('chain')
    const next = ask()
    expect((await take({ ...next, header: { ...next.header, chan: 'centre>elsewhere' } })).refused?.code).toBe('foreign_channel')
    expect((await ledger.take('stranger', [next])).refused?.code).toBe('addressee')
    expect((await take(hand.seal(me.neighbour, ['{}'], { seq: 0 }))).refused?.code).toBe('addressee')
    expect(logged('parked').map((entry) => entry.code)).toEqual(['chain', 'foreign_channel', 'addressee', 'addressee'])
  })

  test('is one transaction with everything that follows: when that fails nothing of the call is stored', async () => {
    const [one, two] = [ask(), ask()]
    await take(one)
    failing = true
    await expect(take(two)).rejects.toThrow('what follows failed')
    expect((await ledger.standing('centre')).batch.received.seq).toBe(1)
    failing = false
    expect((await take(two)).receipts).toHaveLength(1)
  })

  test('gives open requests in order, single cases first, and drops the body of a settled one', async () => {
    const [one, two, urgent] = [ask(), ask(), ask({ lane: 'single' })]
    await take(one, two, urgent)
    expect(ledger.requests.openCount()).toBe(3)
    const [held] = ledger.requests.nextOpen(5, 1e6)
    expect([held?.header.id, ledger.requests.hasOpenSingle()]).toEqual([urgent.header.id, true])
    ledger.requests.settle(held?.n ?? 0, 'answered')
    expect(ledger.requests.nextOpen(5, 1e6).map((each) => each.header.id)).toEqual([one.header.id, two.header.id])
    expect(ledger.requests.nextOpen(5, 1).map((each) => each.header.id)).toEqual([one.header.id])
    expect(ledger.requests.findRequest(urgent.header)).toMatchObject({ state: 'answered', lane: 'single' })
  })

  test('one asker cannot cancel or withdraw what is another’s; a request is found for its own asker alone', async () => {
    const request = ask()
    const { header } = request
    await take(request)
    expect(ledger.requests.findRequest(header)).toMatchObject({ state: 'open' })
    expect(ledger.requests.findRequest({ ...header, from: 'other' })).toBeUndefined()
    ledger.requests.cancel('other', header.id, 'no')
    expect(ledger.requests.isCancelled(header)).toBe(false)
    ledger.requests.cancel('centre', header.id, 'yes')
    expect(ledger.requests.isCancelled(header)).toBe(true)
    ledger.requests.revoke('other', 'SQ1', '2026-09-30', ledger.now())
    expect(ledger.requests.revoked('centre').size).toBe(0)
    expect([...ledger.requests.revoked('other')]).toEqual(['SQ1'])
  })
})

describe('the outbox', () => {
  const content: Content = { type: 'answer' }
  const send = (lane: 'batch' | 'single' = 'batch') =>
    ledger.transaction(() => ledger.post('centre', lane, content, (suite) => ({ ...bodyOf(), suite })))
  const bodyOf = () => ({ count: 0, root: '0'.repeat(64), packed: Buffer.from('x') })
  const receipt = (sealed: ReturnType<typeof send>): Receipt => {
    const { id, chan, seq } = sealed.header
    return { id, chan, seq, hash: sealed.hash, at: ledger.now() }
  }
  const all = { messages: 100, bytes: 1e9 }

  test('gives what was sent after a place, byte for byte, within the credit', async () => {
    const [one, two, three] = [send(), send(), send()]
    const list = async (seq: number, credit = all) =>
      (await ledger.listOutgoing('centre', 'batch', { seq }, credit)).map((frame) => frame.header.seq)
    expect(await ledger.listOutgoing('centre', 'batch', { seq: 0 }, all)).toEqual(
      [one, two, three].map(({ header, body }) => ({ header, body })),
    )
    expect(await list(1)).toEqual([2, 3])
    expect(await list(0, { messages: 2, bytes: 1e9 })).toEqual([1, 2])
    expect(await list(0, { messages: 9, bytes: 1 })).toEqual([1])
    expect(two.header.prev).toBe(one.hash)
  })

  test('keeps receipts with the frame that bears them; one that fits no message is a contradiction', async () => {
    const [one, two] = [send(), send('single')]
    await ledger.saveReceipts('centre', [receipt(one), receipt(two)], Buffer.from('frame'))
    await ledger.saveReceipts('centre', [receipt(one)], Buffer.from('again'))
    expect(await ledger.standing('centre')).toMatchObject({ batch: { receipted: 1 }, single: { receipted: 1 } })
    const wrong = { ...receipt(one), hash: 'f'.repeat(64) }
    await expect(ledger.saveReceipts('centre', [wrong], Buffer.from('x'))).rejects.toMatchObject({ code: 'receipt' })
    await expect(ledger.saveReceipts('centre', [{ ...receipt(one), seq: 9 }], Buffer.from('x'))).rejects.toMatchObject({
      code: 'receipt',
    })
  })

  test('a neighbour that knows more than was sent, or other content, is a contradiction and an alarm', async () => {
    const one = send()
    await expect(ledger.listOutgoing('centre', 'batch', { seq: 2, head: '' }, all)).rejects.toMatchObject({ code: 'ahead' })
    await expect(ledger.listOutgoing('centre', 'batch', { seq: 1, head: 'f'.repeat(64) }, all)).rejects.toMatchObject({
      code: 'chain',
    })
    await expect(ledger.listOutgoing('centre', 'batch', { seq: 2, head: '' }, all)).rejects.toThrow('旧的副本')
    expect(await ledger.listOutgoing('centre', 'batch', { seq: 1, head: one.hash }, all)).toEqual([])
    expect(ledger.parking.list(9).map(({ code, times }) => [code, times])).toEqual([
      ['chain', 1],
      ['ahead', 2],
    ])
  })

  test('drops old bodies once receipted, and says so to a neighbour that lost them', async () => {
    const one = send()
    send()
    await ledger.saveReceipts('centre', [receipt(one)], Buffer.from('frame'))
    nowMs += 40 * 86_400_000
    expect(ledger.tidy()).toBe(1)
    await expect(ledger.listOutgoing('centre', 'batch', { seq: 0 }, all)).rejects.toMatchObject({ code: 'ahead' })
    expect(await ledger.listOutgoing('centre', 'batch', { seq: 1, head: one.hash }, all)).toHaveLength(1)
  })

  test('wakes whoever waits once the message is on disk, and not when it is undone', async () => {
    let isRung = false
    const wake = ledger.nextOutgoing('centre', 60_000)
    const rung = wake.rung.then(() => {
      isRung = true
    })
    expect(() =>
      ledger.transaction(() => {
        ledger.post('centre', 'batch', content, (suite) => ({ ...bodyOf(), suite }))
        throw new Error('undone')
      }),
    ).toThrow('undone')
    await setImmediate()
    expect(isRung).toBe(false)
    send()
    await rung
    expect((await ledger.standing('centre')).batch.sent.seq).toBe(1)
  })
})

describe('the log', () => {
  const entry = (note: string, persons = '') => logEntry(ledger.now(), 'answer', null, { note, persons, from: 'centre', rows: 2 })

  test('is a chain: it cannot be changed in place, and a change from outside shows', () => {
    for (const note of ['one', 'two', 'three']) ledger.log.append(entry(note))
    expect(ledger.log.read(1, 1)).toMatchObject({ intact: true, entries: [{ note: 'two', n: 2 }] })
    expect(ledger.log.check()).toEqual({ entries: 3, head: ledger.log.head().hash, brokenAt: null })
    ledger.close()
    const db = new DatabaseSync(join(dir, 'ledger.db'))
    expect(() => db.exec(`update log set entry = '{}' where seq = 1`)).toThrow('append-only')
    expect(() => db.exec('delete from log')).toThrow('append-only')
    db.exec(`drop trigger log_fixed; update log set entry = replace(entry, 'two', 'TWO') where seq = 2`)
    db.close()
    ledger = open()
    expect(ledger.log.check().brokenAt).toBe(2)
    expect(ledger.log.read().intact).toBe(false)
  })

  test('can be checked from the hashes of its entries alone', () => {
    for (const note of ['one', 'two']) ledger.log.append(entry(note))
    ledger.close()
    const db = new DatabaseSync(join(dir, 'ledger.db'))
    const rows = db.prepare('select entry_hash from log order by seq').all()
    db.close()
    ledger = open()
    const head = rows.reduce((prev, row) => chainHash('ED1', prev, String(row.entry_hash)), '')
    expect(head).toBe(ledger.log.head().hash)
  })

  test('names persons only to whoever holds the key of this node', () => {
    ledger.log.append(entry('', '11010519491231002X H 1 SQ1'))
    expect(ledger.log.read().entries[0]?.persons).toBe('11010519491231002X H 1 SQ1')
    ledger.close()
    const db = new DatabaseSync(join(dir, 'ledger.db'))
    expect(String(db.prepare('select entry from log').get()?.entry)).not.toContain('11010519491231002X')
    db.exec(`update meta set value = '${newLogKey()}' where key = 'log_key'`)
    db.close()
    ledger = open()
    expect(() => ledger.log.read()).toThrow()
  })
})

describe('the disk', () => {
  test('at 80 % a person is told, at 90 % nothing new is taken, and both are logged once', async () => {
    expect(await ledger.credit()).toMatchObject({ batch: 8 })
    for (const share of [0.85, 0.86, 0.91, 0.95]) {
      used = share
      nowMs += 2000
      await ledger.credit()
    }
    expect(await ledger.credit()).toEqual({ batch: 0, single: 0, bytes: 0 })
    expect(logged('disk').map(({ code }) => code)).toEqual(['disk_80', 'disk_90'])
    expect(said.some((text) => text.includes('90%'))).toBe(true)
  })

  test('when it is full in the middle of a call nothing of the call is stored, and it goes on once there is room', async () => {
    const small = new SmallDisk(dir)
    ledger.close()
    ledger = open(small.folder)
    await take(ask())
    small.fill(ledger)
    const large = ask()
    const frame = { header: large.header, body: randomBytes(600_000) }
    await expect(take(frame)).rejects.toThrow('磁盘空间不足')
    expect((await ledger.standing('centre')).batch.received.seq).toBe(1)
    small.free(ledger)
    expect((await take(frame)).receipts).toHaveLength(1)
    expect(ledger.log.check().brokenAt).toBeNull()
    ledger.close()
    small.remove()
    ledger = open()
  })
})

test('one process alone holds a ledger', () => {
  expect(() => open()).toThrow('正被另一个进程使用')
})

test('a message sealed to former keys is opened while those are kept', () => {
  const former = new PlayedNode('unit')
  const sealed = hand.next(former.neighbour, ['{"old":true}'])
  ledger.close()
  const say = (): void => undefined
  const plan = { nodeId: 'unit', stateDir: dir, neighbours: [centre.neighbour], far: [], clock, say }
  ledger = new SqliteLedger({ ...plan, own: [me.own, former.own] }, () => behaviour)
  expect(ledger.open(sealed)).toEqual(['{"old":true}'])
  const other = new PlayedNode('unit')
  expect(() => ledger.open(hand.next(other.neighbour, ['{}']))).toThrow('无法解封')
})
