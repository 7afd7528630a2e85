/**
 * Households, members and payments of a workbook as rows of the core tables.
 *
 * C1 A household is the one its number names, else the registered one whose head has its head's number, else the registered one without a head that
 *    all of its registered members belong to; else it gets a number made of its head's (or first usable) citizen number by a keyed index.
 * C2 A member keeps the number the registry has of the same household and citizen number; others are numbered on.
 * C3 What no sheet has a column for stays as it is registered. Gender and birth date come from the citizen number where no cell says them.
 * C4 A number whose middle is hidden, as exports of this system have it, is that of the registered member of the household that it shows.
 * C5 A payment belongs to a household by its number, the head's or the recipient's citizen number, or the account: never by a name.
 */
import { addMonths, isDate, isMonth } from '#kernel/dates'
import { ageOn, birthDateOf, maskIdNumber, readIdNumber, sexOf } from '#kernel/id-number'
import type { FieldIssue } from '#kernel/import-issue'
import { digitsOf } from '#kernel/text'
import { divisionOf } from './division-rows.ts'
import { type At, type Given, type HouseholdDraft, headMember, type MemberDraft, type PaymentRow, type Told } from './drafts.ts'
import type { LedgerTableName } from './fields.ts'
import type { Places } from './places.ts'
import type { Registered, RegisteredPerson, Wanted } from './registered.ts'

/** What a person said where the workbook has nothing. */
export interface Constants {
  readonly programme: string
  /** 'aid-from', or a day. */
  readonly appliedOn: string
  /** 'month-end', or a day. */
  readonly paidOn: string
  readonly aidFrom: string
  readonly counted: string
}

export interface AssemblyContext {
  readonly asOf: string
  readonly maxAge: number
  readonly constants: Constants
  readonly registered: Registered
  readonly places: Places
  /** A short text made of a secret text by a key, always the same. */
  readonly madeNumber: (text: string) => string
}

export interface CoreRow {
  readonly table: LedgerTableName
  readonly given: Given
  readonly at: At
  readonly issues: readonly FieldIssue[]
}

function unclear(): FieldIssue {
  return { column: 'household_no', code: 'HOUSEHOLD_UNCLEAR', severity: 'error' }
}

/** Reads citizen numbers as of a date. */
class Numbers {
  readonly #asOf: string
  readonly #maxAge: number
  constructor(asOf: string, maxAge: number) {
    this.#asOf = asOf
    this.#maxAge = maxAge
  }

  /** The number as 18 characters; '' for one that cannot be used. */
  usable(raw: string): string {
    return raw === '' ? '' : (readIdNumber(raw, this.#asOf, this.#maxAge).value ?? '')
  }
}

/** Numbers, citizen numbers and accounts that a workbook names, to be looked up in the registry. */
export function wantedOf(told: Told, asOf: string, maxAge: number): Wanted {
  const numbers = new Numbers(asOf, maxAge)
  const nos = new Set<string>()
  const ids = new Set<string>()
  const accounts = new Set<string>()
  for (const { no, headId, members } of told.households) {
    nos.add(no)
    for (const raw of [headId, ...members.map(({ given }) => given.id_number ?? '')]) ids.add(numbers.usable(raw))
  }
  for (const { no, idNumber, account } of told.payments) {
    nos.add(no)
    ids.add(numbers.usable(idNumber))
    accounts.add(digitsOf(account))
  }
  const filled = (set: ReadonlySet<string>): string[] => [...set].filter((text) => text !== '')
  return { householdNos: filled(nos), idNumbers: filled(ids), accounts: filled(accounts) }
}

interface Placed {
  readonly draft: HouseholdDraft
  readonly no: string
  readonly issues: readonly FieldIssue[]
}

export class Assembly {
  readonly #ctx: AssemblyContext
  readonly #told: Told
  readonly #numbers: Numbers
  readonly #made = new Map<string, string>()
  /** Households by citizen number and by account, where payments look for theirs. */
  readonly #byNumber = new Map<string, Set<string>>()
  readonly #byAccount = new Map<string, Set<string>>()

  constructor(told: Told, ctx: AssemblyContext) {
    this.#told = told
    this.#ctx = ctx
    this.#numbers = new Numbers(ctx.asOf, ctx.maxAge)
  }

  /** Every row, households first, then members, then payments, each in the order of the workbook. */
  *rows(): Generator<CoreRow> {
    for (const division of this.#told.divisions) {
      yield { table: 'divisions', given: divisionOf(division), at: division.at, issues: [] }
    }
    const placed = this.#told.households.map((draft) => this.#place(draft))
    for (const one of placed) if (one.draft.isTold) yield* this.#households(one)
    for (const one of placed) yield* this.#members(one)
    for (const one of placed) yield* this.#ownPayments(one)
    for (const payment of this.#told.payments) yield this.#payment(payment)
  }

  #place(draft: HouseholdDraft): Placed {
    const head = this.#numbers.usable(draft.headId)
    const ids = draft.members.map(({ given }) => this.#numbers.usable(given.id_number ?? '')).filter((id) => id !== '')
    const { no, issues } = this.#numberOf(draft, head, ids)
    if (this.#told.payments.length > 0) {
      for (const id of head === '' ? ids : [head, ...ids]) this.#remember(this.#byNumber, id, no)
      this.#remember(this.#byAccount, digitsOf(draft.given.account_no ?? ''), no)
    }
    return { draft, no, issues }
  }

  #remember(map: Map<string, Set<string>>, key: string, no: string): void {
    if (key === '') return
    const known = map.get(key)
    if (known === undefined) map.set(key, new Set([no]))
    else known.add(no)
  }

  #numberOf(draft: HouseholdDraft, head: string, ids: readonly string[]): { no: string; issues: readonly FieldIssue[] } {
    if (draft.no !== '') return { no: draft.no, issues: [] }
    const registered = this.#registeredOf(head, ids)
    if (registered !== undefined) return { no: registered, issues: [] }
    const id = head || ids[0]
    if (id !== undefined) return { no: this.#makeNumber(id), issues: [] }
    const [first] = draft.members
    return {
      no: this.#makeNumber(`${draft.headName}\n${draft.headId}\n${first?.given.name ?? ''}\n${draft.at.sheet}\n${draft.at.row}`),
      issues: [unclear()],
    }
  }

  #registeredOf(head: string, ids: readonly string[]): string | undefined {
    const { byNumber, members } = this.#ctx.registered
    const ofHead = (byNumber.get(head) ?? []).filter(({ given }) => given.relation === 'head')
    if (ofHead.length === 1) return ofHead[0]?.householdNo
    const headless = new Set(
      ids
        .flatMap((id) => byNumber.get(id) ?? [])
        .map(({ householdNo }) => householdNo)
        .filter((no) => members.get(no)?.some(({ given }) => given.relation === 'head') !== true),
    )
    return headless.size === 1 ? [...headless][0] : undefined
  }

  #makeNumber(text: string): string {
    const base = `T${this.#ctx.madeNumber(text)}`
    for (let n = 1; ; n++) {
      const no = n === 1 ? base : `${base}-${n}`
      const of = this.#made.get(no)
      if (of === undefined) this.#made.set(no, text)
      if (of === undefined || of === text) return no
    }
  }

  /** The household; and a refused row for each other one that uses its number. */
  *#households(one: Placed): Generator<CoreRow> {
    const row = this.#household(one)
    yield row
    for (const at of one.draft.clashes) yield { ...row, at }
  }

  #household({ draft, no, issues }: Placed): CoreRow {
    const known = this.#ctx.registered.households.get(no)?.given ?? {}
    const given: Given = { ...known, ...draft.given, household_no: no }
    const { constants } = this.#ctx
    given.kind ||= 'existing'
    given.programme ||= known.programme ?? constants.programme
    given.aid_from ||= known.aid_from ?? constants.aidFrom
    given.applied_on ||= known.applied_on ?? this.#appliedOn(given.aid_from)
    given.division_code ||= this.#division(draft, known.division_code ?? '')
    const found: FieldIssue[] = [...issues, ...draft.issues]
    const counted = draft.members.length
    if (/^\d+$/.test(draft.count) && counted > 1 && Number(draft.count) !== counted) {
      found.push({ column: 'household_no', code: 'COUNT_DIFFERS', severity: 'warn' })
    }
    return { table: 'households', given, at: draft.at, issues: found }
  }

  #appliedOn(aidFrom: string): string {
    const { appliedOn } = this.#ctx.constants
    if (appliedOn !== 'aid-from') return appliedOn
    return isMonth(aidFrom) ? `${aidFrom}-01` : ''
  }

  #division(draft: HouseholdDraft, registered: string): string {
    if (draft.place.village === '' && draft.place.township === '' && registered !== '') return registered
    return this.#ctx.places.find(draft.place).code ?? registered
  }

  *#members({ draft, no }: Placed): Generator<CoreRow> {
    const registered = this.#ctx.registered.members.get(no) ?? []
    const taken = new Set(registered.map(({ personNo }) => personNo))
    const numbered = new Map<string, { personNo: string; text: string }>()
    let last = 0
    const next = (): string => {
      for (last++; taken.has(`${no}-${String(last).padStart(2, '0')}`); ) last++
      return `${no}-${String(last).padStart(2, '0')}`
    }
    for (const member of this.#withHead(unmasked(draft, registered))) {
      const id = this.#numbers.usable(member.given.id_number ?? '')
      const known = registered.find(({ idNumber }) => id !== '' && idNumber === id)
      const row = this.#person(member, no, id, known)
      const text = JSON.stringify(row.given)
      const earlier = id === '' ? undefined : numbered.get(id)
      const own = member.given.person_no || undefined
      const personNo =
        own ?? (earlier?.text === text ? earlier.personNo : earlier === undefined ? known?.personNo : undefined) ?? next()
      if (earlier === undefined && id !== '') numbered.set(id, { personNo, text })
      yield { ...row, given: { ...row.given, person_no: personNo } }
    }
  }

  /** Members, the head among them: by number, by name, or added where only columns of the head speak of them. */
  #withHead(draft: HouseholdDraft): MemberDraft[] {
    const { headId, headName, members } = draft
    const isNumber = (member: MemberDraft): boolean =>
      headId !== '' && (member.given.id_number ?? '').toUpperCase() === headId.toUpperCase()
    const isName = (member: MemberDraft): boolean => headId === '' && headName !== '' && member.given.name === headName
    const asHead = (member: MemberDraft): MemberDraft =>
      (member.given.relation ?? '') === '' ? { ...member, given: { ...member.given, relation: 'head' } } : member
    if (members.some((member) => isNumber(member) || isName(member))) {
      return members.map((member) => (isNumber(member) || isName(member) ? asHead(member) : member))
    }
    if (members.some(({ given }) => given.relation === 'head')) return members
    const only = members.length === 1 ? members[0] : undefined
    if (headId === '' && headName === '') {
      return only !== undefined && only.given.relation === undefined ? [asHead(only)] : members
    }
    if (only !== undefined && only.given.name === undefined && only.given.id_number === undefined) {
      return [{ ...only, given: { ...only.given, name: headName, id_number: headId, relation: 'head' } }]
    }
    const at = draft.foundAt.get('head') ?? draft.at
    return [headMember(at, headName, headId), ...members]
  }

  #person(member: MemberDraft, no: string, id: string, registered: RegisteredPerson | undefined): CoreRow {
    const known = registered?.given ?? {}
    const given: Given = { ...known, ...member.given, household_no: no, person_no: '' }
    if (registered !== undefined && (member.given.relation ?? '') === '') given.relation = known.relation ?? ''
    given.counted ||= known.counted ?? this.#ctx.constants.counted
    const issues: FieldIssue[] = [...member.issues]
    if (id !== '') {
      given.gender ||= sexOf(id)
      const born = birthDateOf(id)
      given.birth_date ||= born
      if (isMonth(given.birth_date)) {
        if (given.birth_date !== born.slice(0, 7)) issues.push({ column: 'birth_date', code: 'IDQ-4', severity: 'warn' })
        given.birth_date = born
      }
      const age = /^(\d{1,3})岁?$/.exec(member.age)
      const differs = age !== null && this.#yearsApart(id, Number(age[1])) > MOST_YEARS_APART
      if (differs) issues.push({ column: 'birth_date', code: 'IDQ-4', severity: 'warn' })
    }
    return { table: 'persons', given, at: member.at, issues }
  }

  #yearsApart(id: string, age: number): number {
    const difference = ageOn(id, this.#ctx.asOf) - age
    return difference < 0 ? -difference : difference
  }

  *#ownPayments({ draft, no }: Placed): Generator<CoreRow> {
    for (const payment of draft.payments) {
      yield this.#paid(no, payment, [])
    }
  }

  #payment(payment: PaymentRow): CoreRow {
    const no = this.#paidHousehold(payment)
    if (no !== undefined) return this.#paid(no, payment, [])
    const { sheet, row } = payment.at
    const given = { ...payment.given, payment_no: `${NOWHERE}${sheet + 1}-${row}-${payment.month}` }
    return this.#paid(NOWHERE, { ...payment, given }, [unclear()])
  }

  #paidHousehold({ no, idNumber, account }: PaymentRow): string | undefined {
    if (no !== '') return no
    const id = this.#numbers.usable(idNumber)
    const { byNumber, byAccount } = this.#ctx.registered
    const persons = byNumber.get(id) ?? []
    const heads = persons.filter(({ given }) => given.relation === 'head')
    for (const among of [
      heads.map(({ householdNo }) => householdNo),
      persons.map(({ householdNo }) => householdNo),
      [...(this.#byNumber.get(id) ?? [])],
    ]) {
      const one = new Set(among)
      if (one.size === 1) return among[0]
      if (one.size > 1) return undefined
    }
    if (id !== '' || idNumber !== '') return undefined
    const digits = digitsOf(account)
    const holders = new Set([...(byAccount.get(digits) ?? []), ...(this.#byAccount.get(digits) ?? [])])
    return digits !== '' && holders.size === 1 ? [...holders][0] : undefined
  }

  #paid(
    no: string,
    payment: { at: At; month: string; given: Given; issues: readonly FieldIssue[] },
    more: readonly FieldIssue[],
  ): CoreRow {
    const known = this.#ctx.registered.payments.get(`${no}\n${payment.month}`)
    const given: Given = { ...known?.given, ...payment.given, household_no: no, month: payment.month }
    given.payment_no ||= known?.paymentNo ?? `${no}-${payment.month}`
    given.paid_on ||= known?.given.paid_on ?? this.#paidOn(payment.month)
    return { table: 'payments', given, at: payment.at, issues: [...payment.issues, ...more] }
  }

  /** The last day of the month, not behind the as-of date within its month; or the day a person said. */
  #paidOn(month: string): string {
    const { constants, asOf } = this.#ctx
    if (constants.paidOn !== 'month-end') return constants.paidOn
    if (!isMonth(month)) return ''
    const end = addMonths(`${month}-31`, 0)
    return month === asOf.slice(0, 7) && isDate(asOf) && asOf < end ? asOf : end
  }
}

/** Stands for the household of a payment that nobody can place: no household has this number. */
const NOWHERE = '?'

/** The household with the registered numbers in place of those whose middle is hidden. */
function unmasked(draft: HouseholdDraft, registered: readonly RegisteredPerson[]): HouseholdDraft {
  const whole = (text: string): string => {
    const shown = text.includes('*') ? registered.filter(({ idNumber }) => maskIdNumber(idNumber) === text.toUpperCase()) : []
    return shown.length === 1 ? (shown[0]?.idNumber ?? text) : text
  }
  const members = draft.members.map((member) => {
    const { id_number: id } = member.given
    return id === undefined ? member : { ...member, given: { ...member.given, id_number: whole(id) } }
  })
  return { ...draft, headId: whole(draft.headId), members }
}

/** Ages in ledgers grow old; more years than these are no oversight. */
const MOST_YEARS_APART = 3
