/**
 * The product against the oracle and against what was planted: `yingbao verify`'s own path with its database and gateway
 * processes on generated districts, every row of its files.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadPack, loadPackFile, type Pack } from '#policy'
import { verifyPackage } from '../apps/run/verify-package.ts'
import { type GenerateOptions, generateDistrict } from './index.ts'
import { decode, parseCsv } from './oracle/csv-text.ts'
import { type OracleResult, runOracle } from './oracle/index.ts'
import otherPack from './oracle/other-values.json' with { type: 'json' }
import referencePack from './oracle/reference-values.json' with { type: 'json' }
import { checkPlanted } from './oracle-check.ts'
import { wreckSources } from './wreck.ts'

const folder = mkdtempSync(join(tmpdir(), 'yingbao-product-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function table(out: string, name: string): Record<string, string>[] {
  const records = parseCsv(decode(readFileSync(join(out, name))) ?? '') ?? []
  const header = records[0]?.fields ?? []
  return records.slice(1).map(({ fields }) => Object.fromEntries(header.map((column, i) => [column, fields[i] ?? ''])))
}

interface ReportLine {
  readonly household_no: string
  readonly members: number
  readonly incomplete: boolean
  readonly declared: Record<string, string>
  readonly verified: Record<string, string | null>
  readonly statuses: Record<string, number>
  readonly open: unknown
  readonly findings: string[]
  readonly conclusion: string
}

/** A line of reports.jsonl in the words of the oracle's totals. */
function flat(line: ReportLine): Record<string, string> {
  const row: Record<string, string> = { household_no: line.household_no, members: String(line.members) }
  row.incomplete = line.incomplete ? 'yes' : 'no'
  for (const [name, amount] of Object.entries(line.declared)) row[`declared_${name}`] = amount
  for (const [name, amount] of Object.entries(line.verified)) row[`verified_${name}`] = amount ?? ''
  for (const [status, n] of Object.entries(line.statuses)) row[`status_${status.toLowerCase()}`] = String(n)
  row.conclusion = line.conclusion
  return row
}

const only = (row: Record<string, string>, columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? '']))

function expectFindings(out: string, oracle: OracleResult): void {
  const findings = table(out, 'findings.csv')
  const columns = ['household_no', 'person', 'rule', 'class', 'source', 'source_record_id']
  expect(findings.map((f) => only(f, columns))).toEqual(oracle.findings.map((f) => only({ ...f }, columns)))
  for (const [i, f] of oracle.findings.entries()) {
    const { value, limit } = findings[i] as { value: string; limit: string }
    expect([f.value === '' ? '' : value, f.limit === '' ? '' : limit]).toEqual([f.value, f.limit])
  }
}

/** Every file the product wrote, held against the oracle. */
function expectEqual(out: string, oracle: OracleResult): void {
  const issueColumns = ['file', 'row', 'column', 'code', 'severity']
  expect(table(out, 'import-errors.csv').map((e) => only(e, issueColumns))).toEqual(
    oracle.importErrors.map((e) => ({ ...e, row: String(e.row) })),
  )
  expect(table(out, 'quarantine.csv').map((q) => only(q, ['file', 'row', 'raw']))).toEqual(
    oracle.quarantine.map((q) => ({ ...q, row: String(q.row) })),
  )
  expectFindings(out, oracle)
  const lines = readFileSync(join(out, 'reports.jsonl'), 'utf8').trimEnd().split('\n')
  const reports = lines.map((line) => JSON.parse(line) as ReportLine)
  expect(reports.map(flat)).toEqual(oracle.totals)
  expect(reports.map((r) => [r.household_no, r.open])).toEqual([...oracle.open].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function verify(packageDir: string, pack: Pack, asOf: string): Promise<string> {
  const out = `${packageDir}-out`
  await verifyPackage({ packageDir, pack: pack, asOf, out, onStage: () => undefined })
  return out
}

const reference = loadPack('reference')

type District = Required<Pick<GenerateOptions, 'seed' | 'households' | 'asOf' | 'dirt' | 'blind'>>

async function run(
  name: string,
  district: District,
  pack: Pack,
  values: typeof referencePack | typeof otherPack,
): Promise<string> {
  const dir = join(folder, name)
  await generateDistrict({ ...district, out: dir })
  const out = await verify(dir, pack, district.asOf)
  expectEqual(out, runOracle(dir, values, district.asOf))
  return out
}

describe('verify and the oracle agree, row by row', () => {
  it('on a district with every rule planted', async () => {
    const out = await run(
      'light',
      { seed: 11, households: 320, asOf: '2026-09-30', dirt: 'light', blind: false },
      reference,
      referencePack,
    )
    expect(checkPlanted(out, join(folder, 'light'))).toEqual({ missing: [], unexpected: [] })
  })

  it('on a district with broken sources, on a leap day', async () => {
    const out = await run(
      'heavy',
      { seed: 12, households: 260, asOf: '2028-02-29', dirt: 'heavy', blind: false },
      reference,
      referencePack,
    )
    expect(checkPlanted(out, join(folder, 'heavy'))).toEqual({ missing: [], unexpected: [] })
  })

  it('on facts and mistakes at random', async () => {
    await run('blind', { seed: 13, households: 260, asOf: '2027-03-31', dirt: 'heavy', blind: true }, reference, referencePack)
  })

  it('on files of units damaged at random', async () => {
    const dir = join(folder, 'wreck')
    await generateDistrict({ seed: 15, households: 60, asOf: '2026-09-30', blind: true, out: dir })
    wreckSources(dir, 9)
    const out = await verify(dir, reference, '2026-09-30')
    expectEqual(out, runOracle(dir, referencePack, '2026-09-30'))
  })

  it('under a pack in which every parameter is another', async () => {
    const pack = join(folder, 'other.json')
    writeFileSync(pack, JSON.stringify({ ...otherPack, id: 'other', label: '另一套参数', effective_from: '2026-01-01' }))
    await run(
      'other',
      { seed: 14, households: 160, asOf: '2026-09-30', dirt: 'light', blind: true },
      loadPackFile(pack),
      otherPack,
    )
  })
})
