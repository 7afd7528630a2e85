import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ActionContext } from '#platform/action'
import { fixedClock } from '#platform/clock'
import { wholeScope } from '#platform/db'
import { testDb } from '#testkit/db'
import { correctFieldAction } from './actions/correct.ts'
import { type ImportOptions, importCorrections, importPackage } from './actions/import-package.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { loadHouseholdBatch } from './store/batch.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits,
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}

describe('money of a registered household', async () => {
  const db = await testDb()
  beforeAll(async () => {
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
  })

  /** Corrects a field as one person. */
  function correct(input: object): Promise<unknown> {
    return db.as(undefined, (tx) => {
      const actor = {
        userId: 'u1',
        account: 'a',
        name: '甲',
        role: 'verification_centre',
        divisionCode: '629901000000',
        unitCode: null,
      }
      const surroundings = { keys: db.keys, clock: fixedClock('2026-10-12T01:00:00.000Z'), today: '2026-10-12' }
      const context = {
        tx,
        scope: wholeScope('u1'),
        actor,
        ...surroundings,
        emit: async () => undefined,
      } as unknown as ActionContext
      return correctFieldAction({ limits: async () => limits }).run(context, input)
    })
  }

  it.each([
    ['households', 'approved_amount', '900.00', /保障待遇/],
    ['households', 'aid_to', '2026-12', /保障待遇/],
    ['households', 'tier', 'A', /保障待遇/],
    ['households', 'account_no', '6217000000000000129', /发放账户/],
    ['households', 'account_holder', '外人', /发放账户/],
    ['persons', 'top_ups', 'elder', /保障待遇/],
    ['persons', 'counted', 'no', /保障待遇/],
    ['payments', 'amount', '1.00', /发放记录/],
    ['query_log', 'operator', '别人', /查询日志/],
    ['officials', 'name', '别人', /导入/],
    ['relative_filings', 'relation', 'spouse', /近亲属备案/],
  ] as const)('is no way for one person to change %s.%s, and says which is', async (table, column, value, way) => {
    const name =
      { households: 'household', persons: 'person', payments: 'payment', officials: 'official' }[table as string] ?? table
    const key = { households: 'household_no', persons: 'person_no', payments: 'payment_no', query_log: 'query_no' }[
      table as string
    ]
    const at = key ?? (table === 'officials' ? 'official_no' : 'filing_no')
    const row = await db.as(undefined, (tx) =>
      tx.one<{ key: string }>(`select ${at} as key from ${name.replace(/s$/, '')} order by 1 limit 1`),
    )
    const attempt = correct({ table, key: row.key, fields: { [column]: value }, reason: '一人更正' })
    await expect(attempt).rejects.toThrow(way)
    await expect(attempt).rejects.toThrow(/不能由一人/)
  })

  it('changes grant, account and payment of registered rows by a file before the district pays by this system, each row marked as money', async () => {
    const stood = await db.as(undefined, (tx) =>
      tx.one<{ no: string; code: string; pay: string; month: string; amount: number }>(
        `select h.household_no as no, h.division_code as code, p.payment_no as pay, p.month, p.amount from household h
         join payment p on p.household_no = h.household_no where h.aid_from is not null and h.approved_amount is not null order by 1 limit 1`,
      ),
    )
    const files: Record<string, string> = {
      'households.csv': `household_no,programme,kind,division_code,address,applied_on,aid_from,aid_to,tier,approved_amount,single_applicant,bank_name,account_no,account_holder,account_holder_id,account_proxy_filed,handler_no\n${stood.no},rural,existing,${stood.code},更正后的住址,2020-01-01,2020-02,,,99999.00,,别的银行,6217000000000000129,外人,,yes,\n`,
      'payments.csv': `payment_no,household_no,month,amount,paid_on,account_no,account_holder\n${stood.pay},${stood.no},${stood.month},99999.00,2026-09-10,,\n`,
    }
    const source: PackageSource = {
      name: '更正',
      sizeOf: async (file) => files[file]?.length ?? null,
      async *open(file) {
        yield Buffer.from(files[file] ?? '')
      },
    }
    const { importId, errors } = await importCorrections(db.pool, db.keys, source, options)
    expect(errors).toBe(0)
    const after = await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [stood.no]))
    expect(after.households[0]).toMatchObject({
      address: '更正后的住址',
      aid_from: '2020-02',
      approved_amount: 9_999_900,
      bank_name: '别的银行',
      account_no: '6217000000000000129',
      account_holder: '外人',
    })
    expect(after.payments.find((row) => row.payment_no === stood.pay)?.amount).toBe(9_999_900)
    const flags = await db.as(undefined, (tx) =>
      tx.query<{ table_name: string; flags: string[] }>(
        'select table_name, flags from import_change where import_id = $1 order by table_name',
        [importId],
      ),
    )
    expect(flags).toEqual([
      { table_name: 'households', flags: ['money'] },
      { table_name: 'payments', flags: ['money'] },
    ])
  })
})
