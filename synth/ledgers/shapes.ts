import { fullYears } from '../calendar.ts'
import type { Rng } from '../random.ts'
import type { Cell } from './book.ts'
import {
  type DateSpelling,
  type MoneySpelling,
  type MonthSpelling,
  plainMoney,
  spelledDate,
  spelledMoney,
  spelledMonth,
} from './spelling.ts'
import { type Entry, type Family, headOf, LEDGER_AS_OF, type Member, type Payment } from './truth.ts'
import { CODE_WORDS, COLUMN_WORDS, type UNWANTED, wordFor } from './words.ts'

/** The columns a bureau's file has, and how it writes what stands in them. */

export interface Facts {
  readonly family: Family
  readonly member: Member
  readonly payment?: Payment
  readonly serial: number
}

export interface ColumnSpec {
  /** `<table>.<column>`, a special field, or '' for one that is not wanted. */
  readonly field: string
  readonly path: readonly string[]
  /** Whose row it belongs to. */
  readonly of: 'family' | 'member' | 'payment'
  /** Which member or payment of the family, where several stand in one row. */
  readonly slot?: number
  readonly width: number
}

/** How a bureau writes. */
export interface Habit {
  readonly wording: 0 | 1 | 2
  readonly date: DateSpelling
  readonly month: MonthSpelling
  readonly money: MoneySpelling
}

export function habitOf(rng: Rng, wording: 0 | 1 | 2): Habit {
  return {
    wording,
    date: rng.pick(['serial', 'iso', 'slashes', 'dots', 'chinese', 'compact'] as const),
    month: rng.pick(['serial', 'iso', 'dots', 'chinese', 'compact', 'number'] as const),
    money: rng.pick(['number', 'number', 'text'] as const),
  }
}

const DAYS: ReadonlySet<string> = new Set(['persons.birth_date', 'households.applied_on', 'payments.paid_on'])
const MONTHS: ReadonlySet<string> = new Set(['households.aid_from', 'payments.month'])
const WIDE: ReadonlySet<string> = new Set(['head.id_number', 'persons.id_number', 'households.account_no', 'payments.account_no'])

export function isMoney(field: string): boolean {
  return field === 'households.approved_amount' || field === 'payments.amount'
}

export function isDay(field: string): boolean {
  return DAYS.has(field)
}

export function isMonthField(field: string): boolean {
  return MONTHS.has(field)
}

const ofFamily: Readonly<Record<string, (family: Family) => string>> = {
  'households.household_no': ({ no }) => no,
  'head.name': (family) => headOf(family).human.name,
  'head.id_number': (family) => headOf(family).human.id,
  'households.kind': () => 'existing',
  'households.division_code': ({ village }) => village.code,
  'place.township': ({ village }) => village.townshipName,
  'place.village': ({ village }) => village.name,
  'place.group': ({ group }) => group,
  'households.address': ({ address }) => address,
  'households.programme': ({ village }) => village.programme,
  'households.tier': ({ tier }) => tier,
  'households.approved_amount': ({ fen }) => plainMoney(fen),
  'households.aid_from': ({ aidFrom }) => aidFrom,
  'households.applied_on': ({ appliedOn }) => appliedOn,
  'households.bank_name': ({ bank }) => bank,
  'households.account_no': ({ account }) => account,
  'households.account_holder': (family) => headOf(family).human.name,
  'payments.account_no': ({ account }) => account,
  'payments.account_holder': (family) => headOf(family).human.name,
  'count.persons': ({ members }) => String(members.length),
}

const ofMember: Readonly<Record<string, (member: Member) => string>> = {
  'persons.counted': () => 'yes',
  'persons.name': ({ human }) => human.name,
  'persons.id_number': ({ human }) => human.id,
  'persons.gender': ({ human }) => human.sex,
  'persons.birth_date': ({ human }) => human.birth,
  'persons.age': ({ human }) => String(fullYears(human.birth, LEDGER_AS_OF)),
  'persons.relation': ({ relation }) => relation,
  'persons.health': ({ health }) => health,
  'persons.marital_status': ({ marital }) => marital,
  'persons.work_status': ({ work }) => work,
  'persons.student_level': ({ student }) => student,
  'persons.phone': ({ phone }) => phone,
}

/** What a field truly is, as the text of a package. */
export function truthOf(field: string, { family, member, payment }: Facts): string {
  if (field === 'payments.month') return payment?.month ?? ''
  if (field === 'payments.amount') return plainMoney(payment?.fen ?? 0)
  if (field === 'payments.paid_on') return payment?.paidOn ?? ''
  if (field === 'payments.payment_no') return `${family.no}-${payment?.month ?? ''}`
  if (field === 'persons.person_no') return `${family.no}-${101 + family.members.indexOf(member)}`
  return ofFamily[field]?.(family) ?? ofMember[field]?.(member) ?? ''
}

/** Whose entry says how a field is written. */
export function entryOf(spec: Pick<ColumnSpec, 'of'>, facts: Facts): Entry {
  if (spec.of === 'payment' && facts.payment !== undefined) return facts.payment
  return spec.of === 'member' ? facts.member : facts.family
}

const NOTES = ['', '', '', '√', '已核', '见档案']

function unwantedCell(word: string, { family, serial }: Facts): Cell {
  if (word === '民族') return '汉族'
  if (word === '致困原因') return ['因病', '因残', '缺劳力'][serial % 3] ?? ''
  if (word.startsWith('人均')) return Math.round(family.fen / family.members.length / 100)
  if (word.startsWith('耕地')) return (serial % 7) + 0.5
  if (word === '经办人') return '甲经办'
  return NOTES[serial % NOTES.length] ?? ''
}

/** The tidy cell of a column. */
export function cellOf(spec: ColumnSpec, facts: Facts, habit: Habit): Cell {
  const own = entryOf(spec, facts).written.get(spec.field)
  if (own !== undefined) return own
  const { field } = spec
  if (field === 'row.no') return facts.serial
  if (field === '') return unwantedCell(spec.path.at(-1) ?? '', facts)
  const text = truthOf(field, facts)
  if (CODE_WORDS[field] !== undefined) return wordFor(field, text, habit.wording, facts.member.human.sex)
  if (isMoney(field)) return spelledMoney(Math.round(Number(text) * 100), habit.money)
  if (isDay(field)) return spelledDate(text, habit.date)
  if (isMonthField(field)) return spelledMonth(text, habit.month)
  return field === 'count.persons' || field === 'persons.age' ? Number(text) : text
}

function ownerOf(field: string): ColumnSpec['of'] {
  if (field.startsWith('persons.')) return 'member'
  return field.startsWith('payments.') && !field.startsWith('payments.account') ? 'payment' : 'family'
}

/** A column under its usual word; `group` stands above it. */
export function columnOf(field: string, wording: 0 | 1 | 2, group: readonly string[] = []): ColumnSpec {
  const words = COLUMN_WORDS[field]?.[wording] ?? field
  return { field, path: [...group, words], of: ownerOf(field), width: WIDE.has(field) ? 22 : 12 }
}

export function unwantedColumn(word: (typeof UNWANTED)[number], group: readonly string[] = []): ColumnSpec {
  return { field: '', path: [...group, word], of: 'family', width: 12 }
}
