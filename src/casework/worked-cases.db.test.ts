/** Every worked example of the packs that yields an amount, from the sheet to the decision, with the engine's own figures. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseYuan } from '#kernel/money'
import { today } from '#platform/clock'
import { type Assessment, assessHousehold, assessmentBasis, householdOf, parseExactJson, signable } from '#policy'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { amendedTo, clerk, ReviewDesk, settledMet } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'
import { workedPack } from '#testkit/worked-pack'
import type { SheetView } from './contract/index.ts'

const PACKS = new URL('../../packs/', import.meta.url)

interface Example {
  readonly name: string
  readonly pack: ReturnType<typeof workedPack>
  readonly household: Readonly<Record<string, unknown>>
  readonly assessment: Assessment
}

/** Examples that yield an amount; amounts are handed over as texts, as forms do. */
function examplesOf(id: string): Example[] {
  const folder = new URL(`${id}/examples/`, PACKS)
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const example = parseExactJson(text, file) as Parameters<typeof workedPack>[2]
    if (example.exit !== undefined) return []
    const pack = workedPack(String(example.pack), String(example.on), (example.params ?? {}) as Parameters<typeof workedPack>[2])
    const basis = assessmentBasis(pack)
    const assessment = assessHousehold(basis, householdOf(basis, example.household ?? null))
    if (!assessment.eligible) return []
    const household = (JSON.parse(text) as { household: Record<string, unknown> }).household
    return [{ name: `${id}/${file}`, pack, household, assessment }]
  })
}

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk
let households: { householdNo: string; divisionCode: string }[]

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 140 })
  desk = new ReviewDesk(district)
  households = await db.as(undefined, (tx) =>
    tx.query('select household_no as "householdNo", division_code as "divisionCode" from household order by household_no'),
  )
}, 180_000)
afterAll(() => district.close())

let next = 0

/** Takes an example through the sheet: what the case then says it is worth. */
async function assess({ pack, household }: Example): Promise<{ caseNo: string; sheet: SheetView }> {
  const taken = households[next]
  if (taken === undefined) throw new Error('the fixture has too few households')
  next += 1
  const caseNo = `AJ2026${String(next).padStart(6, '0')}`
  const { programme, ...sections } = household
  await desk.openAtSheet({ caseNo, ...taken, pack, programme: programme === 'rural' ? 'rural' : 'urban' })
  const order = { amended: amendedTo(sections), settled: settledMet('residence', 'income', 'assets') }
  await desk.move(clerk, caseNo, 'sheet.assess', order)
  const sheet = await district.call<SheetView>(clerk, 'casework.read-sheet', { params: { caseNo } })
  return { caseNo, sheet }
}

const reference = examplesOf('reference')

it('gives every amount of the reference pack to the fen, and keeps it on the case', async () => {
  expect(reference.length).toBeGreaterThan(60)
  const differing: string[] = []
  for (const example of reference) {
    const { caseNo, sheet } = await assess(example)
    const row = await db.as(undefined, (tx) =>
      tx.one<{ base: number; top_up: number; amount: number }>('select base, top_up, amount from casefile where case_no = $1', [
        caseNo,
      ]),
    )
    const { base_amount: base, top_up_total: topUp, total } = example.assessment
    const expected = { base: parseYuan(base), top_up: parseYuan(topUp), amount: parseYuan(total) }
    if (JSON.stringify(row) !== JSON.stringify(expected)) differing.push(`${example.name} ${JSON.stringify(row)}`)
    expect(sheet.figures?.total, example.name).toBe(row.base + row.top_up)
  }
  expect(differing).toEqual([])
}, 300_000)

it('decides the published and derived cases with exactly those amounts, and computes them again from what the decision keeps', async () => {
  const published = [...reference, ...examplesOf('chongqing')].filter(({ name }) => /\/o\d/.test(name))
  expect(published.length).toBeGreaterThan(8)
  let decided = 0
  for (const example of published) {
    const { caseNo } = await assess(example)
    if (!signable(example.pack, today()).ok) {
      expect(await codeOf(desk.throughDecision(caseNo)), example.name).toBe('casework.pack-not-reviewed')
      continue
    }
    await desk.throughDecision(caseNo)
    decided += 1
    const decision = await db.as(undefined, (tx) =>
      tx.one<{ amount: number; base: number; top_up: number; grounds: Buffer; from_month: string }>(
        'select amount, base, top_up, grounds, from_month from case_decision where case_no = $1 and undone_at is null',
        [caseNo],
      ),
    )
    expect(decision.amount, example.name).toBe(parseYuan(example.assessment.total))
    expect(decision.base + decision.top_up).toBe(decision.amount)
    const kept = JSON.parse(district.keys.openText(decision.grounds)) as { pack: { hash: string }; figures: { total: number } }
    expect(kept).toMatchObject({ pack: { hash: example.pack.hash }, figures: { total: decision.amount } })
  }
  expect(decided).toBeGreaterThan(6)
}, 300_000)

it('gives the same household another amount under another pack, each by its own law', async () => {
  const sums = new Map<string, number>()
  const household = {
    programme: 'urban',
    members: [
      { id: 'a', relation: 'applicant', age: 42 },
      { id: 'b', relation: 'child', age: 12 },
    ],
    incomes: [{ item: 'wage', amount: 400, member: 'a' }],
  }
  for (const id of ['reference', 'chongqing', 'qingdao']) {
    const pack = workedPack(id, '2026-06-30', {})
    const basis = assessmentBasis(pack)
    const assessment = assessHousehold(basis, householdOf(basis, parseExactJson(JSON.stringify(household), 'household')))
    const { sheet } = await assess({ name: id, pack, household, assessment })
    expect(sheet.figures?.total).toBe(parseYuan(assessment.total))
    expect(sheet.pack).toMatchObject({ id, hash: pack.hash })
    sums.set(id, sheet.figures?.total ?? 0)
  }
  expect(new Set(sums.values()).size).toBeGreaterThan(1)
}, 60_000)
