/** The command as an operator and a third party run it: keys, export for a case, check off line. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { childEnvironment } from '#platform/config'
import { loadPack } from '#policy'
import { type TestDb, testDb } from '#testkit/db'
import { type VerifiedDistrict, verifiedDistrict } from '#testkit/verified-district'
import { commissionHouseholds } from '#verification'

const program = join(import.meta.dirname, '../../bin/yingbao.js')
const caseNo = 'SL-2026-0001'

let db: TestDb
let district: VerifiedDistrict
let householdNo = ''
const dir = mkdtempSync(join(tmpdir(), 'yingbao-evidence-'))

async function run(argv: string[], env: Record<string, string> = {}): Promise<{ code: number | null; told: string }> {
  const child = spawn(process.execPath, [program, 'evidence', ...argv], { env: childEnvironment(env) })
  let told = ''
  const hear = (chunk: Buffer) => {
    told += chunk.toString('utf8')
  }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', hear)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, told }
}

/** With the installation at hand. */
const inside = (argv: string[]) =>
  run(argv, { ...db.environment, YINGBAO_KEYS_FILE: district.rig.keysFile, YINGBAO_DATA_DIR: district.dir })
/** A third party has neither database nor keys of the installation. */
const outside = (argv: string[]) => run(argv, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })

async function commission(no: string, division: string): Promise<string> {
  const order = {
    label: '受理后核对',
    scheme: 'dibao',
    asOf: district.asOf,
    pack: loadPack('reference'),
    createdBy: 'clerk',
  } as const
  const single = { ...order, districtCode: '629901', householdNos: [no], reference: caseNo }
  const scope = { lo: division, hi: `${division}0`, actor: 'clerk' }
  return db.as(scope, (tx) => commissionHouseholds(tx, single, district.rig.deps)).catch(() => '')
}

beforeAll(async () => {
  db = await testDb()
  district = await verifiedDistrict(db, { households: 12, batchSize: 12 })
  const candidates = await db.as(undefined, (tx) =>
    tx.query<{ no: string; division: string }>(
      `select household_no as no, division_code as division from household where not incomplete and persons_count > 1 order by 1`,
    ),
  )
  for (const { no, division } of candidates) {
    const campaign = await commission(no, division)
    if (campaign === '') continue
    householdNo = no
    await district.settled(campaign)
    break
  }
}, 120_000)

afterAll(async () => {
  await district?.close()
  rmSync(dir, { recursive: true, force: true })
})

test('keys and a folder for a case, checked off line; altered it is refused by name', async () => {
  const [keys, out] = [join(dir, 'keys.json'), join(dir, 'folder')]
  expect(await inside(['keys', '--out', keys])).toMatchObject({ code: 0 })
  const unknown = await inside(['export', '--case', 'SL-0', '--purpose', '复议', '--out', out])
  expect(unknown).toMatchObject({ code: 3, told: '案件 SL-0 没有这一户的核对委托\n' })
  expect(await inside(['export', '--case', caseNo, '--purpose', '行政复议', '--out', out])).toMatchObject({ code: 0 })
  const whole = await outside(['verify', '--keys', keys, out])
  expect(whole.told).toContain(`案件 ${caseNo}，家庭 ${householdNo}`)
  for (const word of ['核验通过', '该单位尚未对账报出此笔，未予证明', '签名确认收到']) expect(whole.told).toContain(word)
  expect(whole.code).toBe(0)
  const file = join(out, '001', 'answer-1.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"sig":"./, '"sig":"_'))
  const altered = await outside(['verify', '--keys', keys, out])
  expect(altered.told).toMatch(/不符：001 答复 1（.*）：签名与 .* 的公钥不符/)
  expect(altered.code).toBe(1)
  const again = await inside(['export', '--case', caseNo, '--purpose', '行政复议', '--out', out])
  expect(again).toMatchObject({ code: 2, told: expect.stringContaining('已有内容') })
  expect(readdirSync(out)).toContain('manifest.json')
}, 60_000)

test('says what is wrong with its arguments', async () => {
  const wrong: [string[], string][] = [
    [['export', '--out', dir], '--case 与 --commission 须给出其一'],
    [['export', '--commission', 'x', '--out', dir], '还需要 --household'],
    [['export', '--case', 'x', '--out', join(dir, 'new')], '导出须写明用途'],
    [['verify', dir], 'verify 需要 --keys FILE DIR'],
    [['verify', '--keys', join(dir, 'no.json'), dir], '无法读取或格式有误'],
    [['sell'], '应为 export、verify 或 keys'],
  ]
  for (const [argv, text] of wrong) {
    const { code, told } = await outside(argv)
    expect([told, code]).toEqual([expect.stringContaining(text), 2])
  }
}, 60_000)
