/** Raw results of benches, kept under bench/results: what ran, when, of which commit, on which machine. The figures of docs/figures.md are made from them. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '#platform/config'
import { findBinaries } from '../src/platform/embedded-binaries.ts'

/** Folder of the kept results, from the root of the repository. */
export const RESULTS_FOLDER = 'bench/results'

/** What a run was measured on. */
export interface KeptMachine {
  readonly cpu: string
  readonly cores: number
  readonly memory_gib?: number
  /** left out where a result of an older commit does not say it */
  readonly kernel?: string
  readonly node: string
  readonly postgres?: string
}

/** The state of the code that was measured. */
export interface KeptCode {
  readonly commit: string
  /** the tree had changes outside the kept results */
  readonly dirty?: true
}

/** One run of a bench with everything it said. */
export interface KeptRun extends KeptCode {
  readonly date: string
  /** what was written behind `yingbao bench NAME`, without what says how to keep it */
  readonly args: readonly string[]
  /** all options and words of the bench, those left out as well */
  readonly options: Readonly<Record<string, number | string>>
  readonly machine: KeptMachine
  readonly result: Readonly<Record<string, unknown>>
}

/** The runs of one bench under one label, oldest first. */
export interface KeptFile {
  readonly name: string
  readonly label: string | null
  readonly runs: readonly KeptRun[]
}

/** How a run is kept, as the command line says it. */
export interface Keeping {
  readonly label: string | null
  /** the runs kept before are given up */
  readonly anew: boolean
}

const FLAGS = ['--keep', '--keep-anew']
const labelShape = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Takes `--keep [LABEL]` or `--keep-anew [LABEL]` out of the arguments; a sentence when it cannot be read. */
export function takeKeeping(argv: readonly string[]): { rest: string[]; keeping?: Keeping } | string {
  const at = argv.findIndex((arg) => FLAGS.includes(arg.split('=')[0] ?? ''))
  if (at < 0) return { rest: [...argv] }
  const [flag = '', written] = (argv[at] ?? '').split('=')
  const next = argv[at + 1]
  const following = written === undefined && next !== undefined && !next.startsWith('-') ? next : undefined
  const label = written ?? following ?? null
  if (label !== null && !labelShape.test(label)) return `${flag}“${label}”无效：只用小写字母、数字和连字符`
  const rest = [...argv.slice(0, at), ...argv.slice(at + (following === undefined ? 1 : 2))]
  if (rest.some((arg) => FLAGS.includes(arg.split('=')[0] ?? ''))) return '参数 --keep 给了两次'
  return { rest, keeping: { label, anew: flag === '--keep-anew' } }
}

/** Path of a kept file, from the root of the repository. */
export function keptPath(name: string, label: string | null): string {
  return `${RESULTS_FOLDER}/${label === null ? name : `${name}-${label}`}.json`
}

/** A file with one more run; the runs before it are given up when it is kept anew. */
export function withRun(before: KeptFile | undefined, name: string, { label, anew }: Keeping, run: KeptRun): KeptFile {
  return { name, label, runs: [...(anew ? [] : (before?.runs ?? [])), run] }
}

/** The text of a kept file: the same for the same runs. */
export function keptText(file: KeptFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

/** A kept file; undefined when nothing was kept. */
export function readKept(name: string, label: string | null, root = packageRoot): KeptFile | undefined {
  const path = join(root, keptPath(name, label))
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as KeptFile) : undefined
}

/** Writes a run to its file; gives the file's path. */
export function keep(name: string, keeping: Keeping, run: KeptRun, root = packageRoot): string {
  const path = keptPath(name, keeping.label)
  mkdirSync(join(root, RESULTS_FOLDER), { recursive: true })
  writeFileSync(join(root, path), keptText(withRun(readKept(name, keeping.label, root), name, keeping, run)))
  return path
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: packageRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

/** The code as it stands; throws where there is no git or no commit. */
export function codeNow(): KeptCode {
  const commit = git('rev-parse', '--short', 'HEAD')
  const changed = git('status', '--porcelain', '--', '.', `:!${RESULTS_FOLDER}`)
  return { commit, ...(changed === '' ? {} : { dirty: true as const }) }
}

/** Version of the embedded PostgreSQL, on which the benches run; undefined where there is none. */
function embeddedPostgres(): string | undefined {
  try {
    const said = execFileSync(findBinaries().postgres, ['--version'], { encoding: 'utf8' })
    return /\d+(\.\d+)+/.exec(said)?.[0]
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const count = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const saidOf = (result: KeptRun['result']): Readonly<Record<string, unknown>> =>
  (result.machine ?? {}) as Readonly<Record<string, unknown>>

/** The machine of a result that was written before, by what it says alone; undefined when it names none. */
export function machineTold(result: KeptRun['result']): KeptMachine | undefined {
  const said = saidOf(result)
  const [cpu, cores, node] = [text(said.cpu), count(said.cores), text(said.node)]
  if (cpu === undefined || cores === undefined || node === undefined) return undefined
  const [memory, kernel, postgres] = [count(said.memory_gb), text(said.kernel), text(said.postgres)]
  return {
    cpu,
    cores,
    ...(memory === undefined ? {} : { memory_gib: memory }),
    ...(kernel === undefined ? {} : { kernel }),
    node,
    ...(postgres === undefined ? {} : { postgres }),
  }
}

/**
 * The first option that a result contradicts, with what the result says. A list is of growing sizes, of which the last is asked for.
 * @param own options whose 0 is the bench's own number
 */
export function contradicted(
  options: KeptRun['options'],
  result: KeptRun['result'],
  own: readonly string[] = [],
): { option: string; said: unknown } | undefined {
  for (const [option, asked] of Object.entries(options)) {
    if (!Object.hasOwn(result, option) || (asked === 0 && own.includes(option))) continue
    const value = result[option]
    const said = Array.isArray(value) ? value.at(-1) : value
    if (said !== asked) return { option, said }
  }
  return undefined
}

/** The machine of a run that has just ended: as its result says, else this one. */
export function machineOfRun(result: KeptRun['result']): KeptMachine {
  const said = saidOf(result)
  const postgres = text(said.postgres) ?? embeddedPostgres()
  return {
    cpu: text(said.cpu) ?? cpus()[0]?.model ?? 'unknown',
    cores: count(said.cores) ?? cpus().length,
    memory_gib: count(said.memory_gb) ?? Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: text(said.node) ?? process.version,
    ...(postgres === undefined ? {} : { postgres }),
  }
}
