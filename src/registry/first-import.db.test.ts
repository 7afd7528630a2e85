import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { type ImportOptions, importPackage } from './actions/import-package.ts'
import { folderSource } from './package-source.ts'
import { STORED_TABLES } from './store/stored-table.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits: { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 },
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}

/** All rows of the registry but what is sealed under a random counter. */
async function rowsOf({ ownerPool }: TestDb): Promise<Record<string, object[]>> {
  const all: Record<string, object[]> = {}
  for (const { name, key } of STORED_TABLES) {
    all[name] = await withTransaction(ownerPool, wholeScope('system:test'), (tx) =>
      tx.query(`select to_jsonb(t) - 'sealed' as row from ${name} t order by ${key}`, [], { named: false }),
    )
  }
  return all
}

it('an import into an empty registry leaves the rows that a compared import leaves', async () => {
  const [straight, compared] = [await testDb(), await testDb()]
  await importPackage(straight.workerPool, straight.keys, await folderSource(SAMPLE), { ...options, traced: false })
  await importPackage(compared.pool, straight.keys, await folderSource(SAMPLE), options)
  const rows = await rowsOf(straight)
  expect(rows.person?.length).toBeGreaterThan(50)
  expect(rows).toEqual(await rowsOf(compared))
})
