import { isDate } from '#kernel/dates'
import { readIdNumber } from '#kernel/id-number'
import {
  COMPARABLE,
  CONTROL,
  type Comparable,
  type Condition,
  LIMITS,
  OPERATORS,
  type Operator,
  type QueryType,
  type RecordType,
  type Right,
} from '../contract/index.ts'

/** Reads the three kinds of query into one condition. What cannot be read, or is not covered by the right, is a QueryFault. */

/** Why a query is refused, in Chinese. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault'
}

export interface QueryReader {
  readonly recordType: RecordType
  readonly right: Right
  /** `YYYY-MM-DD` */
  readonly today: string
}

/** The oldest age a citizen number may give. */
const OLDEST = 150

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function attributeOf(name: string, reader: QueryReader): [string, Comparable] {
  const last = name.toLowerCase().split('.').at(-1) ?? ''
  const found = Object.entries(COMPARABLE[reader.recordType]).find(([, { names }]) => names.includes(last))
  if (found === undefined) throw new QueryFault(`不支持按“${name.slice(0, 60)}”查询`)
  const [, { grant }] = found
  if (grant !== null && !reader.right.attributes.includes(grant)) throw new QueryFault(`没有按“${last}”查询的权限`)
  return found
}

/** How texts of some kinds are written, and what to say when one is not. */
const FORMS: Readonly<Record<string, { fits(text: string): boolean; fault: string }>> = {
  date: { fits: (text) => isDate(text) && text >= '0001', fault: '日期应写成 YYYY-MM-DD，且确有这一天' },
  month: { fits: (text) => /^\d{4}-(0[1-9]|1[0-2])(-\d{2})?$/.test(text), fault: '月份应写成 YYYY-MM' },
  division: { fits: (text) => /^\d{12}$/.test(text), fault: '区划应写成 12 位代码' },
  count: { fits: (text) => /^-?\d{1,9}$/.test(text), fault: '此项应与整数比较' },
}

function codeOf(codes: readonly string[], text: string): string {
  if (codes.includes(text)) return text
  throw new QueryFault(`“${text.slice(0, 40)}”不在可用代码内：${codes.join('、')}`)
}

/** The citizen number a text is, in 18 characters; undefined when it is none. */
export function citizenNumberOf(text: string, today: string): string | undefined {
  return readIdNumber(text, today, OLDEST).value ?? undefined
}

function citizenNumber(text: string, today: string): string {
  const number = citizenNumberOf(text, today)
  if (number === undefined) throw new QueryFault('公民身份号码的位数、出生日期或校验位不对')
  return number
}

function singleValue(kind: Comparable['values'], value: unknown, reader: QueryReader): string | number {
  if (typeof value !== 'string' && typeof value !== 'number') throw new QueryFault('比较值应为文字或数字')
  const text = String(value).trim()
  if (text === '' || text.length > LIMITS.name || CONTROL.test(text)) throw new QueryFault('比较值为空、过长或含控制字符')
  if (typeof kind === 'object') return codeOf(kind.codes, text)
  if (kind === 'citizen-number') return citizenNumber(text, reader.today)
  const form = FORMS[kind]
  if (form !== undefined && !form.fits(text)) throw new QueryFault(form.fault)
  if (kind === 'count') return Number(text)
  return kind === 'month' ? text.slice(0, 7) : text
}

function comparison(name: unknown, operator: unknown, value: unknown, reader: QueryReader): Condition {
  if (typeof name !== 'string' || name === '') throw new QueryFault('缺少属性名')
  const [attribute, rule] = attributeOf(name, reader)
  const known = OPERATORS.find((one): one is Operator => one === operator)
  if (known === undefined || !rule.operators.includes(known)) {
    throw new QueryFault(`“${attribute}”可用的比较：${rule.operators.join('、')}`)
  }
  const list = known === 'in' ? (Array.isArray(value) ? value : String(value ?? '').split(',')) : [value]
  if (list.length === 0 || list.length > LIMITS.values) throw new QueryFault(`in 的取值应为 1 至 ${LIMITS.values} 个`)
  return { kind: 'compare', attribute, operator: known, values: list.map((one) => singleValue(rule.values, one, reader)) }
}

// idtype-value -------------------------------------------------------------------------------------------------------------------------

function readIdTypeValue(query: unknown, reader: QueryReader): Condition {
  if (!isFields(query) || typeof query.type !== 'string') throw new QueryFault('idtype-value 查询应写 type 和 value')
  const group = COMPARABLE.Group.group_identifier?.names.includes(query.type.toLowerCase()) ?? false
  const person = COMPARABLE.Member.identifier?.names.includes(query.type.toLowerCase()) ?? false
  if (!group && !(person && reader.recordType === 'Member')) throw new QueryFault(`不支持证件类型“${query.type.slice(0, 40)}”`)
  return comparison(group ? 'group_identifier' : 'identifier', 'eq', query.value, reader)
}

// predicate ----------------------------------------------------------------------------------------------------------------------------

function readPart(part: unknown, reader: QueryReader): Condition | undefined {
  if (part === undefined || part === null || part === '') return undefined
  if (!isFields(part)) throw new QueryFault('predicate 的每个 expression 应写 attribute_name、operator、attribute_value')
  return comparison(part.attribute_name, part.operator, part.attribute_value, reader)
}

function readPredicate(query: unknown, reader: QueryReader): Condition {
  const rows = Array.isArray(query) ? query : []
  if (rows.length === 0) throw new QueryFault('predicate 查询应为非空数组')
  const of = rows.map((row: unknown): Condition => {
    if (!isFields(row)) throw new QueryFault('predicate 的每一项应写 expression1')
    const unknownPart = Object.keys(row).find((name) => /^expression[3-9]$/.test(name))
    if (unknownPart !== undefined) throw new QueryFault(`predicate 只支持 expression1 与 expression2，不支持 ${unknownPart}`)
    const [first, second] = [readPart(row.expression1, reader), readPart(row.expression2, reader)]
    if (first === undefined) throw new QueryFault('predicate 的每一项应写 expression1')
    if (second === undefined) return first
    if (row.condition === 'or') return { kind: 'any', of: [first, second] }
    if (row.condition === 'not') return { kind: 'all', of: [first, { kind: 'not', of: second }] }
    if (row.condition === 'and') return { kind: 'all', of: [first, second] }
    throw new QueryFault('condition 可用 and、or、not')
  })
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'all', of }
}

// expression ---------------------------------------------------------------------------------------------------------------------------

const WORDS: Readonly<Record<string, Operator>> = {
  $eq: 'eq',
  $in: 'in',
  $gt: 'gt',
  $gte: 'ge',
  $ge: 'ge',
  $lt: 'lt',
  $lte: 'le',
  $le: 'le',
}

function all(of: readonly Condition[]): Condition {
  const [only] = of
  if (only === undefined) throw new QueryFault('expression 中没有条件')
  return of.length === 1 ? only : { kind: 'all', of }
}

/** Deeper nesting than this is nobody's question. */
const DEEPEST = 8

function readNode(node: unknown, reader: QueryReader, depth: number): Condition {
  if (!isFields(node) || depth > DEEPEST) throw new QueryFault('expression 的条件写法不对，或嵌套过深')
  const branches = (value: unknown): Condition[] => {
    if (!Array.isArray(value) || value.length === 0) throw new QueryFault('$and、$or 后应为非空数组')
    return value.map((one) => readNode(one, reader, depth + 1))
  }
  return all(
    Object.entries(node).map(([name, value]): Condition => {
      if (name === '$and') return all(branches(value))
      if (name === '$or') return { kind: 'any', of: branches(value) }
      if (name === '$not') return { kind: 'not', of: readNode(value, reader, depth + 1) }
      if (name.startsWith('$')) throw new QueryFault(`不支持“${name.slice(0, 20)}”`)
      if (!isFields(value)) return comparison(name, 'eq', value, reader)
      return all(Object.entries(value).map(([word, operand]) => comparison(name, WORDS[word], operand, reader)))
    }),
  )
}

function readExpression(query: unknown, reader: QueryReader): Condition {
  const value = isFields(query) ? query.value : undefined
  const expression = isFields(value) ? value.expression : undefined
  if (!isFields(expression) || !isFields(expression.query)) throw new QueryFault('expression 查询应写 value.expression.query')
  return readNode(expression.query, reader, 0)
}

function countOf(condition: Condition): number {
  if (condition.kind === 'compare') return 1
  if (condition.kind === 'not') return countOf(condition.of)
  return condition.of.reduce((sum, one) => sum + countOf(one), 0)
}

/** Reads a query; throws QueryFault. */
export function readQuery(type: QueryType, query: unknown, reader: QueryReader): Condition {
  const read = { 'idtype-value': readIdTypeValue, expression: readExpression, predicate: readPredicate }[type]
  const condition = read(query, reader)
  if (countOf(condition) > LIMITS.comparisons) throw new QueryFault(`一次查询最多 ${LIMITS.comparisons} 个比较`)
  return condition
}

/** The citizen numbers a condition names: those persons were asked about, found or not. */
export function numbersAsked(condition: Condition): string[] {
  if (condition.kind === 'not') return numbersAsked(condition.of)
  if (condition.kind !== 'compare') return condition.of.flatMap(numbersAsked)
  return condition.attribute === 'identifier' ? condition.values.map(String) : []
}
