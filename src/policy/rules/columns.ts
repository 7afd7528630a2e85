import type { Fraction } from '#kernel/fraction'
import { max } from '#kernel/money'
import {
  EXPENSE_KINDS,
  type Household,
  INCOME_ITEMS,
  MEMBER_RELATIONS,
  type Member,
  STUDY_LEVELS,
  type Vehicle,
} from './household.ts'

/**
 * Households as columns: the one form of the facts that the rules run over, for a district or for one household.
 * Rows of members, incomes, expenses, supporters, vehicles and tags of household i lie between `…Start[i]` and
 * `…Start[i + 1]`. Columns hold facts only: no parameter and no date enters them. Amounts are whole fen.
 */
export interface Columns {
  readonly count: number
  /** 0 urban, 1 rural */
  readonly programme: Uint8Array
  readonly single: Uint8Array
  readonly familyMembers: Int32Array
  readonly familyIncome: Float64Array
  /** index into tierNames, -1 where none was decided */
  readonly tier: Int32Array
  readonly monetary: Float64Array
  readonly dwellings: Int32Array
  /** whole number of 1 ÷ areaScale square metres */
  readonly dwellingArea: Float64Array
  readonly nonResidential: Int32Array
  readonly memberStart: Int32Array
  readonly incomeStart: Int32Array
  readonly expenseStart: Int32Array
  readonly supporterStart: Int32Array
  readonly vehicleStart: Int32Array

  /** index into MEMBER_RELATIONS */
  readonly relation: Uint8Array
  /** YYYYMMDD, 0 where not given */
  readonly birth: Int32Array
  /** stated age, -1 where not given */
  readonly age: Int16Array
  /** bits of FLAG */
  readonly flags: Uint16Array
  /** index into STUDY_LEVELS */
  readonly study: Uint8Array
  /** the parts of TRAIT in one byte */
  readonly traits: Uint8Array
  readonly tagStart: Int32Array
  /** index into tagNames */
  readonly tag: Int32Array

  readonly incomeAmount: Float64Array
  readonly incomeMonths: Int32Array
  /** index into INCOME_ITEMS */
  readonly incomeItem: Uint8Array
  /** row of the member, -1 for the household */
  readonly incomeMember: Int32Array

  readonly expenseAmount: Float64Array
  readonly expenseMonths: Int32Array
  /** index into EXPENSE_KINDS */
  readonly expenseKind: Uint8Array
  readonly expenseMember: Int32Array

  readonly supporterIncome: Float64Array
  readonly supporterPersons: Int32Array
  readonly supportedCount: Int32Array
  readonly supportAgreed: Float64Array
  readonly supportPaid: Float64Array

  /** stated value, -1 where not given */
  readonly vehicleValue: Float64Array
  /** price, -1 where not given */
  readonly vehiclePrice: Float64Array
  readonly vehicleAge: Int32Array
  readonly vehicleExempt: Uint8Array

  readonly areaScale: number
  readonly tierNames: readonly string[]
  readonly tagNames: readonly string[]

  /** sum of all amounts of the household; with `heads` it bounds every figure the rules can reach */
  readonly money: Float64Array
  /** members, persons of the family and of the supporters' households */
  readonly heads: Float64Array
  /** 1 where every period and every count of supported persons divides REGULAR_PERIODS */
  readonly regular: Uint8Array
  /** largest `money`, `heads` and `dwellingArea` of all households */
  readonly largest: { readonly money: number; readonly heads: number; readonly area: number }
  /** every household once: the regular ones by programme, and those whose periods or numbers of children are unusual */
  readonly rows: RowLists
}

/** Households in rising order; regular: every period and count divides REGULAR_PERIODS. */
export interface RowLists {
  readonly urban: Int32Array
  readonly rural: Int32Array
  readonly irregular: Int32Array
}

export const FLAG = {
  livesTogether: 1,
  cannotLiveIndependently: 2,
  serving: 4,
  missing: 8,
  clergy: 16,
  conscript: 32,
  works: 64,
  stable: 128,
  able: 256,
} as const

/** A multiple of every count up to 12, and of 18, 24 and 36: the usual periods in months and numbers of children. */
export const REGULAR_PERIODS = 27_720

/** First bit of each part of `traits`: disability class and grade (0 none), serious illness, student. */
export const TRAIT = { disabilityClass: 0, disabilityGrade: 3, seriousIllness: 6, student: 7 } as const

type Tables = Pick<Household, 'members'> & {
  incomes: NonNullable<Household['incomes']>
  expenses: NonNullable<Household['expenses']>
  supporters: NonNullable<Household['supporters']>
  vehicles: readonly Vehicle[]
}

function tablesOf(household: Household): Tables {
  return {
    members: household.members,
    incomes: household.incomes ?? [],
    expenses: household.expenses ?? [],
    supporters: household.supporters ?? [],
    vehicles: household.assets?.vehicles ?? [],
  }
}

function flagsOf(m: Member): number {
  return (
    (m.lives_together === false ? 0 : FLAG.livesTogether) |
    (m.cannot_live_independently === true ? FLAG.cannotLiveIndependently : 0) |
    (m.serving === true ? FLAG.serving : 0) |
    (m.missing === true ? FLAG.missing : 0) |
    (m.long_term_clergy === true ? FLAG.clergy : 0) |
    (m.conscript === true ? FLAG.conscript : 0) |
    (m.works === true ? FLAG.works : 0) |
    (m.income_stable === false ? 0 : FLAG.stable) |
    (m.able_to_work === true ? FLAG.able : 0)
  )
}

function traitsOf(m: Member): number {
  const student = m.study === undefined || m.study === 'none' ? 0 : 1
  return (
    ((m.disability?.class ?? 0) << TRAIT.disabilityClass) |
    ((m.disability?.grade ?? 0) << TRAIT.disabilityGrade) |
    ((m.serious_illness === true ? 1 : 0) << TRAIT.seriousIllness) |
    (student << TRAIT.student)
  )
}

/** Numbers the distinct texts it is asked for, in order of first use. */
class Names {
  readonly list: string[] = []
  private readonly known = new Map<string, number>()

  indexOf(name: string): number {
    const found = this.known.get(name)
    if (found !== undefined) return found
    this.known.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

function totalOf(households: readonly Household[], size: (tables: Tables) => number): number {
  return households.reduce((sum, household) => sum + size(tablesOf(household)), 0)
}

type BareColumns = Omit<Columns, 'rows' | 'largest'>

function emptyColumns(households: readonly Household[], areaScale: number, tiers: Names, tags: Names): BareColumns {
  const count = households.length
  const members = totalOf(households, (t) => t.members.length)
  const incomes = totalOf(households, (t) => t.incomes.length)
  const expenses = totalOf(households, (t) => t.expenses.length)
  const supporters = totalOf(households, (t) => t.supporters.length)
  const vehicles = totalOf(households, (t) => t.vehicles.length)
  return {
    count,
    programme: new Uint8Array(count),
    single: new Uint8Array(count),
    familyMembers: new Int32Array(count),
    familyIncome: new Float64Array(count),
    tier: new Int32Array(count),
    monetary: new Float64Array(count),
    dwellings: new Int32Array(count),
    dwellingArea: new Float64Array(count),
    nonResidential: new Int32Array(count),
    memberStart: new Int32Array(count + 1),
    incomeStart: new Int32Array(count + 1),
    expenseStart: new Int32Array(count + 1),
    supporterStart: new Int32Array(count + 1),
    vehicleStart: new Int32Array(count + 1),
    relation: new Uint8Array(members),
    birth: new Int32Array(members),
    age: new Int16Array(members),
    flags: new Uint16Array(members),
    study: new Uint8Array(members),
    traits: new Uint8Array(members),
    tagStart: new Int32Array(members + 1),
    tag: new Int32Array(totalOf(households, (t) => t.members.reduce((sum, m) => sum + (m.tags?.length ?? 0), 0))),
    incomeAmount: new Float64Array(incomes),
    incomeMonths: new Int32Array(incomes),
    incomeItem: new Uint8Array(incomes),
    incomeMember: new Int32Array(incomes),
    expenseAmount: new Float64Array(expenses),
    expenseMonths: new Int32Array(expenses),
    expenseKind: new Uint8Array(expenses),
    expenseMember: new Int32Array(expenses),
    supporterIncome: new Float64Array(supporters),
    supporterPersons: new Int32Array(supporters),
    supportedCount: new Int32Array(supporters),
    supportAgreed: new Float64Array(supporters),
    supportPaid: new Float64Array(supporters),
    vehicleValue: new Float64Array(vehicles),
    vehiclePrice: new Float64Array(vehicles),
    vehicleAge: new Int32Array(vehicles),
    vehicleExempt: new Uint8Array(vehicles),
    regular: new Uint8Array(count),
    areaScale,
    tierNames: tiers.list,
    tagNames: tags.list,
    money: new Float64Array(count),
    heads: new Float64Array(count),
  }
}

function startOf(starts: Int32Array, i: number, length: number): number {
  const start = starts[i] as number
  starts[i + 1] = start + length
  return start
}

function fillMembers(c: BareColumns, i: number, members: readonly Member[], tags: Names): ReadonlyMap<string, number> {
  const start = startOf(c.memberStart, i, members.length)
  const rows = new Map<string, number>()
  for (const [k, m] of members.entries()) {
    const row = start + k
    rows.set(m.id, row)
    c.relation[row] = MEMBER_RELATIONS.indexOf(m.relation)
    c.birth[row] = m.birth_date === undefined ? 0 : Number(m.birth_date.replaceAll('-', ''))
    c.age[row] = m.age ?? -1
    c.flags[row] = flagsOf(m)
    c.study[row] = STUDY_LEVELS.indexOf(m.study ?? 'none')
    c.traits[row] = traitsOf(m)
    const names = m.tags ?? []
    const tagStart = startOf(c.tagStart, row, names.length)
    for (const [j, name] of names.entries()) c.tag[tagStart + j] = tags.indexOf(name)
  }
  c.heads[i] = (c.heads[i] as number) + members.length
  return rows
}

function fillLines(c: BareColumns, i: number, tables: Tables, rows: ReadonlyMap<string, number>): number {
  let money = 0
  const incomeStart = startOf(c.incomeStart, i, tables.incomes.length)
  for (const [k, line] of tables.incomes.entries()) {
    c.incomeAmount[incomeStart + k] = line.amount
    c.incomeMonths[incomeStart + k] = line.months ?? 1
    c.incomeItem[incomeStart + k] = INCOME_ITEMS.indexOf(line.item)
    c.incomeMember[incomeStart + k] = rows.get(line.member ?? '') ?? -1
    money += line.amount
  }
  const expenseStart = startOf(c.expenseStart, i, tables.expenses.length)
  for (const [k, line] of tables.expenses.entries()) {
    c.expenseAmount[expenseStart + k] = line.amount
    c.expenseMonths[expenseStart + k] = line.months ?? 1
    c.expenseKind[expenseStart + k] = EXPENSE_KINDS.indexOf(line.kind)
    c.expenseMember[expenseStart + k] = rows.get(line.member ?? '') ?? -1
    money += line.amount
  }
  return money
}

function fillSupporters(c: BareColumns, i: number, supporters: Tables['supporters']): number {
  let money = 0
  const start = startOf(c.supporterStart, i, supporters.length)
  for (const [k, supporter] of supporters.entries()) {
    c.supporterIncome[start + k] = supporter.monthly_income
    c.supporterPersons[start + k] = supporter.household_persons
    c.supportedCount[start + k] = supporter.supported_count ?? 1
    c.supportAgreed[start + k] = supporter.agreed ?? 0
    c.supportPaid[start + k] = supporter.paid ?? 0
    money += supporter.monthly_income + (supporter.agreed ?? 0) + (supporter.paid ?? 0)
    c.heads[i] = (c.heads[i] as number) + supporter.household_persons
  }
  return money
}

function fillVehicles(c: BareColumns, i: number, vehicles: readonly Vehicle[]): void {
  const start = startOf(c.vehicleStart, i, vehicles.length)
  for (const [k, vehicle] of vehicles.entries()) {
    c.vehicleValue[start + k] = vehicle.value ?? -1
    c.vehiclePrice[start + k] = vehicle.price ?? -1
    c.vehicleAge[start + k] = vehicle.age_years ?? 0
    c.vehicleExempt[start + k] = vehicle.exempt === true ? 1 : 0
  }
}

function divides(x: number | undefined): boolean {
  return REGULAR_PERIODS % (x ?? 1) === 0
}

function isRegular(tables: Tables): boolean {
  return (
    tables.incomes.every((line) => divides(line.months)) &&
    tables.expenses.every((line) => divides(line.months)) &&
    tables.supporters.every((supporter) => divides(supporter.supported_count))
  )
}

function scaledArea(area: Fraction, scale: number): number {
  return Number((area.n * BigInt(scale)) / area.d)
}

function fillHousehold(c: BareColumns, i: number, household: Household, tiers: Names, tags: Names): void {
  const tables = tablesOf(household)
  const rows = fillMembers(c, i, household.members, tags)
  const lines = fillLines(c, i, tables, rows)
  const support = fillSupporters(c, i, tables.supporters)
  fillVehicles(c, i, tables.vehicles)
  const { assets, family } = household
  c.regular[i] = isRegular(tables) ? 1 : 0
  c.programme[i] = household.programme === 'urban' ? 0 : 1
  c.single[i] = household.single_applicant === true ? 1 : 0
  c.familyMembers[i] = family?.members ?? 0
  c.familyIncome[i] = family?.monthly_income ?? 0
  c.tier[i] = household.tier === undefined ? -1 : tiers.indexOf(household.tier)
  c.monetary[i] = assets?.monetary ?? 0
  c.dwellings[i] = assets?.dwellings?.length ?? 0
  c.dwellingArea[i] = (assets?.dwellings ?? []).reduce((sum, { area }) => sum + scaledArea(area, c.areaScale), 0)
  c.nonResidential[i] = assets?.non_residential ?? 0
  c.money[i] = lines + support + (assets?.monetary ?? 0) + (family?.monthly_income ?? 0)
  c.heads[i] = (c.heads[i] as number) + (family?.members ?? 0)
}

/** The smallest power of ten (at least 100) that makes every area whole. */
function areaScaleOf(households: readonly Household[]): number {
  let scale = 100n
  for (const { assets } of households) {
    for (const { area } of assets?.dwellings ?? []) while (scale % area.d !== 0n) scale *= 10n
  }
  return Number(scale)
}

function rowLists({ count, regular, programme }: BareColumns): RowLists {
  const lists: { urban: number[]; rural: number[]; irregular: number[] } = { urban: [], rural: [], irregular: [] }
  for (let i = 0; i < count; i++) {
    lists[regular[i] === 0 ? 'irregular' : programme[i] === 0 ? 'urban' : 'rural'].push(i)
  }
  return { urban: Int32Array.from(lists.urban), rural: Int32Array.from(lists.rural), irregular: Int32Array.from(lists.irregular) }
}

function largestOf(column: Float64Array): number {
  return column.reduce((most, x) => max(most, x), 0)
}

/** The columns of these households, in their order. */
export function columnsOf(households: readonly Household[]): Columns {
  const tiers = new Names()
  const tags = new Names()
  const columns = emptyColumns(households, areaScaleOf(households), tiers, tags)
  for (const [i, household] of households.entries()) fillHousehold(columns, i, household, tiers, tags)
  const largest = { money: largestOf(columns.money), heads: largestOf(columns.heads), area: largestOf(columns.dwellingArea) }
  return { ...columns, largest, rows: rowLists(columns) }
}
