import { fullYears } from '../calendar.ts'
import { isIncomplete, type Limits, type Loaded, type Row, type RowCheck } from './reader.ts'
import { birthOf } from './reading.ts'
import { coreColumns } from './schema.ts'

const periods: Readonly<Record<string, readonly [string, string]>> = {
  officials: ['in_office_from', 'in_office_to'],
  households: ['aid_from', 'aid_to'],
  persons: ['aid_from', 'aid_to'],
  authorisations: ['signed_on', 'valid_to'],
  declared_income: ['period_from', 'period_to'],
  declared_expenditure: ['period_from', 'period_to'],
}

/** Checks of the core tables that look at other rows. */
export class CoreChecks {
  private readonly loaded: Loaded
  private readonly table: string
  private readonly seen = new Map<string, Row[]>()

  constructor(loaded: Loaded, table: string) {
    this.loaded = loaded
    this.table = table
  }

  before: RowCheck = ({ v }, fail) => {
    if (this.table === 'households' && v.kind === 'existing' && v.aid_from === '') fail('aid_from', 'REQUIRED_EMPTY')
    if (this.table === 'authorisations' && v.signature !== 'missing' && v.signed_on === '') fail('signed_on', 'REQUIRED_EMPTY')
  }

  private readonly index = new Map<string, Map<string, Row>>()
  private find(table: string, key: string): Row | undefined {
    let rows = this.index.get(table)
    if (rows === undefined) {
      const name = coreColumns[table]?.[0]?.name as string
      rows = new Map((this.loaded.core[table] ?? []).map((r) => [r.v[name] as string, r]))
      this.index.set(table, rows)
    }
    return rows.get(key)
  }

  private references(v: Row['v'], fail: (column: string, code: string) => void): void {
    if (v.official_no !== undefined && this.table !== 'officials' && !this.find('officials', v.official_no))
      fail('official_no', 'REF_NOT_FOUND')
    if (v.household_no !== undefined && this.table !== 'households' && !this.find('households', v.household_no))
      fail('household_no', 'REF_NOT_FOUND')
    const column = this.table === 'supporters' ? 'supported_person_no' : 'person_no'
    if (v[column] !== undefined && this.table !== 'persons') {
      if (this.find('persons', v[column])?.v.household_no !== v.household_no) fail(column, 'REF_NOT_FOUND')
    }
    if (v.subject_no !== undefined && !this.find('persons', v.subject_no) && !this.find('supporters', v.subject_no))
      fail('subject_no', 'REF_NOT_FOUND')
  }

  after: RowCheck = ({ v }, fail) => {
    this.references(v, fail)
    const period = periods[this.table]
    if (period) {
      const [from, to] = [v[period[0]] as string, v[period[1]] as string]
      if (from !== '' && to !== '' && to < from) fail(period[1], 'PERIOD_REVERSED')
    }
    if (this.table === 'persons' && this.seen.get(v.id_number as string)?.some((r) => r.v.household_no === v.household_no))
      fail('id_number', 'IDQ-8')
  }

  private readonly heads = new Set<string>()
  /** Warnings of accepted persons. */
  whenAccepted: RowCheck = (row, warn) => {
    if (this.table !== 'persons') return
    const { v } = row
    const id = v.id_number as string
    if ((v.gender === '1' || v.gender === '2') && (Number(id[16]) % 2 === 1) !== (v.gender === '1')) warn('gender', 'IDQ-4')
    if (v.birth_date !== birthOf(id)) warn('birth_date', 'IDQ-4')
    const earlier = this.seen.get(id) ?? []
    if (earlier.some((r) => r.v.household_no !== v.household_no)) warn('id_number', 'IDQ-8')
    this.seen.set(id, [...earlier, row])
    if (v.relation !== 'head') return
    if (this.heads.has(v.household_no as string)) warn('relation', 'IDQ-8')
    this.heads.add(v.household_no as string)
  }
}
function implausible(person: Row, head: Row, limits: Limits): boolean {
  const [own, heads] = [birthOf(person.v.id_number as string), birthOf(head.v.id_number as string)]
  const gap = (elder: string, younger: string): boolean => {
    const years = fullYears(elder, younger)
    return younger <= elder || years < limits.minGap || years > limits.maxGap
  }
  if (person.v.relation === 'child') return gap(heads, own)
  if (person.v.relation === 'parent') return gap(own, heads)
  const parity = (r: Row): number => Number(r.v.id_number?.[16]) % 2
  return person.v.relation === 'spouse' && (parity(person) === parity(head) || fullYears(own, limits.asOf) < limits.spouseMinAge)
}

/** The two checks that follow the table of persons. */
export function afterPersons(loaded: Loaded, limits: Limits): void {
  const families = Map.groupBy(loaded.core.persons ?? [], (r) => r.v.household_no as string)
  for (const { n, v } of loaded.core.households ?? []) {
    const rows = families.get(v.household_no as string) ?? []
    const heads = rows.filter((r) => r.v.relation === 'head')
    if (heads.length === 0 && !isIncomplete(loaded, v.household_no as string, ['persons'])) {
      loaded.errors.push({ file: 'households.csv', row: n, column: 'household_no', code: 'IDQ-8', severity: 'warn' })
    }
    const [head, another] = heads
    for (const row of rows) {
      const odd =
        row.v.relation === '' || (head !== undefined && another === undefined && row !== head && implausible(row, head, limits))
      if (odd) loaded.errors.push({ file: 'persons.csv', row: row.n, column: 'relation', code: 'IDQ-9', severity: 'warn' })
    }
  }
}
