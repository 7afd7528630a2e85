import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { testDb } from '#testkit/db'
import { candidateOf, submitRow } from './actions/correction.ts'
import { type ImportOptions, type ImportResult, importCorrections, importPackage } from './actions/import-package.ts'
import { keepMoneyFrom, recordPayments } from './actions/own-payments.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { coreTable } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
let minute = 0
const options: ImportOptions = {
  asOf: '2026-10-20',
  limits,
  actor: 'system:test',
  now: () => new Date(Date.UTC(2026, 9, 20) + 60_000 * minute++).toISOString(),
  newId: randomUUID,
}
/** A package that is said to be complete, and another person confirmed it. */
const complete: ImportOptions = { ...options, complete: { confirmedBy: 'second' } }
const fileOf = (file: string): string => readFileSync(join(SAMPLE, file), 'utf8')

/** The sample with some files otherwise. */
async function changedSample(files: Readonly<Record<string, string>>): Promise<PackageSource> {
  const sample = await folderSource(SAMPLE)
  return {
    name: '改动后的数据包',
    sizeOf: async (file) => (files[file] === undefined ? sample.sizeOf(file) : Buffer.byteLength(files[file])),
    async *open(file) {
      const text = files[file]
      if (text === undefined) yield* sample.open(file)
      else yield Buffer.from(text)
    },
  }
}

const onlyFiles = (files: Readonly<Record<string, string>>): PackageSource => ({
  name: '更正',
  sizeOf: async (file) => files[file]?.length ?? null,
  async *open(file) {
    yield Buffer.from(files[file] ?? '')
  },
})

describe('money of a district that pays by this system', async () => {
  const db = await testDb()
  let onAid: string[] = []

  const rows = <R extends object>(text: string, values: readonly unknown[] = []) =>
    db.as(undefined, (tx) => tx.query<R>(text, values))
  const issuesOf = ({ importId }: ImportResult) =>
    rows<{ file: string; row: number; column_name: string; code: string; message: string; household_no: string | null }>(
      `select file, row, column_name, code, message, household_no from import_issue
       where import_id = $1 and (code like 'KEPT%' or code in ('PAID_HERE', 'AID_BY_CASE')) order by file, row, code`,
      [importId],
    )
  const amountsOf = async (householdNo: string, from = '2026-08') =>
    (
      await rows<{ month: string; amount: number }>(
        `select month, amount from payment where household_no = $1 and month >= $2 order by month, amount`,
        [householdNo, from],
      )
    ).map(({ month, amount }) => `${month} ${amount}`)
  /** A line of a file that has all these texts, with its number as a spreadsheet has it. */
  const lineOf = (file: string, ...texts: string[]) => {
    const lines = fileOf(file).split('\n')
    const at = lines.findIndex((line) => texts.every((text) => line.includes(text)))
    return { text: lines[at] ?? '', row: at + 1 }
  }

  beforeAll(async () => {
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
    const paid = await rows<{ no: string }>(
      `select h.household_no as no from household h join payment p on p.household_no = h.household_no and p.month in ('2026-08', '2026-09')
       where h.aid_to is null and h.approved_amount is not null and h.account_index is not null and p.amount = h.approved_amount
       group by 1 having count(*) = 2 order by 1`,
    )
    onAid = paid.map(({ no }) => no).filter((no) => lineOf('households.csv', no).text.endsWith('G00001'))
    expect(onAid.length).toBeGreaterThan(5)
  })

  it('changes as the package says until then', async () => {
    const [first = ''] = onAid
    const { text } = lineOf('payments.csv', first, '2026-09')
    const files = { 'payments.csv': fileOf('payments.csv').replace(`${text}\n`, '') }
    const before = await amountsOf(first)
    const result = await importPackage(db.pool, db.keys, await changedSample(files), complete)
    expect(await issuesOf(result)).toEqual([])
    expect(await amountsOf(first)).toEqual(before.filter((each) => !each.startsWith('2026-09')))
    expect((await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)).changed).toBe(1)
    expect(await amountsOf(first)).toEqual(before)
  })

  it('stays as it is from then on: what a package says otherwise is told with its place and the way, the rest is taken', async () => {
    const [a = '', gone = '', c = '', d = '', e = '', over = ''] = onAid
    await db.ownerPool.pool.query(`update household set aid_to = '2026-09' where household_no = $1`, [over])
    await db.as(undefined, async (tx) => {
      await keepMoneyFrom(tx, '2026-09', options.now())
      const own = { rollNo: 'FF202610-1', month: '2026-10', accountHolder: null, sealed: db.keys.seal('{}') }
      await recordPayments(tx, [{ ...own, householdNo: a, amount: 100 }], '2026-10-12')
    })
    const stood = await rows(
      'select household_no, approved_amount, bank_name, account_index from household where household_no = $1',
      [a],
    )
    const household = lineOf('households.csv', a)
    const fields = household.text.split(',')
    const changed = [...fields]
    changed[4] = '新的住址'
    changed[9] = '9999.00'
    changed[11] = '别的银行'
    const kept = lineOf('payments.csv', c, '2026-09')
    const taken = lineOf('payments.csv', c, '2026-08')
    const missing = lineOf('payments.csv', d, '2026-09')
    const withAmount = (text: string) => text.replace(/,[\d.]+,(2026-\d\d-\d\d),/, ',1.00,$1,')
    const payments = fileOf('payments.csv')
      .replace(`${missing.text}\n`, '')
      .replace(kept.text, withAmount(kept.text))
      .replace(taken.text, withAmount(taken.text))
    const files: Record<string, string> = {
      ...Object.fromEntries(
        [
          'households',
          'persons',
          'supporters',
          'authorisations',
          'declared_income',
          'declared_assets',
          'declared_expenditure',
        ].map((table) => [
          `${table}.csv`,
          fileOf(`${table}.csv`)
            .replace(household.text, changed.join(','))
            .split('\n')
            .filter((line) => !line.includes(gone) && !line.includes(over))
            .join('\n'),
        ]),
      ),
      'payments.csv': `${payments}XX1,${a},2026-10,500.00,2026-10-10,,\nXX2,${e},2026-10,500.00,2026-10-10,,\n`,
    }
    const result = await importPackage(db.pool, db.keys, await changedSample(files), complete)
    const issues = await issuesOf(result)
    expect(issues.map(({ file, column_name: column, code, household_no: no }) => [file, column, code, no])).toEqual([
      ['households.csv', '', 'KEPT_AID', null],
      ['households.csv', 'account_no', 'KEPT_ACCOUNT', a],
      ['households.csv', 'approved_amount', 'KEPT_AID', a],
      ['payments.csv', '', 'KEPT_PAYMENT', null],
      ['payments.csv', 'payment_no', 'KEPT_PAYMENT', c],
      ['payments.csv', 'month', 'PAID_HERE', a],
    ])
    const lines = files['payments.csv']?.split('\n') ?? []
    expect(issues[5]?.row).toBe(lines.findIndex((line) => line.startsWith('XX1')) + 1)
    expect(issues[1]?.row).toBe((files['households.csv'] ?? '').split('\n').findIndex((line) => line.startsWith(a)) + 1)
    expect(issues[0]?.message).toContain(`共 2 条：${gone}、${over}`)
    expect((await amountsOf(over)).length).toBe(2)
    expect(issues[1]?.message).toMatch(/发放账户.*一人申请、另一人确认/)
    expect(issues[2]?.message).toMatch(/保障待遇.*两人/)
    expect(issues[5]?.message).toMatch(/已由本系统确认的名册发放/)
    expect(
      await rows('select household_no, approved_amount, bank_name, account_index from household where household_no = $1', [a]),
    ).toEqual(stood)
    expect(await rows('select address from household where household_no = $1', [a])).toEqual([{ address: '新的住址' }])
    expect((await rows('select 1 from person where household_no = $1', [gone])).length).toBeGreaterThan(0)
    expect((await amountsOf(gone)).length).toBe(2)
    expect((await amountsOf(c))[0]).toBe('2026-08 100')
    expect((await amountsOf(c))[1]).not.toMatch(/ 100$/)
    expect((await amountsOf(d)).length).toBe(2)
    expect(await amountsOf(a, '2026-10')).toEqual(['2026-10 100'])
    expect(await amountsOf(e, '2026-10')).toEqual(['2026-10 50000'])
  })

  it('takes the old grant of a household that comes late, and no grant that begins by itself from the month on', async () => {
    const [a = ''] = onAid
    const header = fileOf('households.csv').split('\n')[0] ?? ''
    const fields = lineOf('households.csv', a).text.split(',')
    const [off = ''] = (
      await rows<{ no: string }>('select household_no as no from household where aid_from is null order by 1 limit 1')
    ).map(({ no }) => no)
    const late = fields.with(0, 'LATE').with(6, '2025-01').with(7, '')
    const fresh = fields.with(0, 'FRESH').with(6, '2026-09').with(7, '')
    const put = fields.with(0, off).with(6, '2025-01').with(7, '')
    const file = `${[header, late.join(','), fresh.join(','), put.join(',')].join('\n')}\n`
    const result = await importCorrections(db.pool, db.keys, onlyFiles({ 'households.csv': file }), options)
    expect((await issuesOf(result)).map(({ row, code, household_no: no }) => [row, code, no])).toEqual([
      [3, 'AID_BY_CASE', 'FRESH'],
      [4, 'AID_BY_CASE', off],
    ])
    const aid = await rows<{ no: string; from: string | null }>(
      'select household_no as no, aid_from as "from" from household where household_no = any($1) order by 1',
      [['LATE', 'FRESH', off]],
    )
    expect(aid).toEqual(
      [
        { no: 'FRESH', from: null },
        { no: off, from: null },
        { no: 'LATE', from: '2025-01' },
      ].sort((x, y) => (x.no < y.no ? -1 : 1)),
    )
    const flags = await rows<{ key: string; flags: string[] }>(
      'select row_key as key, flags from import_change where import_id = $1 and row_key = $2',
      [result.importId, 'LATE'],
    )
    expect(flags).toEqual([{ key: 'LATE', flags: ['money'] }])
  })

  it('keeps its own payments through every import, and takes none beside them row by row either', async () => {
    const [a = ''] = onAid
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
    expect(await amountsOf(a, '2026-10')).toEqual(['2026-10 100'])
    const header = fileOf('payments.csv').split('\n')[0]
    const result = await importCorrections(
      db.pool,
      db.keys,
      onlyFiles({ 'payments.csv': `${header}\nXX3,${a},2026-10,500.00,2026-10-10,,\n` }),
      options,
    )
    expect((await issuesOf(result)).map(({ row, code }) => [row, code])).toEqual([[2, 'PAID_HERE']])
    const outcome = await db.as(undefined, (tx) => {
      const table = coreTable('payments')
      const fields = { payment_no: 'XX4', household_no: a, month: '2026-10', amount: '500.00', paid_on: '2026-10-10' }
      const ctx = { tx, keys: db.keys, asOf: '2026-10-20', limits, districtDivision: '629901000000', by: 'u1', at: options.now() }
      return submitRow(ctx, candidateOf(table, fields, 2, null))
    })
    expect(outcome).toMatchObject({ accepted: false, issues: [{ code: 'PAID_HERE', severity: 'error' }] })
    expect(await amountsOf(a, '2026-10')).toEqual(['2026-10 100'])
  })
})
