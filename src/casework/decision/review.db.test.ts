import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '#platform/crypto'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { amendedTo, approver, clerk, clerk2, head, leader, ReviewDesk, settledMet } from '#testkit/review-desk'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import type { DayRow, SampleDraw, SheetView } from '../contract/index.ts'
import { draw } from '../deliberation/rules/draw.ts'

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk
let households: { householdNo: string; divisionCode: string }[]

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 24 })
  desk = new ReviewDesk(district)
  households = await db.as(undefined, (tx) =>
    tx.query(
      `select h.household_no as "householdNo", h.division_code as "divisionCode" from household h
       order by h.household_no`,
    ),
  )
}, 180_000)
afterAll(() => district.close())

const poor = {
  members: [
    { id: 'a', relation: 'applicant', age: 42 },
    { id: 'b', relation: 'child', age: 12 },
  ],
  incomes: [{ item: 'wage', amount: 300, member: 'a' }],
  expenses: [],
  supporters: [],
  assets: {},
}
const amended = amendedTo(poor)
const settled = settledMet('residence', 'income', 'assets')
const exceptIncome = settled.filter(({ pillar }) => pillar !== 'income')

let next = 0
async function openOne(passed = true): Promise<string> {
  const household = households[next]
  if (household === undefined) throw new Error('the fixture has too few households')
  next += 1
  const caseNo = `AJ2026${String(next).padStart(6, '0')}`
  await desk.openAtSheet({ caseNo, ...household, vote: passed ? 'passed' : 'failed' })
  return caseNo
}

const sheetOf = (caseNo: string, as = 'kept') =>
  district.call<SheetView>(clerk, 'casework.read-sheet', { params: { caseNo }, query: { as } })

describe('the 3+1 sheet', () => {
  it('shows before its step what was declared, found and answered, each with who said it, and no silent source as none', async () => {
    const caseNo = await openOne()
    const sheet = await sheetOf(caseNo)
    expect(sheet.state).toBe('draft')
    expect(sheet.pillars.map(({ pillar }) => pillar)).toEqual(['residence', 'income', 'assets', 'deliberation'])
    expect(sheet.reportNo).not.toBeNull()
    const facts = sheet.pillars.flatMap((each) => each.facts)
    expect(facts.some(({ source }) => source === '申报')).toBe(true)
    expect(facts.some(({ source }) => source.startsWith('核对报告'))).toBe(true)
    expect(facts.every(({ saidBy, source }) => saidBy !== '' && source !== '')).toBe(true)
    expect(sheet.figures?.base).toBeTypeOf('number')
    expect(sheet.pillars.at(-1)?.finding).toBe('met')
  })

  it('is confirmed with its facts, sets the amount of the case, and gives the same figures again', async () => {
    const caseNo = await openOne()
    const before = await district.call<SheetView>(clerk, 'casework.try-sheet', {
      params: { caseNo },
      body: { amended, settled },
    })
    expect(before.state).toBe('draft')
    await desk.move(clerk, caseNo, 'sheet.assess', { amended, settled })
    const sheet = await sheetOf(caseNo)
    expect(sheet).toMatchObject({ state: 'confirmed', conclusion: 'eligible', figures: before.figures })
    const row = await db.as(undefined, (tx) =>
      tx.one<{ amount: number }>('select amount from casefile where case_no = $1', [caseNo]),
    )
    expect(row.amount).toBe(sheet.figures?.total)
  })

  it('names imputed income as such and asks a person before a refusal rests on it', async () => {
    const caseNo = await openOne()
    const imputed = [{ member: 'a', item: 'wage', amount: 900_000, method: '按最低工资推定', clause: '示例条款' }]
    const order = { amended, imputed, settled: exceptIncome }
    const trial = await district.call<SheetView>(clerk, 'casework.try-sheet', { params: { caseNo }, body: order })
    expect(trial).toMatchObject({ conclusion: 'ineligible', restsOnImputed: true })
    expect(trial.pillars[1]?.facts.filter((fact) => fact.imputed)).toMatchObject([{ clause: '示例条款' }])
    expect(await codeOf(desk.move(clerk, caseNo, 'sheet.assess', order))).toBe('casework.need_missing')
    await desk.move(clerk, caseNo, 'sheet.assess', { ...order, imputedReason: '本人有劳动能力且拒绝说明收入' })
    expect((await sheetOf(caseNo)).restsOnImputed).toBe(true)
  })

  it('refuses to settle against the sums or the vote, and facts that cannot be read', async () => {
    const caseNo = await openOne()
    const rich = amended.map((each) =>
      each.section === 'incomes' ? { ...each, value: [{ item: 'wage', amount: 99_999, member: 'a' }] } : each,
    )
    const attempt = (order: object) => codeOf(desk.move(clerk, caseNo, 'sheet.assess', order))
    expect(await attempt({ amended: rich, settled })).toBe('casework.settled')
    expect(await attempt({ amended, settled: [{ pillar: 'deliberation', finding: 'not_met', reason: '不想通过' }] })).toBe(
      'casework.settled',
    )
    const wrong = amended.map((each) => (each.section === 'members' ? { ...each, value: [{ id: 'a' }] } : each))
    expect(await attempt({ amended: wrong, settled })).toBe('casework.facts')
  })
})

describe('township review', () => {
  it('takes three persons, each with an opinion of his own, and can send back with reasons', async () => {
    const caseNo = await openOne()
    await desk.move(clerk, caseNo, 'sheet.assess', { amended, settled })
    const opinion = { agrees: true, text: '同意，材料齐全' }
    expect(await codeOf(desk.move(clerk2, caseNo, 'opinion.agree', { agrees: true, text: '' }))).toBe('input.invalid')
    await desk.move(clerk2, caseNo, 'opinion.agree', opinion)
    const both = { ...leader, userId: 'clerk2' }
    expect(await codeOf(desk.move(both, caseNo, 'leader.agree', opinion))).toBe('casework.same_person')
    await desk.move(leader, caseNo, 'leader.agree', opinion)
    await desk.move(head, caseNo, 'head.send-back', undefined, { reason: '收入材料不清', reopen: 'sheet' })
    expect((await sheetOf(caseNo)).state).toBe('draft')
    expect(await codeOf(desk.move(clerk2, caseNo, 'opinion.agree', opinion))).toBe('casework.not_now')
  })
})

describe('district approval', () => {
  async function atApproval(order: object = { amended, settled }, passed = true): Promise<string> {
    const caseNo = await openOne(passed)
    await desk.move(clerk, caseNo, 'sheet.assess', order)
    await desk.throughTownship(caseNo)
    return caseNo
  }

  /** The approver's first screen: figure by key. */
  async function today(): Promise<Record<string, number>> {
    const { rows } = await district.call<{ rows: DayRow[] }>(approver, 'casework.read-day', {})
    expect(rows.filter(({ todo }) => !todo.by.includes('district_approver') || todo.page === null)).toEqual([])
    return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
  }

  it('waits for the draw, which anybody can repeat from its seed, and for the visit of whoever was drawn', async () => {
    const cases = [await atApproval(), await atApproval(), await atApproval(), await atApproval()]
    const [first = ''] = cases
    expect(await codeOf(desk.move(approver, first, 'approval.approve', {}))).toBe('casework.need_missing')
    expect(await today()).toMatchObject({ undrawn: cases.length, undecided: cases.length, unvisited: 0 })
    const made = await district.call<SampleDraw>(approver, 'casework.draw-sample', { body: { publicNumber: '3D 528' } })
    expect(made.cases).toEqual(expect.arrayContaining(cases))
    const again = draw(made.seed, made.cases, made.drawn.length, (text) => sha256(text).toString('hex'))
    expect(again).toEqual(made.drawn)
    expect(made.drawn.length).toBe(Math.ceil((made.cases.length * 3) / 10))
    expect(await codeOf(district.call(approver, 'casework.draw-sample', { body: {} }))).toBe('casework.nothing-to-draw')
    const drawn = cases.find((caseNo) => made.drawn.includes(caseNo))
    const spared = cases.find((caseNo) => !made.drawn.includes(caseNo))
    if (spared === undefined) throw new Error('everybody was drawn')
    expect((await desk.move(approver, spared, 'approval.approve', {})).state).toBe('done')
    expect(await today()).toMatchObject({ undrawn: 0, undecided: cases.length - 1, unvisited: made.drawn.length, unpublished: 1 })
    if (drawn !== undefined) {
      expect(await codeOf(desk.move(approver, drawn, 'approval.approve', {}))).toBe('casework.need_missing')
      await desk.sampleVisit(drawn)
      expect((await desk.move(approver, drawn, 'approval.approve', {})).state).toBe('done')
    }
  })

  it('always visits cases of relatives and those complained about', async () => {
    const caseNo = await atApproval()
    await db.ownerPool.pool.query('update casefile set related = true where case_no = $1', [caseNo])
    await district.call(approver, 'casework.draw-sample', { body: {} })
    expect(await codeOf(desk.move(approver, caseNo, 'approval.approve', {}))).toBe('casework.need_missing')
    await desk.sampleVisit(caseNo)
    expect((await desk.move(approver, caseNo, 'approval.approve', {})).state).toBe('done')
  })

  it('refuses with facts, rule and remedies, and never because of a vote alone', async () => {
    const refusal = { facts: '工资收入超过保障标准', rule: '社会救助暂行办法 第九条' }
    const reason = { reason: '收入超过标准' }
    const voted = await atApproval(undefined, false)
    expect((await sheetOf(voted)).conclusion).toBe('ineligible')
    expect(await codeOf(desk.move(approver, voted, 'approval.refuse', refusal, reason))).toBe('casework.need_missing')
    await desk.sampleVisit(voted)
    expect(await codeOf(desk.move(approver, voted, 'approval.approve', {}))).toBe('casework.need_missing')
    expect((await desk.move(approver, voted, 'approval.approve', { explanation: '三项认定均符合，评议意见不实' })).state).toBe(
      'done',
    )
    const rich = amended.map((each) =>
      each.section === 'incomes' ? { ...each, value: [{ item: 'wage', amount: 9999, member: 'a' }] } : each,
    )
    const caseNo = await atApproval({ amended: rich, settled: exceptIncome })
    const ended = await desk.move(approver, caseNo, 'approval.refuse', refusal, reason)
    expect(ended.result).toBe('refused')
    const decision = await db.as(undefined, (tx) =>
      tx.one<{ decision_no: string; result: string; grounds: Buffer; letter_due_on: string }>(
        'select decision_no, result, grounds, letter_due_on from case_decision where case_no = $1',
        [caseNo],
      ),
    )
    expect(decision.decision_no).toMatch(/^BY\d{10}$/)
    expect(decision.letter_due_on > '2026-01-01').toBe(true)
    expect(JSON.parse(district.keys.openText(decision.grounds))).toMatchObject({
      refusal: { ...refusal, remedies: { reconsiderationDays: 60, litigationMonths: 6 } },
    })
    expect(decision.grounds.includes(Buffer.from(refusal.facts))).toBe(false)
  })
})
