import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { append, appendAll, type Entry, sealSettled, verifyChain, verifyJournal, verifySeals } from './index.ts'
import { listLooksOf } from './store.ts'

let db: TestDb
const person = (n: number): Buffer => Buffer.alloc(16, n)

function entry(chain: string, more: Partial<Entry> = {}): Entry {
  return { chain, action: 'test.look', divisionCode: '999901001001', basis: '办法第十条', purpose: '测试', ...more }
}

beforeAll(async () => {
  db = await testDb()
})

test('entries are numbered and linked; the outside check agrees with the database', async () => {
  await db.as(undefined, (tx) => append(tx, entry('a', { detail: { b: 1, a: '汉字 "quoted" \\ ', nested: { z: [1, null] } } })))
  await db.as(undefined, (tx) => append(tx, entry('a', { subjects: [person(1), person(2)], role: 'inspector', actor: 'u-1' })))
  await db.as(undefined, (tx) => appendAll(tx, [entry('b'), entry('a', { subjects: [person(2)] }), entry('b')]))
  const check = await verifyChain(db.pool)
  expect(check).toEqual({ rows: 5, faults: [] })
  const { rows } = await db.ownerPool.pool.query('select chain, seq from journal order by chain, seq')
  expect(rows.map((row) => `${row.chain}${row.seq}`)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2'])
})

test('who looked at a person, newest first', async () => {
  const looks = await db.as(undefined, (tx) => listLooksOf(tx, [person(2)], null, 10))
  expect(looks.map((look) => look.actor)).toEqual(['test', 'u-1'])
  expect(await db.as(undefined, (tx) => listLooksOf(tx, [person(9)], null, 10))).toEqual([])
})

test('a reader sees entries of their own divisions only, and cannot write for others', async () => {
  const other = { lo: '999902000000', hi: '999903000000', actor: 'x' }
  expect(await db.as(other, (tx) => listLooksOf(tx, [person(2)], null, 10))).toEqual([])
  await expect(db.as(other, (tx) => append(tx, entry('a')))).rejects.toThrow(/row-level/)
})

test('the application and the worker role can neither change nor remove', async () => {
  for (const pool of [db.pool, db.workerPool]) {
    for (const text of [
      `update journal set purpose = 'x'`,
      'delete from journal',
      'truncate journal',
      `update journal_head set seq = 0`,
      'delete from journal_head',
      `insert into journal_head values ('z', 1, '')`,
      'alter table journal disable trigger all',
      'delete from journal_seal',
    ]) {
      await expect(pool.pool.query(text), text).rejects.toThrow(/permission denied|must be owner/)
    }
  }
})

test('number, hashes and time are the database’s, whatever the writer sends', async () => {
  await db.as(undefined, (tx) =>
    tx.execute(
      `insert into journal (chain, seq, at, actor, role, action, division_code, basis, purpose, prev_hash, hash)
       values ('forged', 77, '2001-01-01', 'a', 'r', 'x.y', '999901001001', 'b', 'p', '\\x01', '\\x02')`,
    ),
  )
  const { rows } = await db.ownerPool.pool.query(`select seq, at from journal where chain = 'forged'`)
  expect(rows[0].seq).toBe(1)
  expect(String(rows[0].at) > '2020').toBe(true)
  expect((await verifyChain(db.pool, 'forged')).faults).toEqual([])
})

test('a personal number in clear is refused', async () => {
  const write = (detail: Record<string, unknown>) => db.as(undefined, (tx) => append(tx, entry('a', { detail })))
  await expect(write({ note: '证件 629901199001011234' })).rejects.toThrow(/in clear/)
  await expect(write({ phone: '13912345678' })).rejects.toThrow(/in clear/)
  await write({ hash: 'f'.repeat(64), householdNo: 'H20260000012345678' })
})

test('sixteen writers at once never fork a chain', async () => {
  const writer = async (n: number): Promise<void> => {
    for (let i = 0; i < 12; i += 1) {
      await db.as(undefined, (tx) => appendAll(tx, [entry('busy', { actor: `w${n}` }), entry(`own${n}`), entry(`busy${i % 3}`)]))
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, n) => writer(n)))
  const check = await verifyChain(db.pool)
  expect(check.faults).toEqual([])
  const { rows } = await db.ownerPool.pool.query(
    `select count(*)::int as n, count(distinct prev_hash)::int as links, max(seq)::int as last from journal where chain = 'busy'`,
  )
  expect(rows[0]).toEqual({ n: 192, links: 192, last: 192 })
})

test('an entry of a transaction that is rolled back does not stand, and the chain goes on', async () => {
  await db.rolledBack(undefined, (tx) => append(tx, entry('busy')))
  await db.as(undefined, (tx) => append(tx, entry('busy')))
  expect(await verifyChain(db.pool, 'busy')).toEqual({ rows: 193, faults: [] })
})

/** Rows not under a seal yet. Transactions of other databases of the server delay a seal, so it is tried until everything is covered. */
async function sealAll(): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    await sealSettled(db.pool, db.keys.signing)
    const { rows } = await db.ownerPool.pool.query(
      'select (select count(*) from journal)::int - coalesce(sum(entries), 0)::int as open from journal_seal',
    )
    if (rows[0].open === 0) return
    await wait(25)
  }
  throw new Error('rows stay without a seal')
}

const sealCount = async (): Promise<number> => (await verifySeals(db.pool, db.keys.signing.publicKey)).seals

test('seals cover every settled row once, and are checked', async () => {
  await sealAll()
  const before = await sealCount()
  expect(await sealSettled(db.pool, db.keys.signing)).toBe(null)
  // A long transaction with an early number keeps later rows out of the seal until it is over.
  await db.as(undefined, async (tx) => {
    await append(tx, entry('slow'))
    await db.as(undefined, (other) => append(other, entry('quick')))
    expect(await sealSettled(db.pool, db.keys.signing)).toBe(null)
  })
  await sealAll()
  expect(await sealCount()).toBeGreaterThan(before)
  expect((await verifySeals(db.pool, db.keys.signing.publicKey)).faults).toEqual([])
})

test('tampering by a superuser is found, each kind by name', async () => {
  const owner = db.ownerPool.pool
  const found = async (tamper: string, undo: string): Promise<string[]> => {
    await owner.query(`begin; set local session_replication_role = replica; ${tamper}; commit`)
    const check = await verifyJournal(db.pool, db.keys.signing.publicKey)
    await owner.query(`begin; set local session_replication_role = replica; ${undo}; commit`)
    return [...new Set([...check.chainFaults.map((f) => f.kind), ...check.sealFaults.map((f) => `seal-${f.kind}`)])].sort()
  }
  await owner.query('create table kept as select * from journal; create table kept_head as select * from journal_head')
  const columns =
    'chain, seq, entry_id, tx, at, actor, role, action, division_code, subjects, basis, purpose, detail, prev_hash, hash'
  const restore = `delete from journal; insert into journal (${columns}) overriding system value select ${columns} from kept;
    delete from journal_head; insert into journal_head select * from kept_head`
  expect(await found(`update journal set purpose = '别的' where chain = 'a' and seq = 1`, restore)).toEqual(['altered'])
  expect(await found(`delete from journal where chain = 'a' and seq = 2`, restore)).toEqual(['gap', 'seal-rows'])
  expect(await found(`delete from journal where chain = 'a' and seq = 4`, restore)).toEqual(['seal-rows', 'tail-missing'])
  const rehash = `update journal j set purpose = '别的' where chain = 'a' and seq = 2; update journal j set hash = journal_hash(j) where chain = 'a' and seq = 2`
  expect(await found(rehash, restore)).toEqual(['broken-link', 'seal-rows'])
  const wholeChain = `delete from journal where chain = 'forged'; delete from journal_head where chain = 'forged'`
  expect(await found(wholeChain, restore)).toEqual(['seal-rows'])
  expect((await verifyJournal(db.pool, db.keys.signing.publicKey)).chainFaults).toEqual([])
  await owner.query('update journal_seal set entries = entries + 1 where seal_no = 1')
  const seals = await verifySeals(db.pool, db.keys.signing.publicKey)
  expect(seals.faults.map((fault) => fault.kind)).toEqual(['signature', 'rows'])
})
