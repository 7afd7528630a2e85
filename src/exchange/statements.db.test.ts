/** Both sides of a channel are reconciled by statements; whatever was planted in the books is found and named. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isoInstant, systemClock } from '#platform/clock'
import type { GatewayConfig, UnitName } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { HandNode } from '#testkit/hand-node'
import { type Difference, digestHex, encodeLines, ReconciliationHead } from '#wire'
import { compareStatements, enqueueRequests, sendStatement, statementsJob, statementsOf } from './index.ts'
import { listHeldSeals } from './store/anchors.ts'

let rig: CentreRig
beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
})
afterAll(() => rig.close())

const nowhere = { kind: 'package', dir: '/nowhere' } as const
let batch = 0

async function ask(unit: UnitName): Promise<void> {
  batch += 1
  const head = { kind: 'prepare', campaign: 'books', batch, round: 0, basis } as const
  await rig.ask([{ unit, head, lines: [] }])
  await rig.answers('books')
}

async function newest(unit: string) {
  const [row] = (await rig.db.as(undefined, (tx) => statementsOf(tx, unit))).filter((each) => each.direction === 'in')
  return row
}

/** The centre states its books, the unit answers with its own, the centre compares. */
async function reconcile(unit: string): Promise<readonly Difference[]> {
  const before = (await newest(unit))?.id
  await rig.db.as(undefined, (tx) => sendStatement(tx, unit, rig.deps))
  await expect
    .poll(
      async () => {
        await rig.db.as(undefined, (tx) => compareStatements(tx, rig.deps))
        return (await newest(unit))?.id
      },
      { timeout: 15_000 },
    )
    .not.toBe(before)
  return (await newest(unit))?.differences ?? []
}

const codes = (found: readonly Difference[]) => found.map(({ code, direction, seq }) => [code, direction, seq])

/** Changes rows behind the books' back. */
async function tamper(text: string): Promise<void> {
  const client = await rig.db.ownerPool.pool.connect()
  try {
    await client.query('set session_replication_role = replica')
    expect((await client.query(text)).rowCount).toBe(1)
  } finally {
    await client.query('reset session_replication_role')
    client.release()
  }
}

describe('a unit and the centre', () => {
  let config: GatewayConfig
  const unit = 'tax'
  const seal = { no: 4, root: 'ab'.repeat(32) }
  beforeAll(async () => {
    config = (await rig.enrol(unit, nowhere)).config
    await rig.run(config)
    for (let i = 0; i < 4; i++) await ask(unit)
  })

  /** Changes the unit's books while its gateway is away. */
  async function tamperUnit(text: string): Promise<void> {
    await rig.stopGateways()
    const file = new DatabaseSync(join(config.stateDir, 'ledger.db'))
    expect(file.prepare(text).run().changes).toBe(1)
    file.close()
    await rig.run(config)
  }

  test('reconcile: both sides say the same at the same numbers, whatever is on its way meanwhile', async () => {
    await rig.db.ownerPool.pool.query(
      `insert into journal_seal (seal_no, tx_from, tx_to, entries, root, prev_root, signature) values (4, '0', '1', 1, decode($1, 'hex'), '', '')`,
      [seal.root],
    )
    expect(await reconcile(unit)).toEqual([])
    const row = await newest(unit)
    const said = ReconciliationHead.parse(row?.said)
    expect(said.channels.map(({ lane, direction, seq }) => [lane, direction, seq])).toEqual([
      ['batch', 'sent', 4],
      ['batch', 'received', 4],
      ['single', 'sent', 0],
      ['single', 'received', 0],
    ])
    expect(said).toMatchObject({ open: { underDay: 0, older: 0, oldest: null }, parked: 0, found: 0, asks: false })
    expect(said.log).toMatchObject({ after: 0, before: '', n: 5 })
    // the centre told its newest seal, and gets it back in the unit's own words
    const [own] = await rig.db.as(undefined, listHeldSeals)
    expect(own).toMatchObject({ unit, ...seal })
    expect(said.journal).toEqual(seal)
    await ask(unit)
    expect(await reconcile(unit)).toEqual([])
    const again = ReconciliationHead.parse((await newest(unit))?.said)
    expect(again.log).toMatchObject({ after: 5, before: said.log?.head, n: 7 })
    expect(again.from).toBe(said.to)
    expect(again.channels[2]?.seq).toBe(1)
  })

  test('a row lost at the centre is named, and again until somebody has looked', async () => {
    await ask(unit)
    await ask(unit)
    await tamper(`delete from exchange_message where unit = 'tax' and direction = 'in' and lane = 'batch' and seq = 6`)
    expect(codes(await reconcile(unit))).toEqual([
      ['lost', 'received', 6],
      ['count', 'received', 7],
    ])
    expect((await newest(unit))?.differences[0]?.message).toBe('批量通道收到方向：第 6 条在本方账册中缺失')
    expect(codes(await reconcile(unit))).toEqual([['count', 'received', 7]])
    const [, told] = await rig.db.as(undefined, (tx) => statementsOf(tx, unit))
    expect(told?.said).toMatchObject({ found: 2 })
  })

  test('a row altered at the centre is named', async () => {
    await ask(unit)
    const set = `header = replace(header, '"purpose":"${grounds.purpose}"', '"purpose":"x"')`
    await tamper(`update exchange_message set ${set} where unit = 'tax' and direction = 'out' and lane = 'batch' and seq = 8`)
    expect(codes(await reconcile(unit))).toContainEqual(['altered', 'sent', 8])
  })

  test('a row lost and one altered at the unit are named by the unit', async () => {
    await ask(unit)
    await ask(unit)
    await tamperUnit(`delete from inbox where chan = '629901.centre>629901.tax' and seq = 9`)
    await tamperUnit(`update outbox set type = 'refused' where chan = '629901.tax>629901.centre' and seq = 10`)
    await reconcile(unit)
    await rig.stopGateways()
    const file = new DatabaseSync(join(config.stateDir, 'ledger.db'))
    const row = file.prepare(`select differences from statement where direction = 'in' order by n desc limit 1`).get()
    const parked = file.prepare(`select code, message from parked`).all()
    file.close()
    expect(codes(JSON.parse(String(row?.differences)))).toEqual([
      ['lost', 'received', 9],
      ['count', 'received', 10],
      ['altered', 'sent', 10],
      ['count', 'sent', 10],
    ])
    expect(parked.at(-1)).toMatchObject({ code: 'difference', message: expect.stringContaining('第 9 条在本方账册中缺失') })
    await rig.run(config)
    await reconcile(unit)
    expect((await newest(unit))?.said).toMatchObject({ parked: expect.any(Number), found: expect.any(Number) })
  })
})

describe('a unit that states what it likes', () => {
  let hand: HandNode
  beforeAll(async () => {
    hand = new HandNode((await rig.enrol('housing', nowhere)).config, () => rig.url)
    const head = { kind: 'prepare', campaign: 'hand', batch: 1, round: 0, basis } as const
    await rig.ask([{ unit: 'housing', head, lines: [] }])
    expect((await hand.poll()).messages).toHaveLength(1)
  })

  async function state(change: object): Promise<unknown> {
    const stand = { lane: 'batch', direction: 'received', seq: 1, hash: digestHex('ED1', 'x'), types: { request: 1 }, ...change }
    const open = { underDay: 0, underWeek: 0, older: 0, oldest: null }
    const at = { from: null, to: isoInstant(systemClock.nowMs()) }
    const head = {
      kind: 'reconciliation',
      ...at,
      channels: [stand],
      open,
      parked: 0,
      found: 0,
      log: null,
      anchor: null,
      asks: false,
    }
    await hand.send(hand.next([JSON.stringify(head)], { type: 'statement', lane: 'single' }))
    await rig.db.as(undefined, (tx) => compareStatements(tx, rig.deps))
    return codes((await newest('housing'))?.differences ?? [])
  }

  test('another hash, a count off, more than was ever sent: each is named', async () => {
    expect(await state({})).toEqual([['hash', 'sent', 1]])
    expect(await state({ seq: 7, types: { request: 7 } })).toEqual([
      ['short', 'sent', 1],
      ['count', 'sent', 7],
    ])
    expect(await state({ direction: 'sent', seq: 0, hash: '', types: { answer: 1 } })).toEqual([['count', 'received', 0]])
  })

  test('a statement that nobody can read is a difference, and the channel goes on', async () => {
    await hand.send(hand.next(['{"kind":"reconciliation"}'], { type: 'statement', lane: 'single' }))
    await rig.db.as(undefined, (tx) => compareStatements(tx, rig.deps))
    expect((await newest('housing'))?.differences).toMatchObject([{ code: 'altered', message: '对账报文的格式未知' }])
    expect(await state({ types: { '\u0000': 1 } })).toMatchObject([['altered', 'received', expect.any(Number)]])
    expect(await state({ direction: 'sent', seq: 0, hash: '', types: {} })).toEqual([])
  })

  test('a header lets nobody confirm a guess about a household, and the same question stays the same message', async () => {
    const lines = [JSON.stringify([[0, '110101199003070011', 0, ['张三'], []]])]
    const head = { kind: 'lookup', campaign: 'guess', batch: 1, round: 1, basis, lookup: 'deaths' } as const
    const question = { unit: 'housing', head: { ...head, kind: 'prepare' } as never, lines }
    const send = () => rig.db.as(undefined, (tx) => enqueueRequests(tx, [question], grounds, rig.deps))
    const [first] = await send()
    const [again] = await send()
    expect(again).toEqual(first)
    const seen = (await hand.poll()).messages.find((each) => each.header.id === first?.id)
    const bare = encodeLines([JSON.stringify(question.head), ...lines], 'ED1')
    const hashes = [JSON.stringify(question.head), ...lines].map((line) => digestHex('ED1', line))
    const guesses = [bare.root, digestHex('ED1', Buffer.from(`01${hashes.join('')}`, 'hex'))]
    for (const root of guesses) {
      const idem = digestHex('ED1', JSON.stringify(['housing', 'guess', 1, 1, 'prepare', root]))
      expect([seen?.header.root, seen?.header.idem]).not.toContain(root)
      expect(seen?.header.idem).not.toBe(idem)
    }
    expect(seen?.header.root).toMatch(/^[0-9a-f]{64}$/)
  })
})

test('the job states to every node once a day', async () => {
  const context = { db: rig.db.pool, keys: rig.deps.keys, clock: rig.deps.clock, log: { warn: () => undefined } } as never
  const count = async () =>
    (await rig.db.ownerPool.pool.query(`select count(*)::int as n from exchange_statement where direction = 'out'`)).rows[0].n
  await statementsJob.run(context, {})
  const once = await count()
  await statementsJob.run(context, {})
  expect(await count()).toBe(once)
  const units = (await rig.db.ownerPool.pool.query(`select count(distinct unit)::int as n from exchange_statement`)).rows[0].n
  expect(units).toBe(2)
})
