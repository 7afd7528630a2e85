import { type CodeOf, codesOf } from '#kernel/terms'
import type { ExactValue } from './exact-value.ts'
import {
  codeOf,
  date,
  decimal,
  listOf,
  moneyFen,
  object,
  oneOf,
  type Read,
  type Reader,
  ReadingFault,
  text,
  whole,
  yesNo,
} from './reader.ts'

/**
 * The facts of one household as `yingbao assess` reads them. Amounts are whole fen, areas exact fractions of square
 * metres. What is absent stays absent; what the rules assume for it is said in the result.
 */

/** Relation of a member to the applicant; the order is that of the column codes. */
export const MEMBER_RELATIONS = [
  'applicant',
  'spouse',
  'child',
  'parent',
  'parent_in_law',
  'child_in_law',
  'sibling',
  'grandparent',
  'grandchild',
  'other',
] as const

export const INCOME_ITEMS: readonly CodeOf<'income_item'>[] = [...codesOf('income_item')] as CodeOf<'income_item'>[]
export const STUDY_LEVELS: readonly CodeOf<'student_level'>[] = [...codesOf('student_level')] as CodeOf<'student_level'>[]
export const EXPENSE_KINDS = ['medical', 'education', 'disability', 'other'] as const

const OLDEST_VEHICLE = 1000
const AREA_DECIMALS = 6

/** Square metres with at most six decimals. */
const area: Reader<Read<ReturnType<typeof decimal>>> = (value, place) => {
  const x = decimal({ least: 0, most: 1_000_000_000 })(value, place)
  if (10n ** BigInt(AREA_DECIMALS) % x.d !== 0n)
    throw new ReadingFault(place, `“${place}”应为至多 ${AREA_DECIMALS} 位小数的面积（平方米）`)
  return x
}

const member = object(
  { id: text, relation: oneOf(...MEMBER_RELATIONS) },
  {
    birth_date: date,
    age: whole({ least: 0, most: 999 }),
    lives_together: yesNo,
    study: codeOf('student_level'),
    cannot_live_independently: yesNo,
    serving: yesNo,
    missing: yesNo,
    long_term_clergy: yesNo,
    conscript: yesNo,
    disability: object({ class: whole({ least: 1, most: 7 }), grade: whole({ least: 1, most: 4 }) }),
    serious_illness: yesNo,
    works: yesNo,
    income_stable: yesNo,
    able_to_work: yesNo,
    tags: listOf(text),
  },
)

const months = whole({ least: 1 })
const income = object({ item: codeOf('income_item'), amount: moneyFen }, { ref: text, months, member: text })
const expense = object({ kind: oneOf(...EXPENSE_KINDS), amount: moneyFen }, { months, member: text })
const persons = whole({ least: 1 })
const supporter = object(
  { relation: codeOf('supporter_relation'), monthly_income: moneyFen, household_persons: persons },
  { supported_count: persons, agreed: moneyFen, paid: moneyFen },
)
const vehicle = object(
  {},
  { price: moneyFen, age_years: whole({ least: 0, most: OLDEST_VEHICLE }), value: moneyFen, exempt: yesNo },
)
const assets = object(
  {},
  { monetary: moneyFen, dwellings: listOf(object({ area })), non_residential: whole(), vehicles: listOf(vehicle) },
)

const householdFields = object(
  { programme: oneOf('urban', 'rural'), members: listOf(member) },
  {
    single_applicant: yesNo,
    family: object({ members: persons, monthly_income: moneyFen }),
    tier: text,
    incomes: listOf(income),
    expenses: listOf(expense),
    supporters: listOf(supporter),
    assets,
  },
)

export type Household = Read<typeof householdFields>
export type Member = Household['members'][number]
export type Vehicle = Read<typeof vehicle>

function checkMembers(members: readonly Member[], on: string): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const [i, { id, birth_date }] of members.entries()) {
    const place = `members[${i + 1}]`
    if (ids.has(id)) throw new ReadingFault(`${place}.id`, `“${place}.id”重复：“${id}”已在前面出现`)
    ids.add(id)
    if (birth_date !== undefined && birth_date > on) {
      throw new ReadingFault(`${place}.birth_date`, `“${place}.birth_date”晚于核算日期 ${on}`)
    }
  }
  const applicants = members.filter(({ relation }) => relation === 'applicant').length
  if (applicants !== 1)
    throw new ReadingFault('members', `“members”中申请人（relation 为 applicant）应恰为一人，现为 ${applicants} 人`)
  return ids
}

function checkMemberNames(lines: readonly { readonly member?: string }[], place: string, ids: ReadonlySet<string>): void {
  for (const [i, line] of lines.entries()) {
    if (line.member !== undefined && !ids.has(line.member)) {
      throw new ReadingFault(`${place}[${i + 1}].member`, `“${place}[${i + 1}].member”所指的“${line.member}”不在 members 中`)
    }
  }
}

/** Reads a household as of `on`. Throws ReadingFault naming the field. */
export function readHousehold(value: ExactValue, on: string): Household {
  const household = householdFields(value, '')
  const ids = checkMembers(household.members, on)
  checkMemberNames(household.incomes ?? [], 'incomes', ids)
  checkMemberNames(household.expenses ?? [], 'expenses', ids)
  if (household.single_applicant === true && household.family === undefined) {
    throw new ReadingFault('family', '单人保申请（single_applicant）须填写“family”（全家人数与月收入）')
  }
  return household
}
