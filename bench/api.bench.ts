/** `yingbao bench api`: what a signed-in person does, against bare routes that replay the same SQL. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDemoUsers, openSessions } from '#identity'
import { rangeOf } from '#kernel/division'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { packageRoot } from '#platform/config'
import { type Db, openDb } from '#platform/db'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { actionsOf } from '../apps/server/actions.ts'
import type { BareFile } from './api-bare.ts'
import { type Call, type LoadFigures, load, percentile } from './api-load.ts'
import { type Recording, SqlRecorder } from './api-record.ts'
import { randomSource } from './assess-households.ts'
import { benchPackage } from './district.bench.ts'
import { buildPlant, inside, type Plant, prepareCampaign, runCampaign } from './district-run.ts'
import { machineOf } from './processes.ts'

const districtCode = '629901'
/** findings of so many campaigns are there to be cleared: each can be cleared once */
const campaigns = 4
const seed = 16
const places = { district: '629901000000', township: '629901001000', village: '629901001001', unitCode: 'police' }
const actor: Actor = {
  userId: 'demo-centre',
  account: 'centre',
  name: '核对中心甲',
  role: 'verification_centre',
  divisionCode: places.district,
  unitCode: null,
}
const operations = ['search', 'list', 'open', 'clear'] as const
type Operation = (typeof operations)[number]
const levels = [16, 64] as const
/** different requests of an operation that are recorded and asked in turn */
const variety = 150
const measureMs = 2500
const warmMs = 700
const rounds = 2
const hashLength = 64

/** A call with the action and the input it stands for. */
interface Asked {
  call: Call
  action: string
  input: { params?: object; query?: object; body?: object }
}

/** Recording by calling the actions as the server does, in this process. */
class Stage {
  readonly #runtime: Runtime
  readonly #actions: ReadonlyMap<string, Action>
  readonly recorder = new SqlRecorder()

  constructor(plant: Plant, db: Db) {
    const { keys, clock, workerDb } = plant.installation
    this.#runtime = { db, workerDb, keys, clock, log: silentLog, blobs: openBlobs(join(plant.dir, 'blobs'), keys) }
    const parts = { runtime: this.#runtime, sessions: openSessions(db, keys, clock), queue: undefined, packId: 'reference' }
    this.#actions = new Map(actionsOf(parts).map((action) => [action.name, action]))
  }

  run({ action, input }: Asked): Promise<unknown> {
    const known = this.#actions.get(action)
    if (known === undefined) throw new Error(`no action ${action}`)
    return runAction(this.#runtime, known, { actor, input: { params: {}, query: {}, body: undefined, ...input } })
  }

  record(asked: Asked, undo = false): Promise<Recording> {
    return this.recorder.record(() => this.run(asked), undo)
  }
}

interface Material {
  asked: Record<Exclude<Operation, 'clear'>, Asked[]>
  clear: Asked[]
}

function listOf(query: Record<string, string>): Asked {
  const call: Call = { method: 'GET', path: `/api/households?${new URLSearchParams(query)}` }
  return { call, action: 'verification.list-households', input: { query } }
}

function openOf(householdNo: string, campaignId: string): Asked {
  const call: Call = { method: 'GET', path: `/api/households/${encodeURIComponent(householdNo)}?campaignId=${campaignId}` }
  return { call, action: 'verification.open-household', input: { params: { householdNo }, query: { campaignId } } }
}

function clearOf(findingId: string): Asked {
  const evidence = [{ sha256: 'a'.repeat(hashLength), name: '入户核查记录.jpg', size: 1000 }]
  const body = { outcome: 'true', reason: '入户核查属实，家庭已确认', evidence, seen: 0 }
  const path = `/api/findings/${encodeURIComponent(findingId)}/clearing`
  const call: Call = { method: 'POST', path, body: JSON.stringify(body) }
  return { call, action: 'verification.clear-finding', input: { params: { findingId }, body } }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j] as T, out[i] as T]
  }
  return out
}

async function householdsWithFindings(plant: Plant, campaignId: string): Promise<string[]> {
  const rows = await inside(plant.installation, (tx) =>
    tx.query<{ no: string }>(
      `select distinct household_no as no from finding where campaign_id = $1 and household_no <> '' order by 1`,
      [campaignId],
    ),
  )
  return rows.map((row) => row.no)
}

/** Words, pages, households and findings of the district. */
async function materialOf(plant: Plant, stage: Stage, campaignIds: readonly string[]): Promise<Material> {
  const random = randomSource(seed)
  type Row = { no: string; name: string }
  const rows = await inside(plant.installation, (tx) =>
    tx.query<Row>(
      `select h.household_no as no, p.name as name from household h join person p using (household_no) where p.relation = 'head'
       order by h.household_no`,
    ),
  )
  const some = shuffled(rows, random).slice(0, variety)
  const filters: Record<string, string>[] = [{}, { finding: 'A' }, { conclusion: 'inconsistent' }, { programme: 'rural' }]
  const findings: string[] = []
  for (const campaignId of campaignIds) {
    for (const no of await householdsWithFindings(plant, campaignId)) {
      const view = (await stage.run(openOf(no, campaignId))) as { findings: { findingId: string }[] }
      findings.push(...view.findings.map((finding) => finding.findingId))
    }
  }
  return {
    asked: {
      search: some.map(({ name, no }, i) => listOf({ q: i % 3 === 0 ? no : name.slice(0, 1 + (i % 3)) })),
      list: some.map((_, i) =>
        listOf({ ...filters[i % filters.length], cursor: String(Math.floor(random() * rows.length * 0.8)) }),
      ),
      open: some.map(({ no }) => openOf(no, campaignIds.at(-1) ?? '')),
    },
    clear: shuffled(findings, random).map(clearOf),
  }
}

async function startBare(plant: Plant, file: BareFile): Promise<{ url: string; child: ChildProcess }> {
  const path = join(plant.dir, 'recordings.json')
  await writeFile(path, JSON.stringify(file), { mode: 0o600 })
  const entry = join(packageRoot, 'bench/api-bare.ts')
  const child = spawn(process.execPath, [entry, plant.installation.url, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer]
  return { url: line.toString('utf8').trim(), child }
}

async function signIn(plant: Plant): Promise<string> {
  const users = await makeDemoUsers(plant.installation.db, places)
  const user = users.find(({ account }) => account === actor.account)
  const reply = await fetch(`${plant.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'yingbao' },
    body: JSON.stringify({ account: actor.account, password: user?.password ?? '' }),
  })
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`)
  return (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

interface Side {
  url: string
  headers: Record<string, string>
  /** the calls in turn; a write is asked once */
  calls: Call[]
}

interface Totals {
  times: number[]
  seconds: number
  errors: Record<string, number>
}

function add(total: Totals, figures: LoadFigures): void {
  for (const time of figures.times) total.times.push(time)
  total.seconds += figures.seconds
  for (const [status, n] of Object.entries(figures.errors)) total.errors[status] = (total.errors[status] ?? 0) + n
}

/** Calls in a circle, or each once. */
function dealer(calls: Call[], once: boolean): () => Call | undefined {
  let at = 0
  return () => (once ? calls.shift() : calls[at++ % calls.length])
}

function figuresOf(operation: Operation, connections: number, ours: Totals, bare: Totals): Record<string, unknown> {
  const sorted = ours.times.toSorted((a, b) => a - b)
  const rate = ({ times, seconds }: Totals): number => times.length / seconds
  return {
    operation,
    connections,
    requests: ours.times.length,
    p50_ms: percentile(sorted, 0.5),
    p95_ms: percentile(sorted, 0.95),
    p99_ms: percentile(sorted, 0.99),
    requests_per_second: Math.round(rate(ours)),
    bare_requests: bare.times.length,
    bare_requests_per_second: Math.round(rate(bare)),
    ratio: Number((rate(ours) / rate(bare)).toFixed(2)),
    errors: ours.errors,
    bare_errors: bare.errors,
  }
}

/** Both servers in turn, some rounds: what disturbs the machine disturbs both. */
async function measure(operation: Operation, connections: number, sides: { ours: Side; bare: Side }): Promise<object> {
  const once = operation === 'clear'
  const totals = { ours: { times: [], seconds: 0, errors: {} } as Totals, bare: { times: [], seconds: 0, errors: {} } as Totals }
  const next = { ours: dealer(sides.ours.calls, once), bare: dealer(sides.bare.calls, once) }
  const run = (side: 'ours' | 'bare', ms: number): Promise<LoadFigures> =>
    load({ url: sides[side].url, headers: sides[side].headers, connections, ms, next: next[side] })
  const parts = once ? { warm: warmMs / 4, main: measureMs / 2 } : { warm: warmMs, main: measureMs }
  for (const side of ['ours', 'bare'] as const) await run(side, parts.warm)
  for (let round = 0; round < rounds; round++) {
    for (const side of ['ours', 'bare'] as const) add(totals[side], await run(side, parts.main))
  }
  return figuresOf(operation, connections, totals.ours, totals.bare)
}

interface Prepared {
  material: Material
  recordings: Record<Operation, Recording[]>
  /** for each level the clearings of the product and the places of those of the bare route */
  shares: { ours: Asked[]; from: number; to: number }[]
}

/** Records every request; of the findings half is left to the product, half is recorded (and undone) for the bare route. */
async function prepare(plant: Plant, stage: Stage, campaignIds: readonly string[]): Promise<Prepared> {
  const material = await materialOf(plant, stage, campaignIds)
  const { asked, clear } = material
  const recordings: Record<Operation, Recording[]> = { search: [], list: [], open: [], clear: [] }
  for (const operation of ['search', 'list', 'open'] as const) {
    for (const each of asked[operation]) await stage.run(each)
    for (const each of asked[operation]) recordings[operation].push(await stage.record(each))
  }
  const part = Math.floor(clear.length / (2 * levels.length))
  const shares = levels.map((_, i) => ({ ours: clear.slice(i * part, (i + 1) * part), from: i * part, to: (i + 1) * part }))
  for (const each of clear.slice(levels.length * part, 2 * levels.length * part)) {
    recordings.clear.push(await stage.record(each, true))
  }
  return { material, recordings, shares }
}

async function measureAll(plant: Plant, prepared: Prepared, bareUrl: string, say: (text: string) => void): Promise<object[]> {
  const cookie = await signIn(plant)
  const headers = { cookie, 'x-requested-with': 'yingbao' }
  const results: object[] = []
  for (const [level, connections] of levels.entries()) {
    for (const operation of operations) {
      say(`${operation}，${connections} 个连接……`)
      const share = prepared.shares[level] ?? { ours: [], from: 0, to: 0 }
      const asked = operation === 'clear' ? share.ours : prepared.material.asked[operation]
      const first = operation === 'clear' ? share.from : 0
      const bare = asked.map(({ call: { method, body } }, i): Call => {
        const path = `/bare/${operation}/${first + i}`
        return body === undefined ? { method, path } : { method, path, body }
      })
      const ours = { url: plant.url, headers, calls: asked.map(({ call }) => call) }
      results.push(await measure(operation, connections, { ours, bare: { url: bareUrl, headers: {}, calls: bare } }))
    }
  }
  return results
}

function statementsOf({ transaction, reads, journal }: Recording): { statements: number; round_trips: number } {
  const waves = [...transaction, ...reads]
  const ledger = journal === null ? { statements: 0, trips: 0 } : { statements: 3, trips: 1 }
  return { statements: waves.flat().length + ledger.statements, round_trips: waves.length + ledger.trips }
}

/** Runs the bench; the keys named in the issue of the bench are fixed. */
export async function runApiBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const households = options.households ?? 0
  const packageDir = await benchPackage(households, say)
  say('导入并核对……')
  const plant = await buildPlant(packageDir, join(packageRoot, 'var/bench/api'))
  const db = openDb({ url: plant.installation.url })
  let bare: { url: string; child: ChildProcess } | undefined
  let stage: Stage | undefined
  try {
    await mkdir(join(plant.dir, 'blobs'), { recursive: true })
    const campaignIds: string[] = []
    for (let n = 0; n < campaigns; n++) {
      const campaignId = await prepareCampaign(plant, districtCode)
      await runCampaign(plant, campaignId)
      campaignIds.push(campaignId)
    }
    await Promise.all([...plant.workers, ...plant.gateways].map((child) => child.stop()))
    say('记录各操作实际发出的 SQL……')
    stage = new Stage(plant, db)
    const prepared = await prepare(plant, stage, campaignIds)
    const scope = { ...rangeOf(actor.divisionCode), actor: actor.userId }
    bare = await startBare(plant, { scope, operations: prepared.recordings })
    const results = await measureAll(plant, prepared, bare.url, say)
    return {
      households,
      findings: prepared.material.clear.length,
      results,
      sql: Object.fromEntries(operations.map((name) => [name, statementsOf(prepared.recordings[name][0] as Recording)])),
      bare_route:
        'a Fastify route in a process of its own: the recorded statements and values as plain pg prepared statements, in the same transactions and round trips, the journal entry committed before the reply (reads in groups, as the product does); no session, permission, validation, decryption or view; rows sent as PostgreSQL gives them',
      machine: machineOf(),
    }
  } finally {
    stage?.recorder.stop()
    bare?.child.kill('SIGTERM')
    await db.close()
    await plant.stop()
  }
}
