import { checkCharacter } from '../people.ts'
import type { Cell } from './book.ts'
import type { Draft } from './draft.ts'
import { DATE_SPELLINGS, MONEY_SPELLINGS, MONTH_SPELLINGS, spelledDate, spelledMoney, spelledMonth } from './spelling.ts'
import { type Entry, type Family, freshEntry, headOf, type Member } from './truth.ts'
import { CODE_WORDS, HOMOPHONES } from './words.ts'

/** What goes wrong in the cells of ledgers, and what must become of it. Each gives false when the ledger has nothing it could happen to. */
export type Fault = (draft: Draft) => boolean

export function hasColumn({ columns }: Draft, field: string): boolean {
  return columns.some((spec) => spec.field === field)
}

/** A family nothing was done to yet. */
export function freeFamily(draft: Draft, fits: (family: Family) => boolean = () => true): Family | null {
  const free = draft.families.filter((family) => !family.isTouched && fits(family))
  if (free.length === 0) return null
  const family = draft.rng.pick(free)
  family.isTouched = true
  return family
}

function refuse(entry: Entry, codes: readonly string[]): void {
  entry.status = 'refused'
  entry.codes = [...codes]
}

/** Members whose own columns a file has. */
function listedMembers(draft: Draft, family: Family): Member[] {
  return draft.headListed ? family.members : family.members.slice(1)
}

/** Whoever of a family must not be its head where the head makes the household known. */
function memberFor(draft: Draft, fits: (member: Member) => boolean = () => true): Member | null {
  if (!hasColumn(draft, 'persons.id_number')) return null
  const may = (family: Family): Member[] => {
    const listed = listedMembers(draft, family)
    return (
      draft.withNo && !hasColumn(draft, 'head.id_number') ? listed : listed.filter((member) => member !== headOf(family))
    ).filter(fits)
  }
  const family = freeFamily(draft, (each) => may(each).length > 0)
  return family === null ? null : draft.rng.pick(may(family))
}

function idFault(cell: (id: string) => Cell, codes: readonly string[], fits: (member: Member) => boolean = () => true): Fault {
  return (draft) => {
    const member = memberFor(draft, fits)
    if (member === null) return false
    member.written.set('persons.id_number', cell(member.human.id))
    refuse(member, codes)
    return true
  }
}

function wrongCheck(id: string): string {
  const right = checkCharacter(id.slice(0, 17))
  return id.slice(0, 17) + (right === '5' ? '6' : '5')
}

const isDigits = ({ human }: Member): boolean => /^\d{18}$/.test(human.id) && !human.id.endsWith('000')

/** Written otherwise and mended by the reader, with a word about it. */
function idSpelling(cell: (id: string) => string, fits: (member: Member) => boolean = () => true): Fault {
  return (draft) => {
    const member = memberFor(draft, fits)
    if (member === null) return false
    member.written.set('persons.id_number', cell(member.human.id))
    return true
  }
}

function familyCell(field: string, cell: (draft: Draft, family: Family) => Cell, codes: readonly string[] | null): Fault {
  return (draft) => {
    if (draft.onlyPayments || !hasColumn(draft, field)) return false
    const family = freeFamily(draft)
    if (family === null) return false
    family.written.set(field, cell(draft, family))
    if (codes !== null) refuse(family, codes)
    return true
  }
}

/** Every number of a column becomes what the spreadsheet makes of it. */
const accountAsNumber: Fault = (draft) => {
  const field = draft.onlyPayments ? 'payments.account_no' : 'households.account_no'
  if (!hasColumn(draft, field)) return false
  const family = freeFamily(draft)
  if (family === null) return false
  const lost = draft.encoding !== null && draft.rng.permille(500)
  family.written.set(field, lost ? `${family.account.slice(0, 15)}0000` : { value: Number(family.account), style: 'plain' })
  const entries = draft.onlyPayments ? family.payments : [family]
  for (const entry of entries) refuse(entry, ['ACCOUNT_LOST'])
  return true
}

/** Writes a field of an entry otherwise, where the file has a column for it. */
function rewrite(draft: Draft, entry: Entry, field: string, cell: () => Cell): void {
  if (hasColumn(draft, field)) entry.written.set(field, cell())
}

const dates: Fault = (draft) => {
  const { rng } = draft
  const families = draft.families.filter(({ isTouched }) => !isTouched)
  for (const family of families) {
    rewrite(draft, family, 'households.aid_from', () => spelledMonth(family.aidFrom, rng.pick(MONTH_SPELLINGS)))
    for (const member of family.members) {
      rewrite(draft, member, 'persons.birth_date', () => spelledDate(member.human.birth, rng.pick(DATE_SPELLINGS)))
    }
    for (const payment of family.payments) {
      rewrite(draft, payment, 'payments.month', () => spelledMonth(payment.month, rng.pick(MONTH_SPELLINGS)))
      rewrite(draft, payment, 'payments.paid_on', () => spelledDate(payment.paidOn, rng.pick(DATE_SPELLINGS)))
    }
  }
  return families.length > 0
}

const money: Fault = (draft) => {
  for (const family of draft.families) {
    if (family.isTouched) continue
    family.written.set('households.approved_amount', spelledMoney(family.fen, draft.rng.pick(MONEY_SPELLINGS)))
    for (const payment of family.payments)
      payment.written.set('payments.amount', spelledMoney(payment.fen, draft.rng.pick(MONEY_SPELLINGS)))
  }
  return hasColumn(draft, 'households.approved_amount') || hasColumn(draft, 'payments.amount')
}

const placeSpelling: Fault = (draft) => {
  if (draft.onlyPayments || !hasColumn(draft, 'place.village')) return false
  const family = freeFamily(draft)
  if (family === null) return false
  const { name, code, townshipName } = family.village
  const stem = name.replace(/村$|社区$/, '')
  const misspelt = [...stem]
    .map((c, at) => (at === stem.length - 1 || at === stem.length - 2 ? (HOMOPHONES[c] ?? c) : c))
    .join('')
  const written = draft.rng.pick([
    stem,
    `${stem}村委会`,
    stem.slice(townshipName.length - 1),
    `${misspelt}${name.slice(stem.length)}`,
  ])
  for (const each of draft.families)
    if (each.village === family.village && !each.isHidden) each.written.set('place.village', written)
  draft.places[written] = code
  return written !== name
}

/** Words of a member that this bureau does not use elsewhere, by field. */
function rareWords(draft: Draft, member: Member): [string, readonly string[]][] {
  const codes = { 'persons.relation': member.relation, 'persons.health': member.health, 'persons.work_status': member.work }
  return Object.entries(codes).flatMap(([field, code]) => {
    const found = CODE_WORDS[field]?.find((each) => each.code === code && (each.sex ?? member.human.sex) === member.human.sex)
    return found?.rare === undefined || !hasColumn(draft, field) ? [] : [[field, found.rare] as [string, readonly string[]]]
  })
}

const words: Fault = (draft) => {
  const rareOf = (family: Family) => listedMembers(draft, family).map((member) => ({ member, rare: rareWords(draft, member) }))
  const family = freeFamily(draft, (each) => rareOf(each).some(({ rare }) => rare.length > 0))
  if (family === null) return false
  for (const { member, rare } of rareOf(family))
    for (const [field, choice] of rare) member.written.set(field, draft.rng.pick(choice))
  return true
}

const samePerson: Fault = (draft) => {
  const first = memberFor(draft, ({ relation, written }) => relation !== 'head' && written.size === 0)
  if (first === null) return false
  const second = freeFamily(draft, (family) => !draft.families.some((other) => other.members.includes(first) && other === family))
  if (second === null) return false
  const again: Member = { ...first, ...freshEntry(), relation: 'other' }
  const isLater = draft.families.indexOf(second) > draft.families.findIndex(({ members }) => members.includes(first))
  second.members.push(again)
  if (isLater) again.warns.push(['IDQ-8'])
  else first.warns.push(['IDQ-8'])
  return true
}

const sameAccount: Fault = (draft) => {
  if (!hasColumn(draft, 'households.account_no')) return false
  const [first, second] = [freeFamily(draft), freeFamily(draft)]
  if (first === null || second === null) return false
  second.account = first.account
  return true
}

/** Two amounts for one household, where its cells are repeated. */
const contradiction: Fault = (draft) => {
  if (!draft.layout.endsWith('repeated') && draft.layout !== 'ledger-csv') return false
  const family = freeFamily(draft, ({ members }) => members.length > 1)
  const last = family?.members.at(-1)
  if (family === null || last === undefined) return false
  last.written.set('households.approved_amount', spelledMoney(family.fen + 10_000, 'number'))
  refuse(family, ['VALUE_CONFLICT', 'DUPLICATE_KEY'])
  return true
}

const wrongGender: Fault = (draft) => {
  if (!hasColumn(draft, 'persons.gender')) return false
  const member = memberFor(draft)
  if (member === null) return false
  const other = member.human.sex === '1' ? '2' : '1'
  member.written.set('persons.gender', other === '1' ? '男' : '女')
  member.read.set('persons.gender', other)
  member.warns.push(['IDQ-4'])
  return true
}

const wrongBirth: Fault = (draft) => {
  if (!hasColumn(draft, 'persons.birth_date')) return false
  const member = memberFor(draft)
  if (member === null) return false
  const { birth } = member.human
  const other = `${birth.slice(0, 8)}${birth.endsWith('05') ? '06' : '05'}`
  member.written.set('persons.birth_date', spelledDate(other, draft.habit.date))
  member.read.set('persons.birth_date', other)
  member.warns.push(['IDQ-4'])
  return true
}

const doubledRow: Fault = (draft) => {
  if (draft.layout !== 'member-empty' && draft.layout !== 'member-repeated' && draft.layout !== 'ledger-csv') return false
  const member = memberFor(draft, ({ relation }) => relation !== 'head')
  if (member === null) return false
  draft.doubled.add(member)
  return true
}

/** Nobody is written as the head; the number of the household says who belongs together. */
const noHead: Fault = (draft) => {
  if (
    !draft.withNo ||
    !hasColumn(draft, 'persons.relation') ||
    hasColumn(draft, 'head.id_number') ||
    hasColumn(draft, 'head.name')
  )
    return false
  const family = freeFamily(draft)
  if (family === null) return false
  const head = headOf(family)
  head.written.set('persons.relation', '其他')
  head.read.set('persons.relation', 'other')
  family.warns.push(['IDQ-8'])
  return true
}

const spaces: Fault = (draft) => {
  for (const family of draft.families) {
    if (family.isTouched) continue
    family.written.set('households.address', `${family.address}\n`)
    for (const member of family.members) {
      const { name } = member.human
      const spread = name.length === 2 ? [...name].join('　') : `${name} `
      member.written.set('persons.name', spread)
    }
    if (hasColumn(draft, 'head.name') && !draft.onlyPayments) family.written.set('head.name', ` ${headOf(family).human.name} `)
  }
  return true
}

/** A day of payment that is still to come. */
const futurePayment: Fault = (draft) => {
  if (!hasColumn(draft, 'payments.paid_on')) return false
  const family = freeFamily(draft)
  const payment = family?.payments.at(-1)
  if (payment === undefined) return false
  payment.written.set('payments.paid_on', spelledDate('2026-12-15', draft.habit.date))
  refuse(payment, ['DATE_FUTURE'])
  return true
}

const paymentAmount: Fault = (draft) => {
  if (!hasColumn(draft, 'payments.amount')) return false
  const payment = freeFamily(draft)?.payments[1]
  if (payment === undefined) return false
  const negative = draft.rng.permille(500)
  payment.written.set('payments.amount', negative ? { value: -300, style: 'money' } : '待核')
  refuse(payment, [negative ? 'MONEY_NEGATIVE' : 'MONEY_INVALID'])
  return true
}

const strangerPayment: Fault = (draft) => {
  if (!draft.onlyPayments) return false
  const family = freeFamily(draft)
  if (family === null) return false
  const stranger = draft.maker.family(family.village)
  family.members.splice(0, 1, { ...headOf(stranger) })
  family.no = stranger.no
  family.account = stranger.account
  draft.strangers.add(family)
  for (const payment of family.payments) refuse(payment, ['HOUSEHOLD_UNCLEAR', 'REF_NOT_FOUND'])
  return true
}

/** Two households under one number. */
const sameNumber: Fault = (draft) => {
  if (!draft.withNo || draft.onlyPayments || draft.layout === 'two-sheets' || draft.layout === 'product-labels') return false
  const [first, second] = [freeFamily(draft), freeFamily(draft)]
  if (first === null || second === null) return false
  second.no = first.no
  for (const family of [first, second]) {
    refuse(family, ['DUPLICATE_KEY', 'VALUE_CONFLICT'])
  }
  return true
}

/** Every fault of a cell or a row, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'id-wrong-check': idFault(wrongCheck, ['IDQ-1']),
  'id-lost': idFault((id) => ({ value: Number(id), style: 'plain' }), ['IDQ-3'], isDigits),
  'id-empty': idFault(() => null, ['REQUIRED_EMPTY']),
  'id-short': idSpelling(
    (id) => `${id.slice(0, 6)}${id.slice(8, 17)}`,
    ({ human }) => human.birth.startsWith('19'),
  ),
  'id-spaced': idSpelling((id) => `${id.slice(0, 6)} ${id.slice(6, 14)} ${id.slice(14)}`),
  'account-lost': accountAsNumber,
  'date-spellings': dates,
  'money-spellings': money,
  'place-spelling': placeSpelling,
  'rare-words': words,
  'same-person': samePerson,
  'same-account': sameAccount,
  contradiction,
  'wrong-gender': wrongGender,
  'wrong-birth': wrongBirth,
  'doubled-row': doubledRow,
  'no-head': noHead,
  spaces,
  'amount-negative': familyCell('households.approved_amount', (_, { fen }) => ({ value: -fen / 100, style: 'money' }), [
    'MONEY_NEGATIVE',
  ]),
  'amount-open': familyCell('households.approved_amount', ({ rng }) => rng.pick(['待核', '停发', '同上']), ['MONEY_INVALID']),
  'month-impossible': familyCell('households.aid_from', () => '2021年13月', ['DATE_INVALID']),
  'applied-later': familyCell('households.applied_on', ({ habit }) => spelledDate('2026-11-20', habit.date), ['DATE_FUTURE']),
  'payment-later': futurePayment,
  'payment-amount': paymentAmount,
  'payment-stranger': strangerPayment,
  'same-number': sameNumber,
}
