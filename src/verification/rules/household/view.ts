/**
 * One household as the rules look at it: the dossier with what several rules need of it worked out once. Members are
 * the listed persons who are counted; rules see the usable rows of a subject and nothing else of it.
 */

import { monthIndex, monthOf } from '#kernel/dates'
import { min, mulDivHalfUp } from '#kernel/money'
import { type NameVariants, sameName } from '#kernel/person-name'
import { compareCodePoints } from '#kernel/text'
import type { DeclaredIncomeRow, PersonRow, SupporterRow } from '#registry'
import type { RecordName, RecordRows, SourceRow } from '#sources/contract'
import type { RuleContext, Standard } from '../findings/prepare.ts'
import { standardOf } from '../findings/prepare.ts'
import type { Dossier, SubjectAnswers } from './dossier.ts'

type Register = RecordRows['police/register']
type Vehicle = RecordRows['police/vehicles']
type Title = RecordRows['natural_resources/titles']
type TaxRow = RecordRows['tax/personal_income']

/** Anything with answers: a listed person or a supporter. */
export interface Subject {
  /** person_no or supporter_no */
  readonly no: string
  readonly name: string
  readonly idNumber: string
  readonly answers: SubjectAnswers
}

/** D(p): the earliest date of death, with the record that says so. */
export interface Death {
  readonly date: string
  readonly month: string
  readonly source: RecordName
  readonly row: SourceRow
}

/** A listed person with answers. */
export interface Person extends Subject {
  readonly row: PersonRow
  /** I(p), the identity row, or null */
  readonly identity: Register | null
}

/** A listed person who is counted. */
export interface Member extends Person {
  readonly death: Death | null
}

export interface Supporter extends Subject {
  readonly row: SupporterRow
}

/** A row with the member whose row it is. */
export interface Owned<Row> {
  readonly member: Member
  readonly row: Row
}

/** A dwelling of the household: its titles in order of record id, and its area in hundredths of a square metre. */
export interface Dwelling {
  readonly unitNo: string
  readonly titles: readonly Owned<Title>[]
  readonly area: number
}

/** The household as the rules see it. */
export interface HouseholdView {
  readonly dossier: Dossier
  readonly isNew: boolean
  readonly standard: Standard
  readonly persons: readonly Person[]
  readonly members: readonly Member[]
  readonly supporters: readonly Supporter[]
  /** n, the number of members */
  readonly headCount: number
  readonly dwellings: readonly Dwelling[]
  /** countable vehicles, one per plate, in order of record id */
  readonly vehicles: readonly Owned<Vehicle>[]
  /** fen paid per month */
  readonly paid: ReadonlyMap<string, number>
}

const NONE: readonly never[] = []

/** U(s, R): the usable rows of a subject for a record type. */
export function rowsOf<R extends RecordName>(subject: { readonly answers: SubjectAnswers }, record: R): readonly RecordRows[R][] {
  return subject.answers.usable[record] ?? NONE
}

/** Whether text a comes before text b by Unicode code points. */
export function before(a: string, b: string): boolean {
  return compareCodePoints(a, b) < 0
}

/** The row with the smallest record id, or null. */
export function smallest<Row extends SourceRow>(rows: readonly Row[]): Row | null {
  let best: Row | null = null
  for (const row of rows) if (best === null || before(row.source_record_id, best.source_record_id)) best = row
  return best
}

/** The row that is largest by a text (a date or month); of equals the one with the smallest record id. */
export function latest<Row extends SourceRow>(rows: readonly Row[], when: (row: Row) => string): Row | null {
  let best: Row | null = null
  for (const row of rows) {
    if (best === null) best = row
    else if (when(row) > when(best)) best = row
    else if (when(row) === when(best) && before(row.source_record_id, best.source_record_id)) best = row
  }
  return best
}

/** One row per key, the one with the smallest record id, in order of record id. Conditions are applied before. */
export function oncePer<Row extends SourceRow>(rows: readonly Owned<Row>[], key: (row: Row) => string): Owned<Row>[] {
  if (rows.length === 0) return []
  const taken = new Map<string, Owned<Row>>()
  for (const owned of rows) {
    const k = key(owned.row)
    const other = taken.get(k)
    if (other === undefined || before(owned.row.source_record_id, other.row.source_record_id)) taken.set(k, owned)
  }
  return [...taken.values()].sort((a, b) => compareCodePoints(a.row.source_record_id, b.row.source_record_id))
}

/** The members' rows of a record type that meet a condition. */
export function membersRows<R extends RecordName>(
  members: readonly Member[],
  record: R,
  accepts: (row: RecordRows[R]) => boolean,
): Owned<RecordRows[R]>[] {
  const found: Owned<RecordRows[R]>[] = []
  for (const member of members) for (const row of rowsOf(member, record)) if (accepts(row)) found.push({ member, row })
  return found
}

/** Rows grouped by a text, in order of first appearance. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const k = key(row)
    const group = groups.get(k)
    if (group === undefined) groups.set(k, [row])
    else group.push(row)
  }
  return groups
}

/** I(s): of the usable register rows the normal ones if there are any, else all; of these the smallest record id. */
export function identityOf(answers: SubjectAnswers): Register | null {
  const rows = answers.usable['police/register'] ?? NONE
  if (rows.length < 2) return rows[0] ?? null
  return smallest(rows.filter((row) => row.state === 'normal')) ?? smallest(rows)
}

/** D(p): the earliest death date of both death lists; of the rows with that date police/deaths first, then the smallest id. */
export function deathOf(answers: SubjectAnswers): Death | null {
  const police = earliest(answers.usable['police/deaths'] ?? NONE)
  const funeral = earliest(answers.usable['civil_affairs/funerals'] ?? NONE)
  if (police !== null && (funeral === null || police.death_date <= funeral.death_date)) return death('police/deaths', police)
  return funeral === null ? null : death('civil_affairs/funerals', funeral)
}

interface DeathRow extends SourceRow {
  death_date: string
}

function death(source: RecordName, row: DeathRow): Death {
  return { date: row.death_date, month: monthOf(row.death_date), source, row }
}

function earliest(rows: readonly DeathRow[]): DeathRow | null {
  let best: DeathRow | null = null
  for (const row of rows) {
    if (best === null || row.death_date < best.death_date) best = row
    else if (row.death_date === best.death_date && before(row.source_record_id, best.source_record_id)) best = row
  }
  return best
}

/** Tax rows of W in force: of several of one payer, item and month the latest declaration, then the largest record id. */
export function taxRowsInForce(subject: Subject, ctx: RuleContext): readonly TaxRow[] {
  const rows = rowsOf(subject, 'tax/personal_income')
  if (rows.length === 0) return NONE
  const inForce = new Map<string, TaxRow>()
  for (const row of rows) {
    if (row.month < ctx.window.from || row.month > ctx.window.to) continue
    const key = `${row.payer}\u0000${row.item}\u0000${row.month}`
    const other = inForce.get(key)
    if (other === undefined || replaces(row, other)) inForce.set(key, row)
  }
  return [...inForce.values()]
}

function replaces(row: TaxRow, other: TaxRow): boolean {
  if (row.declared_on !== other.declared_on) return row.declared_on > other.declared_on
  return before(other.source_record_id, row.source_record_id)
}

function dwellingArea(titles: readonly Owned<Title>[]): number {
  const shares = new Map<Member, number>()
  for (const { member, row } of titles) {
    const known = shares.get(member) ?? 0
    if (row.share_percent > known) shares.set(member, row.share_percent)
  }
  let share = 0
  for (const part of shares.values()) share += part
  return mulDivHalfUp(titles[0]?.row.area ?? 0, min(share, 10_000), 10_000)
}

function dwellingsOf(members: readonly Member[]): Dwelling[] {
  const titles = membersRows(
    members,
    'natural_resources/titles',
    (row) => row.house_use === 'residential' && row.state === 'valid',
  )
  if (titles.length === 0) return []
  titles.sort((a, b) => compareCodePoints(a.row.source_record_id, b.row.source_record_id))
  const dwellings: Dwelling[] = []
  for (const [unitNo, group] of groupBy(titles, (title) => title.row.unit_no)) {
    dwellings.push({ unitNo, titles: group, area: dwellingArea(group) })
  }
  return dwellings
}

function hasMobilityCertificate(persons: readonly Person[], ctx: RuleContext): boolean {
  return persons.some((person) =>
    rowsOf(person, 'disabled_federation/certificates').some(
      (row) =>
        ctx.sets.mobility_disability_classes.has(row.disability_class) && row.state === 'valid' && row.valid_to >= ctx.asOf,
    ),
  )
}

/** Whether a vehicle counts by its type and status; the exemption of mobility vehicles is looked at besides. */
export function countsByKind(row: Vehicle, ctx: RuleContext): boolean {
  return !ctx.sets.veh_exempt_types.has(row.vehicle_type) && !ctx.sets.veh_exempt_status.has(row.status)
}

function countableVehicles(members: readonly Member[], persons: readonly Person[], ctx: RuleContext): Owned<Vehicle>[] {
  const rows = membersRows(members, 'police/vehicles', (row) => countsByKind(row, ctx))
  const forMobility = rows.some(({ row }) => row.vehicle_use === 'disabled_mobility') && hasMobilityCertificate(persons, ctx)
  const counted = forMobility ? rows.filter(({ row }) => row.vehicle_use !== 'disabled_mobility') : rows
  return oncePer(counted, (row) => row.plate_no)
}

function answersOf(known: ReadonlyMap<string, SubjectAnswers>, no: string): SubjectAnswers {
  const answers = known.get(no)
  if (answers === undefined) throw new Error(`dossier: no answers of subject ${no}`)
  return answers
}

/** A household looked at: persons and supporters at once; what costs more waits until a rule asks for it. */
class Look implements HouseholdView {
  readonly dossier: Dossier
  readonly ctx: RuleContext
  readonly isNew: boolean
  readonly standard: Standard
  readonly persons: Person[] = []
  readonly members: Member[] = []
  readonly supporters: readonly Supporter[]
  readonly headCount: number
  #dwellings: readonly Dwelling[] | undefined
  #vehicles: readonly Owned<Vehicle>[] | undefined
  #paid: ReadonlyMap<string, number> | undefined

  constructor(dossier: Dossier, ctx: RuleContext) {
    this.dossier = dossier
    this.ctx = ctx
    this.isNew = dossier.household.kind === 'new'
    this.standard = standardOf(ctx, dossier.household.programme)
    for (const row of dossier.persons) {
      const answers = answersOf(dossier.answers, row.person_no)
      const identity = identityOf(answers)
      const person = { no: row.person_no, name: row.name, idNumber: row.id_number, row, answers, identity }
      this.persons.push(person)
      if (row.counted === 'yes') this.members.push({ ...person, death: deathOf(answers) })
    }
    this.supporters = dossier.supporters.map((row): Supporter => {
      const answers = answersOf(dossier.supporterAnswers, row.supporter_no)
      return { no: row.supporter_no, name: row.name, idNumber: row.id_number, row, answers }
    })
    this.headCount = this.members.length
  }

  get dwellings(): readonly Dwelling[] {
    this.#dwellings ??= dwellingsOf(this.members)
    return this.#dwellings
  }

  get vehicles(): readonly Owned<Vehicle>[] {
    this.#vehicles ??= countableVehicles(this.members, this.persons, this.ctx)
    return this.#vehicles
  }

  get paid(): ReadonlyMap<string, number> {
    this.#paid ??= paidOf(this.dossier)
    return this.#paid
  }
}

function paidOf(dossier: Dossier): ReadonlyMap<string, number> {
  const paid = new Map<string, number>()
  for (const { month, amount } of dossier.payments) paid.set(month, (paid.get(month) ?? 0) + amount)
  return paid
}

/** The comparison and the report look at the same dossier: its view is made once. */
const views = new WeakMap<Dossier, Look>()

/** Works out what the rules share of a household. Throws if a subject of the dossier has no answers. */
export function viewHousehold(dossier: Dossier, ctx: RuleContext): HouseholdView {
  const known = views.get(dossier)
  if (known?.ctx === ctx) return known
  const view = new Look(dossier, ctx)
  views.set(dossier, view)
  return view
}

/** Whether a member of an existing household is covered in a month: the household was paid, and the person's own months hold. */
export function isCovered(h: HouseholdView, member: Member, month: string): boolean {
  if (h.isNew || (h.paid.get(month) ?? 0) <= 0) return false
  const { aid_from: from, aid_to: to } = member.row
  return (from === null || from <= month) && (to === null || to >= month)
}

/** The months in which a member is covered, in order. */
export function coveredMonths(h: HouseholdView, member: Member): string[] {
  const months: string[] = []
  for (const month of h.paid.keys()) if (isCovered(h, member, month)) months.push(month)
  return months.sort()
}

/** Whether a listed person of the household has this number or a same name. */
export function isNamed(h: HouseholdView, idNumber: string, name: string, variants: NameVariants): boolean {
  return h.persons.some((person) => person.idNumber === idNumber || sameName(person.name, name, variants))
}

/** Whether a listed person or a supporter of the household has this number or a same name. */
export function isNamedOrSupporting(h: HouseholdView, idNumber: string, name: string, variants: NameVariants): boolean {
  if (isNamed(h, idNumber, name, variants)) return true
  return h.supporters.some((supporter) => supporter.idNumber === idNumber || sameName(supporter.name, name, variants))
}

/** Declared rate of an item for a person: over all rows amount ÷ months of the period, each half up to the fen. */
export function declaredRate(incomes: readonly DeclaredIncomeRow[], personNo: string, item: string): number {
  let rate = 0
  for (const row of incomes) {
    if (row.person_no !== personNo || row.item !== item) continue
    rate += mulDivHalfUp(row.amount, 1, monthIndex(row.period_to) - monthIndex(row.period_from) + 1)
  }
  return rate
}

/** Whether a person declared an income of the item above 0. */
export function hasDeclared(incomes: readonly DeclaredIncomeRow[], personNo: string, item: string): boolean {
  return incomes.some((row) => row.person_no === personNo && row.item === item && row.amount > 0)
}
