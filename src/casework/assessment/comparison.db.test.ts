import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDb, testDb } from '#testkit/db'
import { amendedTo, approver, clerk, ReviewDesk, settledMet } from '#testkit/review-desk'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { Comparison } from '../contract/index.ts'

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 24 })
  desk = new ReviewDesk(district)
}, 180_000)
afterAll(() => district.close())

const wage = (amount: number) => ({
  amended: amendedTo({
    members: [
      { id: 'a', relation: 'applicant', age: 42 },
      { id: 'b', relation: 'child', age: 12 },
    ],
    incomes: [{ item: 'wage', amount, member: 'a' }],
    expenses: [],
    supporters: [],
    assets: {},
  }),
  settled: settledMet('residence', 'income', 'assets'),
})

const compared = (caseNo: string) => district.call<Comparison>(approver, 'casework.compare-case', { params: { caseNo } })

interface Household {
  householdNo: string
  divisionCode: string
  amount: number | null
  month: string | null
}

const households = (aided: boolean) =>
  db.as(undefined, (tx) =>
    tx.query<Household>(
      `select household_no as "householdNo", division_code as "divisionCode", approved_amount as amount, aid_from as month
       from household where (aid_from is not null) = $1 order by household_no`,
      [aided],
    ),
  )

it('stands beside the roll it was imported with, and from then on beside the earlier decision, never beside its own', async () => {
  const [household] = await households(true)
  if (household === undefined) throw new Error('the fixture aids nobody')
  await desk.openAtSheet({ caseNo: 'AJ2026000001', ...household })
  await desk.move(clerk, 'AJ2026000001', 'sheet.assess', wage(300))
  const first = await compared('AJ2026000001')
  expect(first.before).toMatchObject({
    source: 'roll',
    total: household.amount,
    on: `${household.month}-01`,
    // the roll says nothing of these, which is not the same as none
    income: null,
    base: null,
  })
  expect(first.now).toMatchObject({ persons: 2, income: 30_000 })
  expect(first.now.total).toBeGreaterThan(0)
  await desk.throughDecision('AJ2026000001')
  expect((await compared('AJ2026000001')).before).toMatchObject({ source: 'roll', total: household.amount })
  await desk.put('AJ2026000001', 'payment.pay payment_officer')

  await desk.openAtSheet({ caseNo: 'AJ2026000002', ...household })
  await desk.move(clerk, 'AJ2026000002', 'sheet.assess', wage(400))
  const second = await compared('AJ2026000002')
  const { persons, total, base, topUp, income } = first.now
  expect(second.before).toMatchObject({ source: 'decision', caseNo: 'AJ2026000001', persons, total, base, topUp, income })
  expect(second.now.income).toBe(40_000)
})

it('says that there is nothing before a first application', async () => {
  const [household] = await households(false)
  if (household === undefined) throw new Error('the fixture aids everybody')
  await desk.openAtSheet({ caseNo: 'AJ2026000003', ...household })
  expect((await compared('AJ2026000003')).before).toBeNull()
})
