/** Which field each column of a sheet is taken for, and what its rows therefore hold. */
import { withoutOrdinal } from './layout.ts'
import { monthOfHeader, type NamedMonth } from './months.ts'
import { headerWord } from './text.ts'
import type { GroupKind, Words } from './words.ts'

export interface ColumnPlan {
  /** Position in the sheet. */
  readonly at: number
  readonly key: string
  readonly path: readonly string[]
  readonly hidden: boolean
  /** Field; '' when it is not wanted, null while nobody knows. */
  readonly field: string | null
  /** Month of an amount, where the header names one. */
  readonly month: NamedMonth | null
  /** Which member of the row it is about; 0 where rows have one, and for the head beside numbered members. */
  readonly member: number
}

export type SheetUse = 'divisions' | 'ledger' | 'households' | 'persons' | 'payments' | 'none'

/** Column of reasons that a workbook given back carries. */
export const REASONS = '错误原因'

const HEAD_FIELDS: Readonly<Record<string, string>> = { 'persons.name': 'head.name', 'persons.id_number': 'head.id_number' }
const ACCOUNT_WORDS: Readonly<Record<string, string>> = {
  姓名: 'households.account_holder',
  名称: 'households.account_holder',
  身份证号: 'households.account_holder_id',
  身份证号码: 'households.account_holder_id',
  公民身份号码: 'households.account_holder_id',
  号码: 'households.account_no',
}

function inGroup(group: GroupKind, leaf: string, field: string | undefined): string | undefined {
  switch (group) {
    case 'head':
      return field === undefined ? undefined : (HEAD_FIELDS[field] ?? field)
    case 'income':
      return ''
    case 'account':
      return ACCOUNT_WORDS[leaf] ?? field
    case 'payment':
      return field === 'households.approved_amount' ? 'payments.amount' : field
    case 'member':
      return field === 'head.name' ? 'persons.name' : field === 'head.id_number' ? 'persons.id_number' : field
  }
}

function groupIn(words: Words, path: readonly string[]): GroupKind | undefined {
  for (let at = path.length - 2; at >= 0; at--) {
    const word = path[at] ?? ''
    const bare = word.replace(/[0-9一二三四五六七八九十]+$/, '').replace(/\(.*\)$/, '')
    const group = words.group(word) ?? words.group(bare)
    if (group !== undefined) return group
  }
  return undefined
}

/** The field a header path is taken for: certain, or only likely. */
export function fieldOfPath(words: Words, path: readonly string[]): { field: string | null; likely: boolean } {
  const each = path.map(headerWord).filter((word) => word !== '')
  const leaf = each[each.length - 1] ?? ''
  if (leaf === '' || leaf === REASONS) return { field: '', likely: false }
  if (monthOfHeader(path) !== null) return { field: 'payments.amount', likely: false }
  const joined = words.column(each.join(''))
  if (joined !== undefined) return { field: joined, likely: false }
  const bare = leaf.replace(/\(.*\)/g, '')
  const own = withoutOrdinal(bare)
  const field = words.column(leaf) ?? words.column(bare) ?? (own === bare ? undefined : words.column(own))
  const group = groupIn(words, each)
  const grouped = group === undefined ? field : inGroup(group, bare, field)
  if (grouped !== undefined) return { field: grouped, likely: false }
  return { field: words.likelyColumn(leaf), likely: true }
}

/** Fields of which a sheet may have several columns: one for each member or month. */
function mayRepeat(field: string): boolean {
  return field === '' || field.startsWith('persons.') || field === 'payments.amount'
}

const CHINESE_DIGITS = '一二三四五六七八九十'

/** The number of the member that a path names: 成员1姓名, 家庭成员二 | 姓名. */
function ordinalIn(path: readonly string[]): number {
  for (const text of path) {
    const match =
      /(?:成员|人员|第)[(（]?(\d{1,2}|[一二三四五六七八九十])/.exec(text) ??
      /^(\d{1,2})[.、-]?(?:姓名|身份证|关系|性别)/.exec(text)
    if (match === null) continue
    const digit = CHINESE_DIGITS.indexOf(match[1] ?? '')
    return digit >= 0 ? digit + 1 : Number(match[1])
  }
  return 0
}

/** Numbers the columns about members: by what the header says, else by repetition. */
function withMembers(columns: readonly ColumnPlan[]): ColumnPlan[] {
  const members = columns.filter(({ field }) => field?.startsWith('persons.') === true)
  const said = members.map(({ path }) => ordinalIn(path))
  const isRepeated = new Set(members.map(({ field }) => field)).size < members.length
  if (!isRepeated && said.every((number) => number === 0)) return [...columns]
  const times = new Map<string, number>()
  const isSaid = said.some((number) => number > 0)
  return columns.map((column) => {
    const { field } = column
    if (field?.startsWith('persons.') !== true) return column
    if (isSaid) return { ...column, member: ordinalIn(column.path) }
    const seen = (times.get(field) ?? 0) + 1
    times.set(field, seen)
    return { ...column, member: seen }
  })
}

function hasAny(fields: ReadonlySet<string>, ...wanted: readonly string[]): boolean {
  return wanted.some((field) => fields.has(field))
}

const HOUSEHOLD_FACTS = [
  'households.approved_amount',
  'households.tier',
  'households.aid_from',
  'head.id_number',
  'head.name',
  'households.account_no',
  'count.persons',
  'households.programme',
  'households.applied_on',
]

/** A list of divisions has codes and names, and nothing of people. */
function isListOfDivisions(fields: ReadonlySet<string>): boolean {
  const isOfPeople =
    [...fields].some((field) => /^(?:persons|payments|head|count)\./.test(field)) ||
    hasAny(fields, 'households.household_no', ...HOUSEHOLD_FACTS)
  return !isOfPeople && fields.has('divisions.code') && fields.has('divisions.name')
}

/** What the rows of a sheet hold, by the fields of its columns. */
export function sheetUse(columns: readonly ColumnPlan[]): SheetUse {
  const fields = new Set(columns.flatMap(({ field }) => (field === null || field === '' ? [] : [field])))
  const ofPersons = hasAny(fields, 'persons.name', 'persons.id_number')
  const ofAid = hasAny(fields, 'persons.relation', 'households.approved_amount', 'households.tier', 'households.aid_from')
  if (isListOfDivisions(fields)) return 'divisions'
  if (fields.has('payments.amount') && !ofAid) return 'payments'
  if (ofPersons && fields.has('households.household_no') && !hasAny(fields, ...HOUSEHOLD_FACTS)) return 'persons'
  if (ofPersons) return 'ledger'
  if (
    hasAny(fields, 'head.name', 'head.id_number') ||
    (fields.has('households.household_no') && hasAny(fields, ...HOUSEHOLD_FACTS))
  )
    return 'households'
  return 'none'
}

const OF_PAYMENT: Readonly<Record<string, string>> = {
  'households.account_no': 'payments.account_no',
  'households.account_holder': 'payments.account_holder',
}

/** Without people a code and a name are those of divisions. */
function ofDivisions(columns: readonly ColumnPlan[]): readonly ColumnPlan[] {
  const fields = new Set(columns.map(({ field }) => field ?? ''))
  const name = ['divisions.name', 'place.village', 'place.township'].find((field) => fields.has(field)) ?? ''
  const as: Readonly<Record<string, string>> = { 'households.division_code': 'divisions.code', [name]: 'divisions.name' }
  const renamed = columns.map((column) => ({ ...column, field: as[column.field ?? ''] ?? column.field }))
  if (sheetUse(renamed) === 'divisions') return renamed
  return columns.map((column) => (column.field?.startsWith('divisions.') === true ? { ...column, field: null } : column))
}

/** Words that mean the month's aid where nothing else is about payments. */
function settled(columns: readonly ColumnPlan[]): readonly ColumnPlan[] {
  const fields = new Set(columns.map(({ field }) => field))
  const amounts = columns.filter(({ field }) => field === 'payments.amount')
  const isGrant =
    amounts.length === 1 &&
    amounts[0]?.month === null &&
    !fields.has('households.approved_amount') &&
    !fields.has('payments.month') &&
    !fields.has('payments.paid_on') &&
    (fields.has('persons.relation') || fields.has('households.tier') || fields.has('households.aid_from'))
  if (isGrant)
    return columns.map((column) =>
      column.field === 'payments.amount' ? { ...column, field: 'households.approved_amount' } : column,
    )
  return columns
}

/** In a list of payments an account is that of the payment. */
function ofPayments(columns: readonly ColumnPlan[]): readonly ColumnPlan[] {
  if (sheetUse(columns) !== 'payments') return columns
  return columns.map((column) => ({ ...column, field: OF_PAYMENT[column.field ?? ''] ?? column.field }))
}

/** Only one column may give a field of which a row has one; of several amounts without a month the first. */
function withoutDoubles(columns: readonly ColumnPlan[]): ColumnPlan[] {
  const seen = new Set<string>()
  return columns.map((column) => {
    const { field, month } = column
    if (field === null || field === '') return column
    const isFree = mayRepeat(field) && (field !== 'payments.amount' || month !== null)
    if (!isFree && seen.has(field)) return { ...column, field: null }
    seen.add(field)
    return column
  })
}

/** Proposes fields for the columns of a sheet. */
export function proposedColumns(
  words: Words,
  paths: readonly (readonly string[])[],
  keys: readonly string[],
  hidden: ReadonlySet<number>,
): ColumnPlan[] {
  const plans = paths.map((path, at): ColumnPlan => {
    const key = keys[at] ?? ''
    const answered = words.answeredColumn(key)
    const field = answered ?? fieldOfPath(words, path).field
    const month = field === 'payments.amount' ? monthOfHeader(path) : null
    return { at, key, path, hidden: hidden.has(at), field, month, member: 0 }
  })
  return withMembers(withoutDoubles(ofPayments(settled(ofDivisions(plans)))))
}

/** The columns with what a person said of them: of this sheet by position, else by key. */
export function answeredColumns(
  columns: readonly ColumnPlan[],
  said: Readonly<Record<string, string>>,
  ofSheet: Readonly<Record<string, string>>,
): ColumnPlan[] {
  const plans = columns.map((column): ColumnPlan => {
    const field = ofSheet[String(column.at)] ?? said[column.key] ?? column.field
    return { ...column, field, member: 0, month: field === 'payments.amount' ? monthOfHeader(column.path) : null }
  })
  return withMembers(ofPayments(plans))
}

/** The shape of a sheet: its header paths in their order, months alike, without columns of reasons. */
export function shapeOf(paths: readonly (readonly string[])[]): string {
  const out: string[] = []
  for (const path of paths) {
    const isMonth = monthOfHeader(path) !== null
    const text = isMonth ? '〈月〉' : path.map(headerWord).join('/')
    if (text === '' || headerWord(path[path.length - 1] ?? '') === REASONS || (isMonth && out[out.length - 1] === text)) continue
    out.push(text)
  }
  return out.join('\n')
}
