import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { systemClock } from '#platform/clock'
import { type TestDb, testDb } from '#testkit/db'
import {
  append,
  appendAll,
  type Entry,
  findNewestSeal,
  type KeptSeal,
  runCheck,
  sealSettled,
  verifyChain,
  verifyJournal,
  verifySeals,
} from './index.ts'
import { listAlarmRows } from './store/alarms.ts'
import { listLooksOf } from './store/entries.ts'
import { listActorRows, listUnusualRows } from './store/unusual.ts'
import { FIRST_HOUR, LAST_HOUR, LOOKING, MANY_PERSONS } from './unusual.ts'

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

const columns =
  'chain, seq, entry_id, tx, at, actor, role, action, division_code, subjects, basis, purpose, detail, prev_hash, hash'

/** What the check finds after a superuser has tampered, in its own words; everything is put back as it was. */
async function foundAfter(tamper: string, kept: readonly KeptSeal[] = []) {
  const owner = db.ownerPool.pool
  const silently = (text: string) => owner.query(`begin; set local session_replication_role = replica; ${text}; commit`)
  for (const table of ['journal', 'journal_head', 'journal_seal']) {
    await owner.query(`create table kept_${table} as select * from ${table}`)
  }
  try {
    await silently(tamper)
    return await verifyJournal(db.workerPool, db.keys.signing.publicKey, { brought: kept })
  } finally {
    await silently(`delete from journal; delete from journal_head; delete from journal_seal;
      insert into journal (${columns}) overriding system value select ${columns} from kept_journal;
      insert into journal_head select * from kept_journal_head; insert into journal_seal select * from kept_journal_seal`)
    for (const table of ['journal', 'journal_head', 'journal_seal']) await owner.query(`drop table kept_${table}`)
  }
}

async function kindsAfter(tamper: string, kept: readonly KeptSeal[] = []): Promise<string[]> {
  const check = await foundAfter(tamper, kept)
  const kinds = [
    ...check.chainFaults.map(({ kind }) => kind),
    ...check.sealFaults.map(({ kind }) => `seal-${kind}`),
    ...check.keptFaults.map(({ kind }) => `kept-${kind}`),
  ]
  return [...new Set(kinds)].sort()
}

test('tampering by a superuser is found, each kind by name', async () => {
  expect(await kindsAfter(`update journal set purpose = '别的' where chain = 'a' and seq = 1`)).toEqual(['altered'])
  expect(await kindsAfter(`delete from journal where chain = 'a' and seq = 2`)).toEqual(['gap', 'seal-rows'])
  expect(await kindsAfter(`delete from journal where chain = 'a' and seq = 4`)).toEqual(['seal-rows', 'tail-missing'])
  const rehash = `update journal j set purpose = '别的' where chain = 'a' and seq = 2; update journal j set hash = journal_hash(j) where chain = 'a' and seq = 2`
  expect(await kindsAfter(rehash)).toEqual(['broken-link', 'seal-rows'])
  const wholeChain = `delete from journal where chain = 'forged'; delete from journal_head where chain = 'forged'`
  expect(await kindsAfter(wholeChain)).toEqual(['seal-rows'])
  expect(await kindsAfter(`delete from journal_head where chain = 'forged'`)).toEqual(['head-missing'])
  expect(await kindsAfter(`update journal_head set seq = seq - 1 where chain = 'busy'`)).toEqual(['head-differs'])
  const forked = `alter table journal drop constraint journal_pkey;
    insert into journal (${columns.replace('entry_id, ', '')}) select chain, seq, tx, at, 'somebody', role, action, division_code, subjects, basis, purpose, detail, prev_hash, hash
      from journal where chain = 'busy' and seq = 100`
  expect(await kindsAfter(forked)).toEqual(['altered', 'fork', 'seal-rows'])
  await db.ownerPool.pool.query('alter table journal add primary key (chain, seq)')
  expect(await kindsAfter('select 1')).toEqual([])
})

test('a forged, a missing and an exchanged seal are found', async () => {
  expect(await kindsAfter('update journal_seal set entries = entries + 1 where seal_no = 1')).toEqual([
    'seal-rows',
    'seal-signature',
  ])
  expect(await kindsAfter(`update journal_seal set signature = decode(repeat('00', 64), 'hex') where seal_no = 1`)).toEqual([
    'seal-signature',
  ])
  const middle = 'delete from journal_seal where seal_no = 1'
  expect(await kindsAfter(middle)).toEqual(['seal-link', 'seal-number', 'seal-range'])
})

test('a tail that was cut together with its heads and seals shows while anybody holds a later seal', async () => {
  const newest = await db.as(undefined, findNewestSeal)
  if (newest === undefined || newest.no < 2) throw new Error('too few seals')
  const paper = { sealNo: newest.no, root: newest.root, where: '纸质报告' }
  const cut = `delete from journal where tx >= (select tx_from from journal_seal where seal_no = ${newest.no});
    delete from journal_seal where seal_no = ${newest.no};
    delete from journal_head h where not exists (select from journal j where j.chain = h.chain);
    update journal_head h set (seq, hash) = (select seq, hash from journal j where j.chain = h.chain order by seq desc limit 1)`
  // with nobody outside it is consistent in itself: this is why others hold seals
  expect(await kindsAfter(cut)).toEqual([])
  expect(await kindsAfter(cut, [paper])).toEqual(['kept-missing'])
  expect(await kindsAfter('select 1', [paper])).toEqual([])
  expect(await kindsAfter('select 1', [{ ...paper, root: 'ab'.repeat(32) }])).toEqual(['kept-other'])
})

test('what the check finds is kept with its date, told in words, raised once and journaled', async () => {
  const plan = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock: systemClock, by: 'system:test' }
  const kept = [{ sealNo: 900, root: 'ab'.repeat(32), where: '民政局的对账单' }]
  const doors = { keepers: [async () => kept], documents: async () => ({ documents: 3, alarms: [], kept: [] }) }
  const first = await runCheck(doors, plan)
  expect(first.check).toMatchObject({ reports: 3, anchors: 1, faults: 1, failure: null, by: 'system:test' })
  await runCheck(doors, plan)
  const alarms = await db.as(undefined, (tx) => listAlarmRows(tx, 10))
  expect(alarms).toHaveLength(1)
  expect(alarms[0]?.fault).toMatch(/^民政局的对账单记有第 900 号封记，库中封记只到第 \d+ 号：日志尾部/)
  const { rows } = await db.ownerPool.pool.query(
    `select detail ->> 'subject' as subject from journal where chain = 'system:proofs'`,
  )
  expect(rows).toEqual([{ subject: '900' }])
  const broken = { ...doors, documents: () => Promise.reject(new Error('no disk')) }
  expect((await runCheck(broken, plan)).check).toMatchObject({ failure: '检查中断：no disk', entries: 0 })
})

test('looks at very many, at oneself or at colleagues, and at night stand out; a day’s common work does not', async () => {
  const since = '2026-01-01T00:00:00Z'
  const at = (hour: number) => `2026-03-04T${String(hour).padStart(2, '0')}:30:00+08:00`
  const look = (who: string, when: string, persons: readonly number[], action = 'registry.open-household') =>
    db.ownerPool.pool.query(
      `insert into journal (chain, seq, actor, role, action, division_code, subjects, basis, purpose, prev_hash, hash)
       values ('looks', 0, $1, 'township_clerk', $2, '999901001001', $3, '办法', '查看', '', '') returning entry_id, $4::text as at`,
      [who, action, persons.map(person), when],
    )
  const many = Array.from({ length: 61 }, (_, n) => n + 100)
  await look('u-many', at(10), many)
  await look('u-calm', at(10), many.slice(0, 59))
  await look('u-calm', at(11), [7])
  for (const action of ['move-case', 'open', 'open-clean-up-cases', 'open-after-appeal']) {
    await look('u-writes', at(23), many, `casework.${action}`)
  }
  await look('u-night', at(23), [7])
  await look('u-own', at(10), [50])
  // the database gives every entry its own time, so the test sets it afterwards, as no log-in of the product can
  await db.ownerPool.pool.query('alter table journal disable trigger all')
  await db.ownerPool.pool.query(
    `update journal set at = case actor when 'u-night' then $1::timestamptz when 'u-writes' then $1 else $2 end
    where chain = 'looks'`,
    [at(23), at(10)],
  )
  await db.ownerPool.pool.query('alter table journal enable trigger all')
  const terms = {
    since,
    looking: LOOKING,
    many: MANY_PERSONS,
    firstHour: FIRST_HOUR,
    lastHour: LAST_HOUR,
    daysOff: [],
    limit: 50,
  }
  const kin = [
    { userId: 'u-own', index: person(50) },
    { userId: 'u-boss', index: person(7) },
  ]
  const found = await db.as(undefined, (tx) => listUnusualRows(tx, { ...terms, kin }))
  const told = found
    .filter(({ actor }) => actor.startsWith('u-') && actor !== 'u-1')
    .map(({ kind, actor, persons }) => `${actor} ${kind} ${persons}`)
  expect(told.sort()).toEqual(['u-calm colleague 1', 'u-many many 61', 'u-night colleague 1', 'u-night hours 1', 'u-own own 1'])
  const off = await db.as(undefined, (tx) => listUnusualRows(tx, { ...terms, kin: [], daysOff: ['2026-03-04'] }))
  expect(off.filter(({ kind }) => kind === 'hours').map(({ actor }) => actor)).toContain('u-own')
  const span = { from: at(9), until: at(12) }
  const page = { looking: LOOKING, before: null, limit: 10, shown: 5 }
  const rows = await db.as(undefined, (tx) => listActorRows(tx, 'u-many', span, page))
  expect(rows).toMatchObject([{ persons: 61 }])
  expect(rows[0]?.subjects).toHaveLength(5)
})
