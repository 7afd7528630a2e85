import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import ExcelJS from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action, ActionContext, Download } from '#platform/action'
import { type Blobs, openBlobs } from '#platform/blobs'
import { fixedClock } from '#platform/clock'
import { type Scope, wholeScope } from '#platform/db'
import { silentLog } from '#platform/log'
import { testDb } from '#testkit/db'
import { dotJpeg, handIn } from '#testkit/handed-files'
import {
  listAccountChangesAction,
  proposeAccountAction,
  readAccountAction,
  readAccountProofAction,
  settleAccountChangeAction,
} from './actions/account-changes.ts'
import { correctRowAction } from './actions/correct.ts'
import { declareHousehold } from './actions/declare-household.ts'
import { type ImportOptions, importCorrections, importPackage } from './actions/import-package.ts'
import { listQuarantineAction } from './actions/quarantine.ts'
import { setAid } from './actions/set-aid.ts'
import type { AccountChange, HouseholdAccount } from './contract/index.ts'
import { folderSource, type PackageSource } from './package-source.ts'
import { fileSource } from './sources.ts'
import { loadHouseholdBatch } from './store/batch.ts'
import { coreTable } from './tables.ts'

const SAMPLE = join(import.meta.dirname, '../../testkit/fixtures/sample-district')
const limits = { maxAge: 120, idq9MinGap: 14, idq9MaxGap: 60, idq9SpouseMinAge: 18 }
const options: ImportOptions = {
  asOf: '2026-09-30',
  limits,
  actor: 'system:test',
  now: () => '2026-10-01T00:00:00.000Z',
  newId: randomUUID,
}
const card = '6217000000000000129'
const settleAction = settleAccountChangeAction({ limits: async () => limits })

describe('the account of a registered household', async () => {
  const db = await testDb()
  let blobs: Blobs
  let folder = ''
  let household = ''
  let inside: Scope
  let calls = 0
  const second = () => String(calls++ % 60).padStart(2, '0')

  const actorOf = (userId: string) => ({
    userId,
    account: userId,
    name: userId,
    role: 'township_clerk',
    divisionCode: '629901000000',
    unitCode: null,
  })
  async function run<O>(userId: string, action: Action, input: object, scope: Scope = wholeScope(userId)) {
    return await db.as(scope, async (tx) => {
      const actor = actorOf(userId)
      const surroundings = { keys: db.keys, blobs, clock: fixedClock(`2026-10-12T01:00:${second()}.000Z`), today: '2026-10-12' }
      const context = { tx, scope, actor, ...surroundings, emit: async () => undefined } as unknown as ActionContext
      const output = (await action.run(context, input)) as O
      return { output, note: [action.journal(input, output, context)].flat()[0] ?? null }
    })
  }
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: { code?: string }) => error.code ?? String(error),
    )
  async function proof(by: string, bytes: Uint8Array = dotJpeg('passbook')) {
    const clock = fixedClock('2026-10-12T01:00:00.000Z')
    const runtime = { db: db.pool, workerDb: db.workerPool, keys: db.keys, clock, log: silentLog, blobs }
    return handIn(runtime, actorOf(by), { bytes, name: '存折.jpg' })
  }
  const account = async () => (await run<HouseholdAccount>('reader', readAccountAction, { householdNo: household })).output
  const batch = async () => (await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [household]))).households[0]
  async function propose(by: string, more: object = {}) {
    const { members } = await account()
    const asked = { bankName: '甲子农商银行', accountNo: '6217 0000 0000 0000 129', holder: members[0], proxyFiled: false }
    const input = {
      ...asked,
      payeeReason: '',
      reason: '原账户已销户',
      proofs: [await proof(by)],
      householdNo: household,
      ...more,
    }
    return run<{ changeId: string }>(by, proposeAccountAction, input)
  }
  const settle = (by: string, changeId: string, more: object) => run<{ settled: string }>(by, settleAction, { changeId, ...more })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yingbao-accounts-'))
    blobs = openBlobs(folder, db.keys)
    await importPackage(db.pool, db.keys, await folderSource(SAMPLE), options)
    const found = await db.as(undefined, (tx) =>
      tx.one<{ no: string; code: string }>(
        `select household_no as no, division_code as code from household h where aid_from is not null and account_index is not null
           and not exists (select from household o where o.account_index = h.account_index and o.household_no <> h.household_no)
         order by 1 limit 1`,
      ),
    )
    household = found.no
    inside = { lo: found.code, hi: `${found.code}:`, actor: 'clerk' }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is refused without what money needs: a number, a holder of the household or an agreed payee, a proof, a change', async () => {
    expect(await codeOf(propose('clerk', { accountNo: '62170' }))).toBe('registry.account')
    expect(await codeOf(propose('clerk', { holder: '外人甲' }))).toBe('registry.account-holder')
    expect(await codeOf(propose('clerk', { holder: '外人甲', proxyFiled: true }))).toBe('registry.account-holder')
    const unknown = [{ sha256: 'a'.repeat(64), name: 'x.jpg', size: 1 }]
    expect(await codeOf(propose('clerk', { proofs: unknown }))).toBe('files.not-taken')
    expect(await codeOf(propose('clerk', { proofs: [await proof('somebody else', dotJpeg('another'))] }))).toBe('files.not-taken')
    const elsewhere = { lo: '629901999000', hi: '629901999001', actor: 'clerk' }
    expect(await codeOf(run('clerk', readAccountAction, { householdNo: household }, elsewhere))).toBe('registry.not-found')
  })

  it('changes only when a second person types the number of the proof again', async () => {
    const before = await batch()
    const { output, note } = await propose('clerk')
    expect(note).toMatchObject({ chain: `household:${household}`, purpose: '申请变更发放账户' })
    expect(JSON.stringify(note)).not.toContain(card)
    expect(await batch()).toEqual(before)
    expect(await codeOf(propose('clerk2'))).toBe('registry.account-waiting')
    const { rows, total } = (await run<{ rows: AccountChange[]; total: number }>('head', listAccountChangesAction, { limit: 10 }))
      .output
    expect([total, rows[0]?.after.accountMasked, rows[0]?.mine]).toEqual([1, '****0129', false])
    expect(JSON.stringify(rows)).not.toMatch(/62170000/)
    const right = { outcome: 'confirmed', accountNo: card, reason: '' }
    expect(await codeOf(settle('clerk', output.changeId, right))).toBe('registry.account-own')
    expect(await codeOf(settle('head', output.changeId, { ...right, accountNo: '6217000000000000137' }))).toBe(
      'registry.account-differs',
    )
    expect((await settle('head', output.changeId, right)).note?.purpose).toBe('确认变更发放账户')
    expect(await batch()).toMatchObject({ bank_name: '甲子农商银行', account_no: card, approved_amount: before?.approved_amount })
    expect(await codeOf(settle('head', output.changeId, right))).toBe('registry.account-settled')
    const { changes, faults } = await account()
    expect(faults).toEqual([])
    expect(changes).toMatchObject([{ settled: 'confirmed', settledByName: 'head', proposedByName: 'clerk' }])
    expect(changes[0]?.before.accountMasked).toBe(`****${before?.account_no?.slice(-4)}`)
    const fileId = changes[0]?.proofs[0]?.fileId
    const shown = await run<Download>('head', readAccountProofAction, { changeId: output.changeId, fileId })
    expect(shown.output.mediaType).toBe('image/jpeg')
    expect(shown.note?.purpose).toBe('查看账户变更的证明材料')
    expect(await codeOf(run('head', readAccountProofAction, { changeId: output.changeId, fileId: randomUUID() }))).toBe(
      'files.not-found',
    )
    const sealed = await db.as(undefined, (tx) => tx.query<{ row: string }>('select c::text as row from account_change c'))
    expect(JSON.stringify(sealed)).not.toMatch(/6217|销户/)
  })

  it('is refused with a reason, and stands as it stood', async () => {
    const before = await batch()
    const { output } = await propose('clerk', {
      accountNo: '6299715772342',
      holder: '外人甲',
      proxyFiled: true,
      payeeReason: '监护人代领',
    })
    await settle('head', output.changeId, { outcome: 'refused', reason: '存折照片看不清' })
    expect(await batch()).toEqual(before)
    expect((await account()).changes[0]).toMatchObject({ settled: 'refused', settledReason: '存折照片看不清' })
  })

  it('tells of the same account in another household on aid, which the second person answers for', async () => {
    const other = await db.as(undefined, (tx) =>
      tx.one<{ no: string }>(
        `select household_no as no from household where kind = 'existing' and account_index is not null and household_no <> $1 order by 1 limit 1`,
        [household],
      ),
    )
    const [there] = (await db.as(undefined, (tx) => loadHouseholdBatch(tx, db.keys, [other.no]))).households
    const accountNo = there?.account_no ?? ''
    const { output } = await propose('clerk', { accountNo })
    const change = (await account()).changes[0]
    expect(change?.doubts.join()).toContain(other.no)
    expect(await codeOf(settle('head', output.changeId, { outcome: 'confirmed', accountNo, reason: '' }))).toBe(
      'registry.account-doubts',
    )
    await settle('head', output.changeId, { outcome: 'refused', reason: '该账户属于另一户' })
  })

  it('is not confirmed when the account moved meanwhile, and one person cannot settle in the database either', async () => {
    const { output } = await propose('clerk', { accountNo: '6299715772342' })
    await db.ownerPool.pool.query(`update household set bank_name = '另一家银行' where household_no = $1`, [household])
    const right = { outcome: 'confirmed', accountNo: '6299715772342', reason: '已核对原件' }
    expect(await codeOf(settle('head', output.changeId, right))).toBe('registry.account-moved')
    const asApp = (set: string) =>
      db.as(undefined, (tx) => tx.execute(`update account_change set ${set} where change_id = $1`, [output.changeId]))
    const settling = `settled = 'confirmed', settled_reason = reason, settled_by_name = '', settled_at = now(), settled_by`
    await expect(asApp(`${settling} = proposed_by`)).rejects.toThrow(/check constraint/)
    await expect(asApp(`${settling} = 'head', after_sealed = before_sealed`)).rejects.toThrow(/permission denied/)
    await settle('head', output.changeId, { outcome: 'refused', reason: '账户有变动，重新申请' })
    await expect(asApp(`settled = 'confirmed'`)).rejects.toThrow(/is decided/)
    await expect(asApp(`settled = null, settled_by = null, settled_at = null`)).rejects.toThrow(/is decided/)
    const copied = `insert into account_change select (jsonb_populate_record(c, '{"change_id":"${randomUUID()}"}')).* from account_change c where change_id = $1`
    await expect(db.as(undefined, (tx) => tx.execute(copied, [output.changeId]))).rejects.toThrow(/not decided yet/)
    await db.ownerPool.pool.query(`update household set bank_name = '甲子农商银行' where household_no = $1`, [household])
  })

  it('is no part of what one person declares of a household on aid', async () => {
    const declaration = {
      householdNo: household,
      household: { bank_name: '别的银行', account_no: '6299715772342', address: '新址' },
    }
    const declared = { asOf: '2026-10-12', limits, by: 'clerk', at: '2026-10-12T01:00:00.000Z' }
    const outcome = await db.as(inside, (tx) => declareHousehold(tx, db.keys, declaration, declared))
    expect(outcome.accepted).toBe(true)
    expect(await batch()).toMatchObject({ bank_name: '甲子农商银行', account_no: card, address: '新址' })
  })

  it('stands, as a decided grant does, when a later package says something else', async () => {
    const aid = { aidFrom: '2026-10', aidTo: null, tier: null, approvedAmount: 12_300 }
    await db.as(undefined, (tx) => setAid(tx, household, aid))
    const whole = await folderSource(SAMPLE)
    const read = async (): Promise<Buffer> => {
      const pieces: Uint8Array[] = []
      for await (const piece of whole.open('households.csv')) pieces.push(piece)
      const lines = Buffer.concat(pieces).toString().split('\n')
      return Buffer.from(
        lines.map((line) => (line.includes(household) ? line.replace(/,新址,|,[^,]*组[^,]*,/, ',又一址,') : line)).join('\n'),
      )
    }
    const source: PackageSource = {
      name: 'x',
      sizeOf: async (name) => (name === 'households.csv' ? (await read()).length : whole.sizeOf(name)),
      async *open(name) {
        if (name === 'households.csv') yield await read()
        else yield* whole.open(name)
      },
    }
    await importPackage(db.pool, db.keys, source, { ...options, asOf: '2026-10-01' })
    const row = await batch()
    expect(row).toMatchObject({ account_no: card, aid_from: '2026-10', approved_amount: 12_300 })
    expect(row?.address).not.toBe('新址')
    expect((await account()).account.accountMasked).toBe('****0129')
  })

  const kept = { programme: 'rural', division_code: '629901001001', applied_on: '2025-03-02', account_holder: '甲乙' }

  /** Households in a workbook, with the account as the cell holds it. */
  async function handInAccounts(
    written: Readonly<Record<string, unknown>>,
    aid: object = { kind: 'new' },
    more: object = { office: true },
  ) {
    const columns = coreTable('households').columns.map(({ name }) => name)
    const book = new ExcelJS.Workbook()
    const sheet = book.addWorksheet('households')
    sheet.addRow(columns)
    for (const [no, account] of Object.entries(written)) {
      const fields: Record<string, unknown> = { ...kept, ...aid, household_no: no, account_no: account }
      sheet.addRow(columns.map((column) => fields[column]))
    }
    const source = await fileSource('家庭.xlsx', Readable.from([Buffer.from(await book.xlsx.writeBuffer())]))
    const result = await importCorrections(db.pool, db.keys, source, { ...options, ...more })
    source.close?.()
    return result
  }

  it('is told when another household on aid has it, in the files or registered, only in what an office hands in', async () => {
    const aid = { kind: 'existing', aid_from: '2026-01', approved_amount: '300' }
    const twins = {
      'H-TWIN-1': '6217 0000 0000 0000 0137',
      'H-TWIN-2': '62170000000000000137',
      'H-TWIN-3': card,
      'H-TWIN-4': '6299715772399',
    }
    const others = { 'H-TWIN-1': 'H-TWIN-2', 'H-TWIN-2': 'H-TWIN-1', 'H-TWIN-3': household }
    const told = async () =>
      (
        await run<{ rows: { householdNo: string; issues: { message: string }[] }[] }>('clerk', listQuarantineAction, {
          code: 'ACCOUNT_DOUBLE',
          limit: 10,
        })
      ).output.rows
    await handInAccounts(twins, aid, {})
    expect(await told()).toEqual([])
    expect(await handInAccounts({ ...twins, 'H-TWIN-5': '6299715772400' }, aid)).toMatchObject({ errors: 0, warnings: 3 })
    const rows = await told()
    expect(rows.map(({ householdNo }) => householdNo).sort()).toEqual(Object.keys(others))
    for (const { householdNo, issues } of rows)
      expect(issues.map(({ message }) => message).join()).toContain(others[householdNo as keyof typeof others])
  })

  it('is refused when a spreadsheet cut its number, until somebody types it again', async () => {
    const written = { 'H-LOST-0': 6228408704483513000, 'H-LOST-1': '622840870448351000', 'H-LOST-2': '6228 4087 0448 3510 016' }
    const result = await handInAccounts(written)
    expect(result).toMatchObject({ changed: 1, errors: 2 })
    const asked = { code: 'ACCOUNT_LOST', limit: 10 }
    const { output: listed } = await run<{ rows: { rowId: string; row: number; issues: { remedy: string }[] }[] }>(
      'clerk',
      listQuarantineAction,
      asked,
    )
    expect(listed.rows.map(({ row }) => row)).toEqual([2, 3])
    expect(listed.rows[0]?.issues[0]?.remedy).toContain('设为文本')
    const correct = async (row: number, typed: string) => {
      const rowId = listed.rows.find((each) => each.row === row)?.rowId
      return (await run<object>('clerk', correctRowAction, { rowId, fields: { account_no: typed }, reason: '对照银行卡' })).output
    }
    const unchanged = await correct(3, '622840870448351000')
    expect(unchanged).toMatchObject({ accepted: false, issues: [{ column: 'account_no', code: 'ACCOUNT_LOST' }] })
    await expect(correct(2, '6.228408704483513E+18')).rejects.toThrow('账号只能由数字组成')
    expect(await correct(3, '6228 4087 0448 3510 00')).toMatchObject({ accepted: true })
    expect(await correct(2, '6228408704483513016')).toMatchObject({ accepted: true })
  })
})
