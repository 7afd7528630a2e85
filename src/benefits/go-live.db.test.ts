import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Difference, Double, DoubleVerdict, GoLiveView, PaymentMonth, PaymentRoll } from '#benefits/contract'
import { chineseDate } from '#kernel/chinese-date'
import type { Actor } from '#platform/action'
import { type TestDb, testDb } from '#testkit/db'
import { codeOf, messageOf } from '#testkit/office'
import { approver, clerk, head, payer, payer2 } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'

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
  call<{ rolls: number; households: number; doubles: number }>(payer, 'make-payment-rolls', { params: { month: of }, body: {} })
const monthNow = async () => {
  const { month: sums } = await call<{ month: PaymentMonth }>(payer, 'read-payment-month', { params })
  const { rows: rolls } = await call<{ rows: PaymentRoll[] }>(payer, 'list-payment-rolls', { params, query: { limit: 200 } })
  return { month: sums, rolls }
}
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
    expect(await messageOf(make('2026-09'))).toBe(
      `2026年9月 早于启用月份 ${chineseDate(month)}：以前的月份由原系统发放，不在本系统编制名册`,
    )
  })
})

describe('the same person or account in two households that are paid', () => {
  const twice = async () => (await differences()).filter(({ kind }) => kind === 'double')
  const textsOf = async (no: string) =>
    (await twice()).find(({ householdNo }) => householdNo === no)?.doubles.map(({ text }) => text)
  const proposeOf = (verdict: DoubleVerdict, ...householdNos: string[]) =>
    call<{ proposed: number; refused: { message: string }[] }>(payer, 'propose-doubles', {
      params,
      body: { householdNos, verdict, reason },
    })
  const decideAll = async (confirm: boolean, actor: Actor = approver) => {
    const proposalIds = (await twice()).flatMap(({ doubles }) => doubles.flatMap(({ waiting }) => waiting?.proposalId ?? []))
    const body = { proposalIds: [...new Set(proposalIds)], confirm, reason }
    return call<{ decided: number; refused: { message: string }[] }>(actor, 'decide-doubles', { body })
  }
  const doublesSeen = (actor: Actor, query: object = {}) =>
    call<{ rows: Double[]; total: number }>(actor, 'list-doubles', { query: { month, ...query } })
  /** Gives a household the account of another one. */
  const shareAccount = (no: string, of: string) =>
    db.ownerPool.pool.query(
      'update household set account_index = (select account_index from household where household_no = $2) where household_no = $1',
      [no, of],
    )
  const oneOf = (no: string) => `(select min(person_no) from person where household_no = '${no}' and counted = 'yes')`
  let numbers: [string, string, string, string, string] = ['', '', '', '', '']
  let stood: { no: string; account: Buffer; village: string }[] = []
  let person: { no: string; number: Buffer }

  beforeAll(async () => {
    const [a = '', b = '', c = '', d = '', e = ''] = paidNos
    numbers = [a, b, c, d, e]
    stood = (
      await db.ownerPool.pool.query<{ no: string; account: Buffer; village: string }>(
        'select household_no as no, account_index as account, division_code as village from household where household_no = any ($1)',
        [numbers],
      )
    ).rows
    await shareAccount(b, a)
    const planted = await db.ownerPool.pool.query<{ no: string; number: Buffer }>(
      `update person p set id_number_index = (select id_number_index from person where person_no = ${oneOf(d)})
       from (select person_no as no, id_number_index as number from person where person_no = ${oneOf(c)}) was
       where p.person_no = was.no returning was.no, was.number`,
    )
    person = planted.rows[0] ?? { no: '', number: Buffer.alloc(0) }
  })
  afterAll(async () => {
    for (const { no, account } of stood)
      await db.ownerPool.pool.query('update household set account_index = $2 where household_no = $1', [no, account])
    await db.ownerPool.pool.query('update person set id_number_index = $2 where person_no = $1', [person.no, person.number])
    for (const { rollNo } of (await monthNow()).rolls)
      await call(payer, 'withdraw-payment-roll', { params: { rollNo }, body: { reason } })
  })

  it('is not listed until one person proposes and another decides; the message names the other household', async () => {
    const [a, b, c, d] = numbers
    expect(await make()).toMatchObject({ households: paidNos.length - 4, doubles: 4 })
    expect((await twice()).map(({ householdNo }) => householdNo).sort()).toEqual([a, b, c, d].sort())
    expect(await textsOf(a)).toEqual([expect.stringMatching(new RegExp(`^账号与.+户（${b}）相同$`))])
    expect(await textsOf(c)).toEqual([expect.stringMatching(new RegExp(`同时是.+户（${d}）的成员$`))])
    expect((await proposeOf('shared', c)).refused[0]?.message).toMatch(/不适用/)
    expect((await proposeOf('right', paidNos[6] ?? '')).refused[0]?.message).toMatch(/没有与其他在保家庭重复/)
    expect(await proposeOf('shared', a, b)).toEqual({ proposed: 2, refused: [] })
    expect((await proposeOf('duplicate', a)).refused[0]?.message).toMatch(/等待另一人确认/)
    expect((await proposeOf('mistaken', c)).proposed).toBe(1)
    expect((await proposeOf('duplicate', d)).proposed).toBe(1)
    expect((await goLive(approver)).doubles).toBe(4)
    expect((await decideAll(true, { ...approver, userId: payer.userId })).decided).toBe(0)
    await expect(
      db.ownerPool.pool.query(
        `update double_decision set outcome = 'confirmed', answer = '', decided_by = proposed_by, decided_at = now()`,
      ),
    ).rejects.toThrow(/check constraint/)
    expect((await make()).households).toBe(0)
    expect(await decideAll(true)).toEqual({ decided: 4, refused: [] })
    expect((await make()).households).toBe(3)
    expect(await twice()).toMatchObject([
      { householdNo: d, doubles: [{ holds: true, decided: { verdict: 'duplicate', answer: reason } }] },
    ])
  })

  it('is held anew with another household, and names it when a roll that lists it is to be confirmed', async () => {
    const [a, b, , , e] = numbers
    await shareAccount(e, a)
    expect((await twice()).map(({ householdNo }) => householdNo)).toEqual(expect.arrayContaining([a, b, e]))
    const listed = (await twice()).find(({ householdNo }) => householdNo === a)?.rollNo
    const { refused } = await call<{ refused: { message: string }[] }>(payer2, 'confirm-payment-rolls', {
      params,
      body: { rollNos: [listed] },
    })
    const told = refused[0]?.message
    expect(told).toMatch(/与其他在保家庭重复/)
    expect(told).toContain(e)
    await db.ownerPool.pool.query('update household set account_index = $2 where household_no = $1', [
      e,
      stood.find(({ no }) => no === e)?.account,
    ])
    expect((await twice()).map(({ householdNo }) => householdNo)).toEqual([numbers[3]])
  })

  it('is held again once the decision is undone, which the database keeps', async () => {
    const [, , c] = numbers
    const { rows } = await doublesSeen(payer, { state: 'decided', households: c })
    expect(rows).toMatchObject([{ householdNo: c, holds: false, decided: { verdict: 'mistaken', pays: true } }])
    const undo = () =>
      call(payer, 'undo-doubles', { params: { proposalId: rows[0]?.decided?.proposalId }, body: { reason: '另一户来信说明' } })
    expect(await undo()).toEqual({ undone: 1 })
    expect(await codeOf(undo())).toBe('payment.double-undone')
    expect((await twice()).map(({ householdNo }) => householdNo)).toContain(c)
    await expect(
      db.ownerPool.pool.query('update double_decision set undone_by = null, undone_at = null, undone_reason = null'),
    ).rejects.toThrow(/is undone/)
  })

  it('tells of a household beyond one’s area only the township', async () => {
    const [a, b] = numbers
    const place = await db.as(undefined, (tx) =>
      tx.one<{ village: string }>('select division_code as village from household where household_no = $1', [a]),
    )
    const near = { ...clerk, divisionCode: place.village }
    await db.ownerPool.pool.query(`update household set division_code = '629901999001' where household_no = $1`, [b])
    const { rows } = await doublesSeen(near, { households: `${a},${b}` })
    expect(rows).toMatchObject([{ householdNo: a, otherNo: null, text: expect.stringMatching(/^账号与.*的一户家庭相同$/) }])
    await db.ownerPool.pool.query('update household set division_code = $2 where household_no = $1', [
      b,
      stood.find(({ no }) => no === b)?.village,
    ])
  })

  it('takes as many statements for one household as for many', async () => {
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const from = db.pool.statements.count
      await work()
      return db.pool.statements.count - from
    }
    const one = await count(() => proposeOf('right', numbers[2]))
    expect(await count(() => proposeOf('right', ...paidNos))).toBe(one)
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
    expect(await messageOf(propose('2026-10'))).toBe(`已有确认的名册，启用月份 ${chineseDate(month)} 不能再改`)
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
