import type { Tx } from '#platform/db'
import type { LedgerReading, ReadAnswers } from '#registry/contract'
import { shapeOf } from '../rules/columns.ts'
import { settledLines } from '../rules/questions.ts'
import type { LearntWord } from '../rules/words.ts'
import { type ShapeRow, saveShapes, saveWords } from '../store/ledger-answers.ts'
import { answeredWords, bookShape, shapeDigest } from './open-ledger.ts'

type Lines = Readonly<Record<string, string>>

/** Constants that hold for one file only. */
const OF_ONE_FILE: ReadonlySet<string> = new Set(['year', 'month'])

function without(lines: Lines, left: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(lines).filter(([key]) => !left.has(key)))
}

/** Words and places to keep; a place without a village is that of one file. */
function wordsOf(answers: ReadAnswers): LearntWord[] {
  return answeredWords(answers).filter(({ kind, word }) => kind !== 'place' || !word.endsWith('/'))
}

/** Header paths by position, blank where there is none. */
function pathsOf(sheet: LedgerReading['sheets'][number]): string[][] {
  const paths: string[][] = []
  for (const { at, path } of sheet.columns) paths[at] = path
  return Array.from(paths, (path) => path ?? [])
}

function keyOf(path: readonly string[], seen: Map<string, number>): string {
  const key = path.join('/')
  const times = (seen.get(key) ?? 0) + 1
  seen.set(key, times)
  return times === 1 ? key : `${key}#${times}`
}

/** What each column of a sheet was taken for, by its key; the reading was made before the answers, so that they count. */
function columnsOf(sheet: LedgerReading['sheets'][number], said: Lines, ofSheet: Lines): Record<string, string> {
  const seen = new Map<string, number>()
  const columns: Record<string, string> = {}
  for (const { at, path, field } of sheet.columns) {
    if (path.length === 0) continue
    const key = keyOf(path, seen)
    columns[key] = ofSheet[String(at)] ?? said[key] ?? field ?? ''
  }
  return columns
}

/** Keeps what was answered about a workbook, for the next one of its shape. */
export async function learnLedger(tx: Tx, reading: LedgerReading, answers: ReadAnswers, by: string, at: string): Promise<void> {
  const sheets = reading.sheets.filter(({ use }) => use !== 'none')
  const shapes = new Map<string, Record<string, string>>()
  for (const sheet of sheets) {
    const shape = shapeOf(pathsOf(sheet))
    const ofSheet = answers[`columns:${sheet.name}`] ?? {}
    const said = { ...answers[`columns:${shapeDigest(shape)}`], ...ofSheet }
    shapes.set(shape, columnsOf(sheet, said, ofSheet))
  }
  const constant = reading.questions.find(({ id }) => id === 'constant')
  const hidden = reading.questions.find(({ id }) => id === 'hidden')
  const book = {
    constant: without({ ...(constant === undefined ? {} : settledLines(constant)), ...answers.constant }, OF_ONE_FILE),
    hidden: { ...(hidden === undefined ? {} : settledLines(hidden)), ...answers.hidden },
  }
  const rows: ShapeRow[] = [...shapes].map(([shape, columns]) => ({
    shape: Buffer.from(shapeDigest(shape), 'hex'),
    kind: 'sheet',
    answers: { columns },
  }))
  const own = Buffer.from(shapeDigest(bookShape([...shapes.keys()])), 'hex')
  await saveWords(tx, wordsOf(answers), by, at)
  await saveShapes(tx, reading.known ? rows : [...rows, { shape: own, kind: 'book', answers: book }], by, at)
}
