/**
 * Writes a dropped file again as a CSV in the columns of the catalogue, row for row and with the same row numbers, so that it is
 * read by the same rules as a package. A row that cannot be carried over keeps its place: it has one field too many, which
 * every reader sets aside.
 */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { formatCsvRow } from '#kernel/csv'
import { CODE_LISTS } from '#kernel/terms'
import { clean } from '#kernel/text'
import type { RecordType } from '#sources/contract'
import { sheetRows } from './sheet-rows.ts'

/** How the unit calls columns and codes. */
export interface Naming {
  columns: Readonly<Record<string, string>>
  codes: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A row that was set aside while it was carried over. */
export interface LostRow {
  row: number
  column: string
  label: string
}

/** What became of a file. */
export type Converted = { kind: 'columns'; missing: readonly string[] } | { kind: 'rows'; rows: number; lost: readonly LostRow[] }

/** Place of each column of the catalogue in the file: by the unit's name, the catalogue's or the Chinese one. */
export function placesOf(type: RecordType, naming: Naming, header: readonly string[]): { places: number[]; missing: string[] } {
  const cells = header.map(clean)
  const places = type.table.columns.map(({ name, label }) => {
    const known = [naming.columns[name], name, label].find((each) => each !== undefined && cells.includes(each))
    return known === undefined ? -1 : cells.indexOf(known)
  })
  const missing = type.table.columns.flatMap(({ name, label }, i) =>
    places[i] === -1 ? [naming.columns[name] === undefined ? label : `${label}（本单位列名“${naming.columns[name]}”）`] : [],
  )
  return { places, missing }
}

/** By column: what stands in the file → the code of the catalogue. Chinese labels of codes are taken too. */
export function codesOf(type: RecordType, naming: Naming): (ReadonlyMap<string, string> | undefined)[] {
  return type.table.columns.map(({ name, codes }) => {
    if (codes === undefined) return undefined
    const labels: Readonly<Record<string, string>> = CODE_LISTS[codes]
    const known = Object.entries(labels).map(([code, label]): [string, string] => [label, code])
    return new Map([...known, ...Object.entries(naming.codes[name] ?? {})])
  })
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '')

/** Carries rows over one after another. */
class Conversion {
  readonly #type: RecordType
  readonly #naming: Naming
  readonly #codes: readonly (ReadonlyMap<string, string> | undefined)[]
  readonly #csv: boolean
  #places: readonly number[] | undefined
  #width = 0
  #line = 0
  missing: readonly string[] = []
  rows = 0
  readonly lost: LostRow[] = []

  constructor(type: RecordType, naming: Naming, isCsv: boolean) {
    this.#type = type
    this.#naming = naming
    this.#csv = isCsv
    this.#codes = codesOf(type, naming)
  }

  /** Text to be written for a row; it begins with as many line ends as keep the row numbers the same. */
  take(row: number, cells: readonly string[], lost: readonly number[]): string {
    if (isBlank(cells)) return ''
    const gap = '\n'.repeat(Math.max(0, row - this.#line - 1))
    this.#line = row
    if (this.#places === undefined) return gap + this.#header(cells)
    this.rows += 1
    return `${gap}${formatCsvRow(this.#fields(row, cells, lost, this.#places))}\n`
  }

  #header(cells: readonly string[]): string {
    const { places, missing } = placesOf(this.#type, this.#naming, cells)
    this.#places = places
    this.#width = cells.length
    this.missing = missing
    return `${formatCsvRow(this.#type.table.columns.map(({ name }) => name))}\n`
  }

  #fields(row: number, cells: readonly string[], lost: readonly number[], places: readonly number[]): string[] {
    // a CSV row with more or fewer fields than its header is shifted: nobody knows which field is which
    if (this.#csv && cells.length !== this.#width) return [...cells, ...Array<string>(places.length + 1).fill('')]
    const fields = places.map((at, i) => {
      const text = cells[at] ?? ''
      return this.#codes[i]?.get(text.trim()) ?? text
    })
    const place = places.findIndex((at) => lost.includes(at))
    const column = this.#type.table.columns[place]
    if (column === undefined) return fields
    this.lost.push({ row, column: column.name, label: column.label })
    return [...fields, '']
  }

  result(): Converted {
    if (this.#places === undefined) return { kind: 'columns', missing: this.#type.table.columns.map(({ label }) => label) }
    return this.missing.length > 0
      ? { kind: 'columns', missing: this.missing }
      : { kind: 'rows', rows: this.rows, lost: this.lost }
  }
}

/** Carries a file over into `target`. Throws CsvFault or SheetFault when it cannot be read, and what the disk says when it cannot be written. */
export async function convertFile(path: string, type: RecordType, naming: Naming, target: string): Promise<Converted> {
  const conversion = new Conversion(type, naming, !path.toLowerCase().endsWith('.xlsx'))
  const texts = async function* (): AsyncGenerator<string> {
    for await (const { row, cells, lost } of sheetRows(path)) {
      yield conversion.take(row, cells, lost)
      if (conversion.missing.length > 0) return
    }
  }
  await pipeline(texts, createWriteStream(target))
  return conversion.result()
}
