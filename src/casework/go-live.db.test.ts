import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#platform/action'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf, messageOf } from '#testkit/office'
import { approver, head, payer, payer2 } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'
import type { Difference, GoLiveView, PaymentMonth, PaymentRoll } from './contract/index.ts'

let db: TestDb
let district: VerifiedDistrict
let paidNos: string[] = []
const month = new Date().toISOString().slice(0, 7)
const params = { month }
const reason = '已核对原系统的发放清单'

const call = <T>(actor: Actor, name: string, parts: object = {}): Promise<T> => district.call<T>(actor, `casework.${name}`, parts)
const goLive = (actor: Actor = payer) => call<GoLiveView>(actor, 'read-go-live')
const propose = (of: string) => call<{ proposalId: string }>(payer, 'propose-go-live', { body: { month: of } })
const decide = (proposalId: string, confirm: boolean, actor: Actor = approver) =>
  call(actor, 'decide-go-live', { params: { proposalId }, body: { confirm, reason } })
const make = (of = month) =>
  call<{ rolls: number; households: number }>(payer, 'make-payment-rolls', { params: { month: of }, body: {} })
const monthNow = () => call<{ month: PaymentMonth; rolls: PaymentRoll[] }>(payer, 'read-payment-month', { params })
const differences = async () => (await call<{ rows: Difference[] }>(payer, 'list-payment-differences', { params })).rows
const held = async () => (await differences()).filter(({ kind }) => kind === 'paid_elsewhere')
const clear = (kind: 'counts' | 'pay', ...householdNos: string[]) =>
  call<{ proposed: number; refused: { message: string }[] }>(payer, 'propose-payment-clearances', {
    params,
    body: { householdNos, kind, reason },
  })
const settle = async (confirm: boolean, actor: Actor = approver) => {
  const clearanceIds = (await held()).flatMap(({ elsewhere }) => elsewhere?.waiting?.clearanceId ?? [])
  const body = { clearanceIds, confirm, reason }
  return call<{ decided: number; refused: { message: string }[] }>(actor, 'decide-payment-clearances', { params, body })
}
const confirm = async () => {
  const rollNos = (await monthNow()).rolls.filter((roll) => roll.confirmedAt === null).map(({ rollNo }) => rollNo)
  return call<{ confirmed: number; refused: { rollNo: string; message: string }[] }>(payer2, 'confirm-payment-rolls', {
    params,
    body: { rollNos },
  })
}
/** Payments of the month as a package of another system tells them. */
const told = (...householdNos: string[]) =>
  db.ownerPool.pool.query(
    `insert into payment (payment_no, household_no, division_code, month, amount, paid_on, content)
     select 'OTHER' || gen_random_uuid(), household_no, division_code, $1, 30000, now(), '' from household where household_no = any ($2)`,
    [month, householdNos],
  )

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 24 })
  await db.ownerPool.pool.query(`update household set bank_name = coalesce(nullif(bank_name, ''), '农村信用社'), aid_to = null`)
  await db.ownerPool.pool.query('update household set aid_from = null, approved_amount = null where account_index is null')
  const paid = await db.as(undefined, (tx) =>
    tx.query<{ no: string }>(
      `select household_no as no from household where aid_from <= $1 and approved_amount > 0 and programme in ('urban', 'rural') order by 1`,
      [month],
    ),
  )
  paidNos = paid.map(({ no }) => no)
  expect(paidNos.length).toBeGreaterThan(6)
}, 120_000)
afterAll(() => district.close())

describe('the go-live month', () => {
  it('is proposed by one person and confirmed by another; without it no roll is made, nor for a month before it', async () => {
    expect(await codeOf(make())).toBe('payment.no-go-live')
    const refused = await propose('2026-10')
    expect(await codeOf(propose('2026-11'))).toBe('payment.go-live-waiting')
    expect(await messageOf(make())).toMatch(/启用月份还没有确认/)
    await decide(refused.proposalId, false)
    expect(await goLive()).toMatchObject({ current: null, waiting: null, refused: { answer: reason, mine: true } })
    const { proposalId } = await propose(month)
    expect(await codeOf(decide(proposalId, true, payer))).toBe('identity.not-permitted')
    const oneself = { ...approver, userId: payer.userId, account: payer.account }
    expect(await codeOf(decide(proposalId, true, oneself))).toBe('payment.go-live-own')
    await expect(
      db.ownerPool.pool.query(
        `update go_live set outcome = 'confirmed', answer = '', decided_by = proposed_by, decided_at = now() where outcome is null`,
      ),
    ).rejects.toThrow(/check constraint/)
    await decide(proposalId, true)
    expect(await codeOf(decide(proposalId, false))).toBe('payment.go-live-decided')
    expect(await goLive(head)).toMatchObject({ current: { month, outcome: 'confirmed' }, waiting: null, fixed: false })
    expect(await messageOf(make('2026-09'))).toBe(`2026-09 早于启用月份 ${month}：以前的月份由原系统发放，不在本系统编制名册`)
  })
})

describe('what was paid elsewhere', () => {
  it('is not listed until two persons clear it with a reason: counted as paid, or paid here all the same', async () => {
    const [first = '', second = '', third = ''] = paidNos
    await told(first, second, third)
    expect((await make()).households).toBe(paidNos.length - 3)
    expect((await held()).map(({ householdNo, elsewhere }) => [householdNo, elsewhere?.paid]).sort()).toEqual(
      [first, second, third].map((no) => [no, 30_000]),
    )
    expect((await clear('counts', paidNos[5] ?? '')).refused[0]?.message).toMatch(/不在“已在别处发放”的差异中/)
    expect(await clear('counts', first)).toEqual({ proposed: 1, refused: [] })
    expect((await clear('pay', first)).refused[0]?.message).toBe('已有一项处理等待另一人确认')
    expect((await goLive(approver)).clearances).toEqual([{ month, count: 1 }])
    expect((await settle(true, { ...approver, userId: payer.userId })).refused[0]?.message).toMatch(/另一人/)
    await expect(
      db.ownerPool.pool.query(
        `update payment_clearance set outcome = 'confirmed', answer = '', decided_by = proposed_by, decided_at = now()`,
      ),
    ).rejects.toThrow(/check constraint/)
    const before = (await monthNow()).month.due.households
    expect(await settle(true)).toEqual({ decided: 1, refused: [] })
    expect((await monthNow()).month.due.households).toBe(before - 1)
    await clear('pay', second)
    await settle(true)
    // of another sum a clearance says nothing
    await clear('pay', third)
    await told(third)
    expect((await settle(true)).refused[0]?.message).toMatch(/有变动/)
    expect((await settle(false)).decided).toBe(1)
    expect((await held()).map(({ householdNo, elsewhere }) => [householdNo, elsewhere?.paid])).toEqual([[third, 60_000]])
    expect((await make()).households).toBe(1)
    const { month: sums } = await monthNow()
    expect(sums.due.total - sums.listed.total).toBe((await held())[0]?.amount)
  })

  it('holds back a roll when an import comes between its making and its confirmation; withdrawn, the rest is listed anew', async () => {
    const line = await db.as(undefined, (tx) =>
      tx.one<{ roll_no: string; no: string; n: number }>(
        `select l.roll_no, min(l.household_no) as no, count(*)::int as n from payment_roll_line l where l.household_no <> $1 group by 1
         order by 3 desc, 1 limit 1`,
        [paidNos[1]],
      ),
    )
    await told(line.no)
    const { refused } = await confirm()
    expect(refused).toEqual([{ rollNo: line.roll_no, message: expect.stringContaining('1 户本月已在别处发放') }])
    await clear('counts', line.no)
    await settle(true)
    expect((await held()).find(({ householdNo }) => householdNo === line.no)?.why).toMatch(/请撤回该名册/)
    const withdraw = (rollNo: string) => call(payer, 'withdraw-payment-roll', { params: { rollNo }, body: { reason } })
    await withdraw(line.roll_no)
    expect(await codeOf(withdraw(line.roll_no))).toBe('payment.roll-settled')
    expect((await make()).households).toBe(line.n - 1)
    expect((await confirm()).refused).toEqual([])
    const [third = ''] = paidNos.slice(2)
    expect((await held()).map(({ householdNo }) => householdNo)).toEqual([third])
    const rollNo = (await monthNow()).rolls[0]?.rollNo ?? ''
    expect(await codeOf(withdraw(rollNo))).toBe('payment.roll-settled')
  })

  it('takes as many statements for one household as for many', async () => {
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const from = db.pool.statements.count
      await work()
      return db.pool.statements.count - from
    }
    const one = await count(() => clear('counts', paidNos[2] ?? ''))
    const many = await count(() => clear('counts', ...paidNos))
    expect(many).toBe(one)
  })
})

describe('a confirmed roll', () => {
  it('fixes the go-live month', async () => {
    expect(await messageOf(propose('2026-10'))).toBe(`已有确认的名册，启用月份 ${month} 不能再改`)
    expect((await goLive()).fixed).toBe(true)
    await expect(
      db.ownerPool.pool.query(
        `insert into go_live (proposal_id, division_code, month, proposed_by, proposed_at)
         values (gen_random_uuid(), '629901000000', '2026-10', 'a', now())`,
      ),
    ).rejects.toThrow(/go-live month stays/)
  })

  it('is a payment of the registry, for every household it lists, and the rules of verification see it', async () => {
    const own = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string; payment_no: string; same: boolean; account: boolean }>(
        `select p.household_no, p.payment_no, p.amount = l.amount and p.month = l.month and p.roll_no = l.roll_no as same,
           p.account_index is not distinct from h.account_index as account
         from payment p join household h using (household_no)
         left join payment_roll_line l on l.household_no = p.household_no and not l.withdrawn and l.month = p.month
         where p.roll_no is not null`,
      ),
    )
    expect(own.length).toBe((await monthNow()).month.listed.households)
    expect(own.every(({ same, account }) => same && account)).toBe(true)
    const paid = own.find(({ household_no: no }) => !paidNos.slice(0, 3).includes(no))
    await db.ownerPool.pool.query(`update household set aid_to = '2026-09' where household_no = $1`, [paid?.household_no])
    district.startWorker()
    await district.start('发放之后')
    await district.settled()
    const found = await db.as(undefined, (tx) =>
      tx.query<{ household_no: string; other: string }>(
        `select household_no, source_record_id as other from finding where rule = 'PAY-1' and source_record_id like 'FF' || $1 || '%'`,
        [month.replace('-', '')],
      ),
    )
    expect(found).toEqual([{ household_no: paid?.household_no, other: paid?.payment_no }])
  })
})
