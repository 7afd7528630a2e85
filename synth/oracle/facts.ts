import { addDays, fullYears, monthNumber } from '../calendar.ts'
import { nameComparer, type SameName } from './names.ts'
import { isIncomplete, type Loaded, type Row } from './reader.ts'
import { birthOf } from './reading.ts'
import { categories } from './schema.ts'

/** First in order of code points. */
export function before(a: string, b: string): boolean {
  const [x, y] = [[...a], [...b]]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const d = ((x[i] as string).codePointAt(0) as number) - ((y[i] as string).codePointAt(0) as number)
    if (d !== 0) return d < 0
  }
  return x.length < y.length
}
export const compare = (a: string, b: string): number => (a === b ? 0 : before(a, b) ? -1 : 1)

export const idOf = (row: Row): string => row.v.source_record_id as string
/** Of some rows the one with the smallest record number. */
export const smallest = (rows: readonly Row[]): Row | undefined =>
  rows.reduce<Row | undefined>((best, row) => (best === undefined || before(idOf(row), idOf(best)) ? row : best), undefined)
/** Of some rows the one that is greatest by the keys in order, each compared by code points. */
export const greatest = (rows: readonly Row[], ...keys: ((row: Row) => string)[]): Row | undefined =>
  rows.reduce<Row | undefined>((best, row) => {
    if (best === undefined) return row
    for (const key of keys) {
      const order = compare(key(row), key(best))
      if (order !== 0) return order > 0 ? row : best
    }
    return best
  }, undefined)

/** Fen of a normalised amount; an empty one is 0. */
export const fen = (text: string | undefined): bigint => {
  if (text === undefined || text === '') return 0n
  const [whole = '0', rest = ''] = text.split('.')
  return BigInt(whole) * 100n + BigInt(rest.padEnd(2, '0'))
}
/** n ÷ d rounded half up, for n ≥ 0. */
export const halfUp = (n: bigint, d: bigint): bigint => (2n * n + d) / (2n * d)
export const yuan = (amount: bigint): string => {
  const sign = amount < 0n ? '-' : ''
  const text = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${sign}${text.slice(0, -2)}.${text.slice(-2)}`
}
export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The values of a pack the rules use. */
export class Values {
  private readonly raw: Readonly<Record<string, unknown>>

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.raw = raw
  }

  number(name: string): number {
    return Number(this.raw[name])
  }

  money(name: string): bigint {
    return fen(String(this.raw[name]))
  }

  list(name: string): string[] {
    return this.raw[name] as string[]
  }

  map(name: string): Readonly<Record<string, string>> {
    return this.raw[name] as Record<string, string>
  }

  text(name: string): string {
    return this.raw[name] as string
  }

  /** The monthly standard in fen as numerator and denominator. */
  standard(programme: string): { n: bigint; d: bigint } {
    const { value, unit } = this.raw[`standard_${programme}`] as { value: string; unit: string }
    return { n: fen(value), d: unit === 'year' ? 12n : 1n }
  }
}

/** A listed person or a supporter. */
export interface Subject {
  readonly no: string
  readonly id: string
  readonly row: Row
}

export type Status = 'HIT' | 'NO_RECORD' | 'NAME_MISMATCH' | 'ID_NOT_FOUND' | 'NOT_ANSWERED' | 'NOT_AUTHORISED'

const marriageParties = [
  ['party_a_id', 'party_a_name'],
  ['party_b_id', 'party_b_name'],
] as const

/** All facts of a package, with the questions the rules ask of them. */
export class Facts {
  readonly loaded: Loaded
  readonly asOf: string
  readonly month: number
  readonly values: Values
  readonly same: SameName
  private readonly papers: Map<string, Row[]>
  private readonly byNumber = new Map<string, Map<string, Row[]>>()
  private readonly found = new Map<Subject, Map<string, { status: Status; rows: Row[] }>>()

  constructor(loaded: Loaded, values: Values, asOf: string) {
    this.loaded = loaded
    this.asOf = asOf
    this.month = monthNumber(asOf)
    this.values = values
    this.same = nameComparer(values.text('name_variants'))
    this.papers = Map.groupBy(this.core('authorisations'), (r) => r.v.subject_no as string)
    for (const [record, rows] of Object.entries(loaded.sources)) {
      const index = new Map<string, Row[]>()
      const put = (id: string, row: Row): void => {
        const held = index.get(id)
        if (held === undefined) index.set(id, [row])
        else if (!held.includes(row)) held.push(row)
      }
      for (const row of rows) {
        if (record === 'civil_affairs/marriages') for (const [id] of marriageParties) put(row.v[id] as string, row)
        else put(row.v.id_number as string, row)
      }
      this.byNumber.set(record, index)
    }
  }

  /** Rows of a table by the value of a column, made once. */
  private readonly indexes = new Map<string, Map<string, Row[]>>()
  rowsWith(rows: readonly Row[], table: string, column: string, value: string): readonly Row[] {
    const key = `${table}|${column}`
    let index = this.indexes.get(key)
    if (index === undefined) {
      index = Map.groupBy(rows, (r) => r.v[column] as string)
      this.indexes.set(key, index)
    }
    return index.get(value) ?? []
  }

  coreWith(table: string, column: string, value: string): readonly Row[] {
    return this.rowsWith(this.core(table), table, column, value)
  }

  sourceWith(record: string, column: string, value: string): readonly Row[] {
    return this.rowsWith(this.all(record), record, column, value)
  }

  core(table: string): readonly Row[] {
    return this.loaded.core[table] ?? []
  }

  age(id: string, on = this.asOf): number {
    return fullYears(birthOf(id), on)
  }

  rowsWithNumber(record: string, id: string): readonly Row[] {
    return this.byNumber.get(record)?.get(id) ?? []
  }

  /** Rows of a record type that is not unanswered as a whole. */
  all(record: string): readonly Row[] {
    return this.loaded.sources[record] ?? []
  }

  authorised(subject: Subject, record: string, on = this.asOf): boolean {
    const category = categories[record] as string
    if (category === 'own') return true
    return (this.papers.get(subject.no) ?? []).some(({ v }) => {
      const [signedOn, validTo, withdrawnOn] = [v.signed_on as string, v.valid_to as string, v.withdrawn_on as string]
      if (v.signature === 'missing' || signedOn === '' || signedOn > on) return false
      if (validTo !== '' && on > validTo) return false
      if (withdrawnOn !== '' && on >= withdrawnOn) return false
      const items = (v.items as string).split(';')
      if (!items.includes('all') && !items.includes(category)) return false
      return this.age(subject.id, signedOn) >= this.values.number('guardian_age') || v.signature === 'guardian'
    })
  }

  private names(subject: Subject): string[] {
    const names = [subject.row.v.name as string]
    const register = this.ask(subject, 'police/register')
    for (const { v } of register.rows) names.push(v.name as string, ...(v.former_name ? [v.former_name] : []))
    return names
  }

  private matches(subject: Subject, record: string, row: Row): boolean {
    if (record === 'police/register') {
      const own = subject.row.v.name as string
      return this.same(row.v.name as string, own) || (row.v.former_name !== '' && this.same(row.v.former_name as string, own))
    }
    const names = this.names(subject)
    if (record !== 'civil_affairs/marriages') return names.some((x) => this.same(row.v.name as string, x))
    return marriageParties.some(
      ([id, name]) => row.v[id] === subject.id && names.some((x) => this.same(row.v[name] as string, x)),
    )
  }

  private answer(subject: Subject, record: string): { status: Status; rows: Row[] } {
    const none = (status: Status): { status: Status; rows: Row[] } => ({ status, rows: [] })
    if (!this.authorised(subject, record)) return none('NOT_AUTHORISED')
    if (this.loaded.down.has(record) || this.loaded.listed.has(`${record}|${subject.id}`)) return none('NOT_ANSWERED')
    const withNumber = this.rowsWithNumber(record, subject.id)
    const rows = withNumber.filter((row) => this.matches(subject, record, row))
    if (rows.length > 0) return { status: 'HIT', rows }
    if (withNumber.length > 0) return none('NAME_MISMATCH')
    if (this.loaded.noAbsence.has(record)) return none('NOT_ANSWERED')
    return none(record === 'police/register' ? 'ID_NOT_FOUND' : 'NO_RECORD')
  }

  /** Status of a subject and a record type, and its usable rows. */
  ask(subject: Subject, record: string): { status: Status; rows: Row[] } {
    let answers = this.found.get(subject)
    if (answers === undefined) {
      answers = new Map()
      this.found.set(subject, answers)
    }
    let answer = answers.get(record)
    if (answer === undefined) {
      answer = this.answer(subject, record)
      answers.set(record, answer)
    }
    return answer
  }

  usable(subject: Subject, record: string): readonly Row[] {
    return this.ask(subject, record).rows
  }

  /** I(s). */
  identity(subject: Subject): Row | undefined {
    const rows = this.usable(subject, 'police/register')
    const normal = rows.filter((r) => r.v.state === 'normal')
    return smallest(normal.length > 0 ? normal : rows)
  }

  dead(id: string, name: string): boolean {
    return ['police/deaths', 'civil_affairs/funerals'].some((record) =>
      this.rowsWithNumber(record, id).some((row) => this.same(row.v.name as string, name)),
    )
  }

  incomplete(householdNo: string, tables: readonly string[]): boolean {
    return isIncomplete(this.loaded, householdNo, tables)
  }

  daysBefore(days: number): string {
    return addDays(this.asOf, -days)
  }

  /** Months M(A) − k … M(A) − 1. */
  recent(month: string, k: number): boolean {
    const m = monthNumber(month)
    return m >= this.month - k && m <= this.month - 1
  }
}

/** A household with its people. */
export class Family {
  readonly facts: Facts
  readonly row: Row
  readonly no: string
  readonly listed: readonly Subject[]
  readonly members: readonly Subject[]
  readonly supporters: readonly Subject[]
  readonly existing: boolean
  readonly incompleteMembers: boolean
  readonly incompleteSupporters: boolean
  readonly incomplete: boolean
  private readonly paidBy: Map<number, bigint>

  constructor(facts: Facts, row: Row, listed: readonly Subject[], supporters: readonly Subject[], payments: readonly Row[]) {
    this.facts = facts
    this.row = row
    this.no = row.v.household_no as string
    this.listed = listed
    this.members = listed.filter((p) => p.row.v.counted === 'yes')
    this.supporters = supporters
    this.existing = row.v.kind === 'existing'
    this.incompleteMembers = facts.incomplete(this.no, ['persons'])
    this.incompleteSupporters = facts.incomplete(this.no, ['supporters'])
    this.incomplete = facts.incomplete(this.no, [
      'persons',
      'supporters',
      'declared_income',
      'declared_assets',
      'declared_expenditure',
    ])
    this.paidBy = new Map()
    for (const { v } of payments) {
      const month = monthNumber(v.month as string)
      this.paidBy.set(month, (this.paidBy.get(month) ?? 0n) + fen(v.amount))
    }
  }

  get n(): number {
    return this.members.length
  }

  get standard(): { n: bigint; d: bigint } {
    return this.facts.values.standard(this.row.v.programme as string)
  }

  /** Months with aid paid, in order. */
  get paidMonths(): number[] {
    return [...this.paidBy.keys()].filter((m) => this.paid(m) > 0n).sort((a, b) => a - b)
  }

  paid(month: number): bigint {
    return this.paidBy.get(month) ?? 0n
  }

  covered(person: Subject, month: number): boolean {
    const { aid_from: from, aid_to: to } = person.row.v
    return this.existing && this.paid(month) > 0n && (!from || monthNumber(from) <= month) && (!to || monthNumber(to) >= month)
  }

  /** Usable rows of all members, with the member. */
  rows(record: string, of: readonly Subject[] = this.members): { who: Subject; row: Row }[] {
    return of.flatMap((who) => this.facts.usable(who, record).map((row) => ({ who, row })))
  }

  /** Somebody listed has that number or the same name. */
  named(id: string, name: string, of: readonly Subject[] = this.listed): boolean {
    return of.some((p) => p.id === id || this.facts.same(p.row.v.name as string, name))
  }

  namedOrSupporting(id: string, name: string): boolean {
    return this.named(id, name) || this.named(id, name, this.supporters)
  }
}
