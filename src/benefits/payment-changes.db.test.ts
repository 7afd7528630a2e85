import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Difference, PaymentChange, PaymentChangeGroup, PaymentRoll, PaymentSum, RollLine } from '#benefits/contract'
import { addMonths } from '#kernel/dates'
import type { Actor } from '#platform/action'
import { type TestDb, testDb } from '#testkit/db'
import { approver, clerk, payer } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'

/** This month against the last: every household that makes a difference stands in one group, and the groups add up to the fen. */

/** The month before and all groups, added up. */
function addedUp(last: PaymentSum, groups: readonly PaymentChangeGroup[]): PaymentSum {
  return groups.reduce<PaymentSum>(
    (sum, group) => ({
      households: sum.households + group.households,
      persons: sum.persons + group.persons,
      base: sum.base + group.base,
      topUp: sum.topUp + group.topUp,
      total: sum.total + group.total,
    }),
    last,
  )
}

interface Comparison {
  lastMonth: string
  last: PaymentSum
  groups: PaymentChangeGroup[]
  current: PaymentSum
}
interface Paged<T> {
  rows: T[]
  total: number
  next: string | null
}

let db: TestDb
let district: VerifiedDistrict
let paidNos: string[] = []
const month = new Date().toISOString().slice(0, 7)
const lastMonth = addMonths(`${month}-01`, -1).slice(0, 7)
const params = { month }
const reason = '已核对原系统的发放清单'

const call = <T>(name: string, parts: object = {}, actor: Actor = payer): Promise<T> =>
  district.call<T>(actor, `casework.${name}`, parts)
const compare = (query: object = {}) => call<Comparison>('compare-payment-months', { params, query })
const changesOf = (kind: string, query: object = {}) =>
  call<Paged<PaymentChange>>('list-payment-changes', { params, query: { kind, ...query } })
const set = (text: string, no: string, value: string) =>
  db.ownerPool.pool.query(`update household set ${text} = $2 where household_no = $1`, [no, value])

/** All rows of a list, from page to page; no page is longer than asked for. */
async function pagesOf<T>(name: string, parts: { params: object; query?: object }, limit: number): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await call<Paged<T>>(name, { ...parts, query: { ...parts.query, limit, cursor } })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    rows.push(...page.rows)
    if (page.next === null) return rows
    cursor = page.next
  }
}

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 24 })
  await db.ownerPool.pool.query(`update household set bank_name = coalesce(nullif(bank_name, ''), '农村信用社'), aid_to = null`)
  await db.ownerPool.pool.query('update household set aid_from = null, approved_amount = null where account_index is null')
  const paid = await db.as(undefined, (tx) =>
    tx.query<{ no: string }>(
      `select household_no as no from household where aid_from < $1 and approved_amount > 0 and programme in ('urban', 'rural') order by 1`,
      [lastMonth],
    ),
  )
  paidNos = paid.map(({ no }) => no)
  expect(paidNos.length).toBeGreaterThan(6)
  await district.goLive(lastMonth)
}, 120_000)
afterAll(() => district.close())

describe('this month against the last', () => {
  it('has no group while nothing changed', async () => {
    const { groups, last, current } = await compare()
    expect(groups).toEqual([])
    expect(last.households).toBe(paidNos.length)
    expect(current).toEqual(last)
  })

  it('puts each household in the group of its reason, lists it there, and adds up to the fen', async () => {
    const [added = '', stopped = '', elsewhere = ''] = paidNos
    await set('aid_from', added, month)
    await set('aid_to', stopped, lastMonth)
    await db.ownerPool.pool.query(
      `insert into payment (payment_no, household_no, division_code, month, amount, paid_on, content)
       select 'OTHER1', household_no, division_code, $1, 30000, now(), '' from household where household_no = $2`,
      [month, elsewhere],
    )
    await call('propose-payment-clearances', { params, body: { householdNos: [elsewhere], kind: 'counts', reason } })
    const { rows: waiting } = await call<{ rows: Difference[] }>('list-payment-differences', { params })
    const clearanceIds = waiting.flatMap(({ elsewhere: told }) => told?.waiting?.clearanceId ?? [])
    await call('decide-payment-clearances', { params, body: { clearanceIds, confirm: true, reason } }, approver)
    const { last, groups, current, lastMonth: before } = await compare()
    expect(before).toBe(lastMonth)
    expect(groups.map(({ kind, rows, households }) => [kind, rows, households])).toEqual([
      ['other_in', 1, 1],
      ['stopped', 1, -1],
      ['elsewhere', 1, -1],
    ])
    expect(addedUp(last, groups)).toEqual(current)
    const { month: sums } = await call<{ month: { due: PaymentSum } }>('read-payment-month', { params })
    expect(current).toEqual(sums.due)
    for (const [kind, no] of [
      ['other_in', added],
      ['stopped', stopped],
      ['elsewhere', elsewhere],
    ] as const) {
      const { rows, total } = await changesOf(kind)
      expect(rows.map(({ householdNo }) => householdNo)).toEqual([no])
      expect(total).toBe(1)
      const sum = rows.reduce((all, row) => all + row.amount - row.amountBefore, 0)
      expect(sum).toBe(groups.find((group) => group.kind === kind)?.total)
      expect(rows.every(({ townshipName, why }) => /[一-龥]/.test(townshipName) && why !== '')).toBe(true)
    }
  })

  it('adds up for each township, and the townships to the district', async () => {
    const { townships } = await call<{ townships: { code: string }[] }>('read-payment-month', { params })
    const parts = await Promise.all(townships.map(({ code }) => compare({ township: code })))
    for (const part of parts) expect(addedUp(part.last, part.groups)).toEqual(part.current)
    const whole = await compare()
    expect(parts.reduce((sum, part) => sum + part.current.total, 0)).toBe(whole.current.total)
    expect(parts.reduce((sum, part) => sum + part.last.total, 0)).toBe(whole.last.total)
  })
})

describe('lists of payments', () => {
  it('are given a page at a time, nothing twice and nothing left out', async () => {
    await db.ownerPool.pool.query('update household set aid_from = $2 where household_no = any ($1)', [
      paidNos.slice(3, 6),
      month,
    ])
    const changes = await pagesOf<PaymentChange>('list-payment-changes', { params, query: { kind: 'other_in' } }, 2)
    expect(changes.map(({ householdNo }) => householdNo).sort()).toEqual([paidNos[0], ...paidNos.slice(3, 6)].sort())
    const differences = await pagesOf<Difference>('list-payment-differences', { params }, 3)
    const { total } = await call<Paged<Difference>>('list-payment-differences', { params })
    expect(differences.length).toBe(total)
    expect(new Set(differences.map(({ householdNo }) => householdNo)).size).toBe(total)
    expect(differences.every(({ townshipName }) => /[一-龥]/.test(townshipName))).toBe(true)
    await call('make-payment-rolls', { params, body: {} })
    const rolls = await pagesOf<PaymentRoll>('list-payment-rolls', { params }, 2)
    const { month: sums } = await call<{ month: { rolls: number; listed: PaymentSum } }>('read-payment-month', { params })
    expect(rolls.length).toBe(sums.rolls)
    expect(rolls.reduce((sum, roll) => sum + roll.total, 0)).toBe(sums.listed.total)
  })

  it('page one roll as well, without losing a line', async () => {
    const { rows } = await call<Paged<PaymentRoll>>('list-payment-rolls', { params })
    const most = rows.reduce((a, b) => (b.households > a.households ? b : a))
    const lines: RollLine[] = []
    let cursor: string | undefined
    do {
      const query = { limit: 1, cursor }
      const page = await call<{ lines: RollLine[]; next: string | null }>('open-payment-roll', {
        params: { rollNo: most.rollNo },
        query,
      })
      lines.push(...page.lines)
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(lines.length).toBe(most.households)
    expect(lines.reduce((sum, line) => sum + line.amount, 0)).toBe(most.total)
  })
})

describe('a grant that is held', () => {
  it('is told as suspended in its month and as resumed in the next, and both months add up', async () => {
    const no = paidNos.at(-1) ?? ''
    const next = addMonths(`${month}-01`, 1).slice(0, 7)
    const change = async (body: object) => {
      const parts = { params: { householdNo: no }, body: { facts: '入户核实，情况属实，有记录', ...body } }
      const { changeNo } = await call<{ changeNo: string }>('propose-grant-change', parts, clerk)
      const decision = { params: { changeNo }, body: { confirm: true, reason } }
      await call('decide-grant-change', decision, approver)
    }
    await change({ kind: 'suspend', ground: 'checking', fromMonth: month })
    await change({ kind: 'resume', ground: 'cleared', fromMonth: next })
    for (const [at, kind, households] of [
      [month, 'suspended', -1],
      [next, 'resumed', 1],
    ] as const) {
      const { last, groups, current } = await call<Comparison>('compare-payment-months', { params: { month: at } })
      expect(groups.filter((group) => group.kind === kind)).toMatchObject([{ rows: 1, households }])
      expect(addedUp(last, groups)).toEqual(current)
      const { rows } = await call<Paged<PaymentChange>>('list-payment-changes', { params: { month: at }, query: { kind } })
      expect(rows.map(({ householdNo }) => householdNo)).toEqual([no])
    }
  })
})
