/** What the parts of `yingbao bench api` share: calling and recording actions, the bare server, and both servers under load in turn. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSessions } from '#identity'
import type { StoredFile } from '#kernel/schema'
import type { Action, Actor } from '#platform/action'
import { openBlobs } from '#platform/blobs'
import { monotonicMs } from '#platform/clock'
import { packageRoot } from '#platform/config'
import type { Db } from '#platform/db'
import { silentLog } from '#platform/log'
import { type Runtime, runAction } from '#runner'
import { handIn } from '#testkit/handed-files'
import type { Installation } from '../apps/run/installation.ts'
import { actionsOf } from '../apps/server/actions.ts'
import type { BareFile } from './api-bare.ts'
import { type Call, type LoadFigures, load, percentile } from './api-load.ts'
import { type Recording, SqlRecorder } from './api-record.ts'

/** numbers of connections an operation is measured at */
export const levels = [16, 64] as const
const measureMs = 2500
const warmMs = 700
const rounds = 2

/** A call with the action and the input it stands for. */
export interface Asked {
  call: Call
  action: string
  input: { params?: object; query?: object; body?: object }
}

/** Recording by calling the actions as the server does, in this process. */
export class Stage {
  readonly #runtime: Runtime
  readonly #actions: ReadonlyMap<string, Action>
  readonly #actor: Actor
  readonly recorder = new SqlRecorder()

  constructor({ keys, clock, workerDb }: Installation, dir: string, db: Db, actor: Actor) {
    this.#runtime = { db, workerDb, keys, clock, log: silentLog, blobs: openBlobs(join(dir, 'blobs'), keys) }
    const parts = { runtime: this.#runtime, sessions: openSessions(db, keys, clock), queue: undefined, packId: 'reference' }
    this.#actions = new Map(actionsOf(parts).map((action) => [action.name, action]))
    this.#actor = actor
  }

  run({ action, input }: Asked): Promise<unknown> {
    const known = this.#actions.get(action)
    if (known === undefined) throw new Error(`no action ${action}`)
    return runAction(this.#runtime, known, { actor: this.#actor, input: { params: {}, query: {}, body: undefined, ...input } })
  }

  /** A photo in the caller's name, for evidence. */
  handIn(): Promise<StoredFile> {
    return handIn(this.#runtime, this.#actor)
  }

  record(asked: Asked, undo = false): Promise<Recording> {
    return this.recorder.record(() => this.run(asked), undo)
  }
}

/** The items in another order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[out[i], out[j]] = [out[j] as T, out[i] as T]
  }
  return out
}

/** Starts the bare server on recordings. */
export async function startBare(
  { dir, url }: { dir: string; url: string },
  file: BareFile,
): Promise<{ url: string; child: ChildProcess }> {
  const path = join(dir, 'recordings.json')
  await writeFile(path, JSON.stringify(file), { mode: 0o600 })
  const entry = join(packageRoot, 'bench/api-bare.ts')
  const child = spawn(process.execPath, [entry, url, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer]
  return { url: line.toString('utf8').trim(), child }
}

/** Signs in; gives the cookie. */
export async function signIn(url: string, account: string, password: string): Promise<string> {
  const reply = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'yingbao' },
    body: JSON.stringify({ account, password }),
  })
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`)
  return (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** One of the two servers with what it is asked. */
export interface Side {
  url: string
  headers: Record<string, string>
  /** the calls in turn; a write is asked once */
  calls: Call[]
}

/** What a side answered in all rounds. */
export interface Totals {
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

/** Throws where a side answered with anything but 200, or not at all: errors are quick, and no work was done. */
function requireAnswers(side: string, { times, errors }: Totals): void {
  const failed = Object.entries(errors).map(([status, n]) => `${n} × ${status}`)
  if (failed.length > 0) throw new Error(`${side} answered ${failed.join(', ')}`)
  if (times.length === 0) throw new Error(`${side} answered nothing, or the warming took all its calls`)
}

/**
 * The figures of an operation; throws where a side failed. `is_floor` is false where the bare route was slower than the product: such a ratio
 * holds the product against nothing.
 */
export function figuresOf(operation: string, connections: number, ours: Totals, bare: Totals): Record<string, unknown> {
  requireAnswers(`${operation}: the bare route`, bare)
  requireAnswers(`${operation}: the product`, ours)
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
    is_floor: rate(bare) >= rate(ours),
  }
}

/** Both servers in turn, some rounds: what disturbs the machine disturbs both. */
export async function measure(
  { operation, connections, once }: { operation: string; connections: number; once: boolean },
  sides: { ours: Side; bare: Side },
): Promise<Record<string, unknown>> {
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

const aloneTimes = 11

/** Milliseconds of a page's answer when nobody else asks: the middle of some, after one that warms. Throws unless each is 200. */
export async function measureAlone({ url, headers, calls }: Side): Promise<number> {
  const times: number[] = []
  for (const { path } of calls.flatMap((call) => Array.from({ length: aloneTimes + 1 }, () => call))) {
    const started = monotonicMs()
    const reply = await fetch(`${url}${path}`, { headers })
    await reply.arrayBuffer()
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`)
    times.push(monotonicMs() - started)
  }
  return percentile(
    times.slice(1).toSorted((a, b) => a - b),
    0.5,
  )
}

/** How much SQL a call is. */
export function statementsOf({ transaction, reads, journal }: Recording): { statements: number; round_trips: number } {
  const waves = [...transaction, ...reads]
  const ledger = journal === null ? { statements: 0, trips: 0 } : { statements: 3, trips: 1 }
  return { statements: waves.flat().length + ledger.statements, round_trips: waves.length + ledger.trips }
}
