import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { addDays, addMonths, fullYears, lastDay, monthNumber } from './calendar.ts'
import { generateDistrict } from './index.ts'
import { runOracle } from './oracle/index.ts'
import { clean, readId } from './oracle/reading.ts'
import referencePack from './oracle/reference-values.json' with { type: 'json' }
import { comparePlanted } from './oracle-check.ts'
import type { Planted } from './planted.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-synth-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const text = (out: string, name: string): string => readFileSync(join(out, name), 'utf8')
const plantedOf = (out: string): Planted => JSON.parse(text(out, 'planted.json')) as Planted

function hashOf(dir: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())) {
    const path = join(name.parentPath, name.name)
    hash.update(path.slice(dir.length)).update(readFileSync(path))
  }
  return hash.digest('hex')
}

const rules =
  'DEA-1 DEA-2 DEA-3 PRI-1 REG-1 REG-2 FAM-1 FAM-3 FAM-4 FAM-5 FAM-6 FAM-7 VEH-1 VEH-2 VEH-3 VEH-4 HOU-1 HOU-2 HOU-3 HOU-4 HOU-5 BUS-1 BUS-2 BUS-3 FIS-1 FIS-2 EMP-1 EMP-2 EMP-3 INC-1 INC-2 INC-3 FIN-1 FIN-2 FIN-3 FIN-4 DUP-1 DUP-2 DUP-5 DUP-6 LIV-1 MIS-1 MIS-2 MIS-3 PAY-1 PRO-1 IDQ-5 IDQ-6 IDQ-7'
const rowCodes =
  'CODE_UNKNOWN COLUMN_COUNT DATE_FUTURE DATE_INVALID DATE_NORMALISED DIVISION_INVALID DIVISION_UNKNOWN DUPLICATE_KEY IDQ-1 IDQ-2 IDQ-3 IDQ-4 IDQ-8 IDQ-9 MONEY_INVALID MONEY_NEGATIVE MONEY_NORMALISED NUMBER_INVALID PERIOD_REVERSED REF_NOT_FOUND REPEATED_ROW REQUIRED_EMPTY ROW_COUNT_MISMATCH'
const fileCodes = 'COLUMN_MISSING FILE_MISSING FILE_UNREADABLE SOURCE_MISSING'
const sorted = (list: Iterable<string>): string[] => [...new Set(list)].sort()

/** What the oracle says of a package, held against what was planted in it. */
function check(out: string, planted: Planted): ReturnType<typeof comparePlanted> {
  const result = runOracle(out, referencePack, planted.as_of)
  return comparePlanted(
    result.findings.map((f) => ({ ...f })),
    result.importErrors.map((e) => ({ ...e, row: String(e.row) })),
    planted,
  )
}

describe('the generator', () => {
  it('writes the same bytes for the same options and others for another seed', async () => {
    const hashes: string[] = []
    for (const [name, seed] of [
      ['a', 5],
      ['b', 5],
      ['c', 6],
    ] as const) {
      await generateDistrict({ seed, households: 40, out: join(folder, name) })
      hashes.push(hashOf(join(folder, name)))
    }
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[2]).not.toBe(hashes[0])
  })

  it('plants every rule and every code of a row in a hundred households, exactly', async () => {
    const out = join(folder, 'light')
    const result = await generateDistrict({ seed: 1, households: 100, out })
    const planted = plantedOf(out)
    expect(sorted(planted.expected.map((f) => f.rule))).toEqual(sorted(rules.split(' ')))
    expect(sorted(planted.issues.map((i) => i.code))).toEqual(sorted(rowCodes.split(' ')))
    expect(check(out, planted)).toEqual({ missing: [], unexpected: [] })
    expect(result.sourceRows).toBeGreaterThan(200 * 100)
  })

  it('plants every code of the format in heavy dirt, exactly, around a leap day', async () => {
    const out = join(folder, 'heavy')
    await generateDistrict({ seed: 2, households: 300, out, dirt: 'heavy', asOf: '2028-02-29' })
    const planted = plantedOf(out)
    expect(sorted(planted.issues.map((i) => i.code))).toEqual(sorted([...rowCodes.split(' '), ...fileCodes.split(' ')]))
    expect(check(out, planted)).toEqual({ missing: [], unexpected: [] })
  })

  it('has a trap for every rule', async () => {
    const out = join(folder, 'traps')
    await generateDistrict({ seed: 3, households: 480, out })
    expect(sorted(plantedOf(out).forbidden.map((f) => f.rule))).toEqual(sorted(rules.split(' ')))
  })

  it('notices what is missing, walked into or not planted', async () => {
    const out = join(folder, 'light')
    const planted = plantedOf(out)
    const result = runOracle(out, referencePack, planted.as_of)
    const findings = result.findings.map((f) => ({ ...f })).slice(1)
    const issues = result.importErrors.map((e) => ({ ...e, row: String(e.row) })).slice(1)
    const trap = planted.forbidden[0]
    if (trap)
      findings.push({ ...trap, class: 'A', source: '', source_record_id: trap.source_record_id ?? '', value: '', limit: '' })
    const other = comparePlanted(findings, [...issues, { file: 'x.csv', row: '2', column: '', code: 'COLUMN_COUNT' }], planted)
    expect(other.missing.length).toBeGreaterThanOrEqual(1)
    expect(other.unexpected).toHaveLength(2)
  })

  it('gives out valid numbers that belong to nobody real', async () => {
    const out = join(folder, 'light')
    const planted = plantedOf(out)
    const bad = new Set(planted.issues.filter((i) => i.file === 'sources/police/register.csv').map((i) => i.row))
    const lines = text(out, 'sources/police/register.csv').split(/\r?\n/)
    const ids = lines.flatMap((line, i) => (bad.has(i + 1) ? [] : (/(?<=,)\d{17}[\dX](?=,)/.exec(clean(line)) ?? [])))
    expect(ids.length).toBeGreaterThan(2000)
    for (const id of ids) {
      expect(readId(id, planted.as_of, 120).value).toBe(id)
      expect(id.startsWith('6299')).toBe(true)
    }
  })

  it('refuses an as-of date that does not exist', async () => {
    await expect(generateDistrict({ seed: 1, households: 5, out: join(folder, 'no'), asOf: '2026-02-30' })).rejects.toThrow(
      '2026-02-30',
    )
  })
})

describe('the calendar', () => {
  it.each([
    ['2026-08-31', -6, '2026-02-28'],
    ['2028-02-29', -12, '2027-02-28'],
    ['2027-02-28', 12, '2028-02-28'],
    ['2026-01-31', 1, '2026-02-28'],
  ])('%s plus %i months', (date, k, expected) => {
    expect(addMonths(date, k)).toBe(expected)
  })
  it('counts days, month ends and years', () => {
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01')
    expect(lastDay(monthNumber('2100-02'))).toBe('2100-02-28')
    expect(fullYears('2008-02-29', '2026-02-28')).toBe(17)
    expect(fullYears('2008-02-29', '2026-03-01')).toBe(18)
  })
})
