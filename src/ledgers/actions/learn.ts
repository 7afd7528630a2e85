import { nfkc } from '#kernel/text'
import type { Tx } from '#platform/db'
import type { LedgerReading, ReadAnswers } from '#registry/contract'
import { shapeOf } from '../rules/columns.ts'
import { keysOf } from '../rules/layout.ts'
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

/** Numbers of persons, accounts and telephones have so many digits, written together or with blanks and dashes between them. */
const LONG_NUMBER = /\d(?:[\s-]*\d){6}/

function hasLongNumber(text: string): boolean {
  return LONG_NUMBER.test(nfkc(text))
}

/** What was answered of lines that were asked. */
function askedOf(reading: LedgerReading, answers: ReadAnswers, id: string): Record<string, string> {
  const asked = new Set(reading.questions.find((question) => question.id === id)?.lines.map(({ key }) => key))
  return Object.fromEntries(Object.entries(answers[id] ?? {}).filter(([key]) => asked.has(key)))
}

const DIVISION = /^\d{12}$/

/** Words and places to keep; a place without a village is that of one file. */
function wordsOf(reading: LedgerReading, answers: ReadAnswers): LearntWord[] {
  const asked = { words: askedOf(reading, answers, 'words'), places: askedOf(reading, answers, 'places') }
  return answeredWords(asked).filter(
    ({ kind, word, meaning }) => !hasLongNumber(word) && (kind !== 'place' || (!word.endsWith('/') && DIVISION.test(meaning))),
  )
}

type ReadSheet = LedgerReading['sheets'][number]

/** Header paths by position, blank where there is none. */
function pathsOf(sheet: ReadSheet): string[][] {
  const paths: string[][] = []
  for (const { at, path } of sheet.columns) paths[at] = path
  return Array.from(paths, (path) => path ?? [])
}

/** What each column of a sheet was taken for, by its key; the reading was made before the answers, so that they count. */
function columnsOf(reading: LedgerReading, sheet: ReadSheet, said: Lines, ofSheet: Lines): Record<string, string> {
  const fields = new Set(reading.fields.map(({ field }) => field))
  const keys = keysOf(pathsOf(sheet))
  const columns: Record<string, string> = {}
  for (const { at, field } of sheet.columns) {
    const key = keys[at] ?? ''
    const meant = ofSheet[String(at)] ?? said[key] ?? field ?? ''
    if (key !== '' && !hasLongNumber(key) && (meant === '' || fields.has(meant))) columns[key] = meant
  }
  return columns
}

/** What was settled of a card that holds for workbooks of the same shapes. */
function settledOf(reading: LedgerReading, answers: ReadAnswers, id: string): Record<string, string> {
  const question = reading.questions.find((each) => each.id === id)
  const settled = { ...(question === undefined ? {} : settledLines(question)), ...askedOf(reading, answers, id) }
  return Object.fromEntries(Object.entries(settled).filter(([key, value]) => !hasLongNumber(key) && !hasLongNumber(value)))
}

/** Keeps what was answered about a workbook, for the next one of its shape. */
export async function learnLedger(tx: Tx, reading: LedgerReading, answers: ReadAnswers, by: string, at: string): Promise<void> {
  const sheets = reading.sheets.filter(({ use }) => use !== 'none')
  const shapes = new Map<string, Record<string, string>>()
  for (const sheet of sheets) {
    const shape = shapeOf(pathsOf(sheet))
    const ofSheet = answers[`columns:${sheet.name}`] ?? {}
    const said = { ...answers[`columns:${shapeDigest(shape)}`], ...ofSheet }
    shapes.set(shape, columnsOf(reading, sheet, said, ofSheet))
  }
  const book = {
    constant: without(settledOf(reading, answers, 'constant'), OF_ONE_FILE),
    hidden: settledOf(reading, answers, 'hidden'),
  }
  const rows: ShapeRow[] = [...shapes].map(([shape, columns]) => ({
    shape: Buffer.from(shapeDigest(shape), 'hex'),
    kind: 'sheet',
    answers: { columns },
  }))
  const own = Buffer.from(shapeDigest(bookShape([...shapes.keys()])), 'hex')
  await saveWords(tx, wordsOf(reading, answers), by, at)
  await saveShapes(tx, reading.known ? rows : [...rows, { shape: own, kind: 'book', answers: book }], by, at)
}
