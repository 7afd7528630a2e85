/**
 * Where the CPU of a run goes: V8 profiles of every process, cut to the measured time and added up by process and by group of
 * functions. Samples carry the monotonic clock of the machine.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** One sample costs some microseconds of its own: at this distance a run grows by a tenth. */
const INTERVAL_US = 2000
const LARGEST = 25

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string; lineNumber: number }
  children?: number[]
}

/** What a process of V8 writes, as far as it is read here. */
export interface Profile {
  nodes: ProfileNode[]
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

/** Seconds by group of functions and the largest functions of some processes. */
export interface CpuShare {
  seconds: number
  groups: Record<string, number>
  functions: Record<string, number>
}

/** What a function belongs to: a file of the product, a package, or Node itself. */
function groupOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (functionName === '(garbage collector)') return 'garbage collector'
  if (functionName === '(program)') return 'native code outside functions'
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  if (dependency) return `package ${dependency[1]}`
  const own = /\/((?:src|apps|bench|packs)\/.*?)(?:\.ts)?$/.exec(url)
  if (own?.[1]) return own[1].split('/').slice(0, 3).join('/')
  const native = /^node:(?:internal\/)?([^/]+)/.exec(url)
  return native ? `node ${native[1]}` : 'V8 built-ins'
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const file = url.replace(/^file:\/\/.*?\/(?=src\/|apps\/|node_modules\/)/, '')
  return file === '' ? functionName : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`
}

/** Node says where a native call comes from only by its caller: what has no file of its own counts for who called it. */
function ownersOf(profile: Profile): Map<number, ProfileNode['callFrame']> {
  const owners = new Map<number, ProfileNode['callFrame']>()
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const visit = (node: ProfileNode, owner: ProfileNode['callFrame'] | undefined): void => {
    const isOwn = /\/(src|apps|bench|packs)\/|node_modules/.test(node.callFrame.url)
    const isState = node.callFrame.functionName === '(garbage collector)'
    const now = isOwn || isState ? node.callFrame : (owner ?? node.callFrame)
    owners.set(node.id, now)
    for (const child of node.children ?? []) {
      const next = byId.get(child)
      if (next) visit(next, isOwn ? node.callFrame : owner)
    }
  }
  const root = profile.nodes[0]
  if (root) visit(root, undefined)
  return owners
}

function add(to: Map<string, number>, key: string, value: number): void {
  to.set(key, (to.get(key) ?? 0) + value)
}

function largest(of: ReadonlyMap<string, number>): Record<string, number> {
  const sorted = [...of].sort((a, b) => b[1] - a[1]).slice(0, LARGEST)
  return Object.fromEntries(sorted.map(([key, us]) => [key, Number((us / 1e6).toFixed(2))]))
}

/** Adds up profiles over a span of monotonic microseconds. */
export function sharesOf(profiles: readonly Profile[], from: number, to: number): CpuShare {
  const groups = new Map<string, number>()
  const functions = new Map<string, number>()
  let total = 0
  for (const profile of profiles) {
    const owners = ownersOf(profile)
    const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]))
    let at = profile.startTime
    for (const [i, id] of profile.samples.entries()) {
      const taken = profile.timeDeltas[i + 1] ?? 0
      at += profile.timeDeltas[i] ?? 0
      const frame = frames.get(id)
      if (at < from || at > to || frame === undefined || frame.functionName === '(idle)') continue
      total += taken
      add(groups, groupOf(owners.get(id) ?? frame), taken)
      add(functions, nameOf(frame.url === '' || frame.url.startsWith('node:') ? (owners.get(id) ?? frame) : frame), taken)
    }
  }
  return { seconds: Number((total / 1e6).toFixed(2)), groups: largest(groups), functions: largest(functions) }
}

/** The present instant as samples have it, in microseconds. */
export function sampleClock(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/** Lets processes that are started from now on write their profiles into a folder when they end; gives a reader of those of some processes. */
export async function profileProcesses(dir: string): Promise<(pids: readonly (number | undefined)[]) => Profile[]> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${dir} --cpu-prof-interval=${INTERVAL_US}`
  return (pids) =>
    readdirSync(dir)
      .filter((name) => pids.includes(Number(/^CPU\.\d+\.\d+\.(\d+)\./.exec(name)?.[1])))
      .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Profile)
}
