/**
 * Takes the CSV and XLSX files that people put into a folder or upload at the desk. A file counts once it is whole: its control
 * file names its rows and its hash. What waits is named with its reason, the same file is never taken twice, and every row
 * is either used or set aside with where, what and how.
 */
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CsvFault, formatCsvRow } from '#kernel/csv'
import { columnPosition } from '#kernel/table'
import {
  type Basis,
  type DropSource,
  isRecordName,
  manifestTable,
  type RecordName,
  type RecordType,
  recordTypeOf,
  type UnitName,
} from '#sources/contract'
import { type GatewayClock, todayOf, wallClock } from '../clock.ts'
import { readSourceFile } from '../store/source-file.ts'
import { recordsOf } from '../store/source-folder.ts'
import type { TakenFile, UnitRegister } from '../store/unit-register.ts'
import { type Control, controlNames, isControlFile, readControl } from './control-file.ts'
import { SheetFault } from './sheet-rows.ts'
import { convertFile, type LostRow } from './to-catalogue.ts'

/** A file that is not taken, and why. */
export interface WaitingFile {
  file: string
  why: string
}

/** What an upload says of itself. */
export interface Upload {
  file: string
  bytes: Uint8Array
  record: RecordName
  by: string
  asOf: string | null
  /** the same file was taken before and is meant to be used again */
  again: boolean
}

export interface IntakeParts {
  unit: UnitName
  source: DropSource
  /** where taken files stand as a package */
  folder: string
  register: UnitRegister
  clock: GatewayClock
}

/** A file that has not changed for so long is looked at. */
const STILL_MS = 2000
const LOOK_EVERY_MS = 10_000

/** By what rows are judged before the first question; the gateway reads them again by the basis of each question. */
const firstBasis = { maxAge: 120, staleDays: 62, guardianAge: 18, nameVariants: '' }

/** The basis rows are judged by today: that of the last question. */
export function basisToday(register: UnitRegister, clock: GatewayClock): Basis {
  return { ...firstBasis, ...register.findBasis(), asOf: todayOf(clock) }
}

/** Names of files that other programs are just writing or have open. */
const passedOver = /^(\.|~\$)|\.(part|tmp)$/i

/** A file is not taken: the sentence says why. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken'
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The folder for dropped files of one unit. */
export class DropIntake {
  readonly #parts: IntakeParts
  #source: DropSource
  readonly #taken: string
  readonly #timer: NodeJS.Timeout
  #waiting: WaitingFile[] = []
  #work: Promise<unknown> = Promise.resolve()

  constructor(parts: IntakeParts) {
    this.#parts = parts
    this.#source = parts.source
    this.#taken = join(parts.source.dir, 'taken')
    mkdirSync(this.#taken, { recursive: true, mode: 0o700 })
    mkdirSync(parts.folder, { recursive: true, mode: 0o700 })
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#timer.unref()
    this.#look()
  }

  /** Where files are to be put. */
  get dir(): string {
    return this.#parts.source.dir
  }

  /** Takes files with other names of columns and codes from now on; the folder stays. */
  rename(source: DropSource): void {
    this.#source = source
  }

  /** The basis rows are judged by before they are asked for. */
  basis(): Basis {
    const { register, clock } = this.#parts
    return basisToday(register, clock)
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#work.then(work, work)
    this.#work = mine.catch(() => undefined)
    return mine
  }

  #look(): void {
    this.#after(() => this.#lookNow()).catch((error: unknown) => {
      this.#waiting = [{ file: this.#parts.source.dir, why: reasonOf(error) }]
    })
  }

  /** Resolves when everything that was there is taken or named. */
  async settled(): Promise<void> {
    await this.#work
  }

  /** Looks into the folder now; gives what waits. */
  async look(): Promise<readonly WaitingFile[]> {
    await this.#after(() => this.#lookNow())
    return this.#waiting
  }

  async #lookNow(): Promise<void> {
    const { dir } = this.#parts.source
    const names = readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && !passedOver.test(entry.name) ? [entry.name] : [],
    )
    const waiting: WaitingFile[] = []
    for (const file of names.filter((name) => !isControlFile(name)).sort()) {
      try {
        await this.#takeFromFolder(file, names)
      } catch (error) {
        waiting.push({ file, why: reasonOf(error) })
      }
    }
    for (const file of names.filter(isControlFile)) {
      if (!names.some((name) => !isControlFile(name) && controlNames(name).includes(file))) {
        waiting.push({ file, why: '只有控制文件，没有找到对应的数据文件' })
      }
    }
    this.#waiting = waiting
  }

  async #takeFromFolder(file: string, names: readonly string[]): Promise<void> {
    const path = join(this.#parts.source.dir, file)
    if (!/\.(csv|xlsx)$/i.test(file)) throw new NotTaken('只接收 .csv 和 .xlsx 文件')
    const type = this.#typeOf(file)
    const controlName = controlNames(file).find((name) => names.includes(name))
    if (controlName === undefined) throw new NotTaken(`等待控制文件 ${file}.ctl（写明行数和 SHA-256 摘要，最后写入）`)
    if (this.#parts.clock.nowMs() - statSync(path).mtimeMs < STILL_MS) throw new NotTaken('文件刚刚还在变化，稍后再看')
    const control = readControl(readFileSync(join(this.#parts.source.dir, controlName), 'utf8'))
    if (typeof control === 'string') throw new NotTaken(control)
    await this.#take(path, type, control, { by: '', again: false })
    rmSync(join(this.#parts.source.dir, controlName), { force: true })
  }

  /** The record type a file's name begins with: in letters or in Chinese. */
  #typeOf(file: string): RecordType {
    const types = recordsOf(this.#parts.unit).map(recordTypeOf)
    const begins = (word: string): boolean => file.startsWith(word) && !/^[a-z]/i.test(file.slice(word.length))
    const fitting = types.filter(({ short, label }) => begins(short) || begins(label))
    const [type] = fitting.sort((a, b) => b.short.length - a.short.length)
    if (type !== undefined) return type
    throw new NotTaken(`文件名应以记录类型开头：${types.map(({ short, label }) => `${short}（${label}）`).join('、')}`)
  }

  /** Takes a file that was uploaded at the desk. Throws NotTaken. */
  upload({ file, bytes, record, by, asOf, again }: Upload): Promise<TakenFile> {
    return this.#after(async () => {
      if (!/\.(csv|xlsx)$/i.test(file)) throw new NotTaken('只接收 .csv 和 .xlsx 文件')
      const path = join(this.#parts.source.dir, `.upload-${basename(file)}`)
      writeFileSync(path, bytes, { mode: 0o600 })
      try {
        return await this.#take(
          path,
          recordTypeOf(record),
          { rows: null, sha256: null, asOf },
          { by, again, file: basename(file) },
        )
      } catch (error) {
        throw new NotTaken(reasonOf(error), { cause: error })
      } finally {
        rmSync(path, { force: true })
      }
    })
  }

  async #take(
    path: string,
    type: RecordType,
    control: Control | { rows: null; sha256: null; asOf: string | null },
    { by, again, file = basename(path) }: { by: string; again: boolean; file?: string },
  ): Promise<TakenFile> {
    const { register, folder, clock } = this.#parts
    const sha256 = await sha256Of(path)
    if (control.sha256 !== null && control.sha256 !== sha256) {
      throw new NotTaken('内容与控制文件的摘要不符：可能还没有写完，或写完后又改动过。写完后请重新生成控制文件')
    }
    const before = register.findTaken(sha256, type.name)
    if (before !== undefined && !again) {
      throw new NotTaken(
        `与 ${wallClock(before.at, clock).slice(0, 10)} 取用的 ${before.file} 内容完全相同，是重复文件，未再次取用`,
      )
    }
    const target = join(folder, `${type.short}.csv`)
    const part = `${target}.part`
    const naming = this.#source.records[type.short] ?? { columns: {}, codes: {} }
    const converted = await convertFile(path, type, naming, part)
    if (converted.kind === 'columns') throw new NotTaken(`表头缺少列：${converted.missing.join('、')}。请按模板补齐后重新投放`)
    if (control.rows !== null && control.rows !== converted.rows) {
      throw new NotTaken(`控制文件写明 ${control.rows} 行，文件有 ${converted.rows} 行：可能没有写完，请核对后重新生成控制文件`)
    }
    const { accepted, quarantined, newest } = await this.#judge(part, type)
    const at = clock.iso(clock.nowMs())
    const asOf = control.asOf ?? newest
    const taken = { at, record: type.name, file, sha256, rows: converted.rows, accepted, quarantined, asOf, by }
    writeFileSync(`${target}.lost`, JSON.stringify(converted.lost), { mode: 0o600 })
    renameSync(part, target)
    register.saveTaken(taken)
    this.#writeManifest()
    renameSync(path, join(this.#taken, `${at.replace(/[:.]/g, '')}-${file}`))
    return taken
  }

  /** What the gateway's own reader makes of a carried-over file. */
  async #judge(path: string, type: RecordType): Promise<{ accepted: number; quarantined: number; newest: string | null }> {
    const at = columnPosition(type.table, 'as_of_date')
    let newest: string | null = null
    const outcome = await readSourceFile(
      { path, name: type.file, table: type.table, columns: {}, codes: {} },
      { ...this.basis(), isCore: false },
      (values) => {
        const day = values[at]
        if (typeof day === 'string' && (newest === null || day > newest)) newest = day
      },
    )
    if (outcome.kind !== 'read') throw new NotTaken('文件无法读取，请按 UTF-8 编码的 CSV 或 .xlsx 重新投放')
    return { accepted: outcome.counts.accepted, quarantined: outcome.counts.quarantined, newest }
  }

  #writeManifest(): void {
    const { folder, register, clock } = this.#parts
    const header = manifestTable.columns.map(({ name }) => name)
    const rows = register.listInUse().map(({ record, at, asOf, rows: count }) => {
      return [recordTypeOf(record).short, 'answered', wallClock(at, clock).slice(0, 10), asOf ?? '', '', '', String(count), '']
    })
    const path = join(folder, 'manifest.csv')
    writeFileSync(`${path}.part`, [header, ...rows].map(formatCsvRow).join('\n'), { mode: 0o600 })
    renameSync(`${path}.part`, path)
  }

  /** Where the rows of a record type that is in use stand, and which of them lost digits; undefined when none was taken. */
  inUse(record: RecordName): { path: string; lost: readonly LostRow[] } | undefined {
    if (!isRecordName(record)) return undefined
    const path = join(this.#parts.folder, `${recordTypeOf(record).short}.csv`)
    if (!existsSync(path)) return undefined
    return { path, lost: JSON.parse(readFileSync(`${path}.lost`, 'utf8')) as LostRow[] }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#work
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NotTaken || error instanceof SheetFault || error instanceof CsvFault) return error.message
  if (error instanceof Error && 'code' in error) return `读写文件时出错（${String(error.code)}）：请检查权限和磁盘空间`
  throw error
}
