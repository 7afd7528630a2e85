import { rangeOf } from '#kernel/division'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { openSealed } from '#registry'
import { type Condition, EMPLOYMENT, MARITAL, PROGRAMMES, type RecordType, SEX } from '../contract/index.ts'
import type { Sort } from '../rules/read-item.ts'
import type { GroupRow, MemberRow } from '../rules/record-of.ts'

/** SQL of looking up persons and households that receive aid or did. Row-level security keeps it to the partner's divisions. */

/**
 * Members of households with aid. Where one person alone is granted aid (单人保) only that person, who has dates of their own or is the
 * head, is a member of the programme.
 */
const MEMBERS = `from person p join household h on h.household_no = p.household_no
  left join division d on d.code = h.division_code
  where h.aid_from is not null and p.counted = 'yes'
    and (h.single_applicant is distinct from 'yes' or p.aid_from is not null or p.relation = 'head')`
const GROUPS = 'from household h left join division d on d.code = h.division_code where h.aid_from is not null'

const MEMBER_COLUMNS = `p.person_no, p.household_no, p.name, p.gender, p.birth_date, p.relation, p.marital_status, p.work_status, p.sealed,
  p.id_number_index, h.division_code, d.name as division_name, h.programme, coalesce(p.aid_from, h.aid_from) as aid_from,
  coalesce(p.aid_to, h.aid_to) as aid_to`
const GROUP_COLUMNS = `h.household_no, h.persons_count, h.division_code, d.name as division_name, h.programme, h.aid_from, h.aid_to`

interface Column {
  /** SQL of the value; `month` stands for the parameter of the current month. */
  readonly sql: string
  readonly codes?: Readonly<Record<string, readonly string[]>>
}

const column = (sql: string, codes?: Column['codes']): Column => (codes === undefined ? { sql } : { sql, codes })

const shared = {
  group_identifier: column('h.household_no'),
  programme: column('h.programme', PROGRAMMES),
}

const COLUMNS: Readonly<Record<RecordType, Readonly<Record<string, Column>>>> = {
  Member: {
    ...shared,
    name: column('p.name'),
    sex: column('p.gender', SEX),
    birth_date: column('p.birth_date'),
    marital_status: column('p.marital_status', MARITAL),
    employment_status: column('p.work_status', EMPLOYMENT),
    enrolment_date: column('coalesce(p.aid_from, h.aid_from)'),
    enrolment_status: column(`case when coalesce(p.aid_to, h.aid_to) < $1 then 'ended' else 'active' end`),
    place: column('h.division_code'),
  },
  Group: {
    ...shared,
    group_size: column('h.persons_count'),
    enrolment_date: column('h.aid_from'),
    enrolment_status: column(`case when h.aid_to < $1 then 'ended' else 'active' end`),
    place: column('h.division_code'),
  },
}

const SIGNS = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const

type Compare = Extract<Condition, { kind: 'compare' }>

/** A WHERE being written: values become parameters, never text. */
class Where {
  readonly values: unknown[]
  readonly #keys: Keys
  readonly #columns: Readonly<Record<string, Column>>

  constructor(keys: Keys, recordType: RecordType, month: string) {
    this.#keys = keys
    this.#columns = COLUMNS[recordType]
    this.values = [month]
  }

  parameter(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }

  #compare({ attribute, operator, values }: Compare): string {
    if (attribute === 'identifier') {
      const indexes = values.map((number) => this.#keys.blindIndex('id', String(number)))
      return `p.id_number_index = any(${this.parameter(indexes, 'bytea[]')})`
    }
    const { sql, codes } = this.#columnOf(attribute)
    if (attribute === 'place') {
      const ranges = values.map((code) => rangeOf(String(code)))
      const within = ranges.map(
        ({ lo, hi }) => `${sql} >= ${this.parameter(lo, 'text')} and ${sql} < ${this.parameter(hi, 'text')}`,
      )
      return `(${within.join(' or ')})`
    }
    const [value] = values
    if (attribute === 'group_size' && operator !== 'in') return `${sql} ${SIGNS[operator]} ${this.parameter(value, 'bigint')}`
    if (operator !== 'eq' && operator !== 'in') {
      return `${sql} ${SIGNS[operator]} ${this.parameter(value, attribute === 'birth_date' ? 'date' : 'text')}`
    }
    const ours = values.flatMap((one) => codes?.[String(one)] ?? [String(one)])
    return `${sql}${attribute === 'birth_date' ? '::text' : ''} = any(${this.parameter(ours, 'text[]')})`
  }

  #columnOf(attribute: string): Column {
    const found = this.#columns[attribute]
    if (found === undefined) throw new Error(`no column for ${attribute}`)
    return found
  }

  text(condition: Condition): string {
    if (condition.kind === 'compare') return this.#compare(condition)
    // "not" of an unknown value is unknown, never "yes".
    if (condition.kind === 'not') return `not (${this.text(condition.of)})`
    return `(${condition.of.map((one) => this.text(one)).join(condition.kind === 'all' ? ' and ' : ' or ')})`
  }

  order(sort: readonly Sort[], last: string): string {
    const terms = sort.map(({ attribute, descending }) => `${this.#columnOf(attribute).sql}${descending ? ' desc' : ''}`)
    return [...terms, last].join(', ')
  }
}

/** What is looked up, and which page of it. */
export interface RecipientQuery {
  readonly condition: Condition
  readonly sort: readonly Sort[]
  readonly limit: number
  readonly offset: number
  /** `YYYY-MM` */
  readonly month: string
}

type Sealed = { sealed: Buffer }

function openMember(keys: Keys, { sealed, ...row }: Omit<MemberRow, 'id_number' | 'health'> & Sealed): MemberRow {
  const fields = openSealed(keys, sealed)
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return { ...row, id_number: text(fields.id_number) ?? '', health: text(fields.health) }
}

/** How many rows a condition finds, counted up to one more than `most`. */
export async function countRecipients(
  sql: Sql,
  keys: Keys,
  type: RecordType,
  query: RecipientQuery,
  most: number,
): Promise<number> {
  const where = new Where(keys, type, query.month)
  const found = `${type === 'Member' ? MEMBERS : GROUPS} and $1::text is not null and ${where.text(query.condition)}`
  const limit = where.parameter(most + 1, 'bigint')
  const [row] = await sql.query<{ n: number }>(
    `select count(*) as n from (select 1 ${found} limit ${limit}) found`,
    where.values,
    { named: false },
  )
  return row?.n ?? 0
}

/** A page of members, their numbers opened. */
export async function listMembers(sql: Sql, keys: Keys, query: RecipientQuery): Promise<MemberRow[]> {
  const where = new Where(keys, 'Member', query.month)
  const found = `${MEMBERS} and $1::text is not null and ${where.text(query.condition)}`
  const order = where.order(query.sort, 'p.person_no')
  const [limit, offset] = [where.parameter(query.limit, 'bigint'), where.parameter(query.offset, 'bigint')]
  const rows = await sql.query<Omit<MemberRow, 'id_number' | 'health'> & Sealed>(
    `select ${MEMBER_COLUMNS} ${found} order by ${order} limit ${limit} offset ${offset}`,
    where.values,
    { named: false },
  )
  return rows.map((row) => openMember(keys, row))
}

/** A page of households. */
export async function listGroups(sql: Sql, keys: Keys, query: RecipientQuery): Promise<GroupRow[]> {
  const where = new Where(keys, 'Group', query.month)
  const found = `${GROUPS} and $1::text is not null and ${where.text(query.condition)}`
  const order = where.order(query.sort, 'h.household_no')
  const [limit, offset] = [where.parameter(query.limit, 'bigint'), where.parameter(query.offset, 'bigint')]
  return sql.query<GroupRow>(`select ${GROUP_COLUMNS} ${found} order by ${order} limit ${limit} offset ${offset}`, where.values, {
    named: false,
  })
}

/** The members of households, in the order of the household's own list. */
export async function listMembersOf(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<MemberRow[]> {
  const rows = await sql.query<Omit<MemberRow, 'id_number' | 'health'> & Sealed>(
    `select ${MEMBER_COLUMNS} ${MEMBERS} and h.household_no = any($1) order by p.household_no, p.file_row`,
    [householdNos],
  )
  return rows.map((row) => openMember(keys, row))
}

/** No statement of this transaction runs longer than this. */
export async function limitTime(sql: Sql, milliseconds: number): Promise<void> {
  await sql.execute(`select set_config('statement_timeout', $1, true)`, [String(milliseconds)])
}
