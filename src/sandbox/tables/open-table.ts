import { Problem } from '#kernel/problem'
import { Confined, ConfinedEnd, type Confinement } from '../confined.ts'
import { Slots } from '../slots.ts'
import type { HandedOpened, Pass } from './handed-file.ts'
import { beyond, LARGEST_UNPACKED, SPLIT, TIDY } from './limits.ts'
import type { SheetMarks } from './mark-workbook.ts'
import type { SheetFrame } from './sheet-frame.ts'
import type { SheetRow } from './sheet-reader.ts'
import type { TableQuestion } from './table-process.ts'

/** Tables that people hand in, read in a process of its own that is ended when they go beyond its limits. */

const SECOND = 1000

/** Measured: a workbook of 100,000 rows of 30 columns takes 260 MB and 7 seconds, alone on a core. */
const confinement: Confinement = {
  program: new URL('./table-process.ts', import.meta.url),
  mostBytes: 640 * 2 ** 20,
  heapMb: 384,
  answerMs: 30 * SECOND,
  totalMs: 180 * SECOND,
  rights: 'files',
}

/** Two cores are what a small server has; each may take the memory above. */
const AT_ONCE = 2
/** A township hands in a table or two a day; more than this waiting is no office at work. */
const MOST_WAITING = 30
const slots = new Slots(AT_ONCE, MOST_WAITING)

/** Bytes a workbook that is given back may have. */
const LARGEST_MARKED = 64 * 2 ** 20

function explained(error: unknown): unknown {
  if (!(error instanceof ConfinedEnd)) return error
  if (error.reason === 'time') return beyond('读取这个文件的时间超过上限', TIDY)
  if (error.reason === 'memory') return beyond('读取这个文件所需的内存超过上限', TIDY)
  return new Problem('table.reader-ended', '读取文件的程序意外停止，请重新上传；仍不成功请另存为新的 .xlsx 后再试', {
    status: 422,
    cause: error,
  })
}

/** A process that reads tables, while it is this one's turn. */
class Reading {
  readonly #process: Confined
  readonly #done: () => void

  private constructor(process: Confined, done: () => void) {
    this.#process = process
    this.#done = done
  }

  static async start(limits: Confinement): Promise<Reading> {
    const done = await slots.take()
    return new Reading(new Confined(limits), done)
  }

  async ask<T>(question: TableQuestion): Promise<T> {
    try {
      return await this.#process.ask<T>(question)
    } catch (error) {
      if (error instanceof ConfinedEnd) this.close()
      throw explained(error)
    }
  }

  close(): void {
    this.#process.close()
    this.#done()
  }
}

/** A file that was handed in whole. Close it: until then it takes one of few turns. */
export interface HandedTable extends HandedOpened {
  /** Rows of a sheet, or of the CSV file (null; of a workbook its first sheet). */
  rows(sheet: string | null): AsyncGenerator<SheetRow>
  /** What stands around the rows of a sheet; nothing around those of a CSV file (null). */
  frame(sheet: string | null): Promise<SheetFrame>
  /** A sheet as CSV. */
  sheetAsCsv(sheet: string): AsyncGenerator<Uint8Array>
  /** A file of an archive; CSV is looked through before it is given. */
  entry(name: string): AsyncGenerator<Uint8Array>
  /** The workbook with reasons beside its rows. */
  marked(marks: SheetMarks): Promise<Buffer>
  close(): void
}

async function* passes<T>(reading: Reading, pass: Pass): AsyncGenerator<T> {
  for (let given = await reading.ask<T | null>({ pass }); given !== null; given = await reading.ask({ next: true })) yield given
}

async function* rowsOf(reading: Reading, sheet: string | null): AsyncGenerator<SheetRow> {
  for await (const text of passes<string>(reading, { read: 'rows', sheet })) yield* JSON.parse(text) as SheetRow[]
}

async function frameOf(reading: Reading, sheet: string | null): Promise<SheetFrame> {
  if (sheet === null) return { merges: new Int32Array(), hiddenColumns: [], filtered: false }
  const text = await reading.ask<string>({ pass: { read: 'frame', sheet } })
  const { merges, hiddenColumns, filtered } = JSON.parse(text) as { merges: number[]; hiddenColumns: number[]; filtered: boolean }
  return { merges: Int32Array.from(merges), hiddenColumns, filtered }
}

async function markedBytes(reading: Reading, marks: SheetMarks): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of passes<Uint8Array>(reading, { read: 'marked', marks })) {
    length += piece.length
    if (length > LARGEST_MARKED) throw beyond('带错误原因的工作簿过大', SPLIT)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function tableOf(reading: Reading, opened: HandedOpened): HandedTable {
  return {
    ...opened,
    rows: (sheet) => rowsOf(reading, sheet),
    frame: (sheet) => frameOf(reading, sheet),
    sheetAsCsv: (sheet) => passes(reading, { read: 'sheet-as-csv', sheet }),
    entry: (name) => passes(reading, { read: 'entry', name }),
    marked: (marks) => markedBytes(reading, marks),
    close: () => reading.close(),
  }
}

/**
 * Opens a file: .xlsx, ZIP or CSV (UTF-8 or GB 18030). Throws Problem that names the limit or the fault and how to mend it, here and while it is
 * read.
 */
export async function openTable(bytes: AsyncIterable<Uint8Array>, limits: Partial<Confinement> = {}): Promise<HandedTable> {
  const reading = await Reading.start({ ...confinement, ...limits })
  try {
    for await (const piece of bytes) await reading.ask({ hold: piece })
    return tableOf(reading, await reading.ask<HandedOpened>({ open: true }))
  } catch (error) {
    reading.close()
    throw error
  }
}

/** A large CSV file takes as long as whoever takes its rows; each piece of it is short work. */
const streaming = { ...confinement, totalMs: 3600 * SECOND }

/** Pieces as the reader takes them; refuses a file that goes on for too long. */
async function* bounded(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const piece of bytes) {
    length += piece.length
    if (length > LARGEST_UNPACKED) throw beyond(`${name}超过 ${LARGEST_UNPACKED / 2 ** 20} MB 的上限`, SPLIT)
    yield piece
  }
}

/** Rows of a CSV file in UTF-8 that may be too large to be held. Throws CsvFault, Problem. */
export async function* csvRows(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<SheetRow> {
  const reading = await Reading.start(streaming)
  try {
    for await (const csv of bounded(bytes, name)) {
      yield* JSON.parse(await reading.ask<string>({ csv, name, rows: true })) as SheetRow[]
    }
    yield* JSON.parse(await reading.ask<string>({ csv: null, name, rows: true })) as SheetRow[]
  } finally {
    reading.close()
  }
}

/** Looks CSV files through, one after the other. */
export interface CsvLook {
  /** The same bytes, each piece looked through before it is given; rows, cells and their lengths are within the limits. */
  through(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array>
  close(): void
}

/** Starts looking; close it. */
export function lookAtCsv(): CsvLook {
  let started: Promise<Reading> | undefined
  return {
    async *through(bytes, name) {
      started ??= Reading.start(streaming)
      const reading = await started
      for await (const csv of bounded(bytes, name)) {
        await reading.ask({ csv, name, rows: false })
        yield csv
      }
      await reading.ask({ csv: null, name, rows: false })
    },
    close: () =>
      void started?.then(
        (reading) => reading.close(),
        () => undefined,
      ),
  }
}
