import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Db, type Tx, wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { type ImportOptions, importPackage } from './actions/import-package.ts'
import { folderSource } from './package-source.ts'
import { beginFill, endFills } from './store/fill.ts'
import { STORED_TABLES, storedTableOf } from './store/stored-table.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits: { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 },
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}

const inside = <T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(db, wholeScope('system:test'), fn)

/** Indexes and constraints of the registry as they are defined, and what waits to be made again. */
function definitionsOf({ ownerPool }: TestDb): Promise<object[]> {
  const names = STORED_TABLES.map(({ name }) => `'public.${name}'::regclass`).join(', ')
  return inside(ownerPool, (tx) =>
    tx.query(
      `select pg_get_indexdef(indexrelid) as text, indisvalid as whole from pg_index where indrelid in (${names})
       union all
       select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)), convalidated from pg_constraint where conrelid in (${names})
       union all
       select table_name, false from registry_fill order by 1`,
    ),
  )
}

/** All rows of the registry but what is sealed under a random counter. */
async function rowsOf({ ownerPool }: TestDb): Promise<Record<string, object[]>> {
  const all: Record<string, object[]> = {}
  for (const { name, key } of STORED_TABLES) {
    all[name] = await inside(ownerPool, (tx) =>
      tx.query(`select to_jsonb(t) - 'sealed' as row from ${name} t order by ${key}`, [], { named: false }),
    )
  }
  return all
}

const PERSON = `insert into person (person_no, household_no, division_code, name, gender, birth_date, counted, sealed, id_number_index, content,
    file_row, pinyin, initials, name_chars)
  values ('P1', 'nowhere', '629901001001', '某', '1', '1990-01-01', 'yes', '', '', '', 1, '', '', '{}')`

describe('the first package of an empty registry', async () => {
  const [filled, compared] = [await testDb(), await testDb()]
  let before: object[]

  beforeAll(async () => {
    before = await definitionsOf(filled)
    await importPackage(filled.workerPool, filled.keys, await folderSource(SAMPLE), { ...options, traced: false })
    await importPackage(compared.pool, filled.keys, await folderSource(SAMPLE), options)
  })

  it('leaves the rows that a compared import leaves, with the marks of their households', async () => {
    const rows = await rowsOf(filled)
    expect(rows.person?.length).toBeGreaterThan(50)
    expect(rows).toEqual(await rowsOf(compared))
  })

  it('leaves every index and every constraint as it was, and statistics of each table', async () => {
    expect(before.length).toBeGreaterThan(80)
    expect(await definitionsOf(filled)).toEqual(before)
    const unknown = await inside(filled.ownerPool, (tx) =>
      tx.query('select relname from pg_class where relname = any($1) and reltuples <= 0', [
        STORED_TABLES.map(({ name }) => name),
      ]),
    )
    expect(unknown).toEqual([])
  })
})

describe('filling a table', async () => {
  const db = await testDb()
  let before: object[]

  beforeAll(async () => {
    before = await definitionsOf(db)
  })

  it('refuses a reference that leads nowhere when the transaction ends, whoever forgot to check', async () => {
    const work = inside(db.workerPool, async (tx) => {
      await beginFill(tx, storedTableOf('persons'))
      await tx.execute(PERSON)
    })
    await expect(work).rejects.toThrow(/person_household_no_fkey/)
    expect(await definitionsOf(db)).toEqual(before)
  })

  it('refuses it at once when it is asked', async () => {
    const work = inside(db.workerPool, async (tx) => {
      await beginFill(tx, storedTableOf('persons'))
      await tx.execute(PERSON)
      await endFills(tx, [storedTableOf('persons')])
      throw new Error('not reached')
    })
    await expect(work).rejects.toThrow(/person_household_no_fkey/)
  })

  it('makes everything again when nothing was written', async () => {
    await inside(db.workerPool, async (tx) => {
      for (const stored of STORED_TABLES) await beginFill(tx, stored)
      for (const stored of STORED_TABLES) await beginFill(tx, stored)
    })
    expect(await definitionsOf(db)).toEqual(before)
  })

  it('takes nothing away from a table that had rows, or that is no table of the registry', async () => {
    const start = (tx: Tx, name: string) => tx.one<{ filled: boolean }>('select begin_registry_fill($1) as filled', [name])
    expect(await inside(db.workerPool, (tx) => start(tx, 'official'))).toEqual({ filled: true })
    await inside(db.ownerPool, (tx) =>
      tx.execute(
        `insert into official (official_no, name, role, division_code, in_office_from, sealed, id_number_index, content)
         values ('G1', '某', 'staff', '629901', '2020-01-01', '', '', '')`,
      ),
    )
    expect(await inside(db.workerPool, (tx) => start(tx, 'official'))).toEqual({ filled: false })
    await expect(inside(db.workerPool, (tx) => start(tx, 'journal'))).rejects.toThrow('is not filled')
  })

  it.each([
    ['select begin_registry_fill($1)', 'pool'],
    ['delete from registry_fill where table_name = $1', 'workerPool'],
    ['insert into registry_fill values ($1, array[]::text[])', 'workerPool'],
  ] as const)('cannot be had by %s of the %s', async (text, pool) => {
    await expect(inside(db[pool], (tx) => tx.execute(text, ['payment']))).rejects.toThrow('permission denied')
  })
})
