import { randomUUID } from 'node:crypto'
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CsvParser } from '#kernel/csv'
import { testDb } from '#testkit/db'
import { type ImportOptions, type ImportResult, importCorrections, importPackage } from './actions/import-package.ts'
import { folderSource } from './package-source.ts'
import { loadHouseholdBatch, loadOfficials } from './store/batch.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const LIMITS = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits: LIMITS,
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}

async function csvLines(path: string): Promise<string[][]> {
  const parser = new CsvParser()
  return [...parser.push(await readFile(path)), ...parser.end()].slice(1).map(({ fields }) => fields)
}

describe('import of the sample district', async () => {
  const db = await testDb()
  let first: ImportResult

  beforeAll(async () => {
    first = await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  })

  it('finds exactly the import errors of the answer key in the core files', async () => {
    const expected = (await csvLines(join(SAMPLE, 'answers/import-errors.csv'))).filter(([file]) => !file?.startsWith('sources/'))
    const found = await db.as(undefined, (tx) =>
      tx.query<{ file: string; row: number; column_name: string; code: string; severity: string; message: string }>(
        'select file, row, column_name, code, severity, message from import_issue order by file, row, column_name, code',
      ),
    )
    expect(found.map((each) => [each.file, String(each.row), each.column_name, each.code, each.severity])).toEqual(expected)
    for (const { message } of found) expect(message).toMatch(/，请|自动转换|可删去/)
  })

  it('keeps every row that has an issue, with all its codes', async () => {
    const lost = await db.as(undefined, (tx) =>
      tx.query(
        `select file, row, code from import_issue i where not exists (
          select from quarantined_row q where q.import_id = i.import_id and q.file = i.file and q.row = i.row
            and (i.code = any(q.codes) or i.severity = 'warn' and q.quarantined))`,
      ),
    )
    expect(lost).toEqual([])
  })

  it('leaves statistics for the planner', async () => {
    const rows = await db.as(undefined, (tx) =>
      tx.one<{ n: number }>(`select reltuples::int as n from pg_class where relname = 'person'`),
    )
    expect(rows.n).toBe(first.files['persons.csv']?.accepted)
  })

  it('counts the rows of every file', async () => {
    const rows = await csvLines(join(SAMPLE, 'persons.csv'))
    const persons = first.files['persons.csv']
    expect(persons?.rows).toBe(rows.length)
    expect((persons?.accepted ?? 0) + (persons?.quarantined ?? 0) + (persons?.repeated ?? 0)).toBe(rows.length)
    expect(persons?.repeated).toBe(1)
    expect(Object.keys(first.files)).toHaveLength(12)
  })

  it('marks the households the answer key marks', async () => {
    const totals = await csvLines(join(SAMPLE, 'answers/totals.csv'))
    const found = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string; incomplete: boolean }>(
        'select household_no, incomplete from household order by household_no',
      ),
    )
    expect(found.map((each) => [each.household_no, each.incomplete ? 'yes' : 'no'])).toEqual(
      totals.map(([no, , mark]) => [no, mark]),
    )
  })

  it('gives back what was declared, opened', async () => {
    const batch = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, ['H001001000005', 'H001001000009']))
    expect(batch.households[0]).toMatchObject({
      household_no: 'H001001000005',
      approved_amount: 128700,
      account_no: '6299715772342',
      account_holder_id: '62990119920706001X',
      applied_on: '2026-01-25',
      tier: null,
    })
    expect(batch.persons[1]).toMatchObject({
      person_no: 'H001001000005-2',
      id_number: '629901201401170028',
      top_ups: ['minor'],
      phone: null,
    })
    expect(batch.payments[0]).toMatchObject({ payment_no: 'FF0000001', amount: 128700 })
    expect(batch.supporters[0]).toMatchObject({ supporter_no: 'H001001000005-S1', support_paid: 4000, support_agreed: null })
    expect(batch.authorisations[0]?.items).toEqual(['all'])
    const officials = await db.as(undefined, (tx) => loadOfficials(tx, db.keys))
    expect(officials[0]).toMatchObject({ official_no: 'G00001', id_number: '629901199411100015' })
  })

  it('keeps no citizen number, account or telephone in clear', async () => {
    const people = await csvLines(join(SAMPLE, 'persons.csv'))
    const known = new Set(people.map((fields) => fields[3] ?? '').filter((id) => /^\d{17}[\dX]$/.test(id)))
    const tables = [
      'official',
      'household',
      'person',
      'supporter',
      'payment',
      'declared_asset',
      'import_issue',
      'quarantined_row',
      'import_run',
    ]
    for (const table of tables) {
      const rows = await db.as(undefined, (tx) => tx.query<{ text: string }>(`select t::text as text from ${table} t`))
      for (const { text } of rows) for (const id of text.match(/\d{17}[\dX]/g) ?? []) expect(known.has(id)).toBe(false)
    }
  })

  it('shows nothing without a scope and only a village within one', async () => {
    const none = await db.as({ lo: '', hi: '', actor: 'nobody' }, (tx) => tx.query('select from household'))
    expect(none).toHaveLength(0)
    const scope = { lo: '629901001001', hi: '629901001002', actor: 'clerk' }
    const codes = await db.as(scope, (tx) => tx.query<{ code: string }>('select distinct division_code as code from person'))
    expect(codes).toEqual([{ code: '629901001001' }])
  })

  it('changes nothing the second time', async () => {
    const again = await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
    expect(again).toMatchObject({ changed: 0, removed: 0, repeated: true, errors: first.errors, files: first.files })
  })

  it('writes nothing anew when only the as-of date differs', async () => {
    const later = await importPackage(db.pool, db.keys, await folderSource(SAMPLE), { ...options, asOf: '2026-09-29' })
    expect(later.changed + later.removed).toBeLessThan(5)
  })

  it('puts a row aside whose reference is longer than any index holds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'yingbao-import-'))
    await cp(SAMPLE, folder, { recursive: true })
    const endless = Array.from({ length: 9000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join('')
    await appendFile(join(folder, 'query_log.csv'), `Q-endless,${endless},police/vehicles,2026-09-01,,\n`)
    const odd = await importPackage(db.pool, db.keys, await folderSource(folder), options)
    await rm(folder, { recursive: true })
    expect(odd.files['query_log.csv']?.quarantined).toBe((first.files['query_log.csv']?.quarantined ?? 0) + 1)
  })
})

describe('some files of a package alone, into an empty registry', async () => {
  const db = await testDb()

  it('are kept row by row, so that they can be taken back', async () => {
    const source = { ...(await folderSource(SAMPLE)), sizeOf: async (file: string) => (file === 'divisions.csv' ? 1 : null) }
    const { importId, changed } = await importCorrections(db.pool, db.keys, source, { ...options, traced: false })
    expect(changed).toBeGreaterThan(10)
    const run = await db.as(undefined, (tx) =>
      tx.one<{ traced: boolean }>('select traced from import_run where import_id = $1', [importId]),
    )
    expect(run).toEqual({ traced: true })
  })
})
