import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pendingRequests } from '#exchange'
import { packageRoot } from '#platform/config'
import { silentLog } from '#platform/log'
import { type GatewayConfig, type RecordName, subjectsLine, termsCells, type UnitName } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig } from '#testkit/exchange-rig'
import { NatsCluster } from '#testkit/nats-cluster'
import { writeBundle } from '#wire'
import { takeBundles } from '#wire/server'
import { NatsLine } from '../../src/wire/transports/nats.ts'
import { type CentreLine, openCentreLine } from '../run/centre-endpoint.ts'
import { runGatewayBundle } from './bundle-command.ts'
import { systemClock } from './clock.ts'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
/** nothing listens here */
const NOWHERE = 'http://127.0.0.1:9'
let rig: CentreRig
let centre: CentreLine

beforeAll(async () => {
  rig = new CentreRig(await testDb())
  await rig.startServer()
  centre = openCentreLine({ ...rig.deps, db: rig.db.pool, log: silentLog })
})
afterAll(async () => {
  await centre.close()
  await rig.close()
})

function enrol(unit: UnitName, centreUrl?: string): ReturnType<CentreRig['enrol']> {
  return rig.enrol(unit, { kind: 'package', dir: join(sample, 'sources', unit) }, centreUrl === undefined ? {} : { centreUrl })
}

/** A request about ten persons, and what goes before it. */
function requests(campaign: string, unit: UnitName, record: RecordName) {
  const paper = termsCells({ signature: 'self', signed_on: '2026-07-01', valid_to: null, withdrawn_on: null, items: ['all'] })
  const place = { campaign, round: 1, basis }
  const papers = [{ no: 'SQ1', terms: 0, docHash: null }]
  const subjects = Array.from({ length: 10 }, (_, i) => ({ i, idNumber: '110101199003070038', names: ['甲'], want: 0, papers }))
  return [
    { unit, head: { kind: 'prepare' as const, campaign, batch: 0, round: 0, basis }, lines: [] },
    {
      unit,
      head: { kind: 'records' as const, ...place, batch: 1, scheme: 'dibao', records: [record], wants: [[0]], papers: [paper] },
      lines: [subjectsLine(subjects)],
    },
  ]
}

/** What a command wrote, and its exit code. */
async function carry(file: string, bundles: readonly string[], out: string): Promise<{ code: number; text: string }> {
  const parts: string[] = []
  const stream = { write: (part: string) => void parts.push(part) }
  const argv = ['--config', file, ...bundles.flatMap((bundle) => ['--in', bundle]), '--out', out]
  const code = await runGatewayBundle(argv, { stdout: stream, stderr: stream })
  return { code, text: parts.join('') }
}

function filesIn(dir: string): string[] {
  mkdirSync(dir, { recursive: true })
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ybx'))
    .map((name) => join(dir, name))
}

async function exportTo({ nodeId }: GatewayConfig, dir: string): Promise<string[]> {
  await centre.ledger.know()
  const written = await writeBundle(centre.ledger, { to: nodeId, dir }, systemClock)
  return (written?.files ?? []).map((name) => join(dir, name))
}

/** How many messages of a unit are stored, and how many requests to it have an answer. */
async function stored(unit: UnitName): Promise<{ came: number; answered: number }> {
  const [row] = await rig.db.as(undefined, (tx) =>
    tx.query<{ came: number; answered: number }>(
      `select count(*) filter (where direction = 'in')::int as came, count(answered_at)::int as answered
         from exchange_message where unit = $1`,
      [unit],
    ),
  )
  return row ?? { came: 0, answered: 0 }
}

test('a stick carries a question, its answer and both receipts where no line ever came up', async () => {
  const { config, file } = await enrol('police', NOWHERE)
  const dirs = { there: join(rig.dir, 'there'), back: join(rig.dir, 'back'), again: join(rig.dir, 'again') }
  await rig.ask(requests('stick', 'police', 'police/register'))
  const there = await exportTo(config, dirs.there)
  expect(await carry(file, there, dirs.back)).toMatchObject({
    code: 0,
    text: expect.stringContaining('已写出回程离线包（报文 2 件'),
  })
  const reports = await takeBundles(centre.ledger, filesIn(dirs.back), systemClock)
  expect([...reports.values()]).toMatchObject([{ state: 'taken', messages: 2, receipts: 2 }])
  expect(await rig.db.as(undefined, (tx) => pendingRequests(tx, { campaign: 'stick' }))).toEqual([])
  expect((await rig.answers('stick')).map(({ kind }) => kind)).toEqual(['statement', 'records'])
  const receipts = await exportTo(config, dirs.again)
  const end = await carry(file, receipts, dirs.back)
  expect(end).toMatchObject({ code: 0, text: expect.stringContaining('没有需要带回的内容') })
})

test('the same batch on the line and by bundle counts once, both ways', async () => {
  const { config, file } = await enrol('hrss')
  const dirs = { there: join(rig.dir, 'h-there'), back: join(rig.dir, 'h-back') }
  await rig.ask(requests('both', 'hrss', 'hrss/benefits'))
  const there = await exportTo(config, dirs.there)
  expect(there).toHaveLength(1)
  await rig.run(config)
  await rig.answers('both')
  const onLine = await stored('hrss')
  await rig.stopGateways()
  expect(await carry(file, there, dirs.back)).toMatchObject({ code: 0, text: expect.stringContaining('没有重复计入') })
  const reports = await takeBundles(centre.ledger, filesIn(dirs.back), systemClock)
  expect([...reports.values()].map(({ state }) => state)).not.toContain('refused')
  expect(await stored('hrss')).toEqual(onLine)
  expect(onLine).toEqual({ came: 2, answered: 2 })
  await rig.run(config)
  await rig.ask(requests('later', 'hrss', 'hrss/benefits'))
  expect(await rig.answers('later')).toHaveLength(2)
  await rig.stopGateways()
})

test('while the gateway runs the command says so; its folders take bundles instead', async () => {
  const { config, file } = await enrol('tax', NOWHERE)
  const drop = { in: join(rig.dir, 'drop-in'), out: join(rig.dir, 'drop-out') }
  await rig.run({ ...config, bundles: drop })
  await wait(300)
  await rig.ask(requests('drop', 'tax', 'tax/personal_income'))
  mkdirSync(drop.in, { recursive: true })
  const [bundle = ''] = await exportTo(config, drop.in)
  expect(await carry(file, [bundle], drop.out)).toMatchObject({ code: 2, text: expect.stringContaining('正在运行') })
  const late = performance.now() + 30_000
  while (filesIn(drop.out).length === 0 && performance.now() < late) await wait(100)
  await takeBundles(centre.ledger, filesIn(drop.out), systemClock)
  expect(await rig.answers('drop')).toHaveLength(2)
  await rig.stopGateways()
}, 60_000)

test('the same questions over a message bus alone', async () => {
  const { config } = await enrol('housing', NOWHERE)
  const cluster = await NatsCluster.start(1, [config.centreId, config.nodeId])
  const end = new AbortController()
  try {
    const { servers, tls } = await cluster.access(config.nodeId)
    const files = { ca: join(rig.dir, 'ca.pem'), cert: join(rig.dir, 'cert.pem'), key: join(rig.dir, 'key.pem') }
    for (const name of ['ca', 'cert', 'key'] as const) writeFileSync(files[name], tls[name])
    await rig.run({ ...config, nats: { servers: [...servers], tls: files } })
    const access = await cluster.access(config.centreId)
    const said: string[] = []
    const say = (text: string): void => void said.push(text)
    const parts = { ledger: centre.ledger, access, clock: systemClock, say, signal: end.signal }
    const running = new NatsLine({ ...parts, listNeighbours: async () => [config.nodeId] }).run()
    await rig.ask(requests('bus', 'housing', 'housing/presale_contracts'))
    expect(await rig.answers('bus')).toHaveLength(2)
    const late = performance.now() + 10_000
    const receipted = async () => (await centre.ledger.standing(config.nodeId)).batch.receipted
    while ((await receipted()) < 2 && performance.now() < late) await wait(50)
    expect(await receipted()).toBe(2)
    expect(said).toEqual([])
    end.abort()
    await running
  } finally {
    end.abort()
    await rig.stopGateways()
    await cluster.close()
  }
}, 60_000)
