import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import { centre, ImportOffice } from '#testkit/import-office'
import { CORE_TABLES } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const sample = () => Object.fromEntries(CORE_TABLES.map(({ file }) => [file, readFileSync(join(SAMPLE, file), 'utf8')]))
const TABLES = ['household', 'person', 'supporter', 'payment', 'authorisation']

const whole = new ImportOffice(await testDb())
const parted = new ImportOffice(await testDb())
afterAll(() => {
  whole.close()
  parted.close()
})

async function counts({ db }: ImportOffice): Promise<Record<string, number>> {
  const all: Record<string, number> = {}
  for (const name of TABLES) {
    all[name] = (await db.as(undefined, (tx) => tx.one<{ n: number }>(`select count(*)::int as n from ${name}`))).n
  }
  return all
}

it('rows that wait for the households of another file come in with them, however many, a page at a time', async () => {
  const { 'households.csv': households = '', ...rest } = sample()
  await whole.commit(
    (await whole.check({ ...rest, 'households.csv': households, 'manifest.json': readFileSync(join(SAMPLE, 'manifest.json')) }))
      .importId,
  )
  await parted.commit((await parted.check({ 'divisions.csv': rest['divisions.csv'] ?? '' })).importId)
  expect((await parted.commit((await parted.check(rest)).importId)).state).toBe('done')
  expect(await counts(parted)).toMatchObject({ household: 0, person: 0, payment: 0 })
  const { statements } = parted.db.pool
  statements.byText.clear()
  statements.recording = true
  const run = await parted.check({ 'households.csv': households }, centre)
  statements.recording = false
  const listed = [...statements.byText].filter(([text]) => text.includes('unnest(q.refers_to)'))
  expect(listed.reduce((sum, [, times]) => sum + times, 0)).toBeGreaterThan(3)
  await parted.commit(run.importId)
  expect(await counts(parted)).toEqual(await counts(whole))
})
