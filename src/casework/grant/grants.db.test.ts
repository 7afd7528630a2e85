import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Difference, PaymentRoll } from '#benefits/contract'
import type { GrantChange, GrantView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { addMonths } from '#kernel/dates'
import type { Actor, Download } from '#platform/action'
import { today } from '#platform/clock'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { amendedTo, approver, clerk, payer, payer2, ReviewDesk, settledMet } from '#testkit/review-desk'
import { person, VerifiedDistrict } from '#testkit/verified-district'

const other = person('district_approver', 'approver2', '629901000000')
const poor = {
  members: [{ id: 'a', relation: 'applicant', age: 42 }],
  incomes: [{ item: 'wage', amount: 100, member: 'a' }],
}

let db: TestDb
let district: VerifiedDistrict
let now = ''
let next = ''
let older: { no: string; village: string; amount: number }[] = []

const call = <T>(actor: Actor, name: string, parts: object): Promise<T> => district.call<T>(actor, name, parts)
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )
const grantOf = (householdNo: string, actor: Actor = clerk) =>
  call<GrantView>(actor, 'casework.read-grant', { params: { householdNo } })
const propose = (householdNo: string, body: object, actor: Actor = clerk) =>
  call<{ changeNo: string }>(actor, 'casework.propose-grant-change', {
    params: { householdNo },
    body: { facts: '入户核实，情况属实，有记录', ...body },
  })
const decide = (changeNo: string, actor: Actor = approver, confirm = true) =>
  call<GrantChange>(actor, 'casework.decide-grant-change', { params: { changeNo }, body: { confirm, reason: '核对无误，同意' } })
async function changed(householdNo: string, body: object): Promise<GrantChange> {
  return decide((await propose(householdNo, body)).changeNo)
}
const standing = (month: string, householdNo: string) =>
  db.as(undefined, (tx) =>
    tx.maybe<{ stopped: boolean; suspended: boolean; amount: number }>(
      `select stopped, suspended, amount from standing_grants($1, '0', ':') where household_no = $2`,
      [month, householdNo],
    ),
  )
const aidTo = async (householdNo: string) =>
  (
    await db.as(undefined, (tx) =>
      tx.one<{ aid_to: string | null }>('select aid_to from household where household_no = $1', [householdNo]),
    )
  ).aid_to
const makeRolls = () => call<{ households: number }>(payer, 'casework.make-payment-rolls', { params: { month: now }, body: {} })
const rollsOf = async () =>
  (await call<{ rows: PaymentRoll[] }>(payer, 'casework.list-payment-rolls', { params: { month: now }, query: { limit: 200 } }))
    .rows
const confirmRolls = async () => {
  const rollNos = (await rollsOf()).filter((roll) => roll.confirmedAt === null).map((roll) => roll.rollNo)
  return call<{ confirmed: number; refused: { message: string }[] }>(payer2, 'casework.confirm-payment-rolls', {
    params: { month: now },
    body: { rollNos },
  })
}
const differences = async () =>
  (await call<{ rows: Difference[] }>(payer, 'casework.list-payment-differences', { params: { month: now } })).rows

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 20 })
  now = today(district.runtime.clock).slice(0, 7)
  next = addMonths(`${now}-01`, 1).slice(0, 7)
  await district.goLive(now)
  await db.ownerPool.pool.query(`update household set bank_name = coalesce(nullif(bank_name, ''), '农村信用社'), aid_to = null`)
  await db.ownerPool.pool.query('update household set aid_from = null, approved_amount = null where account_index is null')
  older = await db.as(undefined, (tx) =>
    tx.query(
      `select household_no as no, division_code as village, approved_amount as amount from household
       where aid_from <= $1 and approved_amount > 0 and programme in ('urban', 'rural') order by 1`,
      [now],
    ),
  )
  expect(older.length).toBeGreaterThan(5)
}, 180_000)
afterAll(() => district.close())

describe('a running grant', () => {
  it('is changed by two persons only: what one proposes with ground, month and facts another decides, in the database too', async () => {
    const [{ no } = { no: '' }] = older
    const before = await grantOf(no)
    expect(before).toMatchObject({ state: 'running', earliest: now, deciderLabel: '区级审核人', grant: { decisionNo: null } })
    expect(before.offered.map(({ kind }) => kind)).toEqual(['suspend', 'stop'])
    expect(before.offered.every(({ grounds }) => grounds.length > 1 && grounds.every(({ clause }) => clause.length > 4))).toBe(
      true,
    )
    expect((await grantOf(no, payer)).offered).toEqual([])
    const suspend = { kind: 'suspend', ground: 'unreachable', fromMonth: now }
    expect(await messageOf(propose(no, { ...suspend, ground: 'income' }))).toContain('从列表中选择')
    expect(await messageOf(propose(no, { ...suspend, fromMonth: '2020-01' }))).toContain('不追溯')
    expect(await messageOf(propose(no, { ...suspend, fromMonth: '2099-01' }))).toContain('最晚')
    expect(await messageOf(propose(no, { ...suspend, kind: 'resume', ground: 'cleared' }))).toContain('正常发放')
    const { changeNo } = await propose(no, suspend, approver)
    expect(changeNo).toMatch(/^BG\d{10}$/)
    expect(await messageOf(propose(no, suspend))).toContain(changeNo)
    expect(await messageOf(decide(changeNo, approver))).toContain('另一人')
    expect(await messageOf(decide(changeNo, person('township_head', 'head', `${older[0]?.village.slice(0, 9)}000`)))).toContain(
      '区级审核人',
    )
    const asApp = (set: string) =>
      db
        .as(undefined, (tx) => tx.execute(`update grant_change set ${set} where change_no = $1`, [changeNo]))
        .then(
          () => 'done',
          (error: Error) => error.message,
        )
    const alone = `outcome = 'confirmed', answer = '\\x00', decided_at = now(), decided_by = proposed_by`
    expect(await asApp(alone)).toContain('check constraint')
    expect(await asApp(`kind = 'stop'`)).toContain('permission denied')
    expect(await standing(now, no)).toMatchObject({ suspended: false })
    const waiting = await call<{ rows: GrantChange[] }>(other, 'casework.list-grant-changes', { query: { state: 'open' } })
    expect(waiting.rows).toMatchObject([{ changeNo, mine: false, decidable: true, kindLabel: '暂停发放' }])
    expect(await decide(changeNo, other, false)).toMatchObject({ outcome: 'refused' })
    expect(await standing(now, no)).toMatchObject({ suspended: false })
    expect(await asApp(`outcome = 'confirmed'`)).toContain('is decided')
    expect(await messageOf(decide(changeNo, other))).toContain('已有决定')
  })

  it('suspended: held off the rolls and the standing list; resumed: paid again from its month, the months between are not', async () => {
    const [{ no, village, amount } = { no: '', village: '', amount: 0 }] = older
    await changed(no, { kind: 'suspend', ground: 'checking', fromMonth: now })
    expect(await grantOf(no)).toMatchObject({ state: 'suspended', since: now, grant: { amount } })
    expect(await aidTo(no)).toBeNull()
    const made = await makeRolls()
    expect(made.households).toBe(older.length - 1)
    expect((await differences()).filter((row) => row.householdNo === no)).toMatchObject([{ kind: 'suspended', listed: null }])
    const listed = (month: string) =>
      call<{ totals: { households: number } }>(clerk, 'casework.read-standing-list', { query: { village, month } })
    const households = older.filter((each) => each.village === village).length
    expect((await listed(now)).totals.households).toBe(households - 1)
    await changed(no, { kind: 'resume', ground: 'cleared', fromMonth: next })
    expect(await standing(now, no)).toMatchObject({ suspended: true })
    expect(await standing(next, no)).toMatchObject({ suspended: false, stopped: false, amount })
    expect((await makeRolls()).households).toBe(0)
    expect((await listed(next)).totals.households).toBe(households)
  })

  it('stopped: a roll that lists it is not confirmed, a month that was paid is not stopped, and the household’s aid has an end', async () => {
    const [, second, third] = older
    if (second === undefined || third === undefined) throw new Error('too few households')
    await changed(second.no, { kind: 'stop', ground: 'own_wish', fromMonth: now })
    expect(await standing(now, second.no)).toBeUndefined()
    const { refused, confirmed } = await confirmRolls()
    expect(refused).toMatchObject([{ message: expect.stringContaining('1 户') }])
    expect(confirmed).toBeGreaterThan(0)
    const paid = await db.as(undefined, (tx) =>
      tx.one<{ no: string }>(
        `select l.household_no as no from payment_roll_line l join payment_roll r using (roll_no) where r.confirmed_at is not null limit 1`,
      ),
    )
    const stop = { kind: 'stop', ground: 'income', fromMonth: now }
    expect(await messageOf(propose(paid.no, stop))).toContain(`${chineseDate(now)} 已经确认发放`)
    const change = await changed(paid.no, { ...stop, fromMonth: next })
    expect(await aidTo(paid.no)).toBe(now)
    expect(await standing(now, paid.no)).toMatchObject({ stopped: false })
    expect(await standing(next, paid.no)).toBeUndefined()
    expect(await grantOf(paid.no)).toMatchObject({ state: 'stopped', since: next, offered: [{ kind: 'resume' }] })
    const letter = await call<Download>(clerk, 'casework.print-grant-letter', { params: { changeNo: change.changeNo } })
    expect((letter.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-')
    const serve = (body: object) =>
      call<GrantChange>(clerk, 'casework.serve-grant-letter', {
        params: { changeNo: change.changeNo },
        body: { way: 'direct', servedOn: today(district.runtime.clock), receivedBy: '户主', ...body },
      })
    expect(await messageOf(serve({ way: 'left' }))).toContain('见证人')
    expect(await messageOf(serve({ servedOn: '2020-01-01' }))).toContain('送达日期')
    expect(await serve({})).toMatchObject({ servedOn: today(district.runtime.clock) })
    expect(await codeOf(serve({}))).toBe('casework.already-served')
    await changed(paid.no, { kind: 'resume', ground: 'corrected', fromMonth: next })
    expect(await aidTo(paid.no)).toBeNull()
    expect(await standing(next, paid.no)).toMatchObject({ stopped: false, suspended: false })
  })

  it('a proposal can be taken back by who made it, has no letter, and a later decision of a case takes a suspended grant’s place', async () => {
    const last = older.at(-1)
    if (last === undefined) throw new Error('too few households')
    const { changeNo } = await propose(last.no, { kind: 'suspend', ground: 'checking', fromMonth: next })
    expect(await messageOf(call(clerk, 'casework.print-grant-letter', { params: { changeNo } }))).toContain('还没有作出决定')
    const withdraw = (actor: Actor) =>
      call<GrantChange>(actor, 'casework.withdraw-grant-change', { params: { changeNo }, body: { reason: '户号填错了' } })
    expect(await messageOf(withdraw(approver))).toContain('只有提出人')
    expect(await withdraw(clerk)).toMatchObject({ outcome: 'withdrawn', mine: true })
    await changed(last.no, { kind: 'suspend', ground: 'checking', fromMonth: next })
    expect(await standing(next, last.no)).toMatchObject({ suspended: true })
    const desk = new ReviewDesk(district)
    const caseNo = 'AJ2026000077'
    await desk.openAtSheet({ caseNo, householdNo: last.no, divisionCode: last.village })
    const order = { amended: amendedTo(poor), settled: settledMet('residence', 'income', 'assets') }
    await desk.move(clerk, caseNo, 'sheet.assess', order)
    await desk.throughDecision(caseNo)
    expect(await standing(next, last.no)).toMatchObject({ suspended: false, stopped: false })
    expect(await grantOf(last.no)).toMatchObject({ state: 'running', grant: { caseNo } })
  })
})
