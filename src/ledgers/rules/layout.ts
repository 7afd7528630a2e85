/**
 * Where the header of a sheet stands and what its other rows are.
 *
 * L1 The header begins at the first row of the head of which at least two cells, and at least two of five, are words of columns, groups or months
 *    and none looks like data; rows of groups above and of names below belong to it.
 * L2 A header path is read from the outermost group to the column; merged cells fill their area, and a group that is not merged reaches over the
 *    blank cells to its right as long as names stand below.
 * L3 Rows behind the header are data unless they are blank, a total, a note, a title, or the header once more.
 */
import { max, min } from '#kernel/money'
import { Filled, type Grid, type GridRow } from './grid.ts'
import { monthOfHeader } from './months.ts'
import { headerWord, oneLine, wordOf } from './text.ts'
import type { Words } from './words.ts'

export interface SheetLayout {
  /** Rows of the header as the spreadsheet numbers them; 0 where there is none. */
  readonly headerFrom: number
  readonly headerTo: number
  /** Index of the first row behind the header. */
  readonly dataFrom: number
  /** Header path of each column; empty for a blank header cell. */
  readonly paths: readonly (readonly string[])[]
  /** The path as one text, told apart where it repeats; '' for a blank header cell. */
  readonly keys: readonly string[]
  /** Texts above the header. */
  readonly titles: readonly string[]
}

/** The header is looked for in this many rows. */
const HEAD = 60
/** More rows than this are no header. */
const DEEPEST = 6

const ID_LIKE = /\d{15,18}|\d{17}[\dXx]/

function looksLikeData(text: string): boolean {
  const word = wordOf(text)
  if (/^[-+]?\d[\d,]*(?:\.\d+)?(?:[Ee]\+?\d+)?$/.test(word)) return true
  return /\d{5,}/.test(word) || (/^\d{4}[-./年]\d/.test(word) && monthOfHeader([text]) === null)
}

interface HeadRow {
  readonly row: number
  readonly index: number
  readonly raw: readonly string[]
  readonly filled: readonly string[]
  /** Different texts in it. */
  readonly distinct: number
  readonly hits: number
  readonly isData: boolean
}

/** A header word without the number of a member: 成员1姓名 → 姓名. */
export function withoutOrdinal(word: string): string {
  return word.replace(
    /^(?:第)?(?:家庭)?(?:共同生活)?(?:成员|人员|人)?[(]?[0-9一二三四五六七八九十]+[)]?(?:人|个)?(?:成员)?[:：.-]?/,
    '',
  )
}

function isHeaderCell(words: Words, text: string): boolean {
  const word = headerWord(text)
  if (word === '' || word.length > 30) return false
  if (words.column(word) !== undefined || words.group(word) !== undefined) return true
  if (monthOfHeader([text]) !== null) return true
  const bare = withoutOrdinal(word)
  return (
    (bare !== word && bare !== '' && words.column(bare) !== undefined) || (word.length <= 14 && words.likelyColumn(word) !== null)
  )
}

function headRow(words: Words, index: number, raw: readonly string[], filled: readonly string[], row: number): HeadRow {
  const distinct = new Set(filled.map((cell) => wordOf(cell)).filter((cell) => cell !== ''))
  const hits = [...distinct].filter((cell) => isHeaderCell(words, cell)).length
  return { row, index, raw, filled, distinct: distinct.size, hits, isData: filled.some(looksLikeData) }
}

function headOf(grid: Grid, words: Words): HeadRow[] {
  const filling = new Filled(grid.merges)
  const head: HeadRow[] = []
  for (let index = 0; index < grid.rows.length && index < HEAD; index++) {
    const row = grid.rows.at(index)
    head.push(headRow(words, index, row.cells, filling.fill(row, true).cells, row.row))
  }
  return head
}

const NOTE_MARK = /[:：]/

/** Whether a row above or below a header row belongs to it. */
function isGroupRow(row: HeadRow | undefined): boolean {
  if (row === undefined || row.isData || row.distinct < 2) return false
  const texts = row.filled.filter((cell) => cell.trim() !== '')
  return (
    texts.filter((cell) => NOTE_MARK.test(cell)).length * 2 < texts.length && texts.every((cell) => oneLine(cell).length <= 30)
  )
}

function isNameRow(row: HeadRow | undefined): boolean {
  if (row === undefined || row.isData) return false
  const texts = row.raw.filter((cell) => cell.trim() !== '')
  return row.hits > 0 && row.hits * 2 >= new Set(texts).size
}

function findHeader(head: readonly HeadRow[]): { from: number; to: number } | null {
  const first = head.findIndex((row) => !row.isData && row.hits >= 2 && row.hits * 5 >= row.distinct * 2)
  if (first < 0) return null
  let from = first
  while (from > 0 && first - from < DEEPEST && isGroupRow(head[from - 1]) && head[from - 1]?.row === (head[from]?.row ?? 0) - 1)
    from--
  let to = first
  while (to - from < DEEPEST && isNameRow(head[to + 1]) && !isRepeat(head[to], head[to + 1])) to++
  return { from, to }
}

function isRepeat(a: HeadRow | undefined, b: HeadRow | undefined): boolean {
  return a !== undefined && b !== undefined && a.raw.join('\n') === b.raw.join('\n')
}

/** Groups that are not merged reach over the blank cells to their right, as long as names stand below. */
function reachRight(rows: string[][]): void {
  for (let k = rows.length - 2; k >= 0; k--) {
    const [row, below] = [rows[k] ?? [], rows[k + 1] ?? []]
    for (let c = 1; c < below.length; c++) {
      const isOpen = (row[c] ?? '') === '' && (row[c - 1] ?? '') !== ''
      if (isOpen && (below[c] ?? '') !== '' && (below[c - 1] ?? '') !== '') row[c] = row[c - 1] ?? ''
    }
  }
}

function pathsOf(rows: readonly HeadRow[], width: number): string[][] {
  const cells = rows.map(({ filled }) => Array.from({ length: width }, (_, c) => oneLine(filled[c] ?? '')))
  reachRight(cells)
  return Array.from({ length: width }, (_, c) => {
    const path: string[] = []
    for (const row of cells) {
      const text = row[c] ?? ''
      if (text !== '' && text !== path[path.length - 1]) path.push(text)
    }
    return path
  })
}

/** One text for each path, with a number behind one that stands there already. */
export function keysOf(paths: readonly (readonly string[])[]): string[] {
  const seen = new Map<string, number>()
  return paths.map((path) => {
    const key = path.join('/')
    if (key === '') return ''
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return times === 1 ? key : `${key}#${times}`
  })
}

function none(grid: Grid): SheetLayout {
  const titles = Array.from(
    { length: min(3, grid.rows.length) },
    (_, i) => grid.rows.at(i).cells.find((cell) => cell !== '') ?? '',
  )
  return { headerFrom: 0, headerTo: 0, dataFrom: grid.rows.length, paths: [], keys: [], titles }
}

/** Understands a sheet; `said` are the rows of the header as a person gave them. */
export function layoutOf(grid: Grid, words: Words, said: { from: number; to: number } | null = null): SheetLayout {
  const head = headOf(grid, words)
  const found = said === null ? findHeader(head) : spanOf(head, said)
  if (found === null) return none(grid)
  const rows = head.slice(found.from, found.to + 1)
  const width = max(grid.rows.width, ...rows.map(({ filled }) => filled.length))
  const paths = pathsOf(rows, width)
  return {
    headerFrom: rows[0]?.row ?? 0,
    headerTo: rows[rows.length - 1]?.row ?? 0,
    dataFrom: found.to + 1,
    paths,
    keys: keysOf(paths),
    titles: head.slice(0, found.from).flatMap(({ filled }) => [...new Set(filled.map(oneLine))].filter((text) => text !== '')),
  }
}

function spanOf(head: readonly HeadRow[], { from, to }: { from: number; to: number }): { from: number; to: number } | null {
  const first = head.findIndex(({ row }) => row >= from)
  const last = head.findLastIndex(({ row }) => row <= to)
  return first < 0 || last < first ? null : { from: first, to: last }
}

/** What a row behind the header is, with why it is left out. */
export interface RowVerdict {
  readonly use: 'data' | 'total' | 'note' | 'title' | 'repeated-header'
  readonly why: string
}

const DATA: RowVerdict = { use: 'data', why: '' }
const TOTAL: RowVerdict = { use: 'total', why: '合计行，不导入' }
const NOTE: RowVerdict = { use: 'note', why: '说明或签字行，不导入' }
const TITLE: RowVerdict = { use: 'title', why: '标题行，不导入' }
const REPEATED: RowVerdict = { use: 'repeated-header', why: '重复的表头，不导入' }
const COLUMN_NUMBERS: RowVerdict = { use: 'note', why: '栏次行，不导入' }

function isTotal(words: Words, first: readonly string[]): boolean {
  return first.some((cell) => {
    const word = wordOf(cell).replace(/[:：]$/, '')
    if (words.totals.has(word)) return true
    return word.length <= 20 && (/(?:合计|小计|总计)(?:\(.*\))?$/.test(word) || /^(?:合计|小计|总计|共计)[:：\d(共户]/.test(word))
  })
}

function isNote(words: Words, texts: readonly string[]): boolean {
  const first = wordOf(texts[0] ?? '')
  if (/^(?:注|备注|说明)\d*[:：.、]/.test(first)) return true
  const marked = texts.filter((cell) => {
    const word = wordOf(cell)
    return words.notes.some(
      (note) => word.startsWith(`${note}:`) || word.startsWith(`${note}：`) || (word === note && texts.length <= 4),
    )
  })
  return marked.length > 0 && marked.length * 3 >= texts.length
}

function isColumnNumbers(texts: readonly string[]): boolean {
  return (
    texts.length >= 4 && texts.every((cell, index) => wordOf(cell) === String(index + 1) || wordOf(cell) === `(${index + 1})`)
  )
}

/** Header rows as they repeat after a page break: the texts by column. */
export function headerTexts(grid: Grid, layout: SheetLayout): ReadonlySet<string> {
  const texts = new Set<string>()
  for (let index = 0; index < layout.dataFrom; index++) {
    const { row, cells } = grid.rows.at(index)
    if (row < layout.headerFrom || row > layout.headerTo) continue
    cells.forEach((cell, column) => {
      if (wordOf(cell) !== '') texts.add(`${column}\n${wordOf(cell)}`)
    })
  }
  return texts
}

/** What a row behind the header is. */
export function verdictOn(words: Words, layout: SheetLayout, header: ReadonlySet<string>, row: GridRow): RowVerdict {
  const filled = row.cells.map((cell, column) => ({ cell, column })).filter(({ cell }) => cell.trim() !== '')
  const texts = filled.map(({ cell }) => cell)
  if (texts.some((cell) => ID_LIKE.test(cell.replace(/\s/g, '')))) return DATA
  const same = filled.filter(({ cell, column }) => header.has(`${column}\n${wordOf(cell)}`)).length
  if (same > 0 && same * 5 >= filled.length * 4) return REPEATED
  if (isTotal(words, texts.slice(0, 3))) return TOTAL
  if (isNote(words, texts)) return NOTE
  if (isColumnNumbers(texts)) return COLUMN_NUMBERS
  const only = texts.length === 1 ? oneLine(texts[0] ?? '') : ''
  if (only !== '' && (layout.titles.includes(only) || /(?:花名册|台账|清册|统计表|发放表|登记表|名单|明细表)/.test(only)))
    return TITLE
  return DATA
}
