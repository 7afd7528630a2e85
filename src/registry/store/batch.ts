import { compareCodePoints } from '#kernel/text'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import type {
  AuthorisationRow,
  DeclaredAssetRow,
  DeclaredExpenditureRow,
  DeclaredIncomeRow,
  HouseholdBatch,
  MarkedHousehold,
  OfficialRow,
  PaymentRow,
  PersonRow,
  QueryLogRow,
  RelativeFilingRow,
  SameNumberPerson,
  SupporterRow,
} from '../rows.ts'
import type { CoreTableName } from '../tables.ts'
import { accountIndex, numberIndex, openSealed, storedTableOf } from './stored-table.ts'

type WithSealed = { sealed: Buffer | null }

/** Opens rows of a table: the sealed fields take their places beside the plain ones, empty ones as null. */
function opener<R extends object>(keys: Keys, table: CoreTableName): (row: R & WithSealed) => R {
  const { sealed: names } = storedTableOf(table)
  let shape: { plain: readonly string[]; blank: Record<string, unknown> } | undefined
  return (row) => {
    shape ??= shapeOf(row, names)
    const out = { ...shape.blank }
    for (const column of shape.plain) out[column] = (row as Record<string, unknown>)[column]
    const fields = openSealed(keys, row.sealed)
    for (const column of names) out[column] = fields[column] ?? null
    return out as R
  }
}

/** Rows are copies of a blank one: with fields added one by one, wide rows would become slow and large. */
function shapeOf(row: WithSealed, sealed: readonly string[]): { plain: readonly string[]; blank: Record<string, unknown> } {
  const plain = Object.keys(row).filter((column) => column !== 'sealed')
  return { plain, blank: Object.fromEntries([...plain, ...sealed].map((column) => [column, null])) }
}

function selectSealed(table: CoreTableName, more = ''): string {
  const { name, plain } = storedTableOf(table)
  return `select ${plain.join(', ')}, sealed${more} from ${name}`
}

function selectPlain(table: CoreTableName): string {
  const { name, plain } = storedTableOf(table)
  return `select ${plain.join(', ')} from ${name}`
}

/** Papers with the hash of the scan in use; $1 names subjects. */
const PAPERS = `select ${storedTableOf('authorisations')
  .plain.map((column) => `a.${column}`)
  .join(', ')}, s.sha256 as doc_hash
  from authorisation a left join authorisation_scan s
    on s.authorisation_no = a.authorisation_no and s.subject_no = a.subject_no and s.replaced_at is null
  where a.subject_no = any($1) order by a.authorisation_no`

const OF_HOUSEHOLDS = 'where household_no = any($1)'

async function loadHouseholds(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<MarkedHousehold[]> {
  const rows = await sql.query<MarkedHousehold & WithSealed>(
    `${selectSealed('households', ', incomplete_members, incomplete_supporters, incomplete')} ${OF_HOUSEHOLDS} order by household_no`,
    [householdNos],
  )
  return rows.map(opener<MarkedHousehold>(keys, 'households'))
}

async function loadPersons(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<PersonRow[]> {
  const rows = await sql.query<PersonRow & WithSealed>(
    `${selectSealed('persons')} ${OF_HOUSEHOLDS} order by household_no, file_row, person_no`,
    [householdNos],
  )
  const open = opener<PersonRow>(keys, 'persons')
  return rows.map((row) => {
    const person = open(row)
    person.top_ups ??= []
    return person
  })
}

async function loadSupporters(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<SupporterRow[]> {
  const rows = await sql.query<SupporterRow & WithSealed>(
    `${selectSealed('supporters')} ${OF_HOUSEHOLDS} order by household_no, supporter_no`,
    [householdNos],
  )
  return rows.map(opener<SupporterRow>(keys, 'supporters'))
}

async function loadAssets(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<DeclaredAssetRow[]> {
  const rows = await sql.query<DeclaredAssetRow & WithSealed>(
    `${selectSealed('declared_assets')} ${OF_HOUSEHOLDS} order by line_no`,
    [householdNos],
  )
  return rows.map(opener<DeclaredAssetRow>(keys, 'declared_assets'))
}

/** Between the fields and rows of a list that the database joins: characters that cleaned text cannot hold. */
const FIELD = '\u001f'
const ROW = '\u001e'

/** Many and small: one line per household, and of each payment only what rules ask. */
async function loadPayments(sql: Sql, householdNos: readonly string[]): Promise<PaymentRow[]> {
  const rows = await sql.query<{ household_no: string; list: string }>(
    `select household_no, string_agg(concat_ws($2, payment_no, month, amount, paid_on), $3 order by month, payment_no) as list
     from payment ${OF_HOUSEHOLDS} group by household_no order by household_no`,
    [householdNos, FIELD, ROW],
  )
  return rows.flatMap(({ household_no, list }) =>
    list.split(ROW).map((text) => {
      const [payment_no = '', month = '', amount = '', paid_on = ''] = text.split(FIELD)
      return { payment_no, household_no, month, amount: Number(amount), paid_on }
    }),
  )
}

async function loadSameNumber(sql: Sql, keys: Keys, persons: readonly PersonRow[]): Promise<SameNumberPerson[]> {
  const numbers = new Map(persons.map(({ id_number }) => [numberIndex(keys, id_number).toString('hex'), id_number]))
  const rows = await sql.query<Omit<SameNumberPerson, 'id_number'> & { id_number_index: Buffer }>(
    `select p.id_number_index, p.person_no, p.household_no, h.programme, h.kind, p.counted
      from person p join household h on h.household_no = p.household_no
      where p.id_number_index = any($1) order by p.person_no`,
    [[...numbers.keys()].map((hex) => Buffer.from(hex, 'hex'))],
  )
  const found = rows.map(({ id_number_index: index, ...person }) => ({
    id_number: numbers.get(index.toString('hex')) ?? '',
    ...person,
  }))
  const byNumber = Map.groupBy(found, ({ id_number }) => id_number)
  return found.filter(({ id_number }) => (byNumber.get(id_number)?.length ?? 0) > 1)
}

async function loadSameAccount(
  sql: Sql,
  keys: Keys,
  households: readonly MarkedHousehold[],
): Promise<{ household_no: string; others: string[] }[]> {
  const indexes = households.map(({ account_no }) => (account_no === null ? null : accountIndex(keys, account_no)))
  const rows = await sql.query<{ household_no: string; account_index: Buffer }>(
    `select household_no, account_index from household where account_index = any($1) and kind = 'existing'`,
    [indexes.filter((index) => index !== null)],
  )
  const byAccount = Map.groupBy(rows, (row) => row.account_index.toString('hex'))
  return households.flatMap(({ household_no }, i) => {
    const sharing = byAccount.get(indexes[i]?.toString('hex') ?? '') ?? []
    const others = sharing.map((row) => row.household_no).filter((no) => no !== household_no)
    return others.length === 0 ? [] : [{ household_no, others: others.sort(compareCodePoints) }]
  })
}

/**
 * Everything held of these households, opened, in a constant number of statements that travel in two groups. Sensitive values
 * are in clear.
 */
export async function loadHouseholdBatch(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<HouseholdBatch> {
  const [households, persons, supporters] = await Promise.all([
    loadHouseholds(sql, keys, householdNos),
    loadPersons(sql, keys, householdNos),
    loadSupporters(sql, keys, householdNos),
  ])
  const subjects = [...persons.map(({ person_no }) => person_no), ...supporters.map(({ supporter_no }) => supporter_no)]
  const ofHouseholds = <R extends object>(table: CoreTableName, order: string) =>
    sql.query<R>(`${selectPlain(table)} ${OF_HOUSEHOLDS} order by ${order}`, [householdNos])
  const [authorisations, incomes, assets, expenditures, payments, filings, queries, sameNumber, sameAccount] = await Promise.all([
    sql.query<AuthorisationRow>(PAPERS, [subjects]),
    ofHouseholds<DeclaredIncomeRow>('declared_income', 'line_no'),
    loadAssets(sql, keys, householdNos),
    ofHouseholds<DeclaredExpenditureRow>('declared_expenditure', 'line_no'),
    loadPayments(sql, householdNos),
    ofHouseholds<RelativeFilingRow>('relative_filings', 'filing_no'),
    ofHouseholds<QueryLogRow>('query_log', 'query_no'),
    loadSameNumber(sql, keys, persons),
    loadSameAccount(sql, keys, households),
  ])
  const roll = { households, persons, supporters, authorisations, incomes, assets, expenditures }
  return { ...roll, payments, filings, queries, sameNumber, sameAccount }
}

/** Every official of the district with their number, in order of number of the official. */
export async function loadOfficials(sql: Sql, keys: Keys): Promise<OfficialRow[]> {
  const rows = await sql.query<OfficialRow & WithSealed>(`${selectSealed('officials')} order by official_no`)
  return rows.map(opener<OfficialRow>(keys, 'officials'))
}

/** Which of these citizen numbers an accepted person of the district carries; one statement. */
export async function listedNumbers(sql: Sql, keys: Keys, idNumbers: readonly string[]): Promise<Set<string>> {
  const byIndex = new Map(idNumbers.map((id) => [numberIndex(keys, id).toString('hex'), id]))
  const rows = await sql.query<{ id_number_index: Buffer }>(
    'select distinct id_number_index from person where id_number_index = any($1)',
    [[...byIndex.keys()].map((hex) => Buffer.from(hex, 'hex'))],
  )
  return new Set(rows.map((row) => byIndex.get(row.id_number_index.toString('hex')) ?? ''))
}
