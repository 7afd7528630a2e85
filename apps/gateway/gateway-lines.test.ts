import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatewayConfig } from '#sources/contract'
import { TestNode } from '#testkit/played-node'
import { encodeLines, publicHalf, writeBundle } from '#wire'
import { LineServer, type Listening, listen, takeBundles } from '#wire/server'
import { Bell } from './bell.ts'
import { systemClock } from './clock.ts'
import { Gateway, openUnitLedger } from './gateway.ts'
import { type Behaviour, SqliteLedger } from './ledger/sqlite-ledger.ts'
import { FileStore } from './store/file-store.ts'

const purpose = '低保核对'
const unit = new TestNode('629901.police')
const centre = new TestNode('629901.centre')
const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
let said: string[] = []
const quiet = { clock: systemClock, say: (text: string) => void said.push(text) }

let dir = ''
let host: SqliteLedger
let listening: Listening
let answered = 0
let config: GatewayConfig
let end = new AbortController()
let running: Promise<void> = Promise.resolve()

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-lines-'))
  answered = 0
  said = []
  const behaviour: Behaviour = {
    begin: () => undefined,
    follow: () => {
      answered += 1
      return 'done'
    },
    finish: () => undefined,
    credit: () => ({ batch: 64, single: 64, bytes: 1e6 }),
  }
  const plan = { nodeId: centre.nodeId, stateDir: join(dir, 'centre'), own: [centre.own], far: [], ...quiet }
  host = new SqliteLedger({ ...plan, neighbours: [unit.neighbour] }, () => behaviour)
  listening = await listen(new LineServer(host, quiet), { host: '127.0.0.1', port: 0 }, quiet.say)
  config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: unit.nodeId, centreId: centre.nodeId, centreUrl: `http://127.0.0.1:${listening.port}` },
    ...{ keys: unit.texts, centreKeys: publicHalf(centre.texts), stateDir: join(dir, 'unit') },
    rights: [{ asker: centre.nodeId, records: '*', lookups: '*', purposes: [purpose] }],
    source: { kind: 'package', dir: join(dir, 'nothing') },
  })
})
afterEach(async () => {
  await stop()
  await listening.close()
  host.close()
  rmSync(dir, { recursive: true, force: true })
})

function start(change: Partial<GatewayConfig> = {}): void {
  end = new AbortController()
  const store = new FileStore('police', { kind: 'package', dir: join(dir, 'nothing') }, config.stateDir)
  running = new Gateway({ ...config, ...change }, store, { ...quiet, signal: end.signal }).run()
}

async function stop(): Promise<void> {
  end.abort()
  await running
}

let batch = 0
function ask(): void {
  batch += 1
  const head = JSON.stringify({ kind: 'prepare', campaign: 'c', batch, round: 0, basis })
  host.transaction(() => host.post(unit.nodeId, 'batch', { type: 'request', purpose }, (suite) => encodeLines([head], suite)))
}

const answers = (count: number) => expect.poll(() => answered, { timeout: 15_000 }).toBe(count)

/** Waits until a person would have read something. */
const hears = (text: string) => expect.poll(() => said.some((each) => each.includes(text)), { timeout: 15_000 }).toBe(true)

/** What the unit's ledger has parked, once the gateway has stopped. */
async function parkedAtUnit() {
  await stop()
  const ledger = openUnitLedger(config, quiet, new Bell())
  const parked = ledger.parking.list(9).map(({ code, sender }) => [code, sender])
  ledger.close()
  return parked
}

test('an old copy of the ledger put back is noticed at the first greeting: nothing is numbered over old numbers', async () => {
  start()
  ask()
  await answers(1)
  await stop()
  const old = join(dir, 'old.db')
  copyFileSync(join(config.stateDir, 'ledger.db'), old)
  start()
  ask()
  await answers(2)
  await stop()
  copyFileSync(old, join(config.stateDir, 'ledger.db'))
  rmSync(join(config.stateDir, 'ledger.db-wal'), { force: true })
  const before = await host.standing(unit.nodeId)
  start()
  ask()
  await hears('旧的副本')
  expect(await parkedAtUnit()).toEqual([['ahead', centre.nodeId]])
  expect((await host.standing(unit.nodeId)).batch.received).toEqual(before.batch.received)
  expect(answered).toBe(2)
})

test('where no line leads to the centre nothing is dialled: a bundle is answered by a bundle', async () => {
  const bundles = { in: join(dir, 'in'), out: join(dir, 'out') }
  ask()
  await writeBundle(host, { to: unit.nodeId, dir: bundles.in }, systemClock)
  start({ centreUrl: undefined, bundles })
  await hears('已写出给')
  const paths = readdirSync(bundles.out).map((name) => join(bundles.out, name))
  await takeBundles(host, paths, systemClock)
  expect(answered).toBe(1)
  expect((await host.standing(unit.nodeId)).batch.receipted).toBe(1)
})

test('a centre that signs with other keys is not believed: its words are kept with a code, its questions wait', async () => {
  const other = new TestNode(centre.nodeId)
  start({ centreKeys: publicHalf(other.texts) })
  ask()
  await hears('签名与发送方的公钥不符')
  expect(await parkedAtUnit()).toEqual([['signature', centre.nodeId]])
  expect(answered).toBe(0)
  start()
  await answers(1)
})
