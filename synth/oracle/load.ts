import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addDays, fullYears } from '../calendar.ts'
import { type CsvRecord, decode, parseCsv } from './csv-text.ts'
import { birthOf, clean, readField } from './reading.ts'
import { type Column, coreColumns, manifestColumns, recordColumns, unansweredColumns } from './schema.ts'

export interface ImportError {
  readonly file: string
  readonly row: number
  readonly column: string
  readonly code: string
  readonly severity: 'error' | 'warn'
}

/** An accepted row: normalised text per column, empty if there is no value. */
export interface Row {
  readonly n: number
  readonly v: Readonly<Record<string, string>>
}

/** A row that was put aside, for the marks of its household. */
interface Lost {
  readonly table: string
  readonly householdNo: string
  readonly fields: readonly string[] | null
}

export interface Loaded {
  readonly core: Record<string, Row[]>
  readonly sources: Record<string, Row[]>
  /** Record types unanswered as a whole; cut off; stale. */
  readonly down: Set<string>
  readonly noAbsence: Set<string>
  /** `record|number` pairs listed as unanswered. */
  readonly listed: Set<string>
  readonly errors: ImportError[]
  readonly lost: Lost[]
  readonly district: string
}

class Unusable extends Error {}

type RowCheck = (row: Row, fail: (column: string, code: string) => void) => void

/** One table read row by row, with the checks that come before and after acceptance. */
class Reader {
  readonly accepted: Row[] = []
  private readonly keys = new Map<string, string[]>()
  private readonly file: string
  private readonly columns: readonly Column[]
  private readonly loaded: Loaded
  private readonly asOf: string
  private readonly quiet: boolean

  constructor(file: string, columns: readonly Column[], loaded: Loaded, asOf: string, quiet: boolean) {
    this.file = file
    this.columns = columns
    this.loaded = loaded
    this.asOf = asOf
    this.quiet = quiet
  }

  report(row: number, column: string, code: string, severity: 'error' | 'warn'): void {
    if (this.quiet && severity === 'warn' && code !== 'REPEATED_ROW' && code !== 'ROW_COUNT_MISMATCH') return
    this.loaded.errors.push({ file: this.file, row, column, code, severity })
  }

  private lose(fields: readonly string[], raw: Readonly<Record<string, string>> | null): void {
    const table = this.file.replace('.csv', '')
    this.loaded.lost.push({
      table,
      householdNo: raw === null ? '' : clean(raw.household_no ?? ''),
      fields: raw === null ? fields.map(clean) : null,
    })
  }

  /** Reads the fields; null if one of them is refused. */
  private fields(
    row: number,
    raw: Readonly<Record<string, string>>,
    divisions: ReadonlySet<string> | null,
  ): Record<string, string> | null {
    const values: Record<string, string> = {}
    let refused = false
    for (const column of this.columns) {
      const reading = readField(column, raw[column.name] ?? '', this.asOf)
      values[column.name] = reading.value
      if (reading.code !== undefined) this.report(row, column.name, reading.code, reading.error ? 'error' : 'warn')
      else if (column.type === 'division' && reading.value !== '' && divisions !== null && !divisions.has(reading.value)) {
        this.report(row, column.name, 'DIVISION_UNKNOWN', 'warn')
      }
      refused ||= reading.error === true
    }
    return refused ? null : values
  }

  /** `before` holds the checks ahead of the key, `after` those behind it; each stops at its first failure. */
  rows(
    records: readonly CsvRecord[],
    header: readonly string[],
    key: string,
    checks: { before?: RowCheck; after?: RowCheck; whenAccepted?: RowCheck },
    divisions: ReadonlySet<string> | null,
  ): void {
    for (const { row: n, fields } of records) {
      if (fields.length !== header.length) {
        this.report(n, '', 'COLUMN_COUNT', 'error')
        this.lose(fields, null)
        continue
      }
      const raw: Record<string, string> = {}
      for (const { name } of this.columns) raw[name] = fields[header.indexOf(name)] ?? ''
      const values = this.fields(n, raw, divisions)
      if (values === null) {
        this.lose(fields, raw)
        continue
      }
      this.accept({ n, v: values }, raw, fields, key, checks)
    }
  }

  private accept(
    row: Row,
    raw: Readonly<Record<string, string>>,
    fields: readonly string[],
    key: string,
    checks: { before?: RowCheck; after?: RowCheck; whenAccepted?: RowCheck },
  ): void {
    let failed = false
    const fail = (column: string, code: string): void => {
      if (!failed) this.report(row.n, column, code, 'error')
      failed = true
    }
    checks.before?.(row, fail)
    const own = this.columns.map((c) => raw[c.name] as string)
    const earlier = failed || key === '' ? undefined : this.keys.get(row.v[key] as string)
    if (earlier?.every((text, i) => text === own[i])) {
      this.report(row.n, key, 'REPEATED_ROW', 'warn')
      return
    }
    if (earlier) fail(key, 'DUPLICATE_KEY')
    if (!failed) checks.after?.(row, fail)
    if (failed) {
      this.lose(fields, raw)
      return
    }
    this.keys.set(row.v[key] ?? '', own)
    this.accepted.push(row)
    checks.whenAccepted?.(row, (column, code) => this.report(row.n, column, code, 'warn'))
  }
}

const headerOf = (records: readonly CsvRecord[]): string[] => (records[0]?.fields ?? []).map(clean)
const readText = (path: string): CsvRecord[] | null => {
  const text = decode(readFileSync(path))
  return text === null ? null : parseCsv(text)
}

const periods: Readonly<Record<string, readonly [string, string]>> = {
  officials: ['in_office_from', 'in_office_to'],
  households: ['aid_from', 'aid_to'],
  persons: ['aid_from', 'aid_to'],
  authorisations: ['signed_on', 'valid_to'],
  declared_income: ['period_from', 'period_to'],
  declared_expenditure: ['period_from', 'period_to'],
}

/** Checks of the core tables that look at other rows. */
class CoreChecks {
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

/** Marks of a household: it is named by a row of one of the tables that was put aside. */
export const isIncomplete = (loaded: Loaded, householdNo: string, tables: readonly string[]): boolean =>
  loaded.lost.some(
    (x) => tables.includes(x.table) && (x.fields === null ? x.householdNo === householdNo : x.fields.includes(householdNo)),
  )

function implausible(person: Row, head: Row, asOf: string): boolean {
  const [own, heads] = [birthOf(person.v.id_number as string), birthOf(head.v.id_number as string)]
  const gap = (elder: string, younger: string): boolean => {
    const years = fullYears(elder, younger)
    return younger <= elder || years < 14 || years > 60
  }
  if (person.v.relation === 'child') return gap(heads, own)
  if (person.v.relation === 'parent') return gap(own, heads)
  const parity = (r: Row): number => Number(r.v.id_number?.[16]) % 2
  return person.v.relation === 'spouse' && (parity(person) === parity(head) || fullYears(own, asOf) < 18)
}

/** The two checks that follow the table of persons. */
function afterPersons(loaded: Loaded, asOf: string): void {
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
        row.v.relation === '' || (head !== undefined && another === undefined && row !== head && implausible(row, head, asOf))
      if (odd) loaded.errors.push({ file: 'persons.csv', row: row.n, column: 'relation', code: 'IDQ-9', severity: 'warn' })
    }
  }
}

function loadCore(dir: string, loaded: Loaded, asOf: string): void {
  for (const [table, columns] of Object.entries(coreColumns)) {
    const file = `${table}.csv`
    if (!existsSync(join(dir, file))) throw new Unusable(`${file} missing`)
    const records = readText(join(dir, file))
    if (records === null) throw new Unusable(`${file} unreadable`)
    const header = headerOf(records)
    for (const { name } of columns) if (!header.includes(name)) throw new Unusable(`${file} lacks ${name}`)
    const reader = new Reader(file, columns, loaded, asOf, false)
    const divisions = table === 'divisions' ? null : new Set((loaded.core.divisions ?? []).map((r) => r.v.code as string))
    reader.rows(records.slice(1), header, columns[0]?.name as string, new CoreChecks(loaded, table), divisions)
    loaded.core[table] = reader.accepted
    if (table === 'persons') afterPersons(loaded, asOf)
  }
}

/** Reads the files of the units. */
class SourceLoader {
  private readonly dir: string
  private readonly loaded: Loaded
  private readonly asOf: string

  constructor(dir: string, loaded: Loaded, asOf: string) {
    this.dir = dir
    this.loaded = loaded
    this.asOf = asOf
  }

  private note(file: string, column: string, code: string, severity: 'error' | 'warn'): void {
    this.loaded.errors.push({ file, row: 0, column, code, severity })
  }

  /** A file of a unit; null when it is not there, cannot be read or lacks a column (which is reported). */
  private file(
    file: string,
    columns: readonly Column[],
    key: string,
    missing: string | null,
  ): { rows: Row[]; count: number } | null {
    const path = join(this.dir, file)
    if (!existsSync(path)) {
      if (missing !== null) this.note(file, '', missing, 'error')
      return null
    }
    const records = readText(path)
    if (records === null) {
      this.note(file, '', 'FILE_UNREADABLE', 'error')
      return null
    }
    const header = headerOf(records)
    const lacking = columns.filter((c) => !header.includes(c.name))
    for (const { name } of lacking) this.note(file, name, 'COLUMN_MISSING', 'error')
    if (lacking.length > 0) return null
    const reader = new Reader(file, columns, this.loaded, this.asOf, true)
    reader.rows(records.slice(1), header, key, {}, null)
    return { rows: reader.accepted, count: records.length - 1 }
  }

  private record(record: string, manifest: Row | undefined, manifestFile: string): void {
    const file = `sources/${record}.csv`
    const { down } = this.loaded
    if (manifest === undefined) this.note(file, '', 'SOURCE_MISSING', 'warn')
    if (manifest === undefined || manifest.v.state !== 'answered') {
      down.add(record)
      return
    }
    const found = this.file(file, recordColumns[record] as readonly Column[], 'source_record_id', 'FILE_MISSING')
    if (found === null) {
      down.add(record)
      return
    }
    this.loaded.sources[record] = found.rows
    const announced = manifest.v.row_count as string
    if (announced !== '' && Number(announced) !== found.count) {
      this.loaded.errors.push({
        file: manifestFile,
        row: manifest.n,
        column: 'row_count',
        code: 'ROW_COUNT_MISMATCH',
        severity: 'warn',
      })
      if (found.count < Number(announced)) this.loaded.noAbsence.add(record)
    }
    const taken = manifest.v.as_of_date as string
    if (taken !== '' && taken < addDays(this.asOf, -62)) this.loaded.noAbsence.add(record)
  }

  unit(unit: string): void {
    const file = `sources/${unit}/manifest.csv`
    const manifest = this.file(file, manifestColumns, 'record', null)
    const list = this.file(`sources/${unit}/unanswered.csv`, unansweredColumns, '', null)
    for (const record of Object.keys(recordColumns)) {
      const [owner, name] = record.split('/')
      if (owner !== unit) continue
      this.record(
        record,
        manifest?.rows.find((r) => r.v.record === name),
        file,
      )
      for (const { v } of list?.rows ?? [])
        if (v.record === name || v.record === '*') this.loaded.listed.add(`${record}|${v.id_number}`)
    }
  }
}

/** Reads a package by the text of the format: accepted rows, what was put aside, and every line of import-errors. */
export function loadPackage(dir: string, asOf: string): Loaded {
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as { district_code: string }
  const loaded: Loaded = {
    core: {},
    sources: {},
    down: new Set(),
    noAbsence: new Set(),
    listed: new Set(),
    errors: [],
    lost: [],
    district: manifest.district_code,
  }
  loadCore(dir, loaded, asOf)
  const loader = new SourceLoader(dir, loaded, asOf)
  for (const unit of new Set(Object.keys(recordColumns).map((r) => r.split('/')[0] as string))) loader.unit(unit)
  return loaded
}
