/** The command as an operator runs it: whole, damaged, asked wrongly; at the speed that a nightly check needs. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendAll, type Entry, sealSettled } from '#journal'
import { childEnvironment } from '#platform/config'
import { loadKeys } from '#platform/key-file'
import { type TestDb, testDb } from '#testkit/db'

const program = join(import.meta.dirname, '../../bin/yingbao.js')
const dir = mkdtempSync(join(tmpdir(), 'yingbao-journal-'))
const keysFile = join(dir, 'keys.json')
const keys = loadKeys(keysFile)
let db: TestDb

async function run(...argv: string[]): Promise<{ code: number | null; out: string; told: string }> {
  const env = childEnvironment({ ...db.environment, YINGBAO_KEYS_FILE: keysFile, YINGBAO_DATA_DIR: dir })
  const child = spawn(process.execPath, [program, 'journal', ...argv], { env })
  let [out, told] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString('utf8')
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, told }
}

beforeAll(async () => {
  db = await testDb()
  const entry = (n: number): Entry => {
    return { chain: 'household:H1', action: 'test.look', divisionCode: '629901001001', basis: '依据', purpose: `第 ${n} 次` }
  }
  await db.as(undefined, (tx) => appendAll(tx, [1, 2, 3, 4, 5].map(entry)))
  // transactions of other databases of the server delay a seal
  while ((await sealSettled(db.pool, keys.signing)) === null) await wait(50)
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('an intact journal ends with 0, in words and as JSON', async () => {
  const { code, out } = await run('verify', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ entries: 5, chains: 1, seals: 1, lastSeal: 1, faults: 0, found: [] })
  const { rows } = await db.ownerPool.pool.query('select entries, faults, failure from journal_check')
  expect(rows).toEqual([{ entries: 5, faults: 0, failure: null }])
})

test('a seal read from a paper is compared: the same one holds, a later one shows that the tail was cut', async () => {
  const { rows } = await db.ownerPool.pool.query<{ root: string }>(`select encode(root, 'hex') as root from journal_seal`)
  const root = rows[0]?.root ?? ''
  expect((await run('verify', '--seal', `1:${root.slice(0, 32)} ${root.slice(32)}`)).code).toBe(0)
  const { code, out } = await run('verify', '--seal', `9:${root}`)
  expect([code, out]).toEqual([1, expect.stringContaining('所带纸质材料记有第 9 号封记，库中封记只到第 1 号')])
})

test('damage ends with 1 and says which entry of which chain; wrong words end with 2', async () => {
  await db.ownerPool.pool.query(
    `begin; set local session_replication_role = replica; update journal set purpose = '别的' where chain = 'household:H1' and seq = 3; commit`,
  )
  const { code, out } = await run('verify')
  expect(code).toBe(1)
  expect(out).toContain('不符：日志链“household:H1”第 3 条的内容与其指纹不符：内容被改动')
  for (const argv of [[], ['check'], ['verify', '--seal', '7'], ['verify', '--all']])
    expect((await run(...argv)).code, argv.join(' ')).toBe(2)
})
