import type { Facts, Family, Subject } from './facts.ts'
import type { Row } from './reader.ts'
import type { DeclaredRows, Totals } from './totals.ts'

export interface OracleFinding {
  readonly household_no: string
  readonly person: string
  readonly rule: string
  readonly class: string
  readonly source: string
  readonly source_record_id: string
  readonly value: string
  readonly limit: string
}

/** Class of each rule. */
const classes: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['A', 'DEA-1 DEA-2 PRI-1 REG-1 REG-2 FAM-1 FAM-4 VEH-1 VEH-2 VEH-3 HOU-1 HOU-2 HOU-3 BUS-2 BUS-3 FIS-1 EMP-3 INC-3'],
    ['A', 'FIN-1 FIN-3 DUP-1 DUP-2 DUP-6 PAY-1 PRO-1'],
    [
      'B',
      'DEA-3 FAM-3 FAM-5 FAM-6 FAM-7 VEH-4 HOU-4 HOU-5 BUS-1 FIS-2 EMP-1 EMP-2 INC-1 INC-2 FIN-2 FIN-4 DUP-5 MIS-1 MIS-3 IDQ-5 IDQ-6',
    ],
    ['C', 'LIV-1 MIS-2 IDQ-7'],
  ].flatMap(([c, rules]) => (rules as string).split(' ').map((rule) => [rule, c as string])),
)

/** What a rule sees of one household, and where it puts its findings. */
export class Case {
  readonly family: Family
  readonly facts: Facts
  readonly declared: DeclaredRows
  readonly totals: Totals
  readonly others: readonly Family[]
  private readonly people: ReadonlyMap<string, readonly { q: Subject; other: Family }[]>
  readonly findings = new Map<string, OracleFinding>()

  constructor(
    family: Family,
    declared: DeclaredRows,
    totals: Totals,
    others: readonly Family[],
    people: ReadonlyMap<string, readonly { q: Subject; other: Family }[]>,
  ) {
    this.family = family
    this.facts = family.facts
    this.declared = declared
    this.totals = totals
    this.others = others
    this.people = people
  }

  add(rule: string, person: Subject | null, source: string, record: string, value = '', limit = ''): void {
    const finding: OracleFinding = {
      household_no: this.family.no,
      person: person?.no ?? '',
      rule,
      class: classes[rule] as string,
      source,
      source_record_id: record,
      value,
      limit,
    }
    const key = JSON.stringify([finding.person, rule, source, record])
    if (!this.findings.has(key)) this.findings.set(key, finding)
  }

  /** Members of other households with the same number. */
  elsewhere(p: Subject): { q: Subject; other: Family }[] {
    return (this.people.get(p.id) ?? []).filter(({ other }) => other.no !== this.family.no)
  }

  in(name: string, value: string | undefined): boolean {
    return this.facts.values.list(name).includes(value as string)
  }

  usable(person: Subject, record: string): readonly Row[] {
    return this.facts.usable(person, record)
  }
}

export const districtFinding = (rule: string, source: string, record: string): OracleFinding => ({
  household_no: '',
  person: '',
  rule,
  class: classes[rule] as string,
  source,
  source_record_id: record,
  value: '',
  limit: '',
})
