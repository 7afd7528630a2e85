/**
 * Bundles in folders: a stick that is put in, or a drop that SFTP fills. Files are taken from `in` and answered into
 * `out`. A file leaves `in` only when the bundle that answers it is written, so a node that is killed goes on where it was.
 */
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { lanes } from '../envelope/envelope.ts'
import type { Ledger, LineClock } from '../message-store.ts'
import { type BundleReport, readBundle } from './bundle-read.ts'
import { type BundleOrder, writeBundle } from './bundle-write.ts'

/** What a watched folder needs. */
export interface BundleFolderParts {
  ledger: Ledger
  /** where bundles arrive */
  in: string
  /** where bundles for others are written */
  out: string
  /** nodes that unsent messages are written out for even when no bundle came from them */
  neighbours: readonly string[]
  clock: LineClock
  /** a line for whoever runs the node; holds no personal data */
  say(text: string): void
}

const ROUND_MS = 2000
/** What no line has carried for so long is written out; a bundle that came is answered as soon as nothing more is added. */
const LATE_MS = 60_000
/** A half-written file that has not changed for so long is told. */
const STALE_MS = 600_000

/**
 * Takes files, oldest name first, again and again while that brings something: a later file waits for an earlier one.
 * Refused files go to `refused` beside them.
 */
export async function takeBundles(
  ledger: Ledger,
  paths: readonly string[],
  clock: LineClock,
): Promise<Map<string, BundleReport>> {
  const reports = new Map<string, BundleReport>()
  let left = [...paths].sort((a, b) => (basename(a) < basename(b) ? -1 : 1))
  for (let isMoving = true; isMoving && left.length > 0; ) {
    isMoving = false
    const waiting: string[] = []
    for (const path of left) {
      const report = await readBundle(ledger, path, clock)
      isMoving ||= report.state === 'taken'
      if (report.state === 'waiting') waiting.push(path)
      reports.set(path, report.state === 'refused' ? await setAside(path, report) : report)
    }
    left = waiting
  }
  return reports
}

async function setAside(path: string, report: BundleReport): Promise<BundleReport> {
  try {
    return { ...report, message: `${report.message}；文件已移到 ${await moveTo(path, 'refused')}` }
  } catch {
    return { ...report, message: `${report.message}；文件留在原处（此处不能写入）` }
  }
}

/** Moves a file into a folder beside it, never over another. */
async function moveTo(path: string, folder: string): Promise<string> {
  const dir = join(dirname(path), folder)
  await mkdir(dir, { recursive: true })
  for (let n = 0; ; n += 1) {
    const target = join(dir, n === 0 ? basename(path) : `${n}-${basename(path)}`)
    if (await stat(target).catch(() => null)) continue
    await rename(path, target)
    return target
  }
}

/** What is to be answered to one neighbour. */
interface Due {
  answers?: NonNullable<BundleOrder['answers']>
  paths: string[]
  refused: BundleReport[]
}

/** Where the channels with a neighbour stood when they were last seen to change. */
interface Seen {
  key: string
  sinceMs: number
  /** what was last written out */
  written: string
}

/** A pair of folders that is looked at every few seconds. */
export class BundleFolder {
  readonly #parts: BundleFolderParts
  readonly #due = new Map<string, Due>()
  readonly #seen = new Map<string, Seen>()
  readonly #told = new Set<string>()

  constructor(parts: BundleFolderParts) {
    this.#parts = parts
  }

  /** Looks into the folders until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.round()
      } catch (error) {
        this.#parts.say(`离线包：${error instanceof Error ? error.message : String(error)}；稍后重试`)
      }
      await wait(ROUND_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** One look: takes what came, then writes what is to go out. */
  async round(): Promise<void> {
    await this.#takeAll()
    for (const neighbour of new Set([...this.#parts.neighbours, ...this.#due.keys()])) await this.#answer(neighbour)
  }

  async #takeAll(): Promise<void> {
    const { ledger, clock, in: folder, out } = this.#parts
    for (const each of [folder, out]) await mkdir(each, { recursive: true })
    const names = await readdir(folder)
    await this.#tellStale(names.filter((name) => name.endsWith('.part')))
    const held = new Set([...this.#due.values()].flatMap(({ paths }) => paths))
    const paths = names.filter((name) => name.endsWith('.ybx')).map((name) => join(folder, name))
    const reports = await takeBundles(
      ledger,
      paths.filter((path) => !held.has(path)),
      clock,
    )
    for (const [path, report] of reports) this.#note(path, report)
  }

  #note(path: string, report: BundleReport): void {
    const { file, state, code, message, from, sender, manifest } = report
    if (sender !== undefined) {
      const due = this.#due.get(sender) ?? { paths: [], refused: [] }
      this.#due.set(sender, { ...due, refused: [...due.refused, report] })
    }
    this.#tell(`${file} ${state} ${code ?? ''}`, `离线包 ${file}：${code ? `${code} ` : ''}${message}`)
    if ((state !== 'taken' && state !== 'repeated') || from === undefined || !manifest) return
    const { paths = [], refused = [], answers = manifest } = this.#due.get(from) ?? {}
    const newest = lanes.every((lane) => manifest.lanes[lane].receipted >= answers.lanes[lane].receipted) ? manifest : answers
    this.#due.set(from, { paths: [...paths, path], refused, answers: newest })
  }

  #tell(key: string, text: string): void {
    if (!this.#told.has(key)) this.#parts.say(text)
    this.#told.add(key)
  }

  async #tellStale(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const found = await stat(join(this.#parts.in, name)).catch(() => null)
      if (found && this.#parts.clock.nowMs() - found.mtimeMs > STALE_MS) {
        this.#tell(`${name} part`, `离线包 ${name}：part 超过 10 分钟没有写完，请检查传送，必要时重新拷贝`)
      }
    }
  }

  async #answer(neighbour: string): Promise<void> {
    const { ledger, out: dir, say, clock } = this.#parts
    const due = this.#due.get(neighbour)
    const { batch, single } = await ledger.standing(neighbour)
    const key = [batch.sent.seq, single.sent.seq, ...(due ? [batch.received.seq, single.received.seq] : [])].join(' ')
    const seen = this.#seen.get(neighbour) ?? { key: '', sinceMs: 0, written: '' }
    if (seen.key !== key) {
      this.#seen.set(neighbour, { ...seen, key, sinceMs: clock.nowMs() })
      return
    }
    const isUnsent = batch.sent.seq > batch.receipted || single.sent.seq > single.receipted
    const isLate = isUnsent && seen.written !== key && clock.nowMs() - seen.sinceMs >= LATE_MS
    if (!due && !isLate) return
    const { answers, refused = [] } = due ?? {}
    const written = await writeBundle(ledger, { to: neighbour, dir, refused, ...(answers && { answers }) }, clock)
    if (written)
      say(
        `已写出给 ${neighbour} 的离线包：${written.files.join('、')}（报文 ${written.messages} 件、回执 ${written.receipts} 份）`,
      )
    this.#seen.set(neighbour, { ...seen, written: [batch.sent.seq, single.sent.seq].join(' ') })
    for (const path of due?.paths ?? []) await moveTo(path, 'done')
    this.#due.delete(neighbour)
  }
}
