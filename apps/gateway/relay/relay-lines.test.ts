import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatewayConfig } from '#sources/contract'
import { TestNode } from '#testkit/played-node'
import { cipherLibrary, encodeLines, publicHalf } from '#wire'
import { Dialer, HttpLine } from '#wire/server'
import { systemClock } from '../clock.ts'
import { Gateway } from '../gateway.ts'
import { EndToEnd } from '../gateway-end-to-end.ts'
import { type Behaviour, SqliteLedger } from '../ledger/sqlite-ledger.ts'
import { FileStore } from '../store/file-store.ts'
import { runRelayNode } from './relay.ts'
import { RelayConfig } from './relay-config.ts'

const purpose = '低保核对'
const unit = new TestNode('6299.police')
const district = new TestNode('620102.centre')
/** between province and city the link speaks SM2, elsewhere Ed25519: a relay has keys of both */
const province = { ed: new TestNode('62.province'), sm: new TestNode('62.province', 'GM1') }
const city = { ed: new TestNode('6201.city'), sm: new TestNode('6201.city', 'GM1') }
const publicOf = (node: TestNode) => ({ nodeId: node.nodeId, ...publicHalf(node.texts) })
const passes = [{ from: '620102.*', to: unit.nodeId, purposes: [purpose] }]

let dir = ''
let end = new AbortController()
let running: Promise<void>[] = []
let said: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yingbao-relays-'))
  end = new AbortController()
  running = []
  said = []
})
afterEach(async () => {
  end.abort()
  await Promise.all(running)
  rmSync(dir, { recursive: true, force: true })
})

const io = () => ({ clock: systemClock, say: (text: string) => void said.push(text), signal: end.signal })

/** Starts a relay; gives the address where neighbours dial it. */
function startRelay(config: object): Promise<string> {
  const parsed = RelayConfig.parse({ ...config, passes, listen: { host: '127.0.0.1', port: 0 } })
  return new Promise((resolve) => {
    running.push(runRelayNode(parsed, io(), (port) => resolve(`http://127.0.0.1:${port}`)))
  })
}

/** What follows at a district that only asks: what a far unit says is opened and noted. */
function askerOf(ledger: SqliteLedger, answers: string[][]): Behaviour {
  const endToEnd = new EndToEnd(ledger)
  return {
    begin: () => endToEnd.begin(),
    follow: ({ frame, lane }) => {
      if (frame.header.type === 'relay') endToEnd.take(frame, lane)
      else answers.push(ledger.open(frame))
      return 'done'
    },
    finish: () => endToEnd.finish(),
    credit: () => ({ batch: 64, single: 64, bytes: 1e6 }),
  }
}

test('over real lines a question passes two relays, of another suite between them, and the answer comes back', async () => {
  const provinceUrl = await startRelay({
    ...{ nodeId: province.ed.nodeId, keys: [province.ed.texts, province.sm.texts], stateDir: join(dir, 'province') },
    ...{ neighbours: [publicOf(unit), publicOf(city.sm)], nodes: [publicOf(district)] },
    routes: [{ to: '620102.*', via: city.ed.nodeId }],
  })
  const cityUrl = await startRelay({
    ...{ nodeId: city.ed.nodeId, keys: [city.ed.texts, city.sm.texts], stateDir: join(dir, 'city') },
    ...{ neighbours: [publicOf(district), { ...publicOf(province.sm), dial: { url: provinceUrl } }], nodes: [publicOf(unit)] },
    routes: [{ to: unit.nodeId, via: province.ed.nodeId }],
  })
  const source = { kind: 'package' as const, dir: join(dir, 'nothing') }
  const config = GatewayConfig.parse({
    ...{ unit: 'police', nodeId: unit.nodeId, centreId: province.ed.nodeId, centreUrl: provinceUrl, keys: unit.texts },
    ...{ centreKeys: publicHalf(province.ed.texts), askers: [publicOf(district)], stateDir: join(dir, 'unit'), source },
    rights: [{ asker: district.nodeId, records: '*', lookups: '*', purposes: [purpose] }],
  })
  running.push(new Gateway(config, new FileStore('police', source, config.stateDir), io()).run())

  const answers: string[][] = []
  const far = { ...unit.neighbour, via: city.ed.nodeId }
  const plan = { nodeId: district.nodeId, stateDir: join(dir, 'district'), own: [district.own], ...io() }
  const ledger = new SqliteLedger({ ...plan, neighbours: [city.ed.neighbour], far: [far] }, (book) => askerOf(book, answers))
  const parts = { ledger, neighbour: city.ed.nodeId, line: new HttpLine(cityUrl), ...io() }
  running.push(new Dialer(parts).run().then(() => ledger.close()))

  const basis = { asOf: '2026-09-30', maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }
  const head = { kind: 'prepare', campaign: 'c', batch: 0, round: 0, basis }
  ledger.transaction(() => {
    ledger.post(unit.nodeId, 'single', { type: 'request', purpose }, (suite) => encodeLines([JSON.stringify(head)], suite))
  })
  await expect.poll(() => answers.length, { timeout: 15_000 }).toBe(1)
  expect(JSON.parse(answers[0]?.[0] ?? '')).toMatchObject({ kind: 'statement', unit: 'police', received: 2 })
  await expect.poll(async () => (await ledger.standing(unit.nodeId)).single.receipted, { timeout: 5000 }).toBe(1)
  const started = said.filter((text) => text.includes('转送节点已启动'))
  expect(started).toHaveLength(2)
  for (const text of started) expect(text).toContain(`密码套件 ED1（${cipherLibrary('ED1')}）、GM1（${cipherLibrary('GM1')}）`)
})
