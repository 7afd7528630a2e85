import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { revokeAuthorisations } from '#exchange'
import { packageRoot } from '#platform/config'
import type { Log } from '#platform/log'
import { type AuthorisationFacts, type GatewayConfig, subjectsLine, termsCells, type UnitName } from '#sources/contract'
import { testDb } from '#testkit/db'
import { basis, CentreRig, grounds } from '#testkit/exchange-rig'
import { SmallDisk } from '#testkit/small-disk'
import {
  callsSpoilt,
  forged,
  hasMessages,
  replayedCall,
  replayedReply,
  repliesSpoilt,
  resigned,
  type Spoiling,
  SpoilingProxy,
} from '#testkit/spoiling-proxy'
import { exchangePaths, ownKeys, writeBundle } from '#wire'
import type { OwnKeys } from '#wire/contract'
import { takeBundles } from '#wire/server'
import { type CentreLine, openCentreLine } from '../run/centre-endpoint.ts'
import { Bell } from './bell.ts'
import { runGatewayBundle } from './bundle-command.ts'
import { systemClock } from './clock.ts'
import { Gateway, openUnitLedger } from './gateway.ts'
import { openStore } from './store/open-store.ts'

const sample = join(packageRoot, 'testkit/fixtures/sample-district')
const DAY_MS = 86_400_000
const GIBIBYTE = 1024 ** 3
const CENTRE = '629901.centre'
const warned: string[] = []
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_text, fields) => void warned.push(String(fields?.reason)),
  error: () => undefined,
  with: () => log,
}

let rig: CentreRig
let centre: CentreLine
let centreKeys: OwnKeys
let police: Awaited<ReturnType<typeof start>>

beforeAll(async () => {
  rig = new CentreRig(await testDb(), log)
  await rig.startServer()
  centre = openCentreLine({ ...rig.deps, db: rig.db.pool, log })
  centreKeys = ownKeys({ suite: 'ED1', signing: rig.deps.keys.signing, box: rig.deps.keys.box })
  const { config } = await enrol('police')
  police = await start({ unit: 'police', config, own: ownKeys(config.keys), clock: { offsetMs: 0 }, disk: undefined })
})
afterAll(async () => {
  await police.stop()
  await centre.close()
  await rig.close()
})

function enrol(unit: UnitName, centreUrl = rig.url): ReturnType<CentreRig['enrol']> {
  return rig.enrol(unit, { kind: 'package', dir: join(sample, 'sources', unit) }, { centreUrl })
}

/** What a case has to hand: a unit with a gateway of its own behind a line that can be spoilt. */
interface Bench {
  unit: UnitName
  config: GatewayConfig
  /** the unit's keys */
  own: OwnKeys
  clock: { offsetMs: number }
  disk: SmallDisk | undefined
}

/** One kind of bad input, and what both sides keep of it. */
interface Case {
  what: string
  unit: UnitName
  code: string
  /** parked at the centre under this sender; null: only in the server's own log */
  centre: 'unit' | 'nobody' | '629901.stranger' | null
  /** what the unit's log says: the centre refused something of it, it refused something itself, or its disk is full */
  event: 'refused_by' | 'parked' | 'disk'
  /** whether it is about a message, which both sides name */
  isMessage: boolean
  spoil(bench: Bench): Spoiling
  /** what ends it beside the line that is no longer spoilt */
  mend?(bench: Bench): Promise<void> | void
}

/** PostgreSQL says of this unit's messages what it says when the disk has no room. */
async function fullDatabase(unit: UnitName): Promise<void> {
  await rig.db.ownerPool.pool.query(
    `create function no_room() returns trigger language plpgsql as $$ begin
       raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
     create trigger no_room before insert on exchange_message for each row
       when (new.unit = '${unit}' and new.direction = 'in') execute function no_room()`,
  )
}

const toCentre = { event: 'refused_by', isMessage: true } as const
const toUnit = { event: 'parked', centre: 'unit', isMessage: true } as const

const cases: readonly Case[] = [
  {
    what: 'a wrong signature, to the centre',
    unit: 'tax',
    code: 'signature',
    centre: 'unit',
    ...toCentre,
    spoil: () => callsSpoilt(forged),
  },
  { what: 'a wrong signature, to the unit', unit: 'hrss', code: 'signature', ...toUnit, spoil: () => repliesSpoilt(forged) },
  {
    ...{
      what: 'an unknown sender, to the centre',
      unit: 'banks',
      code: 'unknown_sender',
      centre: '629901.stranger',
      ...toCentre,
    },
    spoil: ({ own }) => callsSpoilt((frame) => resigned(frame, own, { from: '629901.stranger' })),
  },
  {
    ...{ what: 'an unknown sender, to the unit', unit: 'securities', code: 'addressee', ...toUnit },
    spoil: ({ own }) => repliesSpoilt((frame) => resigned(frame, own, { from: '629901.stranger' })),
  },
  {
    ...{ what: "another unit's channel, to the centre", unit: 'insurance', code: 'foreign_channel', centre: 'unit', ...toCentre },
    spoil: ({ own }) => callsSpoilt((frame) => resigned(frame, own, { chan: `629901.police>${CENTRE}` })),
  },
  {
    ...{ what: "another unit's channel, to the unit", unit: 'market', code: 'foreign_channel', ...toUnit },
    spoil: () => repliesSpoilt((frame) => resigned(frame, centreKeys, { chan: `${CENTRE}>629901.police` })),
  },
  {
    ...{ what: 'a replay with altered content, to the centre', unit: 'housing', code: 'same_id', centre: 'unit', ...toCentre },
    spoil: ({ own }) => replayedCall(own),
  },
  {
    ...{ what: 'a replay with altered content, to the unit', unit: 'housing_fund', code: 'same_id', ...toUnit },
    spoil: () => replayedReply(centreKeys),
  },
  {
    ...{ what: 'a schema of a newer major, to the centre', unit: 'agriculture', code: 'version', centre: 'unit', ...toCentre },
    spoil: ({ own }) => callsSpoilt((frame) => resigned(frame, own, { schemaVer: '2.0' })),
  },
  {
    ...{ what: 'a schema of a newer major, to the unit', unit: 'education', code: 'version', ...toUnit },
    spoil: () => repliesSpoilt((frame) => resigned(frame, centreKeys, { schemaVer: '2.0' })),
  },
  {
    ...{ what: 'a body of 1 GB, to the centre', unit: 'finance', code: 'too_large', centre: 'nobody', ...toCentre },
    spoil: () => ({ call: (path, bytes) => (path === exchangePaths.messages ? { announced: GIBIBYTE } : bytes) }),
  },
  {
    ...{ what: 'a body of 1 GB, to the unit', unit: 'utilities', code: 'too_large', ...toUnit, isMessage: false },
    spoil: () => ({ reply: (path, bytes) => (hasMessages(path, bytes) ? { announced: GIBIBYTE } : bytes) }),
  },
  {
    ...{
      what: 'a clock off by a day',
      unit: 'civil_affairs',
      code: 'clock',
      centre: 'unit',
      event: 'refused_by',
      isMessage: false,
    },
    spoil({ clock }) {
      clock.offsetMs = DAY_MS
      return {}
    },
    mend({ clock }) {
      clock.offsetMs = 0
    },
  },
  {
    ...{ what: "the unit's disk full at 90 %", unit: 'natural_resources', code: 'disk_full', centre: 'unit', event: 'disk' },
    isMessage: false,
    spoil(bench) {
      bench.disk = new SmallDisk(bench.config.stateDir)
      return {}
    },
    mend: ({ disk }) => disk?.free(),
  },
  {
    ...{ what: "the centre's disk full", unit: 'medical_security', code: 'disk_full', centre: null, ...toCentre },
    spoil: () => ({}),
    mend: async () => void (await rig.db.ownerPool.pool.query('drop function no_room cascade')),
  },
]

interface ParkedRow {
  fault: string
  reason: string
  unit: string | null
  request: string | null
  size: number
}

async function parkedAtCentre(sender: string): Promise<ParkedRow[]> {
  const sql = 'select fault, reason, unit, request, octet_length(bytes) as size from exchange_parked where sender = $1'
  return (await rig.db.ownerPool.pool.query<ParkedRow>(sql, [sender])).rows
}

const question = (unit: UnitName, campaign: string) =>
  rig.ask([{ unit, head: { kind: 'prepare', campaign, batch: 0, round: 0, basis }, lines: [] }])

/** Waits until something is so. */
async function seen(what: () => unknown, wanted: unknown): Promise<void> {
  const late = performance.now() + 20_000
  while (!isDeepStrictEqual(await what(), wanted) && performance.now() < late) await wait(30)
  expect(await what()).toEqual(wanted)
}

/** A gateway that runs until `stop`. */
async function start({ config, clock, disk }: Bench): Promise<{ gateway: Gateway; stop(): Promise<void> }> {
  const end = new AbortController()
  const shifted = { ...systemClock, nowMs: () => Date.now() + clock.offsetMs }
  const io = { clock: shifted, say: () => undefined, signal: end.signal, ...disk?.io }
  const gateway = new Gateway(config, await openStore(config, io), io)
  const running = gateway.run()
  return {
    gateway,
    async stop() {
      end.abort()
      await running
    },
  }
}

const senderOf = ({ centre: at }: Case, { nodeId }: GatewayConfig): string =>
  at === 'unit' ? nodeId : at === 'nobody' ? '' : (at ?? '')

test.concurrent.each(cases)('$what: $code, noted at both sides, nothing lost, others go on', async (given) => {
  const { unit, code, event, what } = given
  const noted = event === 'disk' ? 'disk_90' : code
  const proxy = new SpoilingProxy(() => rig.url)
  const { config } = await enrol(unit, await proxy.start())
  const bench: Bench = { unit, config, own: ownKeys(config.keys), clock: { offsetMs: 0 }, disk: undefined }
  proxy.spoiling = given.spoil(bench)
  if (given.centre === null) await fullDatabase(unit)
  const { gateway, stop } = await start(bench)
  try {
    const [asked] = await question(unit, what)
    const logged = () => gateway.deskBook.readLog().entries.filter((entry) => entry.event === event)
    const atCentre = async () => (given.centre === null ? [] : parkedAtCentre(senderOf(given, config)))

    await seen(() => logged().map((entry) => entry.code), [noted])
    if (given.centre === null) await seen(() => warned.some((text) => text.includes('disk_full')), true)
    else await seen(async () => (await atCentre()).map(({ fault }) => fault), [code])

    await question('police', `beside ${what}`)
    expect(await rig.answers(`beside ${what}`)).toMatchObject([{ kind: 'statement' }])
    expect(await rig.db.as(undefined, (tx) => tx.query('select 1 from exchange_message where unit = $1', [unit]))).not.toEqual([])

    const [entry] = logged()
    const [row] = await atCentre()
    if (event === 'refused_by') expect(entry?.message === '').toBe(!given.isMessage)
    if (event === 'parked') {
      const [kept] = gateway.deskBook.listParked()
      expect(kept).toMatchObject({ code, sender: CENTRE })
      expect(kept?.size).toBeGreaterThan(0)
      expect(row?.reason).toMatch(/^对方未接收/)
      if (given.isMessage && code !== 'same_id') expect(row).toMatchObject({ unit, request: asked?.id })
    }
    if (row && row.request === null) expect(row.size).toBeGreaterThan(0)

    proxy.spoiling = {}
    await given.mend?.(bench)
    expect(await rig.answers(what)).toMatchObject([{ kind: 'statement' }])
    expect(gateway.deskBook.readLog().intact).toBe(true)
    expect(logged().filter((each) => each.code === noted)).toHaveLength(1)
    expect(await atCentre()).toHaveLength(given.centre === null ? 0 : 1)
  } finally {
    await stop()
    proxy.close()
    bench.disk?.remove()
  }
})

const paper: AuthorisationFacts = {
  signature: 'guardian',
  signed_on: '2026-07-01',
  valid_to: null,
  withdrawn_on: null,
  items: ['all'],
}

test.concurrent('revoked or expired authorisations, and a person outside them: not looked up, said and logged person by person', async () => {
  const register = readFileSync(join(sample, 'sources/police/register.csv'), 'utf8').split('\n').slice(1, 5)
  const papers = [
    [{ no: 'BAD1', terms: 0, docHash: null }],
    [{ no: 'BAD2', terms: 1, docHash: null }],
    [],
    [{ no: 'BAD3', terms: 0, docHash: null }],
  ]
  const subjects = register.map((row, i) => {
    const [, , idNumber = '', name = ''] = row.split(',')
    return { i, idNumber, names: [name], want: 0, papers: papers[i] ?? [] }
  })
  await rig.db.as(undefined, (tx) =>
    revokeAuthorisations(tx, [{ no: 'BAD1', withdrawnOn: '2026-09-29' }], ['police'], grounds, rig.deps),
  )
  const head = { kind: 'records' as const, campaign: 'persons', batch: 1, round: 1, basis, scheme: 'dibao' }
  const terms = [termsCells(paper), termsCells({ ...paper, valid_to: '2026-09-01' })]
  const [asked] = await rig.ask([
    {
      unit: 'police',
      head: { ...head, records: ['police/register'], wants: [[0]], papers: terms },
      lines: [subjectsLine(subjects)],
    },
  ])
  const [answer] = await rig.answers('persons')
  expect(answer).toMatchObject({
    kind: 'records',
    subjects: [
      { i: 0, states: 'A', why: { 0: 'revoked' }, rows: {} },
      { i: 1, states: 'A', rows: {} },
      { i: 2, states: 'A', rows: {} },
      { i: 3, states: 'H' },
    ],
  })
  const { entries } = police.gateway.deskBook.readLog()
  const persons = entries.find(({ message }) => message === asked?.id)?.persons.split('\n')
  expect(persons?.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['A 0 BAD1', 'A 0 BAD2', 'A 0 ', 'H 1 BAD3'])
  expect(entries.filter(({ event }) => event === 'authorisation_revoked').map(({ auth }) => auth)).toEqual(['BAD1'])
})

/** Cuts a file short; nobody can still be writing it. */
function cut(path: string): string {
  const part = `${path.slice(0, -4)}-cut.ybx`
  const bytes = readFileSync(path)
  writeFileSync(part, bytes.subarray(0, bytes.length / 2))
  utimesSync(part, 0, 0)
  return part
}

const filesIn = (dir: string) =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.ybx'))
    .map((name) => join(dir, name))

test.concurrent('a truncated bundle is set aside and told to its sender with the next one; a duplicated one changes nothing', async () => {
  const unit = 'disabled_federation'
  const { config, file } = await enrol(unit, 'http://127.0.0.1:9')
  const dirs = { there: join(rig.dir, 'cut-there'), back: join(rig.dir, 'cut-back'), again: join(rig.dir, 'cut-again') }
  await question(unit, 'stick')
  await centre.ledger.know()
  const carry = async (bundle: string, out: string) => {
    const parts: string[] = []
    const stream = { write: (text: string) => void parts.push(text) }
    const code = await runGatewayBundle(['--config', file, '--in', bundle, '--out', out], { stdout: stream, stderr: stream })
    return { code, text: parts.join('') }
  }
  const write = (refused: Parameters<typeof writeBundle>[1]['refused'] = []) =>
    writeBundle(centre.ledger, { to: config.nodeId, dir: dirs.there, refused }, systemClock)
  const stored = () =>
    rig.db.as(undefined, (tx) => tx.query(`select id from exchange_message where unit = $1 and direction = 'in'`, [unit]))
  const whole = join(dirs.there, (await write())?.files[0] ?? '')

  const half = cut(whole)
  expect(await carry(half, dirs.back)).toMatchObject({ code: 1, text: expect.stringContaining('truncated') })
  expect(existsSync(join(dirs.there, 'refused', basename(half)))).toBe(true)
  const told = await takeBundles(centre.ledger, filesIn(dirs.back), systemClock)
  expect([...told.values()].map(({ state }) => state)).not.toContain('refused')
  expect(await parkedAtCentre(config.nodeId)).toMatchObject([
    { fault: 'truncated', reason: expect.stringContaining(basename(half)) },
  ])

  expect(await carry(whole, dirs.again)).toMatchObject({ code: 0 })
  expect(await carry(whole, dirs.again)).toMatchObject({ code: 0, text: expect.stringContaining('没有重复计入') })
  const [answer = '', repeated = ''] = filesIn(dirs.again)
  const broken = cut(answer)
  const [report] = (await takeBundles(centre.ledger, [broken], systemClock)).values()
  expect(report).toMatchObject({ state: 'refused', code: 'truncated', sender: config.nodeId })
  expect((await parkedAtCentre(config.nodeId)).map(({ fault }) => fault)).toEqual(['truncated', 'truncated'])
  for (const each of [answer, repeated, answer]) await takeBundles(centre.ledger, [each], systemClock)
  expect(await stored()).toHaveLength(1)
  expect(await rig.answers('stick')).toMatchObject([{ kind: 'statement' }])

  const news = join(dirs.there, (await write(report && [report]))?.files[0] ?? '')
  expect(await carry(news, dirs.again)).toMatchObject({ code: 0 })
  const ledger = openUnitLedger(config, { clock: systemClock, say: () => undefined }, new Bell())
  const { entries, intact } = ledger.log.read()
  const kept = ledger.parking.list(9)
  ledger.close()
  expect(intact).toBe(true)
  expect(kept).toMatchObject([{ code: 'truncated' }])
  expect(entries.filter(({ event }) => event === 'parked' || event === 'refused_by')).toMatchObject([
    { event: 'parked', code: 'truncated' },
    { event: 'refused_by', code: 'truncated', to: CENTRE, note: expect.stringContaining(basename(broken)) },
  ])
})
