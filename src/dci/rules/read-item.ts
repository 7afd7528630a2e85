import {
  COMPARABLE,
  type Condition,
  isFitName,
  LIMITS,
  QUERY_TYPES,
  type QueryType,
  RECORD_TYPES,
  type RecordType,
  type Right,
  type SearchCode,
} from '../contract/index.ts'
import { isInstant } from './check-header.ts'
import { QueryFault, readQuery } from './read-query.ts'

/** Reads one item of a search request and holds it against the rights of the partner. */

/** Why an item is refused. */
export class ItemFault extends Error {
  override readonly name = 'ItemFault'
  readonly code: SearchCode
  constructor(code: SearchCode, message: string) {
    super(message)
    this.code = code
  }
}

/** For what, and on which paper's strength, somebody asks. */
export interface Grounds {
  readonly purpose: string
  readonly reference: string
}

export interface Sort {
  readonly attribute: string
  readonly descending: boolean
}

/** What is to be looked up. */
export interface SearchPlan {
  readonly referenceId: string
  readonly recordType: RecordType
  readonly right: Right
  readonly grounds: Grounds
  readonly condition: Condition
  readonly sort: readonly Sort[]
  readonly pageSize: number
  readonly pageNumber: number
}

export interface ItemReader {
  readonly rights: readonly Right[]
  /** `YYYY-MM-DD` */
  readonly today: string
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

/** A reference that can be given back; an empty text when there is none. */
export function referenceOf(item: unknown): string {
  const given = fieldsOf(item).reference_id
  const reference = typeof given === 'string' ? given.trim() : ''
  return reference.length <= LIMITS.name && isFitName(reference) ? reference : ''
}

/** Which references stand in a message more than once. */
export function repeatedReferences(items: readonly unknown[]): ReadonlySet<string> {
  const references = items.map(referenceOf).filter((reference) => reference !== '')
  return new Set(references.filter((reference, i) => references.indexOf(reference) !== i))
}

/** The journal, which keeps the reference, takes no mobile number in clear. */
const MOBILE = /(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])/

/** The grounds of an item: `authorize` or `consent` with a purpose and the reference of the paper; throws when they are missing. */
export function groundsOf(criteria: Fields, today: string): Grounds {
  for (const name of ['authorize', 'consent']) {
    const given = fieldsOf(criteria[name])
    const purpose = fieldsOf(given.purpose)
    if (typeof purpose.code !== 'string' || purpose.code === '') continue
    const reference = typeof purpose.ref_uri === 'string' ? purpose.ref_uri.trim() : ''
    if (reference === '' || reference.length > LIMITS.name || !isFitName(reference) || MOBILE.test(reference)) {
      throw new ItemFault(
        'rjct.search_criteria.invalid',
        `${name}.purpose.ref_uri 应写明授权或委托文书的编号或地址，不得含公民身份号码或手机号码`,
      )
    }
    if (!isInstant(given.ts) || given.ts.slice(0, 10) > today) {
      throw new ItemFault('rjct.search_criteria.invalid', `${name}.ts 应为授权的时间，且不晚于今天`)
    }
    return { purpose: purpose.code, reference }
  }
  throw new ItemFault(
    'rjct.search_criteria.invalid',
    '缺少 authorize 或 consent（含 ts、purpose.code、purpose.ref_uri），不予查询',
  )
}

function recordTypeOf(criteria: Fields): RecordType {
  const named = criteria.response_entity ?? criteria.reg_record_type
  if (named === undefined || named === '') return 'Member'
  const last = typeof named === 'string' ? (named.split(/[:/]/).at(-1) ?? '') : ''
  const found = RECORD_TYPES.find((type) => type.toLowerCase() === last.toLowerCase().replace(/^sr|^spdci/, ''))
  if (found === undefined && /^(sr)?person$/i.test(last)) return 'Member'
  if (found === undefined) throw new ItemFault('rjct.search_criteria.invalid', 'response_entity 可用 Member、Group')
  return found
}

/** The right that covers a purpose and a kind of record today; undefined when none does. */
export function rightFor(rights: readonly Right[], purpose: string, recordType: RecordType, today: string): Right | undefined {
  return rights.find(
    (right) => right.purpose === purpose && right.recordType === recordType && (right.validTo === null || right.validTo >= today),
  )
}

function sortOf(value: unknown, recordType: RecordType, right: Right): Sort[] {
  if (value === undefined || value === '' || value === null) return []
  if (!Array.isArray(value) || value.length > 3) throw new ItemFault('rjct.sort.invalid', 'sort 应为至多 3 项的数组')
  return value.map((one: unknown) => {
    const { attribute_name: name, sort_order: order } = fieldsOf(one)
    const last = typeof name === 'string' ? (name.toLowerCase().split('.').at(-1) ?? '') : ''
    const found = Object.entries(COMPARABLE[recordType]).find(([, { names }]) => names.includes(last))
    const [attribute, rule] = found ?? []
    const granted = rule !== undefined && (rule.grant === null || right.attributes.includes(rule.grant))
    if (attribute === undefined || attribute === 'identifier' || !granted) {
      throw new ItemFault('rjct.sort.invalid', `不能按“${last.slice(0, 40)}”排序`)
    }
    if (order !== undefined && order !== 'asc' && order !== 'desc') {
      throw new ItemFault('rjct.sort.invalid', 'sort_order 可用 asc、desc')
    }
    return { attribute, descending: order === 'desc' }
  })
}

function pageOf(value: unknown): { pageSize: number; pageNumber: number } {
  if (value === undefined || value === '' || value === null) return { pageSize: LIMITS.defaultPageSize, pageNumber: 1 }
  const page = fieldsOf(value)
  const [pageSize, pageNumber] = [Number(page.page_size), Number(page.page_number ?? 1)]
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > LIMITS.pageSize) {
    throw new ItemFault('rjct.pagination.invalid', `page_size 应为 1 至 ${LIMITS.pageSize}`)
  }
  if (!Number.isInteger(pageNumber) || pageNumber < 1 || pageNumber > LIMITS.records) {
    throw new ItemFault('rjct.pagination.invalid', `page_number 应为 1 至 ${LIMITS.records} 的整数`)
  }
  return { pageSize, pageNumber }
}

function queryTypeOf(criteria: Fields, right: Right): QueryType {
  const type = QUERY_TYPES.find((one) => one === criteria.query_type)
  if (type === undefined) throw new ItemFault('rjct.search_criteria.invalid', `query_type 可用 ${QUERY_TYPES.join('、')}`)
  if (!right.queries.includes(type)) throw new ItemFault('rjct.search_criteria.invalid', `没有“${type}”查询的权限`)
  return type
}

/** Checks what every item has: a reference used once, a time. Throws ItemFault. */
export function checkItem(item: unknown, repeated: ReadonlySet<string>): void {
  const reference = referenceOf(item)
  if (reference === '') throw new ItemFault('rjct.reference_id.invalid', 'reference_id 为空、过长，或含公民身份号码、控制字符')
  if (repeated.has(reference)) throw new ItemFault('rjct.reference_id.duplicate', `reference_id“${reference}”在报文中重复`)
  if (!isInstant(fieldsOf(item).timestamp)) throw new ItemFault('rjct.timestamp.invalid', 'timestamp 应为带时区的时间')
}

/** Reads an item; throws ItemFault. */
export function readItem(item: unknown, repeated: ReadonlySet<string>, reader: ItemReader): SearchPlan {
  checkItem(item, repeated)
  const { search_criteria: given, locale } = fieldsOf(item)
  if (locale !== undefined && locale !== '' && typeof locale !== 'string') {
    throw new ItemFault('rjct.search_criteria.invalid', 'locale 应为三个小写字母')
  }
  const criteria = fieldsOf(given)
  if (criteria.query === undefined)
    throw new ItemFault('rjct.search_criteria.invalid', 'search_criteria 应写 query_type 和 query')
  const recordType = recordTypeOf(criteria)
  const grounds = groundsOf(criteria, reader.today)
  const right = rightFor(reader.rights, grounds.purpose, recordType, reader.today)
  if (right === undefined) {
    throw new ItemFault('rjct.search_criteria.invalid', `没有以“${grounds.purpose.slice(0, 60)}”为目的查询 ${recordType} 的权限`)
  }
  const queryType = queryTypeOf(criteria, right)
  const sort = sortOf(criteria.sort, recordType, right)
  const page = pageOf(criteria.pagination)
  try {
    const condition = readQuery(queryType, criteria.query, { recordType, right, today: reader.today })
    return { referenceId: referenceOf(item), recordType, right, grounds, condition, sort, ...page }
  } catch (error) {
    if (error instanceof QueryFault) throw new ItemFault('rjct.filter.invalid', error.message)
    throw error
  }
}
