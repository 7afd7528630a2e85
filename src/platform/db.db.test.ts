import { beforeAll, expect, test } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { isPassing, type Scope, wholeScope, withRead, withTransaction } from './db.ts'
import { checkKeys, memoryKeys } from './key-file.ts'
import { migrate } from './migrate.ts'

let db: TestDb
const township: Scope = { lo: '999901001000', hi: '999901002000', actor: 'clerk' }

beforeAll(async () => {
  db = await testDb()
  await db.ownerPool.pool.query(`
    create table place (code text collate "C" primary key, division_code text collate "C" not null, n int not null);
    create index place_division on place (division_code);
    alter table place enable row level security;
    alter table place force row level security;
    create policy scope on place using (division_code >= app_scope_lo() and division_code < app_scope_hi())
      with check (division_code >= app_scope_lo() and division_code < app_scope_hi());
    insert into place select 'p' || i, '9999' || lpad((i % 20000 + 1000)::text, 5, '0') || '000', i from generate_series(1, 60000) i;
    insert into place values ('a', '999901001001', 1), ('b', '999901001999', 2), ('c', '999901002000', 3);
    analyze place;`)
})

test('a transaction sees its scope only, whatever the statement says', async () => {
  const inside = await db.as(township, (tx) => tx.query<{ code: string }>('select code from place where n < 4 order by code'))
  expect(inside.map((row) => row.code)).toEqual(['a', 'b', ...inside.map((r) => r.code).filter((c) => c.startsWith('p'))])
  expect(inside.some((row) => row.code === 'c')).toBe(false)
  const changed = await db.rolledBack(township, (tx) => tx.execute(`update place set n = 0 where code = 'c'`))
  expect(changed).toBe(0)
  await expect(db.as(township, (tx) => tx.execute(`insert into place values ('x', '999902001000', 1)`))).rejects.toThrow(
    /row-level/,
  )
})

test('without a scope nothing is visible', async () => {
  const { rows } = await db.pool.pool.query('select count(*)::int as n from place')
  expect(rows[0].n).toBe(0)
})

test('the policy is an index range, not a filter', async () => {
  const plan = await db.as({ lo: '999901001000', hi: '999901001002', actor: 'x' }, (tx) =>
    tx.query<{ 'QUERY PLAN': string }>('explain select * from place'),
  )
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).toMatch(/Index Cond: .*division_code.*>=/)
})

test('values arrive without Date objects, bigint as number, bytea as Buffer', async () => {
  const row = await db.as(undefined, (tx) =>
    tx.one<Record<string, unknown>>(
      `select 9007199254740991::bigint as big, date '2026-06-30' as day, timestamptz '2026-06-30 08:00:00.123+08' as at,
              1.50::numeric as num, '\\x00ff'::bytea as bytes, array[1,2]::bigint[] as list, '{"a":1}'::jsonb as obj, array['x,"y']::text[] as texts`,
    ),
  )
  expect(row).toEqual({
    big: 9007199254740991,
    day: '2026-06-30',
    at: '2026-06-30T00:00:00.123Z',
    num: '1.50',
    bytes: Buffer.of(0, 255),
    list: [1, 2],
    obj: { a: 1 },
    texts: ['x,"y'],
  })
  const ending = `select timestamptz '2026-06-30 08:00:00.12+08' as tens, timestamptz '2026-06-30 08:00:00+08' as whole`
  expect(await db.as(undefined, (tx) => tx.one(ending))).toEqual({
    tens: new Date('2026-06-30T00:00:00.12Z').toISOString(),
    whole: new Date('2026-06-30T00:00:00Z').toISOString(),
  })
  await expect(db.as(undefined, (tx) => tx.one('select 9007199254740993::bigint as big'))).rejects.toThrow(/2\^53/)
})

test('COPY carries every awkward value', async () => {
  const rows = [
    ['tab\tline\nback\\slash\r', null, 7, true, Buffer.of(0, 92, 255), ['a"b\\c', null, '汉'], { k: '\n"' }],
    ['', 'x', -1, false, Buffer.alloc(0), [], {}],
  ] as const
  const back = await db.rolledBack(undefined, async (tx) => {
    await tx.execute('create temporary table t (n serial, a text, b text, c int, d boolean, e bytea, f text[], g jsonb)')
    expect(await tx.copyIn('copy t (a, b, c, d, e, f, g) from stdin', rows)).toBe(2)
    return tx.query<Record<string, unknown>>('select a, b, c, d, e, f, g from t order by n')
  })
  expect(back.map((row) => Object.values(row))).toEqual(rows)
})

test('a COPY whose source fails leaves nothing and the connection usable', async () => {
  async function* failing(): AsyncGenerator<string[]> {
    yield ['z', '999901001000', '1']
    throw new Error('source broke')
  }
  await expect(withTransaction(db.workerPool, township, (tx) => tx.copyIn('copy place from stdin', failing()))).rejects.toThrow(
    'source broke',
  )
  const found = await db.as(undefined, (tx) => tx.query(`select 1 from place where code = 'z'`))
  expect(found).toEqual([])
})

test('copyOut streams rows under the scope', async () => {
  const text = await db.as(township, async (tx) => {
    let all = ''
    for await (const chunk of tx.copyOut(`copy (select code from place where code in ('a', 'c')) to stdout`)) all += String(chunk)
    return all
  })
  expect(text).toBe('a\n')
})

test('statements are counted, and named by their text', async () => {
  db.pool.statements.recording = true
  const before = db.pool.statements.count
  await db.as(undefined, async (tx) => {
    await tx.query('select 1 as one')
    await tx.query('select 1 as one')
  })
  expect(db.pool.statements.count - before).toBe(2)
  expect(db.pool.statements.byText.get('select 1 as one')).toBe(2)
})

test('an error rolls back, and the connection goes back clean', async () => {
  await expect(
    withTransaction(db.pool, township, async (tx) => {
      await tx.execute(`update place set n = 99 where code = 'a'`)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  const row = await db.as(township, (tx) => tx.one<{ n: number }>(`select n from place where code = 'a'`))
  expect(row.n).toBe(1)
})

test('a killed connection is a passing error', async () => {
  const failure = await db
    .as(undefined, async (tx) => {
      const { pid } = await tx.one<{ pid: number }>('select pg_backend_pid() as pid')
      await db.ownerPool.pool.query('select pg_terminate_backend($1)', [pid])
      await tx.query('select 1 as one')
    })
    .catch((error: unknown) => error)
  expect(isPassing(failure)).toBe(true)
  expect(isPassing(new Error('other'))).toBe(false)
  expect(await db.as(undefined, (tx) => tx.one<{ n: number }>('select 1 as n'))).toEqual({ n: 1 })
})

test('migrating again changes nothing, and a changed file is refused', async () => {
  expect((await migrate(db.ownerPool)).applied).toEqual([])
  await db.ownerPool.pool.query(`update schema_migration set checksum = 'other' where name = '0001_platform.sql'`)
  await expect(migrate(db.ownerPool)).rejects.toThrow(/被改动/)
})

test('a key file of another installation is noticed', async () => {
  await checkKeys(db.pool, db.keys)
  await checkKeys(db.pool, db.keys)
  await expect(checkKeys(db.pool, memoryKeys())).rejects.toThrow(/不匹配/)
})

test('every table about persons has row-level security forced', async () => {
  const { rows } = await db.ownerPool.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'division_code'
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity) order by 1`,
  )
  expect(rows.map((row) => row.name)).toEqual([])
})

test('a swallowed statement failure cannot pass for a commit', async () => {
  await expect(
    db.as(township, async (tx) => {
      await tx.execute(`update place set n = 42 where code = 'a'`)
      await tx.query('select 1 / 0').catch(() => undefined)
    }),
  ).rejects.toThrow(/rolled back/)
})

test('a closing statement is part of the transaction: its failure undoes the rest', async () => {
  const work = (closing: string) =>
    withTransaction(db.pool, township, (tx) => tx.execute(`update place set n = n + 1 where code = 'a'`), {
      closing: (tx) => tx.execute(closing),
    })
  await expect(work('select 1 / 0')).rejects.toThrow(/division by zero/)
  await expect(work(`insert into place values ('far', '999999001000', 1)`)).rejects.toThrow(/row-level/)
  expect(await work(`update place set n = n + 10 where code = 'a'`)).toBe(1)
  const row = await db.as(township, (tx) => tx.one<{ n: number }>(`select n from place where code = 'a'`))
  expect(row.n).toBe(12)
})

test('statements sent together keep their order and their scope', async () => {
  const rows = await db.as(township, (tx) =>
    Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        tx.one<{ i: number; n: number }>('select $1::int as i, count(*)::int as n from place', [i]),
      ),
    ),
  )
  expect(rows.map((row) => row.i)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  expect(new Set(rows.map((row) => row.n)).size).toBe(1)
})

test('COPY and statements alternate in one transaction', async () => {
  const n = await withTransaction(db.workerPool, township, async (tx) => {
    await tx.copyIn('copy place from stdin', [['q1', '999901001000', 5]])
    await tx.execute(`update place set n = 6 where code = 'q1'`)
    await tx.copyIn('copy place from stdin', [['q2', '999901001000', 7]])
    return (await tx.one<{ n: number }>(`select sum(n)::int as n from place where code in ('q1', 'q2')`)).n
  })
  expect(n).toBe(13)
})

test('reads without a transaction keep to their scope, whoever used the connection before, and write nothing', async () => {
  const far: Scope = { lo: '999901002000', hi: '999901003000', actor: 'other' }
  const codes = async (scope: Scope): Promise<string[]> =>
    (
      await withRead(db.pool, scope, (sql) =>
        sql.query<{ code: string }>(`select code from place where code in ('a', 'b', 'c') order by 1`),
      )
    ).map((row) => row.code)
  const expected = new Map([
    [township, ['a', 'b']],
    [far, ['c']],
    [wholeScope('all'), ['a', 'b', 'c']],
    [{ lo: '', hi: '', actor: 'nobody' }, []],
  ])
  const calls = Array.from({ length: 200 }, (_, i) => [...expected][(i * 7) % expected.size] as [Scope, string[]])
  const answers = await Promise.all(calls.map(([scope]) => codes(scope)))
  expect(answers).toEqual(calls.map(([, codes]) => codes))
  await expect(withRead(db.pool, township, (sql) => sql.execute(`update place set n = 0 where code = 'a'`))).rejects.toThrow(
    /read-only/,
  )
  const { rows } = await db.pool.pool.query('select count(*)::int as n from place')
  expect(rows[0].n).toBe(0)
})
