import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Difference, PaymentMonth, PaymentRoll, RollLine, TownshipRolls } from '#benefits/contract'
import type { CaseView, DayRow } from '#casework/contract'
import type { Actor, Download } from '#platform/action'
import { today as todayIn } from '#platform/clock'
import { wholeScope, withTransaction } from '#platform/db'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf } from '#testkit/office'
import { amendedTo, approver, clerk, head, payer, payer2, ReviewDesk, settledMet } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'
import { insertRolls } from './store/payments.ts'

/** A picture as small as one can be. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

const poor = {
  members: [
    { id: 'a', relation: 'applicant', age: 42 },
    { id: 'b', relation: 'child', age: 12 },
  ],
  incomes: [{ item: 'wage', amount: 300, member: 'a' }],
}

let db: TestDb
let district: VerifiedDistrict
let desk: ReviewDesk
let households: { householdNo: string; divisionCode: string }[]
const decided: string[] = []
let month = ''

async function decide(): Promise<string> {
  const household = households[decided.length]
  if (household === undefined) throw new Error('the fixture has too few households')
  const caseNo = `AJ2026${String(decided.length + 1).padStart(6, '0')}`
  decided.push(caseNo)
  await desk.openAtSheet({ caseNo, ...household })
  await desk.move(clerk, caseNo, 'sheet.assess', {
    amended: amendedTo(poor),
    settled: settledMet('residence', 'income', 'assets'),
  })
  await desk.throughDecision(caseNo)
  return caseNo
}

/** A first screen: figure by key. */
async function dayOf(actor: Actor): Promise<Record<string, number>> {
  const { rows } = await district.call<{ rows: DayRow[] }>(actor, 'casework.read-day', {})
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
}

interface Standing {
  decision_no: string
  household_no: string
  amount: number
  from_month: string
  valid_to: string
  certificate_no: string
}

function decisionOf(caseNo: string): Promise<Standing> {
  return db.as(undefined, (tx) =>
    tx.one<Standing>('select * from case_decision where case_no = $1 and undone_at is null', [caseNo]),
  )
}

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 20 })
  desk = new ReviewDesk(district)
  await db.ownerPool.pool.query(`update household set bank_name = coalesce(nullif(bank_name, ''), '农村信用社'), aid_to = null`)
  await db.ownerPool.pool.query('update household set aid_from = null, approved_amount = null where account_index is null')
  households = await db.as(undefined, (tx) =>
    tx.query(
      `select household_no as "householdNo", division_code as "divisionCode" from household where account_index is not null order by household_no`,
    ),
  )
}, 180_000)
afterAll(() => district.close())

const aidOf = (householdNo: string) =>
  db.as(undefined, (tx) =>
    tx.one<{ aid_from: string | null; approved_amount: number | null; kind: string }>(
      'select aid_from, approved_amount, kind from household where household_no = $1',
      [householdNo],
    ),
  )

describe('decision', () => {
  it('writes number, certificate, first month and validity, and the household’s aid; it can be taken back until it is told', async () => {
    const [first] = households
    const before = await aidOf(first?.householdNo ?? '')
    const caseNo = await decide()
    const decision = await decisionOf(caseNo)
    expect(decision.decision_no).toMatch(/^JD\d{10}$/)
    expect(decision.certificate_no).toMatch(/^DBZ\d{10}$/)
    const today = new Date().toISOString().slice(0, 7)
    expect(decision.from_month > today).toBe(true)
    expect(decision.valid_to.slice(0, 4)).toBe(
      String(Number(decision.from_month.slice(0, 4)) + (decision.from_month.endsWith('-01') ? 0 : 1)),
    )
    expect(await aidOf(decision.household_no)).toMatchObject({
      aid_from: decision.from_month,
      approved_amount: decision.amount,
      kind: 'existing',
    })
    await desk.move(approver, caseNo, 'payment.undo', undefined, { reason: '金额有误，尚未告知' })
    expect(await aidOf(decision.household_no)).toEqual(before)
    expect(await codeOf(desk.move(approver, caseNo, 'payment.undo', undefined, { reason: '再撤一次' }))).toBe('casework.not_now')
    const [own, other] = [households[0]?.householdNo, households[5]?.householdNo]
    const swapped = await db.ownerPool.pool.query<{ person_no: string; was: Buffer }>(
      `update person p set id_number_index = (select id_number_index from person where household_no = $1 and counted = 'yes' order by 1 limit 1)
       from (select person_no, id_number_index as was from person where household_no = $2 and counted = 'yes' order by 1 limit 1) o
       where p.person_no = o.person_no returning p.person_no, o.was`,
      [own, other],
    )
    expect(await codeOf(desk.move(approver, caseNo, 'decision.decide', {}))).toBe('casework.need_missing')
    const [{ person_no: planted, was } = { person_no: '', was: null }] = swapped.rows
    await db.ownerPool.pool.query('update person set id_number_index = $2 where person_no = $1', [planted, was])
    await desk.move(approver, caseNo, 'decision.decide', {})
    const again = await decisionOf(caseNo)
    expect(again.decision_no).not.toBe(decision.decision_no)
    const service = {
      decisionNo: again.decision_no,
      way: 'direct',
      servedOn: todayIn(district.runtime.clock),
      receivedBy: '申请人',
    }
    const serve = (actor: Actor, more: object = {}) =>
      district.call(actor, 'casework.notify-decision', { params: { caseNo }, body: { ...service, ...more } })
    expect(await codeOf(serve(clerk, { servedOn: '2999-01-01' }))).toBe('casework.day')
    expect(await codeOf(serve(clerk, { servedOn: '2020-01-01' }))).toBe('casework.day')
    expect(await codeOf(serve(clerk, { way: 'left' }))).toBe('casework.no-witness')
    expect((await dayOf(approver)).unserved).toBe(1)
    // Until it is served, the desk and the case name the letter as what is to be done.
    const unserved = async () => {
      const { rows } = await district.call<{ rows: { caseNo: string }[] }>(clerk, 'casework.list-cases', {
        query: { unserved: 'yes' },
      })
      const { next, steps } = await district.call<CaseView>(clerk, 'casework.open-case', { params: { caseNo } })
      const { waits } = steps.find(({ step }) => step === 'decision') ?? {}
      return [rows.some((row) => row.caseNo === caseNo), next.some(({ page }) => page?.label === '去登记送达'), waits]
    }
    expect(await unserved()).toEqual([true, true, '已决定，待送达申请人'])
    await serve(clerk)
    expect(await unserved()).toEqual([false, false, null])
    expect((await dayOf(approver)).unserved).toBe(0)
    expect(await codeOf(serve(clerk))).toBe('casework.already-served')
    expect(await codeOf(desk.move(approver, caseNo, 'payment.undo', undefined, { reason: '已经告知' }))).toBe(
      'casework.need_missing',
    )
    const print = async (form: string) => {
      const { body } = await district.call<Download>(clerk, 'casework.print-review-paper', { params: { caseNo, form } })
      return (body as Buffer).toString('latin1')
    }
    const picture = /\/Subtype\s*\/Image/
    for (const form of ['three-plus-one', 'confirmation']) {
      expect((await print(form)).slice(0, 5), form).toBe('%PDF-')
    }
    expect(await print('confirmation')).not.toMatch(picture)
    await db.ownerPool.pool.query(
      `insert into office_seal (seal_id, division_code, image, sha256, basis, entered_by, entered_by_name, entered_at)
       values (gen_random_uuid(), '629901000000', $1, encode(sha256($2), 'hex'), '印模备案', 'a', '甲', now())`,
      [district.keys.seal(Buffer.from(dot, 'base64')), Buffer.from(dot, 'base64')],
    )
    await db.ownerPool.pool.query(`update office_seal set confirmed_by = 'b', confirmed_by_name = '乙', confirmed_at = now()`)
    expect(await print('confirmation')).toMatch(picture)
    const refused = district.call(clerk, 'casework.print-review-paper', { params: { caseNo, form: 'refusal' } })
    expect(await codeOf(refused)).toBe('casework.no-decision')
    month = again.from_month
  })
})

interface MonthReply {
  townships: TownshipRolls[]
  month: PaymentMonth
  rolls: PaymentRoll[]
}

/** Households that are paid as registered: on aid, without a decision of this office. */
const olderGrants = () =>
  db.as(undefined, (tx) =>
    tx.one<{ older: number; amount: number }>(
      `select count(*)::int as older, coalesce(sum(approved_amount), 0)::bigint as amount from household h
       where aid_from <= $1 and approved_amount > 0 and programme in ('urban', 'rural')
         and not exists (select from case_decision d where d.household_no = h.household_no and d.undone_at is null)`,
      [month],
    ),
  )

const monthOf = async (query: { township?: string } = {}): Promise<MonthReply> => {
  const reply = await district.call<Omit<MonthReply, 'rolls'>>(payer, 'casework.read-payment-month', { params: { month }, query })
  const { rows: rolls } = await district.call<{ rows: PaymentRoll[] }>(payer, 'casework.list-payment-rolls', {
    params: { month },
    query: { ...query, limit: 200 },
  })
  return { ...reply, rolls }
}
const differencesOf = () =>
  district.call<{ rows: Difference[] }>(payer, 'casework.list-payment-differences', { params: { month } })

describe('payment', () => {
  it('makes rolls that add up to the decisions, tells who is missing and why, and leaves confirming to another person', async () => {
    for (let k = 0; k < 4; k++) await decide()
    await db.ownerPool.pool.query(`update household set bank_name = null where household_no = $1`, [households[1]?.householdNo])
    await db.ownerPool.pool.query(
      `update case_decision set from_month = to_char(now(), 'YYYY-MM') where from_month > to_char(now(), 'YYYY-MM')`,
    )
    expect(await codeOf(district.call(payer, 'casework.make-payment-rolls', { params: { month }, body: {} }))).toBe(
      'payment.future',
    )
    month = new Date().toISOString().slice(0, 7)
    await district.goLive('2026-10')
    const made = await district.call<{ households: number; total: number }>(payer, 'casework.make-payment-rolls', {
      params: { month },
      body: {},
    })
    // who has an older grant and no decision yet is paid as registered
    const { older, amount } = await olderGrants()
    expect(older).toBeGreaterThan(3)
    expect(made.households).toBe(4 + older)
    const { month: sums, rolls } = await monthOf()
    // what waits for a second person stands on the first screen of whoever did not make it
    expect((await dayOf(approver)).unconfirmed).toBe(rolls.length)
    await db.ownerPool.pool.query(`update payment_roll set made_by = 'approver' where roll_no = $1`, [rolls[0]?.rollNo])
    expect((await dayOf(approver)).unconfirmed).toBe(rolls.length - 1)
    await db.ownerPool.pool.query(`update payment_roll set made_by = 'payer' where roll_no = $1`, [rolls[0]?.rollNo])
    expect(sums.due.households).toBe(5 + older)
    const inOne = await monthOf({ township: '629901001000' })
    expect(inOne.rolls.length).toBeLessThan(rolls.length)
    expect(inOne.rolls.length).toBe(inOne.month.rolls)
    // every township is named, and its figures are those of its rolls
    const listed = inOne.townships.filter((each) => each.rolls > 0)
    expect(listed.map(({ code }) => code)).toEqual([...new Set(rolls.map((roll) => `${roll.villageCode.slice(0, 9)}000`))])
    expect(inOne.townships.every(({ name }) => /[一-龥]/.test(name))).toBe(true)
    for (const township of listed) {
      const own = rolls.filter((roll) => roll.townshipName === township.name)
      expect(township).toMatchObject({
        rolls: own.length,
        confirmed: 0,
        households: own.reduce((sum, roll) => sum + roll.households, 0),
        total: own.reduce((sum, roll) => sum + roll.total, 0),
        confirmable: [],
      })
    }
    const seenByOther = await district.call<MonthReply>(payer2, 'casework.read-payment-month', { params: { month } })
    expect(seenByOther.townships.flatMap(({ confirmable }) => confirmable)).toEqual(rolls.map((roll) => roll.rollNo))
    const granted = (await Promise.all([0, 2, 3, 4].map((k) => decisionOf(decided[k] ?? '')))).map((each) => each.amount)
    expect(made.total).toBe(amount + granted.reduce((sum, each) => sum + each, 0))
    expect(sums.listed.total).toBe(rolls.reduce((sum, roll) => sum + roll.total, 0))
    expect(rolls.every((roll) => roll.base + roll.topUp === roll.total)).toBe(true)
    const missing = (await differencesOf()).rows
    expect(missing).toMatchObject([{ kind: 'no_account', caseNo: decided[1], listed: null }])
    expect(sums.due.total - sums.listed.total).toBe(missing[0]?.amount)
    const again = await district.call<{ rolls: number }>(payer, 'casework.make-payment-rolls', { params: { month }, body: {} })
    expect(again.rolls).toBe(0)
    const rollNos = rolls.map((roll) => roll.rollNo)
    const confirm = (actor: Actor) =>
      district.call<{ confirmed: number; settledCases: number; refused: { message: string }[] }>(
        actor,
        'casework.confirm-payment-rolls',
        { params: { month }, body: { rollNos } },
      )
    expect((await confirm(payer)).refused[0]?.message).toMatch(/另一人/)
    expect(await confirm(payer2)).toMatchObject({ confirmed: rollNos.length, settledCases: 4, refused: [] })
    const results = await db.as(undefined, (tx) => tx.query<{ result: string }>('select result from casefile order by case_no'))
    expect(results.map(({ result }) => result)).toEqual(['granted', null, 'granted', 'granted', 'granted'])
    expect((await confirm(payer2)).confirmed).toBe(0)
    for (const set of [`confirmed_by = 'x'`, 'confirmed_by = null, confirmed_at = null']) {
      const past = db.as(undefined, (tx) => tx.execute(`update payment_roll set ${set} where confirmed_at is not null`))
      await expect(past).rejects.toThrow('is decided')
    }
  })

  it('adds what was decided meanwhile as a further roll, and pays nobody twice', async () => {
    await db.ownerPool.pool.query(`update household set bank_name = '农村信用社' where household_no = $1`, [
      households[1]?.householdNo,
    ])
    const made = await district.call<{ households: number }>(payer, 'casework.make-payment-rolls', {
      params: { month },
      body: {},
    })
    expect(made.households).toBe(1)
    expect((await differencesOf()).rows).toEqual([])
    expect((await monthOf()).month.listed.total).toBe((await monthOf()).month.due.total)
  })

  it('lets an older grant run on until the month from which a decision pays, and holds a roll back when it was stopped', async () => {
    const [older] = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string; division_code: string; approved_amount: number }>(
        `select household_no, division_code, approved_amount from household h where aid_from <= '2026-01' and approved_amount > 0
           and not exists (select from case_decision d where d.household_no = h.household_no) order by household_no desc limit 1`,
      ),
    )
    if (older === undefined) throw new Error('there is no older grant')
    const caseNo = 'AJ2026000099'
    await desk.openAtSheet({ caseNo, householdNo: older.household_no, divisionCode: older.division_code })
    const order = { amended: amendedTo(poor), settled: settledMet('residence', 'income', 'assets') }
    await desk.move(clerk, caseNo, 'sheet.assess', order)
    await desk.throughDecision(caseNo)
    const decision = await decisionOf(caseNo)
    const paidIn = async (of: string) => {
      const [row] = await db.as(undefined, (tx) =>
        tx.query<{ amount: number; decision_no: string | null }>(
          `select amount, decision_no from standing_grants($1, '0', ':') where household_no = $2`,
          [of, older.household_no],
        ),
      )
      return row
    }
    expect(await paidIn('2026-01')).toEqual({ amount: older.approved_amount, decision_no: null })
    expect(await paidIn(decision.from_month)).toEqual({ amount: decision.amount, decision_no: decision.decision_no })
    expect(await paidIn('2010-01')).toBeUndefined()
    const current = month
    month = '2026-10'
    await district.call(payer, 'casework.make-payment-rolls', { params: { month }, body: {} })
    const { rolls } = await monthOf()
    const other = await db.as(undefined, (tx) =>
      tx.one<{ household_no: string; roll_no: string }>(
        `select household_no, roll_no from payment_roll_line l where month = $1
           and not exists (select from case_decision d where d.household_no = l.household_no) limit 1`,
        [month],
      ),
    )
    await db.ownerPool.pool.query(`update household set aid_to = '2026-09' where household_no = $1`, [other.household_no])
    expect((await differencesOf()).rows).toMatchObject([{ kind: 'stopped', householdNo: other.household_no, caseNo: null }])
    const { refused, confirmed } = await district.call<{ confirmed: number; refused: { rollNo: string; message: string }[] }>(
      payer2,
      'casework.confirm-payment-rolls',
      { params: { month }, body: { rollNos: rolls.map((roll) => roll.rollNo) } },
    )
    expect(refused).toEqual([{ rollNo: other.roll_no, message: expect.stringContaining('有 1 户已撤回、停发或金额有变') }])
    expect(confirmed).toBe(rolls.length - 1)
    month = current
  })

  it('shows accounts masked to everybody and in clear only in the payment officer’s workbook of a confirmed roll', async () => {
    const { rolls } = await monthOf()
    const confirmed = rolls.find((roll) => roll.confirmedAt !== null)
    const open = rolls.find((roll) => roll.confirmedAt === null)
    if (confirmed === undefined || open === undefined) throw new Error('there is no roll')
    const { lines } = await district.call<{ lines: RollLine[] }>(head, 'casework.open-payment-roll', {
      params: { rollNo: confirmed.rollNo },
    })
    expect(lines.every((line) => line.accountMasked.startsWith('****'))).toBe(true)
    const clear = await db.as(undefined, async (tx) => {
      const row = await tx.one<{ sealed: Buffer }>('select sealed from payment_roll_line where roll_no = $1 limit 1', [
        confirmed.rollNo,
      ])
      return (JSON.parse(district.keys.openText(row.sealed)) as { account_no: string }).account_no
    })
    const bookOf = async (actor: Actor, rollNo: string) => {
      const { body } = await district.call<Download>(actor, 'casework.download-payment-roll', { params: { rollNo } })
      const ExcelJS = (await import('exceljs')).default
      const book = new ExcelJS.Workbook()
      const chunks: Buffer[] = []
      for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk)
      await book.xlsx.load(Buffer.concat(chunks) as never)
      return JSON.stringify(book.worksheets[0]?.getSheetValues())
    }
    expect(await bookOf(payer, confirmed.rollNo)).toContain(clear)
    expect(await bookOf(approver, confirmed.rollNo)).not.toContain(clear)
    expect(await bookOf(payer, open.rollNo)).toContain('****')
    const paper = await district.call<Download>(payer, 'casework.print-payment-roll', { params: { rollNo: confirmed.rollNo } })
    expect((paper.body as Buffer).subarray(0, 5).toString()).toBe('%PDF-')
    expect((paper.body as Buffer).includes(Buffer.from(clear))).toBe(false)
  })

  it('takes as many statements for one household as for many', async () => {
    const area = { lo: '0', hi: ':' }
    const before = db.pool.statements.count
    await withTransaction(db.pool, wholeScope('test'), (tx) =>
      insertRolls(tx, '2020-01', area, [], { madeBy: 'payer', at: new Date().toISOString() }),
    )
    const empty = db.pool.statements.count - before
    const from = db.pool.statements.count
    await withTransaction(db.pool, wholeScope('test'), (tx) =>
      insertRolls(tx, '2099-01', area, [], { madeBy: 'payer', at: new Date().toISOString() }),
    )
    expect(db.pool.statements.count - from).toBe(empty)
  })
})
