import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode, parseCsv } from './oracle/csv-text.ts'
import type { ExpectedFinding, ForbiddenFinding, Planted, PlantedIssue } from './planted.ts'

/** A finding or a line of import-errors.csv that differs from what was planted, in words for a test's message. */
export interface PlantedCheck {
  /** Planted and not reported, or reported with another value. */
  readonly missing: string[]
  /** Reported although it must not be: a trap that was walked into, or an import error nobody planted. */
  readonly unexpected: string[]
}

type Cells = Readonly<Record<string, string>>

function readTable(path: string): Cells[] {
  const records = parseCsv(decode(readFileSync(path)) ?? '') ?? []
  const header = records[0]?.fields ?? []
  return records.slice(1).map(({ fields }) => Object.fromEntries(header.map((name, i) => [name, fields[i] ?? ''])))
}

const keyOf = (f: Cells | ExpectedFinding): string =>
  JSON.stringify([f.household_no, f.person, f.rule, f.source, f.source_record_id])
const issueKey = (i: Cells | PlantedIssue): string => [i.file, String(i.row), i.column, i.code, i.severity].join(',')

function wrongValue(found: Cells, expected: ExpectedFinding): string | null {
  for (const field of ['value', 'limit'] as const) {
    const text = expected[field]
    if (text !== undefined && found[field] !== text) return `${field} ${found[field]}, planted ${text}`
  }
  return null
}

const meets = (f: Cells, trap: ForbiddenFinding): boolean =>
  f.household_no === trap.household_no &&
  f.person === trap.person &&
  f.rule === trap.rule &&
  (trap.source_record_id === undefined || f.source_record_id === trap.source_record_id)

/** Holds findings and import errors (rows as column → text) against what was planted. */
export function comparePlanted(findings: readonly Cells[], importErrors: readonly Cells[], planted: Planted): PlantedCheck {
  const missing: string[] = []
  const unexpected: string[] = []
  const byKey = new Map(findings.map((f) => [keyOf(f), f]))
  for (const expected of planted.expected) {
    const found = byKey.get(keyOf(expected))
    const wrong = found === undefined ? 'not found' : wrongValue(found, expected)
    if (wrong !== null) missing.push(`${expected.rule} ${keyOf(expected)} (${expected.note}): ${wrong}`)
  }
  const byHousehold = Map.groupBy(findings, (f) => f.household_no as string)
  for (const trap of planted.forbidden) {
    const found = byHousehold.get(trap.household_no)?.find((f) => meets(f, trap))
    if (found) unexpected.push(`${trap.rule} ${keyOf(found)} (${trap.note})`)
  }
  const reported = new Set(importErrors.map(issueKey))
  const wanted = new Set(planted.issues.map(issueKey))
  for (const key of wanted) if (!reported.has(key)) missing.push(`import error ${key}`)
  for (const key of reported) if (!wanted.has(key)) unexpected.push(`import error ${key}`)
  return { missing, unexpected }
}

/**
 * Holds the files `yingbao verify` wrote into `outDir` against planted.json of the generated package in `packageDir`,
 * made for the same as-of date. Both lists are empty when every plant was found, no trap was walked into, and
 * import-errors.csv holds exactly the planted lines.
 */
export function checkPlanted(outDir: string, packageDir: string): PlantedCheck {
  const planted = JSON.parse(readFileSync(join(packageDir, 'planted.json'), 'utf8')) as Planted
  return comparePlanted(readTable(join(outDir, 'findings.csv')), readTable(join(outDir, 'import-errors.csv')), planted)
}
