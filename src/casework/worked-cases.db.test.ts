/** Every worked example of every pack, eligible and not, through the actions that the pages call: sheet, township, decision or refusal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMonths } from '#kernel/dates'
import { parseYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'
import { today } from '#platform/clock'
import { assessHousehold, assessmentBasis, factsAgain, resolveAssess, signable } from '#policy'
import { readAccounts } from '#registry'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { amendedTo, clerk, ReviewDesk } from '#testkit/review-desk'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { type WorkedCase, workedCases } from '#testkit/worked-cases'
import type { Pillar, SheetFigures, SheetView } from './contract/index.ts'

const cases = workedCases()
const eligible = cases.filter(({ assessment }) => assessment.eligible)
/** below the standard, and nobody has decided the tier that tells the amount: neither eligible nor refused */
const undecided = cases.filter(({ assessment }) => assessment.missing.some(({ fact }) => fact === 'tier'))
const refused = cases.filter((each) => !each.assessment.eligible && !undecided.includes(each))

/** Which of the three tests a reason of the engine is told at, written out by hand. */
const testOf: Readonly<Record<string, Pillar>> = {
  NOBODY_COUNTED: 'residence',
  INCOME_NOT_BELOW_STANDARD: 'income',
  FAMILY_INCOME_ABOVE_LIMIT: 'income',
  NO_MATCHING_TIER: 'income',
  MONETARY_ABOVE_LIMIT: 'assets',
  DWELLINGS_ABOVE_LIMIT: 'assets',
  VEHICLE_ABOVE_LIMIT: 'assets',
  NON_RESIDENTIAL_ABOVE_LIMIT: 'assets',
}

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk
let households: { householdNo: string; divisionCode: string }[]

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: cases.length + 30, batchSize: 200 })
  desk = new ReviewDesk(district)
  households = await db.as(undefined, async (tx) => {
    // Whose members are in another household too, or whose account lacks something, waits for a person: not what these examples are about.
    const single = await tx.query<{ householdNo: string; divisionCode: string }>(
      `select household_no as "householdNo", division_code as "divisionCode" from household h
       where not exists (select 1 from person m join person n on n.id_number_index = m.id_number_index and n.household_no <> m.household_no
         where m.household_no = h.household_no) order by household_no`,
    )
    const accounts = await readAccounts(
      tx,
      district.keys,
      single.map(({ householdNo }) => householdNo),
    )
    return single.filter(({ householdNo }) => accounts.get(householdNo)?.faults.length === 0)
  })
}, 180_000)
afterAll(() => district.close())

let next = 0

/** What an example leaves out is not there: nothing of the household's own facts may stand in for it. */
const nothing = { single_applicant: false, incomes: [], expenses: [], supporters: [], assets: {} }
const entered = (sections: WorkedCase['sections']) => amendedTo({ ...nothing, ...sections })

interface Assessed {
  readonly caseNo: string
  /** before anybody settled what the sources leave open */
  readonly trial: SheetView
}

/** Opens a case at its sheet and tries the facts of an example on it. */
async function tried({ pack, programme, sections }: Pick<WorkedCase, 'pack' | 'programme' | 'sections'>): Promise<Assessed> {
  const taken = households[next]
  if (taken === undefined) throw new Error('the fixture has too few households')
  next += 1
  const caseNo = `AJ2026${String(next).padStart(6, '0')}`
  await desk.openAtSheet({ caseNo, ...taken, pack, programme })
  const body = { amended: entered(sections) }
  return { caseNo, trial: await district.call<SheetView>(clerk, 'casework.try-sheet', { params: { caseNo }, body }) }
}

/** Confirms the sheet; a person settles what sources leave open. */
async function confirmed(each: WorkedCase): Promise<{ caseNo: string; trial: SheetView; sheet: SheetView }> {
  const { caseNo, trial } = await tried(each)
  const open = trial.pillars.filter(({ finding }) => finding === 'undetermined')
  const settled = open.map(({ pillar }) => ({ pillar, finding: 'met', reason: '查验证件和证明材料，予以认定' }))
  await desk.move(clerk, caseNo, 'sheet.assess', { amended: entered(each.sections), settled })
  return { caseNo, trial, sheet: await district.call<SheetView>(clerk, 'casework.read-sheet', { params: { caseNo } }) }
}

/** The engine's figures as a sheet has to show them. */
function figuresExpected({ assessment }: WorkedCase): SheetFigures {
  const { lines } = assessment
  return {
    eligible: assessment.eligible,
    counted: assessment.counted,
    countableIncome: parseYuan(assessment.countable_income),
    perCapita: assessment.per_capita_income === null ? null : parseYuan(assessment.per_capita_income),
    standard: parseYuan(assessment.standard),
    base: parseYuan(assessment.base_amount),
    topUp: parseYuan(assessment.top_up_total),
    total: parseYuan(assessment.total),
    tier: assessment.tier,
    topUps: assessment.top_ups.map((line) => ({
      member: line.member,
      label: labelOf('top_up', line.class),
      amount: parseYuan(line.amount),
    })),
    lines: {
      marginalMonthly: parseYuan(lines.marginal_monthly),
      marginalYearly: parseYuan(lines.marginal_yearly),
      extremeHardshipMonthly: parseYuan(lines.extreme_hardship_monthly),
      extremeHardshipYearly: parseYuan(lines.extreme_hardship_yearly),
    },
    trace: assessment.trace.map(({ text, value, clause, lines: own }) => ({ text, value, clause, lines: [...own] })),
  }
}

/** What the three tests have to say of the engine's reasons: each at its test, in its words, with its clause. */
function againstExpected({ assessment }: WorkedCase): Partial<Record<Pillar, string[]>> {
  const told = assessment.reasons.filter(({ code }) => testOf[code] !== undefined)
  const byTest = Map.groupBy(told, ({ code }) => testOf[code] ?? 'residence')
  return Object.fromEntries([...byTest].map(([pillar, list]) => [pillar, list.map(({ text, clause }) => `${text}（${clause}）`)]))
}

const againstIn = ({ pillars }: SheetView): Partial<Record<Pillar, string[]>> =>
  Object.fromEntries(pillars.filter(({ finding }) => finding === 'not_met').map(({ pillar, why }) => [pillar, why]))

interface DecisionRow {
  result: string
  base: number
  top_up: number
  amount: number
  persons: number
  tier: string | null
  from_month: string | null
  grounds: {
    facts: unknown
    figures: SheetFigures
    pack: { hash: string }
    refusal?: { facts: string; rule: string; letterDueOn: string | null; remedies: { reconsiderationDays: number } }
  }
}

async function decisionOf(caseNo: string): Promise<DecisionRow> {
  const row = await db.as(undefined, (tx) =>
    tx.one<Omit<DecisionRow, 'grounds'> & { grounds: Buffer }>(
      'select result, base, top_up, amount, persons, tier, from_month, grounds from case_decision where case_no = $1 and undone_at is null',
      [caseNo],
    ),
  )
  return { ...row, grounds: JSON.parse(district.keys.openText(row.grounds)) as DecisionRow['grounds'] }
}

const again = (each: WorkedCase, facts: unknown) => assessHousehold(assessmentBasis(each.pack), factsAgain(facts))

describe('every worked example of every pack', () => {
  it('is there, and the answers have every kind', () => {
    expect(cases.filter(({ name }) => name.startsWith('reference/')).length).toBe(119)
    expect(cases.length).toBe(176)
    expect(undecided.map(({ name }) => name)).toEqual(['gansu-2012/tier-not-decided'])
    const codes = new Set(refused.flatMap(({ assessment }) => assessment.reasons.map(({ code }) => code)))
    expect([...codes].sort()).toEqual(Object.keys(testOf).sort())
  })

  it.each(eligible.map((each) => [each.name, each] as const))('%s: granted to the fen', async (name, each) => {
    const { caseNo, trial, sheet } = await confirmed(each)
    const figures = figuresExpected(each)
    expect(trial.figures).toEqual(figures)
    expect(figures.base + figures.topUp).toBe(figures.total)
    expect(figures.topUps.reduce((sum, line) => sum + line.amount, 0)).toBe(figures.topUp)
    expect(sheet).toMatchObject({ figures, conclusion: 'eligible', pack: { id: each.pack.id, hash: each.pack.hash } })
    expect(againstIn(trial)).toEqual({})
    const gaps = each.assessment.missing.filter(({ fact }) => fact.startsWith('assets'))
    const assets = trial.pillars.find(({ pillar }) => pillar === 'assets')
    for (const { text } of gaps) expect(assets).toMatchObject({ finding: 'undetermined', why: expect.arrayContaining([text]) })
    const row = await db.as(undefined, (tx) => tx.one('select base, top_up, amount from casefile where case_no = $1', [caseNo]))
    expect(row).toEqual({ base: figures.base, top_up: figures.topUp, amount: figures.total })
    if (!signable(each.pack, today()).ok) {
      expect(await codeOf(desk.throughDecision(caseNo)), name).toBe('casework.pack-not-reviewed')
      return
    }
    await desk.throughDecision(caseNo)
    const decision = await decisionOf(caseNo)
    const starts = resolveAssess(each.pack).payment_start === 'same_month' ? today() : addMonths(`${today().slice(0, 7)}-01`, 1)
    expect(decision).toMatchObject({
      result: 'granted',
      base: figures.base,
      top_up: figures.topUp,
      amount: figures.total,
      persons: figures.counted,
      tier: figures.tier,
      from_month: starts.slice(0, 7),
      grounds: { figures, pack: { hash: each.pack.hash } },
    })
    expect(again(each, decision.grounds.facts)).toEqual(each.assessment)
  })

  it.each(refused.map((each) => [each.name, each] as const))(
    '%s: refused with the engine’s reasons and clauses',
    async (_name, each) => {
      const { caseNo, trial, sheet } = await confirmed(each)
      const figures = figuresExpected(each)
      const against = againstExpected(each)
      expect(againstIn(trial)).toEqual(against)
      expect(againstIn(sheet)).toEqual(against)
      expect(sheet).toMatchObject({ figures, conclusion: 'ineligible' })
      const facts = Object.values(against).flat().join('；')
      const clauses = [...new Set(each.assessment.reasons.map(({ clause }) => clause))].join('；')
      await desk.throughRefusal(caseNo, { facts, rule: clauses })
      const decision = await decisionOf(caseNo)
      expect(decision).toMatchObject({ result: 'refused', amount: 0, grounds: { figures, refusal: { facts, rule: clauses } } })
      expect(decision.grounds.refusal?.letterDueOn).not.toBeNull()
      expect(decision.grounds.refusal?.remedies.reconsiderationDays).toBeGreaterThan(0)
      expect(again(each, decision.grounds.facts)).toEqual(each.assessment)
    },
  )

  it.each(undecided.map((each) => [each.name, each] as const))('%s: neither eligible nor refused', async (_name, each) => {
    const { caseNo, trial } = await tried(each)
    const [tier] = each.assessment.missing.filter(({ fact }) => fact === 'tier')
    expect(trial).toMatchObject({ conclusion: 'undetermined', figures: figuresExpected(each) })
    expect(trial.pillars[1]).toMatchObject({ pillar: 'income', finding: 'undetermined', why: [tier?.text] })
    const settle = (finding: string) => ({
      amended: entered(each.sections),
      settled: trial.pillars.slice(0, 3).map(({ pillar }) => ({ pillar, finding, reason: '核实无误' })),
    })
    for (const finding of ['met', 'not_met']) {
      expect(await codeOf(desk.move(clerk, caseNo, 'sheet.assess', settle(finding)))).toBe('casework.settled')
    }
  })
})

it('gives the same household another amount under another pack, each by its own law', async () => {
  const sums = new Map<string, number>()
  for (const id of ['reference', 'chongqing', 'qingdao']) {
    const pack = cases.find((each) => each.pack.id === id && each.assessment.eligible)?.pack
    if (pack === undefined) throw new Error(id)
    const { trial } = await tried({
      pack,
      programme: 'urban',
      sections: {
        members: [
          { id: 'a', relation: 'applicant', age: 42 },
          { id: 'b', relation: 'child', age: 12 },
        ],
        incomes: [{ item: 'wage', amount: 400, member: 'a' }],
      },
    })
    expect(trial.pack).toMatchObject({ id, hash: pack.hash })
    sums.set(id, trial.figures?.total ?? 0)
  }
  expect(new Set(sums.values()).size).toBe(3)
}, 60_000)
