/**
 * The sample district against its answer key, row by row. The package is read here with a small reader of its own: rows
 * the key calls refused are left out, everything else is read as typed. No database, no gateway, no import.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CsvParser, type CsvRecord } from '#kernel/csv'
import { addDays } from '#kernel/dates'
import { formatYuan } from '#kernel/money'
import { nameVariants, sameName } from '#kernel/person-name'
import { type Column, type ColumnType, column, namedValues, readHeader, readRow, type Table, type Value } from '#kernel/table'
import { compareCodePoints } from '#kernel/text'
import { loadPack, resolveVerify } from '#policy'
import {
  isAuthorised,
  manifestTable,
  type RecordName,
  recordNames,
  recordTypeOf,
  type SourceRow,
  unansweredTable,
} from '#sources/contract'
import { type Comparison, compareHousehold } from './findings/compare.ts'
import { accountDigits } from './findings/double-aid.ts'
import { missedPersons } from './findings/missed.ts'
import { prepareRules } from './findings/prepare.ts'
import { inOffice } from './findings/public-pay.ts'
import type { Dossier, Finding, ListedCertificate, PairStatus, RegisterExtract, SubjectAnswers } from './household/dossier.ts'

const FOLDER = join(import.meta.dirname, '../../../testkit/fixtures/sample-district')
const AS_OF = '2026-09-30'
const params = resolveVerify(loadPack('reference'), AS_OF)
const ctx = prepareRules(params, AS_OF, '629901')

type Row = Record<string, Value>

const files = new Map<string, CsvRecord[]>()

function records(path: string): CsvRecord[] {
  const known = files.get(path)
  if (known !== undefined) return known
  const parser = new CsvParser()
  const all = [...parser.push(readFileSync(join(FOLDER, path))), ...parser.end()]
  files.set(path, all)
  return all
}

function keyed(path: string): Record<string, string>[] {
  const [header, ...rest] = records(path)
  return rest.map(({ fields }) => Object.fromEntries((header?.fields ?? []).map((name, i) => [name, fields[i] ?? ''])))
}

const problems = keyed('answers/import-errors.csv')
const refused = new Set(
  problems
    .filter(({ severity, code }) => severity === 'error' || code === 'REPEATED_ROW')
    .map(({ file, row }) => `${file}:${row}`),
)

function read(path: string, table: Table): { rows: Row[]; count: number } {
  const [header, ...rest] = records(path)
  const { index } = readHeader(table, header?.fields ?? [])
  const rows = rest
    .filter(({ row }) => !refused.has(`${path}:${row}`))
    .map(({ fields }) => namedValues(table, readRow(table, index, fields, { asOf: AS_OF, maxAge: 120, isCore: false }).values))
  return { rows, count: rest.length }
}

const types: Record<string, ColumnType> = {
  id_number: 'id',
  account_holder_id: 'idlink',
  ...Object.fromEntries(
    [
      'birth_date',
      'applied_on',
      'signed_on',
      'valid_to',
      'withdrawn_on',
      'paid_on',
      'filed_on',
      'queried_on',
      'in_office_from',
      'in_office_to',
    ].map((name) => [name, 'date' as const]),
  ),
  ...Object.fromEntries(['aid_from', 'aid_to', 'period_from', 'period_to', 'month'].map((name) => [name, 'month' as const])),
  ...Object.fromEntries(
    ['amount', 'approved_amount', 'monthly_income', 'support_agreed', 'support_paid'].map((name) => [name, 'money' as const]),
  ),
  household_persons: 'int',
  supported_count: 'int',
  area: 'decimal',
}
const codes: Record<string, Partial<Column>> = { top_ups: { codes: 'top_up' }, items: { codes: 'auth_item' } }

function core<R>(name: string): R[] {
  const header = records(`${name}.csv`)[0]?.fields.map((cell) => cell.replace('\ufeff', '')) ?? []
  const columns = header.map((each) =>
    codes[each] === undefined ? column(each, types[each] ?? 'text', each) : column(each, 'codes', each, codes[each]),
  )
  const { rows } = read(`${name}.csv`, { name, label: name, key: '', columns })
  for (const row of rows) for (const each of Object.keys(codes)) if (row[each] === null) row[each] = []
  return rows as R[]
}

const households = core<Dossier['household']>('households')
const persons = core<Dossier['persons'][number]>('persons')
const supporters = core<Dossier['supporters'][number]>('supporters')
const authorisations = core<Dossier['authorisations'][number]>('authorisations')
const incomes = core<Dossier['incomes'][number]>('declared_income')
const assets = core<Dossier['assets'][number]>('declared_assets')
const expenditures = core<Dossier['expenditures'][number]>('declared_expenditure')
const payments = core<Dossier['payments'][number]>('payments')
const filings = core<Dossier['filings'][number]>('relative_filings')
const queries = core<Dossier['queries'][number]>('query_log')
const officials = core<Dossier['lookups']['officials'][number]['official']>('officials')

function marks(no: string): { incomplete_members: boolean; incomplete_supporters: boolean; incomplete: boolean } {
  const names = (file: string): boolean =>
    records(file).some(
      ({ row, fields }) =>
        refused.has(`${file}:${row}`) &&
        isNotRepeated(file, row) &&
        fields.some((field) => field.trim().normalize('NFKC') === no),
    )
  const [p, s] = [names('persons.csv'), names('supporters.csv')]
  const others = ['declared_income.csv', 'declared_assets.csv', 'declared_expenditure.csv'].some(names)
  return { incomplete_members: p, incomplete_supporters: s, incomplete: p || s || others }
}

function isNotRepeated(file: string, row: number): boolean {
  return problems.some((line) => line.file === file && line.row === String(row) && line.severity === 'error')
}

interface Answered {
  rows: Row[]
  byId: Map<string, Row[]>
  isWhole: boolean
  isWeak: boolean
  silentIds: Set<Value>
}

function idsOf(record: RecordName, row: Row): Value[] {
  return recordTypeOf(record).parties.map(({ id }) => row[id] ?? null)
}

function answered(record: RecordName): Answered {
  const { unit, short, table, file } = recordTypeOf(record)
  const none = { rows: [], byId: new Map<string, Row[]>(), isWhole: false, isWeak: false, silentIds: new Set<Value>() }
  const manifest = `sources/${unit}/manifest.csv`
  if (!existsSync(join(FOLDER, manifest))) return none
  const line = read(manifest, manifestTable).rows.find((row) => row.record === short)
  if (line?.state !== 'answered' || !existsSync(join(FOLDER, file))) return none
  const { rows, count } = read(file, table)
  const unanswered = `sources/${unit}/unanswered.csv`
  const listed = existsSync(join(FOLDER, unanswered)) ? read(unanswered, unansweredTable).rows : []
  const byId = new Map<string, Row[]>()
  for (const row of rows) {
    for (const id of new Set(idsOf(record, row))) byId.set(String(id), [...(byId.get(String(id)) ?? []), row])
  }
  const isCut = typeof line.row_count === 'number' && count < line.row_count
  const isStale = typeof line.as_of_date === 'string' && line.as_of_date < addDays(AS_OF, -params.stale_days)
  return {
    rows,
    byId,
    isWhole: true,
    isWeak: isCut || isStale,
    silentIds: new Set(listed.filter((row) => row.record === '*' || row.record === short).map((row) => row.id_number ?? null)),
  }
}

const sources = new Map(recordNames.map((record) => [record, answered(record)]))
const variants = nameVariants(params.name_variants)
const same = (a: Value, b: Value): boolean => typeof a === 'string' && typeof b === 'string' && sameName(a, b, variants)

function matching(record: RecordName, id: string, names: readonly Value[]): Row[] {
  const rows = sources.get(record)?.byId.get(id) ?? []
  const { parties } = recordTypeOf(record)
  return rows.filter((row) =>
    parties.some((party) => row[party.id] === id && names.some((name) => same(row[party.name] ?? null, name))),
  )
}

function registerRows(id: string, name: string): Row[] {
  const rows = sources.get('police/register')?.byId.get(id) ?? []
  return rows.filter((row) => same(row.name ?? null, name) || same(row.former_name ?? null, name))
}

function byRecordId(rows: Row[]): Row[] {
  return rows.toSorted((a, b) => compareCodePoints(String(a.source_record_id), String(b.source_record_id)))
}

/** Status of a pair in the order of the six cases. */
function statusOf(no: string, id: string, record: RecordName, hits: number): PairStatus {
  const own = authorisations.filter((row) => row.subject_no === no)
  const source = sources.get(record)
  if (!isAuthorised(own, { idNumber: id }, record, AS_OF, params.guardian_age)) return 'NOT_AUTHORISED'
  if (!source?.isWhole || source.silentIds.has(id)) return 'NOT_ANSWERED'
  if (hits > 0) return 'HIT'
  if (source.byId.has(id)) return 'NAME_MISMATCH'
  if (source.isWeak) return 'NOT_ANSWERED'
  return record === 'police/register' ? 'ID_NOT_FOUND' : 'NO_RECORD'
}

function answersOf(no: string, id: string, name: string, reversed = false): SubjectAnswers {
  const status = {} as Record<RecordName, PairStatus>
  const usable: Partial<Record<RecordName, Row[]>> = {}
  const known = registerRows(id, name)
  status['police/register'] = statusOf(no, id, 'police/register', known.length)
  const isKnown = status['police/register'] === 'HIT'
  const names = isKnown ? [name, ...known.flatMap((row) => [row.name ?? null, row.former_name ?? null])] : [name]
  for (const record of recordNames) {
    const rows = record === 'police/register' ? known : matching(record, id, names)
    status[record] = statusOf(no, id, record, rows.length)
    if (status[record] === 'HIT') usable[record] = reversed ? byRecordId(rows).reverse() : byRecordId(rows)
  }
  const mismatch =
    status['police/register'] === 'NAME_MISMATCH' ? byRecordId(sources.get('police/register')?.byId.get(id) ?? [])[0] : null
  return {
    status,
    usable: usable as unknown as SubjectAnswers['usable'],
    registerMismatch: (mismatch ?? null) as unknown as SourceRow | null,
  }
}

const register = (sources.get('police/register')?.rows ?? []) as unknown as (RegisterExtract & {
  state: string
  register_type: string
  spouse_id: string | null
})[]
const normal = register.filter((row) => row.state === 'normal')

function dead(id: string, name: string): boolean {
  return (['police/deaths', 'civil_affairs/funerals'] as const).some((record) => matching(record, id, [name]).length > 0)
}

const listed = new Set(persons.map((person) => person.id_number))

const lookups: Dossier['lookups'] = {
  registerBook: (no) => normal.filter((row) => row.register_household_no === no && row.register_type === 'family'),
  registerChildren: (id) => normal.filter((row) => row.father_id === id || row.mother_id === id),
  registerPerson: (id) => normal.filter((row) => row.id_number === id),
  dead,
  listedAnywhere: (id) => listed.has(id),
  officials: officials
    .filter((official) => inOffice(official, AS_OF))
    .map((official) => ({
      official,
      rows: normal.filter((row) => row.id_number === official.id_number && same(row.name, official.name)),
    })),
}

const household = new Map(households.map((each) => [each.household_no, each]))

function dossierOf(no: string, reversed = false): Dossier {
  const own = household.get(no)
  if (own === undefined) throw new Error(no)
  const inHousehold = <R extends { household_no: string }>(rows: readonly R[]): R[] => {
    const kept = rows.filter((row) => row.household_no === no)
    return reversed ? kept.reverse() : kept
  }
  const people = inHousehold(persons)
  const obligors = inHousehold(supporters)
  const subjects = new Set([...people.map((row) => row.person_no), ...obligors.map((row) => row.supporter_no)])
  const digits = accountDigits(own.account_no)
  return {
    asOf: AS_OF,
    districtCode: '629901',
    household: { ...own, ...marks(no) },
    persons: people,
    supporters: obligors,
    answers: new Map(people.map((row) => [row.person_no, answersOf(row.person_no, row.id_number, row.name, reversed)])),
    supporterAnswers: new Map(
      obligors.map((row) => [row.supporter_no, answersOf(row.supporter_no, row.id_number, row.name, reversed)]),
    ),
    authorisations: authorisations.filter((row) => subjects.has(row.subject_no)),
    incomes: inHousehold(incomes),
    assets: inHousehold(assets),
    expenditures: inHousehold(expenditures),
    payments: inHousehold(payments),
    filings: inHousehold(filings),
    queries: queries.filter((row) => subjects.has(row.subject_no)),
    sameNumber: persons
      .filter((row) => row.household_no !== no && people.some((person) => person.id_number === row.id_number))
      .map((row) => ({
        id_number: row.id_number,
        person_no: row.person_no,
        household_no: row.household_no,
        programme: household.get(row.household_no)?.programme ?? '',
        kind: household.get(row.household_no)?.kind ?? '',
        counted: row.counted,
      })),
    sameAccount:
      digits === ''
        ? []
        : households
            .filter((each) => each.household_no !== no && each.kind === 'existing' && accountDigits(each.account_no) === digits)
            .map((each) => each.household_no),
    lookups,
  }
}

const numbers = [...household.keys()].sort(compareCodePoints)
const compared = new Map(numbers.map((no): [string, Comparison] => [no, compareHousehold(dossierOf(no), ctx)]))

function missed(): Finding[] {
  const certificates = sources.get('disabled_federation/certificates')
  if (!certificates?.isWhole) return []
  const caredFor = (id: string, name: string): boolean =>
    matching('civil_affairs/other_aid', id, [name]).some(
      (row) =>
        ctx.sets.mis1_aid_projects.has(String(row.project)) &&
        row.state === 'active' &&
        String(row.from_month) <= ctx.asOfMonth &&
        (row.to_month === null || String(row.to_month) >= ctx.asOfMonth),
    )
  const rows = certificates.rows as unknown as ListedCertificate[]
  return missedPersons(rows, { listedAnywhere: (id) => listed.has(id), dead, caredFor }, ctx)
}

function line(finding: Finding): string {
  const { household_no, person, rule, class: cls, source, source_record_id, value, limit } = finding
  return [household_no, person, rule, cls, source, source_record_id, value, limit].join(',')
}

const DECLARED = [
  'wage',
  'business',
  'property',
  'transfer',
  'other',
  'income',
  'deposit',
  'security',
  'insurance',
  'vehicle',
  'business_capital',
  'dwelling_area',
  'medical',
  'education',
] as const
const VERIFIED = [
  'wage',
  'business',
  'property',
  'transfer',
  'other',
  'income',
  'per_capita_monthly',
  'deposit',
  'security',
  'insurance',
  'monetary',
  'vehicle',
  'business_capital',
  'dwelling_area',
  'medical',
  'education',
] as const

function totalsLine(no: string, result: Comparison): string {
  const { declared, verified } = result.totals
  const amount = (fen: number | null): string => (fen === null ? '' : formatYuan(fen))
  const s = result.statuses
  return [
    no,
    result.members,
    result.incomplete ? 'yes' : 'no',
    ...DECLARED.map((key) => amount(declared[key])),
    ...VERIFIED.map((key) => amount(verified[key])),
    ...[s.HIT, s.NO_RECORD, s.NAME_MISMATCH, s.ID_NOT_FOUND, s.NOT_ANSWERED, s.NOT_AUTHORISED],
    result.conclusion,
  ].join(',')
}

describe('the sample district', () => {
  it('gives the findings of the answer key, every row', () => {
    const found = [...missed(), ...numbers.flatMap((no) => compared.get(no)?.findings ?? [])].map(line)
    const expected = records('answers/findings.csv')
      .slice(1)
      .map(({ fields }) => fields.slice(1).join(','))
    expect(expected.length).toBeGreaterThan(100)
    expect(found).toEqual(expected)
  })

  it('gives the totals, statuses and conclusions of the answer key, every row', () => {
    const found = numbers.map((no) => totalsLine(no, compared.get(no) as Comparison))
    const expected = records('answers/totals.csv')
      .slice(1)
      .map(({ fields }) => fields.join(','))
    expect(expected.length).toBe(139)
    expect(found).toEqual(expected)
  })

  it('gives the same whatever the order of rows and answers', () => {
    for (const no of numbers) expect(compareHousehold(dossierOf(no, true), ctx)).toEqual(compared.get(no))
  })
})
