import { floor } from '#kernel/money'
import type { AssessParameters, Programme } from './assess-parameters.ts'
import { type Columns, REGULAR_PERIODS, type RowLists } from './columns.ts'
import type { Detail, Terms, Work } from './row-model.ts'
import { assessRows } from './steps.ts'
import { assessRows as assessRowsExactly } from './steps-exact.ts'
import { leastCommonMultiple, reach, scaleFor, type TermsContext, terms } from './terms.ts'

/**
 * One set of rules, three runners: `assessAll` for a district, `assessOne` for one household, and `assessOne` with
 * `detail` for the explanation. All call the same steps over the same columns. Households whose figures could leave
 * the exact range of `number`, or whose periods are unusual, run over `bigint`.
 */
const PROGRAMMES: readonly Programme[] = ['urban', 'rural']
/** Bound of every figure on the number carrier; 2^53 leaves room for the doubled terms of rounding. */
const LARGEST = 2 ** 51
/** Scales beyond this leave too little room; such parameters run exactly. */
const LARGEST_SCALE = 2n ** 40n

interface ProgrammePlan {
  readonly terms: Terms<number> | null
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
  /** terms of the exact carrier by programme and periods */
  readonly exact: Map<string, Terms<bigint>>
  /** working columns; every run overwrites the rows it uses */
  readonly work: Work<number>
  /** households by the carrier they run on */
  readonly rows: RowLists
}

/** One household's results on the carrier it ran on. */
export interface Outcome<T> {
  readonly terms: Terms<T>
  readonly detail: Detail<T> | null
  readonly members: number
  readonly refusals: number
  readonly tier: number
  readonly recheck: number
  readonly income: T
  readonly workCost: T
  readonly expense: T
  readonly countable: T
  readonly base: T
  readonly topUps: T
}

type Carrier<T> = Pick<TermsContext<T>, 'carry' | 'list'>

const NUMBERS: Carrier<number> = { carry: Number, list: (xs) => Float64Array.from(xs, Number) }
const EXACT: Carrier<bigint> = { carry: (x) => x, list: (xs) => [...xs] }

function context<T>(c: Columns, on: string, programme: Programme, scale: bigint, carrier: Carrier<T>): TermsContext<T> {
  return { programme, on, scale, tierNames: c.tierNames, tagNames: c.tagNames, areaScale: c.areaScale, ...carrier }
}

function planProgramme(p: AssessParameters, on: string, c: Columns, programme: Programme): ProgrammePlan {
  const scale = scaleFor(p, programme, BigInt(REGULAR_PERIODS), BigInt(REGULAR_PERIODS))
  if (scale > LARGEST_SCALE) return { terms: null, perHead: 0, most: -1, mostArea: -1 }
  const { perHead, factor, step } = reach(p, programme)
  const ready = terms(p, context(c, on, programme, scale, NUMBERS))
  return {
    terms: ready,
    perHead: Number(perHead * step),
    most: LARGEST / Number(scale * factor),
    mostArea: LARGEST / ready.areaDen,
  }
}

/** Makes parameters ready for columns as of a date: once per pack hash, not per household. */
export function planAssessment(parameters: AssessParameters, on: string, columns: Columns): Plan {
  const [urban, rural] = PROGRAMMES.map((programme) => planProgramme(parameters, on, columns, programme)) as [
    ProgrammePlan,
    ProgrammePlan,
  ]
  const rows = rowsInRange(columns, urban, rural)
  return { parameters, on, columns, urban, rural, exact: new Map(), work: numberWork(columns, parameters), rows }
}

/** True if household `i` stays in the range of the number carrier. */
function fits(c: Columns, i: number, own: ProgrammePlan): boolean {
  const reached = (c.money[i] as number) + (c.heads[i] as number) * own.perHead
  return reached <= own.most && (c.dwellingArea[i] as number) <= own.mostArea && c.regular[i] === 1
}

/** The row lists of the columns, less what one of the programmes would carry out of range. */
function rowsInRange(c: Columns, urban: ProgrammePlan, rural: ProgrammePlan): RowLists {
  const { money, heads, area } = c.largest
  const allFit = [urban, rural].every((own) => money + heads * own.perHead <= own.most && area <= own.mostArea)
  if (allFit) return c.rows
  const misfits = [
    ...c.rows.urban.filter((i) => !fits(c, i, urban)),
    ...c.rows.rural.filter((i) => !fits(c, i, rural)),
    ...c.rows.irregular,
  ]
  return {
    urban: c.rows.urban.filter((i) => fits(c, i, urban)),
    rural: c.rows.rural.filter((i) => fits(c, i, rural)),
    irregular: Int32Array.from(misfits).sort(),
  }
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
  const counts = multipleOf(c.supportedCount, c.supporterStart, i)
  const key = `${programme} ${months} ${counts}`
  const known = plan.exact.get(key)
  if (known !== undefined) return known
  const scale = scaleFor(plan.parameters, programme, months, counts)
  const made = terms(plan.parameters, context(c, plan.on, programme, scale, EXACT))
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

/** Households a step handles before the next step runs: their columns stay in the nearest cache. */
const BLOCK = 1024

function numberWork(c: Columns, p: AssessParameters): Work<number> {
  const members = c.relation.length
  return {
    counted: new Uint8Array(members),
    wage: new Float64Array(p.work_cost.method === 'none' ? 0 : members),
    eligible: new Int32Array(c.count),
    waged: new Uint8Array(c.count),
    members: new Int32Array(c.count),
    recheck: new Int16Array(c.count),
    refusals: new Uint16Array(c.count),
    tier: new Int16Array(c.count),
    income: new Float64Array(c.count),
    workCost: new Float64Array(c.count),
    expense: new Float64Array(c.count),
    countable: new Float64Array(c.count),
    base: new Float64Array(c.count),
    topUps: new Float64Array(c.count),
    detail: null,
  }
}

/** Working columns of the exact carrier share the plain ones; figures are kept by row in bare records. */
function exactWork(work: Work<number>, detail: Detail<bigint> | null): Work<bigint> {
  return { ...work, wage: {}, income: {}, workCost: {}, expense: {}, countable: {}, base: {}, topUps: {}, detail }
}

function outcomeOf<T>(i: number, own: Terms<T>, w: Work<T>): Outcome<T> {
  return {
    terms: own,
    detail: w.detail,
    members: w.members[i] as number,
    refusals: w.refusals[i] as number,
    tier: w.tier[i] as number,
    recheck: w.recheck[i] as number,
    income: w.income[i] as T,
    workCost: w.workCost[i] as T,
    expense: w.expense[i] as T,
    countable: w.countable[i] as T,
    base: w.base[i] as T,
    topUps: w.topUps[i] as T,
  }
}

function runExactly(plan: Plan, i: number, work: Work<bigint>): Outcome<bigint> {
  const own = exactTerms(plan, i)
  assessRowsExactly(plan.columns, Int32Array.of(i), own, work)
  return outcomeOf(i, own, work)
}

/** Runs household `i` over the exact carrier, whatever its size: the reference of the others. */
export function assessExactly(plan: Plan, i: number, detailed = false): Outcome<bigint> {
  return runExactly(plan, i, exactWork(plan.work, detailed ? emptyDetail<bigint>() : null))
}

/** Runs household `i` on the number carrier, or null if it does not stay in its range. */
export function assessInNumbers(plan: Plan, i: number, detailed = false): Outcome<number> | null {
  const ready = plan.columns.programme[i] === 0 ? plan.urban : plan.rural
  const own = ready.terms
  if (own === null || !fits(plan.columns, i, ready)) return null
  const work = detailed ? { ...plan.work, detail: emptyDetail<number>() } : plan.work
  assessRows(plan.columns, Int32Array.of(i), own, work)
  return outcomeOf(i, own, work)
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

function storeExactly(plan: Plan, i: number, work: Work<number>, out: Results): void {
  const own = runExactly(plan, i, exactWork(work, null))
  const { scale } = own.terms
  out.countable[i] = fenOfExactTicks(own.countable, scale)
  out.base[i] = fenOfExactTicks(own.base, scale)
  out.topUps[i] = fenOfExactTicks(own.topUps, scale)
  out.total[i] = fenOfExactTicks(own.base + own.topUps, scale)
}

/** Top-ups are rounded to a unit, so they are whole fen and add up with the fen of the base amount. */
function storeRows(rows: Int32Array, w: Work<number>, scale: number, out: Results): void {
  const { refusals, countable, base, topUps } = w
  const { countable: countableFen, base: baseFen, topUps: topUpFen, total } = out
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] as number
    const eligible = refusals[i] === 0
    const own = eligible ? fenOfTicks(base[i] as number, scale) : 0
    const added = eligible ? (topUps[i] as number) / scale : 0
    countableFen[i] = fenOfTicks(countable[i] as number, scale)
    baseFen[i] = own
    topUpFen[i] = added
    total[i] = own + added
  }
}

/** Place of the first row that is not below `end`, from place `from` on. */
function placeOf(rows: Int32Array, end: number, from: number): number {
  let place = from
  while (place < rows.length && (rows[place] as number) < end) place++
  return place
}

function assessBlock(c: Columns, rows: Int32Array, own: Terms<number> | null, w: Work<number>, out: Results): void {
  if (own === null || rows.length === 0) return
  assessRows(c, rows, own, w)
  storeRows(rows, w, own.scale, out)
}

/** Assesses every household of the plan's columns into `out`, block by block, in a block programme by programme. */
export function assessAll(plan: Plan, out: Results = emptyResults(plan.columns.count)): Results {
  const { columns, rows, urban, rural } = plan
  const { members, refusals, tier, recheck } = out
  const work = { ...plan.work, members, refusals, tier, recheck }
  let urbans = 0
  let rurals = 0
  for (let from = 0; from < columns.count; from += BLOCK) {
    const nextUrban = placeOf(rows.urban, from + BLOCK, urbans)
    const nextRural = placeOf(rows.rural, from + BLOCK, rurals)
    assessBlock(columns, rows.urban.subarray(urbans, nextUrban), urban.terms, work, out)
    assessBlock(columns, rows.rural.subarray(rurals, nextRural), rural.terms, work, out)
    urbans = nextUrban
    rurals = nextRural
  }
  for (const i of rows.irregular) storeExactly(plan, i, work, out)
  return out
}
