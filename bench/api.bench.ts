/** `yingbao bench api`: what a signed-in person does, against bare routes that replay the same SQL. */

import type { ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDemoUsers } from '#identity'
import { rangeOf } from '#kernel/division'
import type { StoredFile } from '#kernel/schema'
import type { Actor } from '#platform/action'
import { packageRoot } from '#platform/config'
import { writeCursor } from '#platform/cursor'
import { openDb } from '#platform/db'
import { runCaseworkPart } from './api-casework.ts'
import type { Call } from './api-load.ts'
import { type Asked, levels, measure, measureAlone, Stage, shuffled, signIn, startBare, statementsOf } from './api-measure.ts'
import type { Recording } from './api-record.ts'
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
/** households of the verified part and of the cases when none are asked for; above `verifiable` only the cases are measured */
const defaults = { verified: 2500, cases: 25_000 } as const
const verifiable = 100_000
const operations = ['search', 'list', 'open', 'clear'] as const
type Operation = (typeof operations)[number]
/** different requests of an operation that are recorded and asked in turn */
const variety = 150

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

function clearOf(findingId: string, photo: StoredFile): Asked {
  const evidence = [photo]
  const body = { outcome: 'true', reason: '入户核查属实，家庭已确认', evidence, seen: 0 }
  const path = `/api/findings/${encodeURIComponent(findingId)}/clearing`
  const call: Call = { method: 'POST', path, body: JSON.stringify(body) }
  return { call, action: 'verification.clear-finding', input: { params: { findingId }, body } }
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
  const cursorAt = (ordinal: number): string =>
    writeCursor(plant.installation.keys, 'verification.list-households', [String(ordinal)])
  const filters: Record<string, string>[] = [{}, { finding: 'A' }, { conclusion: 'inconsistent' }, { programme: 'rural' }]
  const photo = await stage.handIn()
  const findings: string[] = []
  for (const campaignId of campaignIds) {
    for (const no of await householdsWithFindings(plant, campaignId)) {
      const view = (await stage.run(openOf(no, campaignId))) as { findings: { findingId: string }[] }
      findings.push(...view.findings.map((finding) => finding.findingId))
    }
  }
  return {
    asked: {
      search: some.map(({ name, no }, i) => listOf({ q: i % 3 === 0 ? no : [...name].slice(0, 1 + (i % 3)).join('') })),
      list: some.map((_, i) =>
        listOf({ ...filters[i % filters.length], cursor: cursorAt(Math.floor(random() * rows.length * 0.8)) }),
      ),
      open: some.map(({ no }) => openOf(no, campaignIds.at(-1) ?? '')),
    },
    clear: shuffled(findings, random).map((findingId) => clearOf(findingId, photo)),
  }
}

interface Prepared {
  campaignId: string
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
  return { campaignId: campaignIds.at(-1) ?? '', material, recordings, shares }
}

type Measured = Pick<Part, 'results' | 'alone'>

async function measureAll(plant: Plant, prepared: Prepared, bareUrl: string, say: (text: string) => void): Promise<Measured> {
  const users = await makeDemoUsers(plant.installation.db, places)
  const password = users.find(({ account }) => account === actor.account)?.password ?? ''
  const cookie = await signIn(plant.url, actor.account, password)
  const headers = { cookie, 'x-requested-with': 'yingbao' }
  const alone: Record<string, number> = {}
  for (const page of ['statistics', 'progress']) {
    const calls: Call[] = [{ method: 'GET', path: `/api/campaigns/${prepared.campaignId}/${page}` }]
    alone[page] = await measureAlone({ url: plant.url, headers, calls })
  }
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
      results.push(
        await measure(
          { operation, connections, once: operation === 'clear' },
          { ours, bare: { url: bareUrl, headers: {}, calls: bare } },
        ),
      )
    }
  }
  return { results, alone }
}

interface Part {
  readonly findings: number
  /** pages that count a whole district → milliseconds of one answer when nobody else asks */
  readonly alone: Readonly<Record<string, number>>
  readonly results: object[]
  readonly sql: Record<string, object>
}

/** Searching, listing, opening and clearing in a verified district. */
async function runVerifiedPart(households: number, say: (text: string) => void): Promise<Part> {
  const packageDir = await benchPackage(households, say)
  say('导入并核对……')
  const plant = await buildPlant(packageDir, join(packageRoot, 'var/bench/api'))
  const db = openDb({ url: plant.installation.urls.app })
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
    stage = new Stage(plant.installation, plant.dir, db, actor)
    const prepared = await prepare(plant, stage, campaignIds)
    const scope = { ...rangeOf(actor.divisionCode), actor: actor.userId }
    bare = await startBare({ dir: plant.dir, url: plant.installation.urls.app }, { scope, operations: prepared.recordings })
    const measured = await measureAll(plant, prepared, bare.url, say)
    const sql = Object.fromEntries(operations.map((name) => [name, statementsOf(prepared.recordings[name][0] as Recording)]))
    return { findings: prepared.material.clear.length, ...measured, sql }
  } finally {
    stage?.recorder.stop()
    bare?.child.kill('SIGTERM')
    await db.close()
    await plant.stop()
  }
}

const bareRoute =
  'a Node HTTP server in a process of its own: the recorded statements and values as plain pg prepared statements, in the same transactions and round trips, the journal entry committed before the reply (reads in groups, as the product does), the recorded answer sent as it is; no framework, session, permission, validation, decryption or view'

/** Runs the bench; the keys named in the issue of the bench are fixed. Without a number of households each part has its own. */
export async function runApiBench(options: Readonly<Record<string, number>>, say: (text: string) => void): Promise<object> {
  const asked = options.households ?? 0
  const households = asked === 0 ? defaults.verified : asked
  const nothing: Part = { findings: 0, results: [], alone: {}, sql: {} }
  const verified = households > verifiable ? nothing : await runVerifiedPart(households, say)
  const casework = await runCaseworkPart(asked === 0 ? defaults.cases : asked, say)
  return {
    households,
    findings: verified.findings,
    alone_ms: verified.alone,
    results: [...verified.results, ...casework.results],
    sql: { ...verified.sql, ...casework.sql },
    cases: casework.cases,
    bare_route: bareRoute,
    machine: machineOf(),
  }
}
