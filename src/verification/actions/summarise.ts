/** The totals of a run, as summary.json wants them: fixed order of keys, only what occurs. */

import { compareCodePoints } from '#kernel/text'
import type { Tx } from '#platform/db'
import type { StateLetter } from '#sources/contract'
import { pairStatusOf } from '../rules/found/answer-book.ts'
import { countConclusions, countFindings, countIssues, countLetters, type FileCount, loadRunFacts } from '../store/summary.ts'

/** What is exported: a campaign, and the import run its roll came from. */
export interface RunKey {
  campaignId: string
  importId: string
}

const byKey = <V>(entries: [string, V][]): Record<string, V> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => compareCodePoints(a, b)))

function counts({ rows, accepted, quarantined, repeated, normalised }: FileCount): FileCount {
  return { rows, accepted, quarantined, repeated, normalised }
}

function sumBy<R>(rows: readonly R[], key: (row: R) => string, value: (row: R) => number): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + value(row))
  return sums
}

/** Computes summary.json in a constant number of statements. */
export async function summarise(tx: Tx, run: RunKey): Promise<Record<string, unknown>> {
  const facts = await loadRunFacts(tx, run.campaignId, run.importId)
  const statuses = { HIT: 0, NO_RECORD: 0, NAME_MISMATCH: 0, ID_NOT_FOUND: 0, NOT_ANSWERED: 0, NOT_AUTHORISED: 0 }
  for (const { letter, pairs } of await countLetters(tx, run.campaignId)) statuses[pairStatusOf[letter as StateLetter]] += pairs
  const findings = await countFindings(tx, run.campaignId)
  const conclusions = { consistent: 0, inconsistent: 0, undetermined: 0 }
  for (const { conclusion, reports } of await countConclusions(tx, run.campaignId)) {
    conclusions[conclusion as keyof typeof conclusions] = reports
  }
  const issues = await countIssues(tx, run.campaignId, run.importId)
  const bySeverity = sumBy(
    issues,
    (row) => row.severity,
    (row) => row.issues,
  )
  const files: [string, FileCount][] = [
    ...Object.entries(facts.core_files).map(([file, count]): [string, FileCount] => [file, counts(count)]),
    ...facts.unit_files.map((count): [string, FileCount] => [count.file, counts(count)]),
  ]
  return {
    pack: facts.pack,
    as_of: facts.as_of,
    district_code: facts.district_code,
    files: byKey(files),
    households: facts.households,
    persons: facts.persons,
    supporters: facts.supporters,
    statuses,
    findings: {
      total: findings.reduce((sum, row) => sum + row.findings, 0),
      by_rule: byKey(findings.map((row) => [row.rule, row.findings])),
      by_class: byKey([
        ...sumBy(
          findings,
          (row) => row.class,
          (row) => row.findings,
        ),
      ]),
    },
    conclusions,
    import_errors: {
      error: bySeverity.get('error') ?? 0,
      warn: bySeverity.get('warn') ?? 0,
      by_code: byKey([
        ...sumBy(
          issues,
          (row) => row.code,
          (row) => row.issues,
        ),
      ]),
    },
  }
}
