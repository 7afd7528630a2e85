import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Double } from '#benefits/contract'
import type { Actor } from '#platform/action'
import { type TestDb, testDb } from '#testkit/db'
import { approver, payer } from '#testkit/review-desk'
import { VerifiedDistrict } from '#testkit/verified-district'

/** One account of so many households that none is named. */
const CROWD = 21

let db: TestDb
let district: VerifiedDistrict
let paidNos: string[] = []
const month = new Date().toISOString().slice(0, 7)
const reason = '已核对银行开户资料'

const call = <T>(actor: Actor, name: string, parts: object): Promise<T> => district.call<T>(actor, `casework.${name}`, parts)
/** Accounts that keep households from being paid. */
async function held(): Promise<Double[]> {
  const { rows } = await call<{ rows: Double[] }>(payer, 'list-doubles', { query: { month, state: 'held' } })
  return rows.filter(({ kind }) => kind === 'account')
}
const share = (householdNos: readonly string[]) =>
  db.ownerPool.pool.query('update household set account_index = $2 where household_no = any ($1)', [
    householdNos,
    Buffer.alloc(16, 7),
  ])

beforeAll(async () => {
  db = await testDb()
  district = new VerifiedDistrict(db, 20)
  await district.prepare({ households: 60 })
  await db.ownerPool.pool.query('update household set aid_to = null')
  const { rows } = await db.ownerPool.pool.query<{ no: string }>(
    `select household_no as no from household where aid_from <= $1 and approved_amount > 0 and programme in ('urban', 'rural') order by 1`,
    [month],
  )
  paidNos = rows.map(({ no }) => no)
  expect(paidNos.length).toBeGreaterThan(CROWD)
  await district.goLive(month)
}, 120_000)
afterAll(() => district.close())

it('is decided for as many as there are: one household more holds all of them back anew', async () => {
  const crowd = paidNos.slice(0, CROWD)
  await share(crowd)
  expect((await held()).map(({ text }) => text)).toEqual(crowd.map(() => `账号为 ${CROWD} 户共用`))
  await call(payer, 'propose-doubles', { params: { month }, body: { householdNos: crowd, verdict: 'shared', reason } })
  const proposalIds = [...new Set((await held()).flatMap(({ waiting }) => waiting?.proposalId ?? []))]
  await call(approver, 'decide-doubles', { body: { proposalIds, confirm: true, reason } })
  expect(await held()).toEqual([])
  await share(paidNos.slice(0, CROWD + 1))
  expect(await held()).toHaveLength(CROWD + 1)
})
