/** Our columns and codes joined with what is known of the ministry's standards. Pure. */
import { CODE_LIST_LABELS } from '#kernel/code-list-labels'
import { RECORD_TYPES } from '#kernel/record-types'
import type { Column, ColumnType, Table } from '#kernel/table'
import { CODE_LISTS, type CodeListName, codesOf } from '#kernel/terms'
import type {
  DataElement,
  ElementClass,
  MappedList,
  Protection,
  Sensitivity,
  StandardCounts,
  StandardMark,
} from '../contract/data-standard.ts'

/** A table whose columns are mapped. */
export interface MappedTable {
  readonly table: Table
  readonly label: string
  /** Whether its rows may stand under `*`, which speaks for the columns that all records of units begin with. */
  readonly record: boolean
  protection(column: Column): Protection
}

/** A line of elements.csv. */
export interface ElementRow {
  readonly table: string
  readonly column: string
  readonly class: ElementClass
  readonly definition: string
  readonly length: number | null
  readonly unit: string | null
  readonly standard_id: string | null
  readonly standard_name: string | null
  readonly reference: string | null
  readonly sensitivity: Sensitivity
  readonly source: string | null
  readonly mark: StandardMark
}

/** A line of code-lists.csv: of a whole list, or with `code` of one code in it. */
export interface CodeRow {
  readonly list: string
  readonly code: string | null
  readonly standard_id: string | null
  readonly standard_name: string | null
  readonly reference: string | null
  readonly standard_code: string | null
  readonly standard_label: string | null
  readonly source: string | null
  readonly mark: StandardMark
}

const typeWords: Readonly<Record<ColumnType, string>> = {
  text: '文本',
  key: '文本（编号）',
  person: '文本（姓名）',
  id: '文本（证件号码）',
  idlink: '文本（证件号码）',
  date: '日期 YYYY-MM-DD',
  month: '年月 YYYY-MM',
  money: '数值（两位小数）',
  decimal: '数值（两位小数）',
  int: '整数',
  division: '代码（区划）',
  yesno: '代码（yes、no）',
  code: '代码',
  codes: '代码（可多项）',
  record: '代码（记录类型）',
}

const fixedLengths: Readonly<Partial<Record<ColumnType, number>>> = {
  id: 18,
  idlink: 18,
  date: 10,
  month: 7,
  division: 12,
  yesno: 3,
}

const longest = (texts: Iterable<string>): number => Array.from(texts, (text) => text.length).sort((a, b) => b - a)[0] ?? 0

function lengthOf(column: Column, row: ElementRow): number | null {
  if (column.type === 'code' && column.codes !== undefined) return longest(codesOf(column.codes))
  if (column.type === 'record') return longest(Object.keys(RECORD_TYPES))
  return fixedLengths[column.type] ?? row.length
}

const placeOf = (table: string, column: string): string => `${table} ${column}`

function finder(rows: readonly ElementRow[]) {
  const byPlace = new Map(rows.map((row) => [placeOf(row.table, row.column), row]))
  return ({ table, record }: MappedTable, column: Column): ElementRow | undefined =>
    byPlace.get(placeOf(table.name, column.name)) ?? (record ? byPlace.get(placeOf('*', column.name)) : undefined)
}

/**
 * Lines that do not fit: a column or list without a line, a line that names none, a code with two, and an identifier of the standard that is
 * given without having been read in a source.
 */
export function mappingFaults(
  tables: readonly MappedTable[],
  elements: readonly ElementRow[],
  codes: readonly CodeRow[],
): string[] {
  const find = finder(elements)
  const used = new Set<ElementRow>()
  const without: string[] = []
  for (const each of tables)
    for (const column of each.table.columns) {
      const row = find(each, column)
      if (row === undefined) without.push(`${placeOf(each.table.name, column.name)} has no line`)
      else used.add(row)
    }
  const foreign = elements.filter((row) => !used.has(row)).map((row) => `${placeOf(row.table, row.column)} names no column`)
  const guessed = [...elements, ...codes].filter(
    (row) => row.standard_id !== null && (row.source === null || row.mark !== 'sourced'),
  )
  return [
    ...without,
    ...foreign,
    ...codeFaults(codes),
    ...guessed.map((row) => `${row.standard_id} is given, but no source that was read`),
  ]
}

function codeFaults(rows: readonly CodeRow[]): string[] {
  const lists = Object.keys(CODE_LISTS)
  const places = rows.map((row) => placeOf(row.list, row.code ?? ''))
  return [
    ...lists.filter((list) => !places.includes(placeOf(list, ''))).map((list) => `${list} has no line`),
    ...rows.filter((row) => !isKnown(row)).map((row) => `${placeOf(row.list, row.code ?? '')} names no code`),
    ...places.filter((place, i) => places.indexOf(place) !== i).map((place) => `${place} has two lines`),
  ]
}

function isKnown({ list, code }: CodeRow): boolean {
  return Object.hasOwn(CODE_LISTS, list) && (code === null || codesOf(list as CodeListName).has(code))
}

/** Every column of the tables with its line. Throws for a column without one: a test holds the lines against the tables. */
export function dataElements(
  tables: readonly MappedTable[],
  rows: readonly ElementRow[],
  sourceTitle: (key: string) => string,
): DataElement[] {
  const find = finder(rows)
  return tables.flatMap((each) =>
    each.table.columns.map((column) => {
      const row = find(each, column)
      if (row === undefined) throw new Error(`data standard: ${placeOf(each.table.name, column.name)} has no line`)
      return {
        table: each.table.name,
        tableLabel: each.label,
        column: column.name,
        label: column.label,
        class: row.class,
        definition: row.definition,
        type: typeWords[column.type],
        maxLength: lengthOf(column, row),
        unit: column.type === 'money' ? '元' : row.unit,
        codeList: column.codes ?? null,
        codeListLabel: column.codes === undefined ? null : CODE_LIST_LABELS[column.codes],
        standardId: row.standard_id,
        standardName: row.standard_name,
        reference: row.reference,
        sensitivity: row.sensitivity,
        protection: each.protection(column),
        source: row.source === null ? null : sourceTitle(row.source),
        mark: row.mark,
      }
    }),
  )
}

/** Every code list with its codes and what the standards call them. */
export function mappedLists(rows: readonly CodeRow[], sourceTitle: (key: string) => string): MappedList[] {
  const byPlace = new Map(rows.map((row) => [placeOf(row.list, row.code ?? ''), row]))
  return (Object.keys(CODE_LISTS) as CodeListName[]).map((list) => {
    const row = byPlace.get(placeOf(list, ''))
    return {
      list,
      label: CODE_LIST_LABELS[list],
      standardId: row?.standard_id ?? null,
      standardName: row?.standard_name ?? null,
      reference: row?.reference ?? null,
      source: row?.source == null ? null : sourceTitle(row.source),
      mark: row?.mark ?? 'proposal',
      codes: Object.entries(CODE_LISTS[list] as Readonly<Record<string, string>>).map(([code, label]) => {
        const mapped = byPlace.get(placeOf(list, code))
        return {
          code,
          label,
          standardCode: mapped?.standard_code ?? null,
          standardLabel: mapped?.standard_label ?? null,
          mark: mapped?.mark ?? null,
        }
      }),
    }
  })
}

function tally(values: readonly (string | null)[]) {
  const known = values.filter((value) => value !== null).length
  return { total: values.length, known, blank: values.length - known }
}

/** How much is known and how much is still blank. */
export function standardCounts(elements: readonly DataElement[], lists: readonly MappedList[]): StandardCounts {
  return {
    elementIds: tally(elements.map((each) => each.standardId)),
    references: tally(elements.map((each) => each.reference)),
    listIds: tally(lists.map((each) => each.standardId)),
    codes: tally(lists.flatMap((each) => each.codes.map((code) => code.standardCode))),
  }
}
