/**
 * Cases with a published or derived answer, O1 to O19 (O17 is disputed and no test), each through the action that a page calls, its answer
 * written out by hand. A number without a line fails.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isProblem } from '#kernel/problem'
import { CaseWalk, steppingClock } from '#testkit/case-walk'
import { type TestDb, testDb } from '#testkit/db'
import { amendedTo, clerk, ReviewDesk } from '#testkit/review-desk'
import { person, type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { workedCases } from '#testkit/worked-cases'
import type { DraftView, SheetView } from '../contract/index.ts'

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk
let households: { householdNo: string; divisionCode: string }[]
const clock = steppingClock()

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 60, batchSize: 60, clock })
  desk = new ReviewDesk(district)
  households = await db.as(undefined, (tx) =>
    tx.query('select household_no as "householdNo", division_code as "divisionCode" from household order by household_no'),
  )
}, 120_000)
afterAll(() => district.close())

const examples = new Map(workedCases().map((each) => [each.name, each]))
const nothing = { single_applicant: false, incomes: [], expenses: [], supporters: [], assets: {} }
let next = 0

/** The sheet of a case with the facts of an example entered, as its page tries it. */
async function sheetOf(name: string): Promise<SheetView> {
  const example = examples.get(name)
  const household = households[next]
  if (example === undefined || household === undefined) throw new Error(`${name} is missing, or a household for it`)
  next += 1
  const caseNo = `AJ2020${String(next).padStart(6, '0')}`
  await desk.openAtSheet({ caseNo, ...household, pack: example.pack, programme: example.programme })
  const body = { amended: amendedTo({ ...nothing, ...example.sections }) }
  return district.call<SheetView>(clerk, 'casework.try-sheet', { params: { caseNo }, body })
}

/** Sums of a sheet in whole fen. */
async function sumsOf(name: string) {
  const { figures } = await sheetOf(name)
  if (figures === null) throw new Error(`${name} has no figures`)
  return figures
}

async function findingsOf(name: string) {
  const { pillars } = await sheetOf(name)
  return Object.fromEntries(pillars.map((each) => [each.pillar, each]))
}

/** What a pack says today, as its page shows it. */
async function packValue(packId: string, name: string): Promise<string> {
  const { parameters } = await district.call<{ parameters: { name: string; values: { text: string; clause: string }[] }[] }>(
    person('policy_officer'),
    'casework.read-pack',
    { params: { packId } },
  )
  const value = parameters.find((each) => each.name === name)?.values.at(-1)
  expect(value?.clause, `${packId} ${name}`).not.toBe('')
  return value?.text ?? ''
}

async function problemOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work
    return { code: 'done', message: '' }
  } catch (error) {
    if (!isProblem(error)) throw error
    return { code: error.code, message: error.message }
  }
}

/** Who of an application is registered and lives where. */
async function placed(walk: CaseWalk, registered: readonly string[]): Promise<DraftView> {
  const params = { caseNo: walk.caseNo }
  const { draft } = await walk.call<DraftView>('township_clerk', 'casework.open-draft', { params })
  const changes = draft.members.map(({ id }, k) => ({
    do: 'set',
    section: 'members',
    row: id,
    column: 'registered',
    value: registered[k] ?? '',
    seen: draft.members[k]?.values.registered ?? '',
  }))
  const saved = await walk.call<{ view: DraftView }>('township_clerk', 'casework.save-draft', { params, body: { changes } })
  return saved.view
}

/** O16: where a family applies, by whom, and not to the village. */
async function applying(): Promise<void> {
  const [home] = households
  const away = households.find(({ divisionCode }) => divisionCode.slice(0, 9) !== home?.divisionCode.slice(0, 9))
  if (home === undefined || away === undefined) throw new Error('the district has one township only')
  const walk = new CaseWalk(district, clock, home.divisionCode)
  const newFamily = { applicantName: '申来新', programme: 'rural' }
  const elsewhere = { ...newFamily, village: away.divisionCode }
  expect(await problemOf(walk.call('township_clerk', 'casework.open', { body: elsewhere }))).toMatchObject({
    code: 'casework.village',
  })
  const proxy = { name: '村委会', relation: '所在村', reason: '本人行动不便，委托村委会' }
  const byVillage = { ...newFamily, village: home.divisionCode, origin: 'proxy' }
  expect((await problemOf(walk.call('village_assistant', 'casework.open', { body: byVillage }))).code).toBe('input.invalid')
  await walk.call('village_assistant', 'casework.open', { body: { ...byVillage, proxy } })

  await walk.apply('申新来', '61', 'rural', '300')
  let view = await placed(walk, ['elsewhere', 'province'])
  const papers = view.signers.flatMap(({ row: subject, kind, forms }) =>
    forms.map(({ form }) => {
      const guarded = kind === 'guarded'
      return { form, subject, signature: guarded ? 'guardian' : 'signed', signedOn: walk.today, note: guarded ? '父亲代签' : '' }
    }),
  )
  await walk.move('intake.sign', 'township_clerk', { papers })
  const accept = (by: string) => problemOf(walk.move('intake.accept', by, { warningsSeen: false }))
  expect(await accept('village_assistant')).toMatchObject({ code: 'casework.not_your_role' })
  expect(await accept('township_clerk')).toMatchObject({
    code: 'casework.warnings',
    message: expect.stringContaining('民发〔2021〕57号 第五条'),
  })
  view = await placed(walk, ['elsewhere', 'here'])
  expect(view.draft.members.map(({ values }) => values.registered)).toEqual(['elsewhere', 'here'])
  expect((await accept('township_clerk')).message).not.toContain('第五条')
}

/** What is called for each case, and what has to come out. */
const published: Readonly<Record<string, () => Promise<void>>> = {
  O1: async () => {
    for (const name of ['zhongshan/o01-fixed-top-up-for-a-minor', 'reference/o01-fixed-top-up-for-a-minor']) {
      expect(await sumsOf(name)).toMatchObject({ base: 120_000, topUp: 44_000, total: 164_000, topUps: [{ amount: 44_000 }] })
    }
  },
  O2: async () =>
    expect(await sumsOf('reference/o02-shortfall-family-of-three')).toMatchObject({ perCapita: 30_000, total: 30_000 }),
  O3: async () => {
    expect(await sumsOf('reference/o03a-rounding-household-total')).toMatchObject({ total: 110_000 })
    expect(await sumsOf('reference/o03b-rounding-per-capita-income')).toMatchObject({ total: 110_100 })
  },
  O4: async () => {
    expect(await sumsOf('reference/o04a-shortfall')).toMatchObject({ eligible: true, total: 30_000 })
    expect(await sumsOf('reference/o04b-income-above-standard')).toMatchObject({ eligible: false, total: 0 })
  },
  O5: async () => expect(await sumsOf('reference/o05-shortfall')).toMatchObject({ perCapita: 20_000, total: 120_000 }),
  O6: async () =>
    expect(await sumsOf('reference/o06-family-planning-award-excluded')).toMatchObject({ countableIncome: 150_000 }),
  O7: async () => {
    // vegetables 150, land 50, patrol 100 and grain subsidy 20 count; the base pension of 163 does not
    expect(await sumsOf('reference/o07-base-pension-excluded')).toMatchObject({ countableIncome: 32_000, total: 15_000 })
  },
  O8: async () => {
    // dividend 300, crops 200, damages 100 and interest 5 count; the preferential payment does not
    expect(await sumsOf('reference/o08-veteran-compensation-excluded')).toMatchObject({ countableIncome: 60_500 })
  },
  O9: async () => expect(await sumsOf('reference/o09-yearly-income-per-month')).toMatchObject({ perCapita: 333_333 }),
  O10: async () =>
    expect(await sumsOf('reference/o10-medical-before-division')).toMatchObject({
      eligible: true,
      countableIncome: 140_000,
      perCapita: 46_667,
    }),
  O11: async () => {
    const { conclusion, figures, pillars } = await sheetOf('reference/o11-tenth-of-the-sons-income')
    expect({ conclusion, income: figures?.countableIncome, total: figures?.total }).toEqual({
      conclusion: 'ineligible',
      income: 83_333,
      total: 0,
    })
    expect(pillars[1]).toMatchObject({
      finding: 'not_met',
      why: [expect.stringMatching(/人均月收入 416.67 元，不低于标准 267.33 元（.+）/)],
    })
  },
  O12: async () => {
    // the published row shows 430; the amount comes from the total, not from the rounded figure (717 − 430) × 3 = 861
    const row = { perCapita: 43_033, base: 86_000, topUp: 14_000, total: 100_000 }
    for (const pack of ['chongqing', 'reference']) {
      expect(await sumsOf(`${pack}/o12a-published-row-of-three`)).toMatchObject(row)
      expect(await sumsOf(`${pack}/o12b-published-row-of-one`)).toMatchObject({
        perCapita: 17_900,
        base: 53_800,
        topUp: 6000,
        total: 59_800,
      })
    }
  },
  O13: async () => {
    for (const name of ['gansu-2012/o13-marginal-line-2021', 'reference/o13a-marginal-line-by-year']) {
      expect((await sumsOf(name)).lines.marginalYearly).toBe(718_200)
    }
    expect(await packValue('gansu-2012', 'lines.marginal_multiple')).toBe('1.5')
  },
  O14: async () => {
    expect((await sumsOf('chongqing/o14a-extreme-hardship-2025')).lines.extremeHardshipMonthly).toBe(100_100)
    expect((await sumsOf('chongqing/o14b-extreme-hardship-2024')).lines.extremeHardshipMonthly).toBe(97_500)
    expect(await packValue('chongqing', 'lines.extreme_hardship_multiple')).toBe('1.3')
  },
  O15: async () => {
    expect((await sumsOf('gansu-2012/o15a-extreme-hardship-urban-2019')).lines.extremeHardshipYearly).toBe(817_400)
    expect((await sumsOf('gansu-2012/o15b-extreme-hardship-rural-2019')).lines.extremeHardshipYearly).toBe(522_600)
    expect(await packValue('gansu-2012', 'lines.extreme_hardship_multiple')).toBe('1.3')
  },
  O16: applying,
  O18: async () => {
    // two persons, 197 each: 20 per cent of 985
    for (const pack of ['nanjing', 'reference'])
      expect(await sumsOf(`${pack}/o18-minimum-share`)).toMatchObject({ total: 39_400 })
  },
  O19: async () => {
    const nine = await findingsOf('reference/o19a-vehicle-nine-years')
    expect(nine.assets).toMatchObject({ finding: 'not_met', why: [expect.stringMatching(/有车辆价值超过 50000.00 元（.+）/)] })
    const ten = await findingsOf('reference/o19b-vehicle-ten-years')
    expect(ten.assets?.finding).not.toBe('not_met')
  },
}

const numbers = Array.from({ length: 19 }, (_, k) => `O${k + 1}`).filter((id) => id !== 'O17')

it('has a line for every case', () => expect(Object.keys(published)).toEqual(numbers))

it.each(numbers)('%s', async (id) => published[id]?.(), 30_000)
