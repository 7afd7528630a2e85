import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from '#platform/migrate'
import { type TestDb, testDb } from '#testkit/db'
import { type OldInstallation, oldInstallation } from '#testkit/old-installation'

/** An installation that verified before commissions held their counts, and whose owner is no superuser. */
let db: TestDb
let old: OldInstallation

beforeAll(async () => {
  db = await testDb()
  old = await oldInstallation(db, '0046')
})
afterAll(() => old?.close())

it('counts what was asked and reported before the upgrade', async () => {
  await migrate(old.owner, old.migrations)
  const campaign = '00000000-0000-4000-8000-000000000001'
  const client = await old.behind.pool.connect()
  try {
    // the rows these would refer to say nothing about counts
    await client.query('set session_replication_role = replica')
    for (const text of [
      `insert into campaign (campaign_id, label, scheme, purpose, legal_basis, as_of, pack_id, pack_hash, pack_label, parameters, guardian_age,
         district_code, areas, state, created_by, created_at)
       values ('${campaign}', '', 'dibao', '', '', '2026-09-30', '', '', '', '{}', 18, '629901', '[]', 'finished', 'u1', now())`,
      `insert into commission (campaign_id, household_no, batch_no, ordinal, division_code, state_at)
       values ('${campaign}', 'H1', 1, 1, '629901001001', now())`,
      `insert into query_line (campaign_id, version, subject_no, batch_no, household_no, subject_kind, born_on, asked, authorisation_nos, division_code)
       values ('${campaign}', 1, 'P1', 1, 'H1', 'person', '1990-01-01', 7, '{A1}', '629901001001'),
         ('${campaign}', 1, 'S1', 1, 'H1', 'supporter', '1990-01-01', 3, '{A2}', '629901001001')`,
      `insert into report (campaign_id, household_no, version, report_no, batch_no, conclusion, findings_a, findings_b, findings_c, open_pairs, members,
         kind, document, content_hash, signature, key_id, signed_at, issued_on, valid_to, division_code)
       values ('${campaign}', 'H1', 1, 'R1', 1, 'consistent', 0, 0, 0, 0, 1, 'first', '', '', '', 'k', now(), '2026-09-30', '2027-09-30', '629901001001')`,
    ]) {
      await client.query(text)
    }
  } finally {
    client.release(true)
  }
  expect((await migrate(old.owner)).applied[0]).toBe('0046_counted_commissions.sql')
  const { rows } = await old.behind.pool.query('select persons, supporters, subjects, pairs, reports from commission')
  expect(rows).toEqual([{ persons: 1, supporters: 1, subjects: 2, pairs: 5, reports: 1 }])
})
