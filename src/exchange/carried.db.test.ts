/** Bundles made and taken on the board, with a unit that has no line and answers by the command of the gateway. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Action, Actor, Download } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { packageRoot } from '#platform/config'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { testDb } from '#testkit/db'
import { basis, CentreRig } from '#testkit/exchange-rig'
import { codeOf } from '#testkit/office'
import { runGatewayBundle } from '../../apps/gateway/bundle-command.ts'
import { LARGEST_UPLOAD, type TakenBundle } from './contract/carried.ts'
import { exchangeActions, parkedMessages, pendingRequests } from './index.ts'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
/** nothing listens here */
const NOWHERE = 'http://127.0.0.1:9'
let rig: CentreRig
let runtime: Runtime
const actions = new Map<string, Action>(exchangeActions().map((action) => [action.name, action]))
const person = (userId: string, role: string): Actor => ({
  userId,
  account: userId,
  name: userId,
  role,
  divisionCode: '629901000000',
  unitCode: null,
})
const centre = person('centre', 'verification_centre')

beforeAll(async () => {
  const db = await testDb()
  rig = new CentreRig(db)
  const blobs = openBlobs('/nowhere', db.keys)
  runtime = { db: db.pool, workerDb: db.workerPool, keys: rig.deps.keys, clock: rig.deps.clock, log: silentLog, blobs }
})
afterAll(() => rig.close())

async function run<T>(name: string, parts: object, actor = centre): Promise<T> {
  const action = actions.get(name)
  if (action === undefined) throw new Error(`no action ${name}`)
  return (await runAction(runtime, action, { actor, input: { query: {}, ...parts } })) as T
}

/** Presses the button that makes a bundle and keeps the file; gives its path. */
async function make(unit: string, actor = centre): Promise<string> {
  const { fileName, body } = await run<Download>('exchange.make-bundle', { params: { unit } }, actor)
  const path = join(rig.dir, fileName)
  writeFileSync(path, Buffer.isBuffer(body) ? body : await buffer(body))
  return path
}

function upload(unit: string, name: string, stream: AsyncIterable<Uint8Array>, actor = centre): Promise<TakenBundle> {
  const parts = { params: { unit }, query: { name }, upload: { stream, mediaType: 'application/octet-stream' } }
  return run<TakenBundle>('exchange.take-bundle', parts, actor)
}

const bytesOf = (bytes: Buffer): Readable => Readable.from([bytes])
const uploadFile = (unit: string, path: string): Promise<TakenBundle> => upload(unit, basename(path), bytesOf(readFileSync(path)))

/** The unit takes bundles, answers, and writes what goes back; gives the files. */
async function answer(config: string, bundles: readonly string[], out: string): Promise<string[]> {
  mkdirSync(out, { recursive: true })
  const quiet = { write: () => true }
  const code = await runGatewayBundle(['--config', config, ...bundles.flatMap((file) => ['--in', file]), '--out', out], {
    stdout: quiet,
    stderr: quiet,
  })
  expect(code).toBe(0)
  return readdirSync(out).map((name) => join(out, name))
}

async function enrol(unit: 'police' | 'hrss'): Promise<{ file: string; nodeId: string }> {
  const source = { kind: 'package', dir: join(sample, 'sources', unit) } as const
  const { file, config } = await rig.enrol(unit, source, { centreUrl: NOWHERE })
  return { file, nodeId: config.nodeId }
}

const ask = (unit: string, campaign: string) =>
  rig.ask([{ unit, head: { kind: 'prepare', campaign, batch: 0, round: 0, basis }, lines: [] }])
const open = (campaign: string) => rig.db.as(undefined, (tx) => pendingRequests(tx, { campaign }))

async function entries(): Promise<Record<string, unknown>[]> {
  const { rows } = await rig.db.ownerPool.pool.query<{ detail: Record<string, unknown> }>(
    "select detail from journal where action in ('exchange.make-bundle', 'exchange.take-bundle') order by entry_id",
  )
  return rows.map((row) => row.detail)
}

test('a question goes out and its answer comes in by two buttons; the same file again counts nothing', async () => {
  const { file } = await enrol('police')
  expect(await codeOf(make('police'))).toBe('exchange.nothing_to_carry')
  await ask('police', 'buttons')
  const [back = ''] = await answer(file, [await make('police')], join(rig.dir, 'back'))
  const first = await uploadFile('police', back)
  expect(first).toMatchObject({ state: 'taken', code: null, messages: 1, receipts: 1 })
  expect(first.message).toBe('已接收新报文 1 件、回执 1 份')
  expect(await open('buttons')).toEqual([])
  expect(await uploadFile('police', back)).toMatchObject({
    state: 'repeated',
    messages: 0,
    message: '其中的内容此前都已接收，没有重复计入',
  })
  expect(await rig.answers('buttons')).toMatchObject([{ kind: 'statement' }])
  // what is to be carried now is the receipt alone
  expect(await answer(file, [await make('police')], join(rig.dir, 'end'))).toEqual([])
  const name = basename(back)
  expect(await entries()).toMatchObject([
    { unit: 'police', messages: 1, receipts: 0 },
    { unit: 'police', file: name, state: 'taken', code: null, messages: 1, receipts: 1 },
    { unit: 'police', file: name, state: 'repeated', messages: 0 },
    { unit: 'police', messages: 0, receipts: 1 },
  ])
})

test('a bundle of another unit counts for that unit, and says so', async () => {
  const { file, nodeId } = await enrol('hrss')
  await ask('hrss', 'other')
  const [back = ''] = await answer(file, [await make('hrss')], join(rig.dir, 'other'))
  const taken = await uploadFile('police', back)
  expect(taken).toMatchObject({ state: 'taken', messages: 1 })
  expect(taken.message).toContain(`此包来自 ${nodeId}，已计入该节点`)
  expect(await open('other')).toEqual([])
})

test('what is no bundle, cut or altered, for somebody else or too large is told and changes nothing', async () => {
  const { file } = await enrol('police')
  await ask('police', 'bad')
  const there = await make('police')
  const [back = ''] = await answer(file, [there], join(rig.dir, 'bad'))
  const bytes = readFileSync(back)
  const name = basename(back)
  const say = async (content: Buffer) => {
    const { state, code, message } = await upload('police', name, bytesOf(content))
    return `${state} ${code} ${message}`
  }
  expect(await say(Buffer.from('PK'))).toBe('refused not_a_bundle 不是离线包文件（.ybx），请核对所选文件')
  expect(await say(bytes.subarray(0, bytes.length - 10))).toMatch(/^refused truncated 文件不完整.*请重新拷贝/)
  expect(await say(Buffer.alloc(0))).toMatch(/^refused truncated/)
  expect(await rig.db.as(undefined, (tx) => parkedMessages(tx))).toEqual([])
  const altered = Buffer.from(bytes)
  altered[20] = (altered[20] ?? 0) ^ 1
  expect(await say(altered)).toMatch(/^refused altered .*请对方重新导出。已记入“待处理报文”，由人处理$/)
  expect(await say(readFileSync(there))).toMatch(
    /^refused addressee 离线包是 629901.centre 发给 629901.police 的.*请送到 629901.police$/,
  )
  expect(await rig.db.as(undefined, (tx) => parkedMessages(tx))).toMatchObject([{ fault: 'altered' }])
  expect(await codeOf(upload('police', '../../etc/数据.xlsx', bytesOf(bytes)))).toBe('exchange.no_bundle')
  expect(await codeOf(upload('police', name, endless()))).toBe('exchange.bundle_too_large')
  expect(await open('bad')).toHaveLength(1)
  expect(await uploadFile('police', back)).toMatchObject({ state: 'taken', messages: 1 })
})

/** A body that never ends, as far as anybody reads. */
async function* endless(): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(LARGEST_UPLOAD / 10)
  for (;;) yield block
}

test('only who may change lines makes and takes bundles, and only of a node that is known', async () => {
  for (const role of ['inspector', 'township_officer', 'leader']) {
    expect(await codeOf(make('police', person('other', role)))).toBe('identity.not-permitted')
    expect(await codeOf(upload('police', 'a.ybx', bytesOf(Buffer.from('YBX1')), person('other', role)))).toBe(
      'identity.not-permitted',
    )
  }
  expect(await codeOf(make('nobody'))).toBe('exchange.node_unknown')
})
