import {
  COMPARABLE,
  type Condition,
  isFitName,
  isInstant,
  LIMITS,
  QUERY_TYPES,
  type QueryType,
  RECORD_TYPES,
  type RecordType,
  type Right,
} from '../contract/index.ts'
import { type Fields, type FormFault, fieldsOf, pageOf, referenceOf, searchFormFault } from './item-form.ts'
import { QueryFault, readQuery } from './read-query.ts'

/** Reads one item of a search request and holds it against the rights of the partner. */

/** Why an item is refused. */
export class ItemFault extends Error {
  override readonly name = 'ItemFault'
  readonly code: FormFault['code']
  constructor(code: FormFault['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Refused for its papers: no authorisation, or none that covers the question. */
export class PapersFault extends ItemFault {
  constructor(message: string) {
    super('rjct.search_criteria.invalid', message)
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
      throw new PapersFault(`${name}.purpose.ref_uri 应写明授权或委托文书的编号或地址，不得含公民身份号码或手机号码`)
    }
    if (!isInstant(given.ts) || given.ts.slice(0, 10) > today) {
      throw new PapersFault(`${name}.ts 应为授权的时间，且不晚于今天`)
    }
    return { purpose: purpose.code, reference }
  }
  throw new PapersFault('缺少 authorize 或 consent（含 ts、purpose.code、purpose.ref_uri），不予查询')
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
  // Both fields of an entry are optional; one that names nothing sorts by nothing.
  const named = value.map(fieldsOf).filter(({ attribute_name: name }) => name !== undefined && name !== null && name !== '')
  return named.map(({ attribute_name: name, sort_order: order }) => {
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

function queryTypeOf(criteria: Fields, right: Right): QueryType {
  const type = QUERY_TYPES.find((one) => one === criteria.query_type)
  if (type === undefined) throw new ItemFault('rjct.search_criteria.invalid', `query_type 可用 ${QUERY_TYPES.join('、')}`)
  if (!right.queries.includes(type)) throw new ItemFault('rjct.search_criteria.invalid', `没有“${type}”查询的权限`)
  return type
}

/** Checks what every item has: its form, and a reference used once. Throws ItemFault. */
export function checkItem(item: unknown, repeated: ReadonlySet<string>, fault: FormFault | undefined): void {
  if (fault !== undefined) throw new ItemFault(fault.code, fault.message)
  const reference = referenceOf(item)
  if (reference === '') throw new ItemFault('rjct.reference_id.invalid', 'reference_id 为空、过长，或含公民身份号码、控制字符')
  if (repeated.has(reference)) throw new ItemFault('rjct.reference_id.duplicate', `reference_id“${reference}”在报文中重复`)
}

/** Reads an item; throws ItemFault. */
export function readItem(item: unknown, repeated: ReadonlySet<string>, reader: ItemReader): SearchPlan {
  checkItem(item, repeated, searchFormFault(item))
  const page = pageOf(item)
  if ('code' in page) throw new ItemFault(page.code, page.message)
  const criteria = fieldsOf(fieldsOf(item).search_criteria)
  const recordType = recordTypeOf(criteria)
  const grounds = groundsOf(criteria, reader.today)
  const right = rightFor(reader.rights, grounds.purpose, recordType, reader.today)
  if (right === undefined) {
    throw new PapersFault(`没有以“${grounds.purpose.slice(0, 60)}”为目的查询 ${recordType} 的权限`)
  }
  const queryType = queryTypeOf(criteria, right)
  const sort = sortOf(criteria.sort, recordType, right)
  try {
    const condition = readQuery(queryType, criteria.query, { recordType, right, today: reader.today })
    return { referenceId: referenceOf(item), recordType, right, grounds, condition, sort, ...page }
  } catch (error) {
    if (error instanceof QueryFault) throw new ItemFault('rjct.filter.invalid', error.message)
    throw error
  }
}
