import { Case, type OracleFinding } from './case.ts'
import { compare, Facts, Family, type Subject, Values, yuan } from './facts.ts'
import { loadPackage } from './load.ts'
import type { ImportError, QuarantinedRow, Row } from './reader.ts'
import { missedPeople, moneyRules } from './rules-money.ts'
import { peopleRules } from './rules-people.ts'
import { propertyRules } from './rules-property.ts'
import { recordColumns } from './schema.ts'
import { totalsOf } from './totals.ts'

export type { OracleFinding } from './case.ts'
export type { ImportError, QuarantinedRow } from './reader.ts'

/** A pair of subject and record type that is neither hit nor empty. */
export interface OpenPair {
  readonly subject: string
  readonly record: string
  readonly status: string
}

export interface OracleResult {
  readonly findings: OracleFinding[]
  readonly importErrors: ImportError[]
  /** Every row that was put aside, by file and row. */
  readonly quarantine: QuarantinedRow[]
  /** One row per household, columns as text: members, incomplete, declared_*, verified_*, status_*, conclusion. */
  readonly totals: Record<string, string>[]
  /** Open pairs of each household, by subject then record. */
  readonly open: ReadonlyMap<string, readonly OpenPair[]>
}

const group = (rows: readonly Row[], column: string): Map<string, Row[]> => Map.groupBy(rows, (r) => r.v[column] as string)
const subject = (row: Row, key: string): Subject => ({ no: row.v[key] as string, id: row.v.id_number as string, row })

/** Conclusion of a household. */
function conclude(c: Case): string {
  const { facts, family } = c
  const counts = [...c.findings.values()].some((f) => f.class !== 'C' && !c.in('conclusion_ignores', f.rule))
  if (counts) return 'inconsistent'
  const open = family.members.some((p) =>
    facts.values.list('required_records').some((r) => !['HIT', 'NO_RECORD'].includes(facts.ask(p, r).status)),
  )
  return family.incomplete || family.n === 0 || open ? 'undetermined' : 'consistent'
}

function totalsRow(c: Case): Record<string, string> {
  const { family, totals } = c
  const row: Record<string, string> = {
    household_no: family.no,
    members: String(family.n),
    incomplete: family.incomplete ? 'yes' : 'no',
  }
  for (const [name, amount] of Object.entries(totals.declared)) row[`declared_${name}`] = yuan(amount)
  for (const [name, amount] of Object.entries(totals.verified)) row[`verified_${name}`] = yuan(amount)
  row.verified_per_capita_monthly = totals.perCapita === null ? '' : yuan(totals.perCapita)
  const statuses: Record<string, number> = {
    HIT: 0,
    NO_RECORD: 0,
    NAME_MISMATCH: 0,
    ID_NOT_FOUND: 0,
    NOT_ANSWERED: 0,
    NOT_AUTHORISED: 0,
  }
  for (const s of [...family.listed, ...family.supporters]) {
    for (const record of Object.keys(recordColumns)) {
      const { status } = c.facts.ask(s, record)
      statuses[status] = (statuses[status] as number) + 1
    }
  }
  for (const [status, n] of Object.entries(statuses)) row[`status_${status.toLowerCase()}`] = String(n)
  row.conclusion = conclude(c)
  return row
}

function openPairs(c: Case): OpenPair[] {
  const pairs = [...c.family.listed, ...c.family.supporters].flatMap((s) =>
    Object.keys(recordColumns).map((record) => ({ subject: s.no, record, status: c.facts.ask(s, record).status })),
  )
  return pairs
    .filter(({ status }) => status !== 'HIT' && status !== 'NO_RECORD')
    .sort((a, b) => compare(a.subject, b.subject) || compare(a.record, b.record))
}

/**
 * A second, plain implementation of the rules: everything in memory, straight from the text, nothing shared with the
 * product. `pack` is the content of a pack file (its `verify` object is used); `asOf` is YYYY-MM-DD.
 */
export function runOracle(
  packageDir: string,
  pack: { readonly verify: Readonly<Record<string, unknown>> },
  asOf: string,
): OracleResult {
  const values = new Values(pack.verify)
  const loaded = loadPackage(packageDir, {
    asOf,
    maxAge: values.number('max_age'),
    staleDays: values.number('stale_days'),
    minGap: values.number('idq9_min_gap'),
    maxGap: values.number('idq9_max_gap'),
    spouseMinAge: values.number('idq9_spouse_min_age'),
  })
  const facts = new Facts(loaded, values, asOf)
  const persons = group(facts.core('persons'), 'household_no')
  const supporters = group(facts.core('supporters'), 'household_no')
  const payments = group(facts.core('payments'), 'household_no')
  const declared = ['income', 'assets', 'expenditure'].map((kind) => group(facts.core(`declared_${kind}`), 'household_no'))
  const families = facts.core('households').map((row) => {
    const no = row.v.household_no as string
    const listed = (persons.get(no) ?? []).map((r) => subject(r, 'person_no'))
    const owing = (supporters.get(no) ?? []).map((r) => subject(r, 'supporter_no'))
    return new Family(facts, row, listed, owing, payments.get(no) ?? [])
  })
  const people = Map.groupBy(
    families.flatMap((other) => other.members.map((q) => ({ q, other }))),
    ({ q }) => q.id,
  )
  const findings: OracleFinding[] = missedPeople(facts)
  const totals: Record<string, string>[] = []
  const open = new Map<string, OpenPair[]>()
  for (const family of families) {
    const [income = [], assets = [], expenditure = []] = declared.map((rows) => rows.get(family.no) ?? [])
    const stated = { income, assets, expenditure }
    const c = new Case(family, stated, totalsOf(family, stated), families, people)
    for (const rule of [...peopleRules, ...propertyRules, ...moneyRules]) rule(c)
    findings.push(...c.findings.values())
    totals.push(totalsRow(c))
    open.set(family.no, openPairs(c))
  }
  const order = (f: OracleFinding): string[] => [f.household_no, f.person, f.rule, f.source_record_id, f.source]
  findings.sort((a, b) => {
    const [x, y] = [order(a), order(b)]
    const at = x.findIndex((text, i) => text !== y[i])
    return at < 0 ? 0 : compare(x[at] as string, y[at] as string)
  })
  totals.sort((a, b) => compare(a.household_no as string, b.household_no as string))
  const importErrors = [...loaded.errors].sort(
    (a, b) => compare(a.file, b.file) || a.row - b.row || compare(a.column, b.column) || compare(a.code, b.code),
  )
  const quarantine = loaded.lost
    .map(({ file, row, raw }) => ({ file, row, raw }))
    .sort((a, b) => compare(a.file, b.file) || a.row - b.row)
  return { findings, importErrors, quarantine, totals, open }
}
