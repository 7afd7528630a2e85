import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from '#platform/migrate'
import { type TestDb, testDb } from '#testkit/db'
import { type OldInstallation, oldInstallation } from '#testkit/old-installation'

/** An installation that paid before there was a go-live month, and whose owner is no superuser. */
let db: TestDb
let old: OldInstallation
const village = '629901001001'

beforeAll(async () => {
  db = await testDb()
  old = await oldInstallation(db, '0038')
})
afterAll(() => old?.close())

it('takes its first confirmed roll for the month, and what was paid for payments, but for what a package told already', async () => {
  await migrate(old.owner, old.migrations)
  for (const text of [
    `insert into household (household_no, programme, kind, division_code, applied_on, sealed, content)
     select 'H' || i, 'rural', 'existing', '${village}', '2026-01-01', '', '' from generate_series(1, 2) i`,
    `insert into payment_roll (roll_no, month, division_code, bank_name, households, persons, base, top_up, total, made_by, made_at, confirmed_by,
       confirmed_at)
     values ('R2', '2026-06', '${village}', '银行', 2, 2, 200, 0, 200, 'maker', '2026-06-01', 'checker', '2026-06-02T20:00:00Z'),
       ('R1', '2026-05', '${village}', '银行', 1, 1, 100, 0, 100, 'first', '2026-05-01', 'second', '2026-05-02'),
       ('R3', '2026-04', '${village}', '银行', 1, 1, 100, 0, 100, 'maker', '2026-06-01', null, null)`,
    `insert into payment_roll_line (roll_no, household_no, division_code, month, name, persons, base, top_up, amount, sealed)
     select roll_no, no, division_code, month, '某人', 1, 100, 0, 100, '' from payment_roll, unnest(array['H1', 'H2']) no
     where no = 'H1' or roll_no = 'R2'`,
    `insert into payment (payment_no, household_no, division_code, month, amount, paid_on, content)
     values ('F1', 'H2', '${village}', '2026-06', 100, '2026-06-10', '')`,
  ]) {
    await old.behind.pool.query('set session_replication_role = replica')
    await old.behind.pool.query(text)
  }
  expect((await migrate(old.owner)).applied[0]).toBe('0038_go_live.sql')
  const [month, kept, paid] = await Promise.all(
    [
      'select month, proposed_by, decided_by, outcome, division_code from go_live',
      'select from_month from money_kept',
      'select payment_no, paid_on, roll_no from payment order by payment_no',
    ].map(async (text) => (await old.behind.pool.query(text)).rows),
  )
  expect(month).toEqual([
    { month: '2026-05', proposed_by: 'first', decided_by: 'second', outcome: 'confirmed', division_code: '629901000000' },
  ])
  expect(kept).toEqual([{ from_month: '2026-05' }])
  expect(paid).toEqual([
    { payment_no: 'F1', paid_on: '2026-06-10', roll_no: null },
    { payment_no: 'R1-H1', paid_on: '2026-05-02', roll_no: 'R1' },
    { payment_no: 'R2-H1', paid_on: '2026-06-03', roll_no: 'R2' },
  ])
})
