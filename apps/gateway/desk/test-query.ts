/**
 * How one row of the unit would be answered under a mapping that is just being edited: every column with what stands in the
 * unit's data, what is read from it and what is wrong with it.
 */
import { join } from 'node:path'
import { CsvFault } from '#kernel/csv'
import { readIdNumber } from '#kernel/id-number'
import { issueMessage } from '#kernel/import-issue'
import { formatYuan } from '#kernel/money'
import { isRefused, readHeader, readRow, type Value } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import { clean } from '#kernel/text'
import type { Basis, DropSource, GatewaySource, RecordType, SqlSource } from '#sources/contract'
import { SheetFault, sheetRows } from '../drop/sheet-rows.ts'
import { codesOf, type Naming, placesOf } from '../drop/to-catalogue.ts'
import { openDriver } from '../store/sql-driver.ts'
import { writtenForms } from '../store/sql-store.ts'

/** A source whose columns can be mapped at the desk. */
export type MappedSource = Extract<GatewaySource, { kind: 'csv' | 'sql' | 'drop' }>

/** One column of the row that was looked at. */
export interface TriedColumn {
  name: string
  label: string
  required: boolean
  /** how the unit calls it */
  theirs: string
  /** what stands in the unit's data; null where the column is not there */
  raw: string | null
  /** what is answered, for a person to read */
  read: string
  /** what is wrong, and how to mend it */
  fault: string
}

/** What a test query showed. */
export interface TriedQuery {
  /** why nothing could be looked at; empty when something could */
  fault: string
  /** how many rows carry the number; 1 for a sample row */
  rows: number
  /** of the first of them */
  columns: readonly TriedColumn[]
  /** the row would be set aside */
  isRefused: boolean
}

/** The unit's texts for the columns of the catalogue; null for a column that is not there. */
interface RawRow {
  fields: (string | null)[]
}

interface RawRows {
  fault: string
  /** faults of columns by their place */
  columnFaults: ReadonlyMap<number, string>
  count: number
  first: RawRow | undefined
}

const nothing: RawRows = { fault: '', columnFaults: new Map(), count: 0, first: undefined }

function isNumber(raw: string | null, idNumber: string, basis: Basis): boolean {
  return raw !== null && readIdNumber(raw, basis.asOf, basis.maxAge).value === idNumber
}

/** Whether a row names the number; every row when none is looked for. */
function names(type: RecordType, fields: readonly (string | null)[], idNumber: string | null, basis: Basis): boolean {
  if (idNumber === null) return true
  return type.parties.some(({ id }) => {
    const at = type.table.columns.findIndex((column) => column.name === id)
    return isNumber(fields[at] ?? null, idNumber, basis)
  })
}

/** Places of the columns in a CSV of the unit: by the mapped name, else the catalogue's. */
function csvPlaces(type: RecordType, naming: Naming, header: readonly string[]): number[] {
  const cells = header.map(clean)
  return type.table.columns.map(({ name }) => cells.indexOf(naming.columns[name] ?? name))
}

interface FileLook {
  path: string
  type: RecordType
  naming: Naming
  /** Chinese names of columns count too */
  isDropped: boolean
  idNumber: string | null
  basis: Basis
}

function fileFault(path: string, error: unknown): RawRows {
  if (error instanceof CsvFault || error instanceof SheetFault) return { ...nothing, fault: error.message }
  if (error instanceof Error && 'code' in error) return { ...nothing, fault: `文件 ${path} 读不出来（${String(error.code)}）` }
  throw error
}

async function fileRows(look: FileLook): Promise<RawRows> {
  const { path, type, naming, isDropped } = look
  let places: readonly number[] | undefined
  const found: RawRow[] = []
  try {
    for await (const { cells } of sheetRows(path)) {
      if (places === undefined) places = isDropped ? placesOf(type, naming, cells).places : csvPlaces(type, naming, cells)
      else if (take(look, places, cells, found)) break
    }
  } catch (error) {
    return fileFault(path, error)
  }
  if (places === undefined) return { ...nothing, fault: '文件是空的，连表头也没有' }
  const missing = places.flatMap((at, i): [number, string][] => (at < 0 ? [[i, '文件中没有这一列，请填写本单位的列名']] : []))
  return { fault: '', columnFaults: new Map(missing), count: found.length, first: found[0] }
}

/** Keeps a row that names the number; true when no more are needed. */
function take(
  { type, idNumber, basis }: FileLook,
  places: readonly number[],
  cells: readonly string[],
  found: RawRow[],
): boolean {
  const fields = places.map((at) => (at < 0 ? null : (cells[at] ?? '')))
  if (!names(type, fields, idNumber, basis)) return false
  found.push({ fields })
  return idNumber === null
}

const withoutLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

/** Asks for each column alone, so that a wrong name is told of the column that has it. */
async function sqlRows(
  source: SqlSource,
  table: string,
  { type, naming, idNumber, basis }: Omit<FileLook, 'path'>,
): Promise<RawRows> {
  const driver = openDriver(source)
  const theirs = (name: string): string => driver.quote(naming.columns[name] ?? name)
  try {
    await driver.rows(`select count(*) from ${table}`, [])
    const columnFaults = new Map<number, string>()
    for (const [i, { name }] of type.table.columns.entries()) {
      try {
        await driver.rows(`select ${driver.asText(theirs(name))} from ${table} limit 1`, [])
      } catch (error) {
        columnFaults.set(i, `表中没有这一列，请填写本单位的列名（${withoutLine(error)}）`)
      }
    }
    const known = type.table.columns.flatMap(({ name }, i) => (columnFaults.has(i) ? [] : [{ name, i }]))
    const selected = known.map(({ name }) => driver.asText(theirs(name))).join(', ')
    if (known.length === 0) return { ...nothing, columnFaults }
    const where = idNumber === null ? { text: 'limit 1', values: [] } : numberClause(type, driver.parameter, theirs, idNumber)
    const rows = await driver.rows(`select ${selected} from ${table} ${where.text}`, where.values)
    const full = rows.map((row) => {
      const fields: (string | null)[] = type.table.columns.map(() => null)
      for (const [at, { i }] of known.entries()) fields[i] = row[at] ?? ''
      return { fields }
    })
    const found = full.filter(({ fields }) => names(type, fields, idNumber, basis))
    return { fault: '', columnFaults, count: found.length, first: found[0] }
  } catch (error) {
    return { ...nothing, fault: `数据库没有答复：${withoutLine(error)}` }
  } finally {
    await driver.close()
  }
}

function numberClause(
  type: RecordType,
  parameter: (n: number) => string,
  theirs: (name: string) => string,
  idNumber: string,
): { text: string; values: string[] } {
  const values: string[] = []
  const conditions = type.parties.map(({ id }) => {
    const places = writtenForms(idNumber).map((form) => parameter(values.push(form)))
    return `${theirs(id)} in (${places.join(', ')})`
  })
  return { text: `where ${conditions.join(' or ')} limit 20`, values }
}

function shown(type: RecordType, i: number, value: Value): string {
  const column = type.table.columns[i]
  if (value === null || column === undefined) return ''
  if (column.type === 'money' && typeof value === 'number') return `${formatYuan(value)} 元`
  const { codes } = column
  const texts = Array.isArray(value) ? value : [String(value)]
  return codes === undefined ? texts.join('、') : texts.map((each) => `${labelOf(codes, each)}（${each}）`).join('、')
}

function readColumns(type: RecordType, naming: Naming, isDropped: boolean, rows: RawRows, basis: Basis): TriedQuery {
  const { table } = type
  const codes = isDropped ? codesOf(type, naming) : undefined
  const raw = rows.first?.fields ?? table.columns.map(() => null)
  const fields = raw.map((text, i) => {
    const column = table.columns[i]?.name ?? ''
    const mapped = isDropped ? codes?.[i]?.get((text ?? '').trim()) : naming.codes[column]?.[text ?? '']
    return mapped ?? text ?? ''
  })
  const header = readHeader(
    table,
    table.columns.map(({ name }) => name),
  ).index
  const reading = readRow(table, header, fields, { asOf: basis.asOf, maxAge: basis.maxAge, isCore: false })
  const columns = table.columns.map(({ name, label, required }, i): TriedColumn => {
    const issue = rows.first === undefined ? undefined : reading.issues.find((each) => each.column === name)
    const said = issue === undefined ? '' : issueMessage(issue, { label, empty: (raw[i] ?? '') === '' })
    return {
      name,
      label,
      required,
      theirs: naming.columns[name] ?? name,
      raw: raw[i] ?? null,
      read: rows.first === undefined ? '' : shown(type, i, reading.values[i] ?? null),
      fault: rows.columnFaults.get(i) ?? said,
    }
  })
  return { fault: rows.fault, rows: rows.count, columns, isRefused: rows.first !== undefined && isRefused(reading) }
}

/** The newest dropped file of a record type as it was handed in. */
function droppedFile(source: DropSource, taken: { at: string; file: string } | undefined): string | null {
  return taken === undefined ? null : join(source.dir, 'taken', `${taken.at.replace(/[:.]/g, '')}-${taken.file}`)
}

/** What a test query needs. */
export interface TestQuery {
  source: MappedSource
  type: RecordType
  naming: Naming
  /** table or file of the mapping as edited; empty for a source that has none */
  place: string
  /** the number looked for; null for a sample row */
  idNumber: string | null
  basis: Basis
  /** the dropped file in use, where files are dropped */
  taken: { at: string; file: string } | undefined
}

/** Looks at one row under a mapping. Opens what stands in the unit's data: the caller logs it. */
export async function tryQuery({ source, type, naming, place, idNumber, basis, taken }: TestQuery): Promise<TriedQuery> {
  const isDropped = source.kind === 'drop'
  const look = { type, naming, isDropped, idNumber, basis }
  if (source.kind === 'sql') return readColumns(type, naming, false, await sqlRows(source, place, look), basis)
  const path = source.kind === 'drop' ? droppedFile(source, taken) : place
  if (path === null) return readColumns(type, naming, isDropped, { ...nothing, fault: '还没有投放过这类数据，无从试查' }, basis)
  return readColumns(type, naming, isDropped, await fileRows({ ...look, path }), basis)
}
