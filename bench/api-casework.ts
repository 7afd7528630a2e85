/** The casework part of `yingbao bench api`: task lists, opening a case, submitting and approving on a planted district. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { rangeOf } from '#kernel/division'
import type { Actor } from '#platform/action'
import { monotonicMs } from '#platform/clock'
import { packageRoot } from '#platform/config'
import { openDb } from '#platform/db'
import { freePort } from '#platform/free-port'
import { type Installation, openInstallation } from '../apps/run/installation.ts'
import { roleCommand } from '../apps/run/roles.ts'
import { type Supervised, supervise } from '../apps/run/supervised.ts'
import { jobs } from '../apps/server/jobs.ts'
import type { Call } from './api-load.ts'
import { type Asked, levels, measure, Stage, shuffled, signIn, startBare, statementsOf } from './api-measure.ts'
import type { Recording } from './api-record.ts'
import { randomSource } from './assess-households.ts'
import { places, plantCases, plantedToday } from './case-plant.ts'
import { inside } from './district-run.ts'

const seed = 26
/** different requests of a read that are recorded and asked in turn */
const variety = 150
/** of a write at most so many: each can be made once */
const most = 1600
const lookEveryMs = 100

const clerk: Actor = {
  userId: 'demo-township',
  account: 'township',
  name: '乡镇经办人',
  role: 'township_clerk',
  divisionCode: places.township,
  unitCode: null,
}
const approver: Actor = {
  userId: 'demo-approver',
  account: 'approver',
  name: '审核人',
  role: 'district_approver',
  divisionCode: places.district,
  unitCode: null,
}

/** What is measured: who asks, what is asked, and whether each request can be made only once. */
interface Operation {
  readonly name: string
  readonly by: Actor
  readonly once: boolean
  readonly asked: readonly Asked[]
}

function tasksOf(query: Record<string, string>): Asked {
  const call: Call = { method: 'GET', path: `/api/tasks?${new URLSearchParams(query)}` }
  return { call, action: 'casework.list-tasks', input: { query } }
}

function openOf(caseNo: string): Asked {
  return { call: { method: 'GET', path: `/api/cases/${caseNo}` }, action: 'casework.open-case', input: { params: { caseNo } } }
}

interface Waiting {
  readonly no: string
  readonly version: number
}

function moveOf({ no, version }: Waiting, name: string, record: object): Asked {
  const [step, command] = name.split('.')
  const body = { step, command, version, record }
  const call: Call = { method: 'POST', path: `/api/cases/${no}/moves`, body: JSON.stringify(body) }
  return { call, action: 'casework.move-case', input: { params: { caseNo: no }, body } }
}

/** The first pages under the filters people use, and pages further on. */
async function taskRequests(stage: Stage, filters: readonly Record<string, string>[]): Promise<Asked[]> {
  const pages: Asked[] = []
  for (const filter of filters) {
    let cursor: string | null = null
    for (let page = 0; page < variety / filters.length / 2; page++) {
      const asked: Asked = tasksOf(cursor === null ? filter : { ...filter, cursor })
      pages.push(tasksOf(filter), asked)
      cursor = ((await stage.run(asked)) as { next: string | null }).next
      if (cursor === null) break
    }
  }
  return pages
}

function casesAt(installation: Installation, step: string, area: string): Promise<Waiting[]> {
  return inside(installation, (tx) =>
    tx.query<Waiting>(
      `select c.case_no as no, c.version from case_step s join casefile c on c.case_no = s.case_no
       where s.step = $1 and s.state = 'open' and c.result is null and not c.related and s.division_code >= $2 and s.division_code < $3
       order by c.case_no`,
      [step, rangeOf(area).lo, rangeOf(area).hi],
    ),
  )
}

const plan = {
  investigators: [
    { name: '李文', post: '民政干事' },
    { name: '周敏', post: '村会计' },
  ],
  plannedOn: '2026-12-01',
  order: 1,
}

async function operationsOf(installation: Installation, stages: { clerk: Stage; approver: Stage }): Promise<Operation[]> {
  const random = randomSource(seed)
  const some = async (step: string, area: string): Promise<Waiting[]> =>
    shuffled(await casesAt(installation, step, area), random).slice(0, most)
  const [visits, approvals] = [await some('visit', places.township), await some('approval', places.district)]
  const cases = await inside(installation, (tx) =>
    tx.query<{ no: string }>(
      'select case_no as no from casefile where division_code >= $1 and division_code < $2 order by case_no limit 20000',
      [rangeOf(places.township).lo, rangeOf(places.township).hi],
    ),
  )
  const daily: Record<string, string>[] = [{}, { due: 'overdue' }, { due: 'today' }, { light: 'yellow' }]
  return [
    {
      name: 'tasks-clerk',
      by: clerk,
      once: false,
      asked: await taskRequests(stages.clerk, [...daily, { step: 'visit' }, { returned: 'yes' }]),
    },
    {
      name: 'tasks-approver',
      by: approver,
      once: false,
      asked: await taskRequests(stages.approver, [...daily, { step: 'approval' }]),
    },
    {
      name: 'open-case',
      by: clerk,
      once: false,
      asked: shuffled(cases, random)
        .slice(0, variety)
        .map(({ no }) => openOf(no)),
    },
    { name: 'submit', by: clerk, once: true, asked: visits.map((each) => moveOf(each, 'visit.plan', plan)) },
    {
      name: 'approve',
      by: approver,
      once: true,
      asked: approvals.map((each) => moveOf(each, 'approval.approve', { text: '同意审核意见' })),
    },
  ]
}

/** An operation with what is recorded for the bare route; of a write half is left to the product, half is recorded and undone. */
interface Prepared {
  readonly operation: Operation
  readonly recordings: Recording[]
  /** for each level: the product's requests, and the first place of the bare route's */
  readonly shares: readonly { readonly asked: readonly Asked[]; readonly first: number }[]
}

async function prepare(operation: Operation, stage: Stage): Promise<Prepared> {
  const { asked, once } = operation
  const recordings: Recording[] = []
  if (!once) {
    for (const each of asked) await stage.run(each)
    for (const each of asked) recordings.push(await stage.record(each))
    return { operation, recordings, shares: levels.map(() => ({ asked, first: 0 })) }
  }
  const part = Math.floor(asked.length / (2 * levels.length))
  for (const each of asked.slice(levels.length * part, 2 * levels.length * part)) recordings.push(await stage.record(each, true))
  return {
    operation,
    recordings,
    shares: levels.map((_, i) => ({ asked: asked.slice(i * part, (i + 1) * part), first: i * part })),
  }
}

interface Bench {
  readonly dir: string
  readonly url: string
  readonly installation: Installation
  readonly cookies: ReadonlyMap<Actor, string>
}

/** One operation at every level, against a bare server that has the scope of whoever asks. */
async function measureOne(bench: Bench, prepared: Prepared, say: (text: string) => void): Promise<Record<string, unknown>[]> {
  const { name: operation, by, once } = prepared.operation
  const scope = { ...rangeOf(by.divisionCode), actor: by.userId }
  const bare = await startBare(
    { dir: bench.dir, url: bench.installation.urls.app },
    { scope, operations: { [operation]: prepared.recordings } },
  )
  try {
    const results: Record<string, unknown>[] = []
    for (const [level, connections] of levels.entries()) {
      say(`${operation}，${connections} 个连接……`)
      const share = prepared.shares[level] ?? { asked: [], first: 0 }
      const calls = share.asked.map(({ call: { method, body } }, i): Call => {
        const path = `/bare/${operation}/${share.first + i}`
        return body === undefined ? { method, path } : { method, path, body }
      })
      const headers = { cookie: bench.cookies.get(by) ?? '', 'x-requested-with': 'yingbao' }
      const ours = { url: bench.url, headers, calls: share.asked.map(({ call }) => call) }
      results.push(await measure({ operation, connections, once }, { ours, bare: { url: bare.url, headers: {}, calls } }))
    }
    return results
  } finally {
    bare.child.kill('SIGTERM')
  }
}

async function startCentre(dir: string, installation: Installation): Promise<{ url: string; server: Supervised }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    YINGBAO_DATA_DIR: dir,
    YINGBAO_KEYS_FILE: join(dir, 'keys.json'),
    PORT: String(port),
    YINGBAO_LOG: 'warn',
  }
  const server = supervise(roleCommand('server', installation.urls, env))
  for (;;) {
    const reply = await fetch(`${url}/api/health`).catch(() => undefined)
    if (reply?.ok === true) return { url, server }
    await wait(lookEveryMs)
  }
}

export interface CaseworkPart {
  readonly results: Record<string, unknown>[]
  readonly sql: Record<string, { statements: number; round_trips: number }>
  readonly cases: { readonly households: number; readonly planted_seconds: number }
}

async function withStages<T>(
  dir: string,
  installation: Installation,
  work: (stages: { clerk: Stage; approver: Stage }) => Promise<T>,
) {
  const db = openDb({ url: installation.urls.app })
  const stages = { clerk: new Stage(installation, dir, db, clerk), approver: new Stage(installation, dir, db, approver) }
  try {
    return await work(stages)
  } finally {
    stages.approver.recorder.stop()
    stages.clerk.recorder.stop()
    await db.close()
  }
}

/** Plants so many households with cases in every state and measures what clerk and approver do with them. */
export async function runCaseworkPart(households: number, say: (text: string) => void): Promise<CaseworkPart> {
  const dir = join(packageRoot, 'var/bench/api-cases')
  await rm(dir, { recursive: true, force: true })
  await mkdir(join(dir, 'blobs'), { recursive: true })
  const installation = await openInstallation({ dataDir: dir, jobs })
  let server: Supervised | undefined
  try {
    say(`种下 ${households} 户的案件……`)
    const started = monotonicMs()
    const { urls, keys } = installation
    const users = await plantCases({ urls, keys, households, today: plantedToday() })
    const cases = { households, planted_seconds: Number(((monotonicMs() - started) / 1000).toFixed(1)) }
    say('记录各操作实际发出的 SQL……')
    const prepared = await withStages(dir, installation, async (stages) => {
      const made: Prepared[] = []
      for (const operation of await operationsOf(installation, stages)) {
        made.push(await prepare(operation, operation.by === clerk ? stages.clerk : stages.approver))
      }
      return made
    })
    const centre = await startCentre(dir, installation)
    server = centre.server
    const cookies = new Map<Actor, string>()
    for (const actor of [clerk, approver]) {
      const password = users.find(({ account }) => account === actor.account)?.password ?? ''
      cookies.set(actor, await signIn(centre.url, actor.account, password))
    }
    const bench: Bench = { dir, url: centre.url, installation, cookies }
    const results: Record<string, unknown>[] = []
    for (const each of prepared)
      results.push(...(await measureOne(bench, each, say)).map((result) => ({ ...result, households })))
    const sql = prepared.map(({ operation, recordings }) => [operation.name, statementsOf(recordings[0] as Recording)] as const)
    return { results, sql: Object.fromEntries(sql), cases }
  } finally {
    await server?.stop()
    await installation.stop()
  }
}
