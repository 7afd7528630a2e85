import { floor } from '#kernel/money'
import type { AssessParameters, Programme } from './assess-parameters.ts'
import { type Columns, REGULAR_PERIODS } from './columns.ts'
import { assessRow } from './row.ts'
import { assessRow as assessRowExactly } from './row-exact.ts'
import type { Detail, Terms, Work } from './row-model.ts'
import { leastCommonMultiple, reach, scaleFor, type TermsContext, terms } from './terms.ts'

/**
 * One set of rules, three runners: `assessAll` for a district, `assessOne` for one household, and `assessOne` with
 * `detail` for the explanation. All call the same steps over the same columns. Households whose figures could leave
 * the exact range of `number`, or whose periods are unusual, run over `bigint`.
 */
const PROGRAMMES: readonly Programme[] = ['urban', 'rural']
/** Bound of every intermediate figure on the number carrier: a quarter of 2^53. */
const LARGEST = 2 ** 51
/** Scales beyond this leave too little room; such parameters run exactly. */
const LARGEST_SCALE = 2n ** 40n

interface ProgrammePlan {
  readonly terms: Terms<number> | null
  readonly scale: number
  readonly perHead: number
  /** fen a household may reach on the number carrier */
  readonly most: number
  readonly mostArea: number
}

export interface Plan {
  readonly parameters: AssessParameters
  readonly on: string
  readonly columns: Columns
  readonly urban: ProgrammePlan
  readonly rural: ProgrammePlan
  /** terms of the exact carrier by programme and scale */
  readonly exact: Map<string, Terms<bigint>>
  /** working columns by member row; every run overwrites the rows it uses */
  readonly counted: Uint8Array
  readonly wage: Float64Array
}

/** One household's results on the carrier it ran on. */
export interface Outcome<T> {
  readonly work: Work<T>
  readonly terms: Terms<T>
}

function context<T>(c: Columns, on: string, programme: Programme, scale: bigint, carry: (x: bigint) => T): TermsContext<T> {
  return { programme, on, scale, tierNames: c.tierNames, tagNames: c.tagNames, areaScale: c.areaScale, carry }
}

function planProgramme(p: AssessParameters, on: string, c: Columns, programme: Programme): ProgrammePlan {
  const scale = scaleFor(p, programme, BigInt(REGULAR_PERIODS), BigInt(REGULAR_PERIODS))
  if (scale > LARGEST_SCALE) return { terms: null, scale: 1, perHead: 0, most: -1, mostArea: -1 }
  const { perHead, factor } = reach(p, programme)
  const ready = terms(p, context(c, on, programme, scale, Number))
  return {
    terms: ready,
    scale: Number(scale),
    perHead: Number(perHead),
    most: LARGEST / Number(scale) / Number(factor),
    mostArea: LARGEST / ready.areaDen,
  }
}

/** Makes parameters ready for columns as of a date: once per pack hash, not per household. */
export function planAssessment(parameters: AssessParameters, on: string, columns: Columns): Plan {
  const [urban, rural] = PROGRAMMES.map((programme) => planProgramme(parameters, on, columns, programme)) as [
    ProgrammePlan,
    ProgrammePlan,
  ]
  const members = columns.relation.length
  const earners = parameters.work_cost.method === 'none' ? 0 : members
  const scratch = { counted: new Uint8Array(members), wage: new Float64Array(earners) }
  return { parameters, on, columns, urban, rural, exact: new Map(), ...scratch }
}

function programmePlan(plan: Plan, i: number): ProgrammePlan {
  return plan.columns.programme[i] === 0 ? plan.urban : plan.rural
}

/** The terms of the number carrier if household `i` stays in its range, else null. */
function fastTerms(plan: Plan, i: number): Terms<number> | null {
  const c = plan.columns
  const own = programmePlan(plan, i)
  const reached = (c.money[i] as number) + (c.heads[i] as number) * own.perHead
  const fits = reached <= own.most && (c.dwellingArea[i] as number) <= own.mostArea && c.regular[i] === 1
  return fits ? own.terms : null
}

function multipleOf(column: Int32Array, starts: Int32Array, i: number): bigint {
  let result = 1n
  for (let j = starts[i] as number; j < (starts[i + 1] as number); j++) {
    result = leastCommonMultiple(result, BigInt(column[j] as number))
  }
  return result
}

/** Terms of the exact carrier with a scale made for the periods of household `i`. */
function exactTerms(plan: Plan, i: number): Terms<bigint> {
  const c = plan.columns
  const programme: Programme = c.programme[i] === 0 ? 'urban' : 'rural'
  const incomes = multipleOf(c.incomeMonths, c.incomeStart, i)
  const months = leastCommonMultiple(incomes, multipleOf(c.expenseMonths, c.expenseStart, i))
  const scale = scaleFor(plan.parameters, programme, months, multipleOf(c.supportedCount, c.supporterStart, i))
  const key = `${programme} ${scale}`
  const known = plan.exact.get(key)
  if (known !== undefined) return known
  const made = terms(
    plan.parameters,
    context(c, plan.on, programme, scale, (x) => x),
  )
  plan.exact.set(key, made)
  return made
}

function emptyDetail<T>(): Detail<T> {
  return {
    standings: [],
    ages: [],
    monthly: [],
    counted: [],
    support: [],
    supportBasis: [],
    workCosts: [],
    topUps: [],
    vehicleValues: [],
  }
}

function workFor<T>(plan: Plan, wage: Work<T>['wage'], zero: T, detail: Detail<T> | null): Work<T> {
  return {
    counted: plan.counted,
    wage,
    detail,
    members: 0,
    refusals: 0,
    income: zero,
    workCost: zero,
    expense: zero,
    countable: zero,
    base: zero,
    topUps: zero,
    tier: -1,
    recheck: 0,
  }
}

/** Runs household `i` over the exact carrier, whatever its size: the reference of the others. */
export function assessExactly(plan: Plan, i: number, detailed = false): Outcome<bigint> {
  const own = exactTerms(plan, i)
  const work = workFor(plan, {}, 0n, detailed ? emptyDetail<bigint>() : null)
  assessRowExactly(plan.columns, i, own, work)
  return { work, terms: own }
}

/** Runs household `i` on the number carrier, or null if it does not stay in its range. */
export function assessInNumbers(plan: Plan, i: number, detailed = false): Outcome<number> | null {
  const own = fastTerms(plan, i)
  if (own === null) return null
  const work = workFor(plan, plan.wage, 0, detailed ? emptyDetail<number>() : null)
  assessRow(plan.columns, i, own, work)
  return { work, terms: own }
}

/** Results of a district by household; amounts in fen, fractions of a fen rounded half up. */
export interface Results {
  /** bits of REFUSAL; 0 = eligible */
  readonly refusals: Uint16Array
  readonly members: Int32Array
  readonly countable: Float64Array
  readonly base: Float64Array
  readonly topUps: Float64Array
  readonly total: Float64Array
  /** index into the pack's tiers of the programme, -1 without */
  readonly tier: Int16Array
  readonly recheck: Int16Array
}

export function emptyResults(count: number): Results {
  return {
    refusals: new Uint16Array(count),
    members: new Int32Array(count),
    countable: new Float64Array(count),
    base: new Float64Array(count),
    topUps: new Float64Array(count),
    total: new Float64Array(count),
    tier: new Int16Array(count),
    recheck: new Int16Array(count),
  }
}

/** Fen of a figure in ticks, half up. */
export function fenOfTicks(x: number, scale: number): number {
  return floor((2 * x + scale) / (2 * scale))
}

/** Fen of a figure in ticks of the exact carrier, half up. */
export function fenOfExactTicks(x: bigint, scale: bigint): number {
  return Number((2n * x + scale) / (2n * scale))
}

function storeCounts(out: Results, i: number, w: Work<number> | Work<bigint>): void {
  out.refusals[i] = w.refusals
  out.members[i] = w.members
  out.tier[i] = w.refusals === 0 ? w.tier : -1
  out.recheck[i] = w.recheck
}

function storeExactly(plan: Plan, i: number, out: Results): void {
  const { work, terms: own } = assessExactly(plan, i)
  storeCounts(out, i, work)
  out.countable[i] = fenOfExactTicks(work.countable, own.scale)
  out.base[i] = fenOfExactTicks(work.base, own.scale)
  out.topUps[i] = fenOfExactTicks(work.topUps, own.scale)
  out.total[i] = fenOfExactTicks(work.base + work.topUps, own.scale)
}

function store(i: number, w: Work<number>, scale: number, out: Results): void {
  storeCounts(out, i, w)
  out.countable[i] = fenOfTicks(w.countable, scale)
  if (w.refusals === 0) {
    out.base[i] = fenOfTicks(w.base, scale)
    out.topUps[i] = fenOfTicks(w.topUps, scale)
    out.total[i] = fenOfTicks(w.base + w.topUps, scale)
  } else {
    out.base[i] = 0
    out.topUps[i] = 0
    out.total[i] = 0
  }
}

/** Assesses every household of the plan's columns into `out`. */
export function assessAll(plan: Plan, out: Results = emptyResults(plan.columns.count)): Results {
  const work = workFor<number>(plan, plan.wage, 0, null)
  for (let i = 0; i < plan.columns.count; i++) {
    const own = fastTerms(plan, i)
    if (own === null) storeExactly(plan, i, out)
    else {
      assessRow(plan.columns, i, own, work)
      store(i, work, own.scale, out)
    }
  }
  return out
}
