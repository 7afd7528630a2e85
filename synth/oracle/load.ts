import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addDays } from '../calendar.ts'
import { afterPersons, CoreChecks } from './core-checks.ts'
import { type CsvRecord, decode, parseCsv } from './csv-text.ts'
import { type Limits, type Loaded, Reader, type Row } from './reader.ts'
import { clean } from './reading.ts'
import { type Column, coreColumns, manifestColumns, recordColumns, unansweredColumns } from './schema.ts'

class Unusable extends Error {}

const headerOf = (records: readonly CsvRecord[]): string[] => (records[0]?.fields ?? []).map(clean)
const readText = (path: string): CsvRecord[] | null => {
  const text = decode(readFileSync(path))
  return text === null ? null : parseCsv(text)
}
function loadCore(dir: string, loaded: Loaded, limits: Limits): void {
  for (const [table, columns] of Object.entries(coreColumns)) {
    const file = `${table}.csv`
    if (!existsSync(join(dir, file))) throw new Unusable(`${file} missing`)
    const records = readText(join(dir, file))
    if (records === null) throw new Unusable(`${file} unreadable`)
    const header = headerOf(records)
    for (const { name } of columns) if (!header.includes(name)) throw new Unusable(`${file} lacks ${name}`)
    const reader = new Reader(file, columns, loaded, limits, false)
    const divisions = table === 'divisions' ? null : new Set((loaded.core.divisions ?? []).map((r) => r.v.code as string))
    reader.rows(records.slice(1), header, columns[0]?.name as string, new CoreChecks(loaded, table), divisions)
    loaded.core[table] = reader.accepted
    if (table === 'persons') afterPersons(loaded, limits)
  }
}

/** Reads the files of the units. */
class SourceLoader {
  private readonly dir: string
  private readonly loaded: Loaded
  private readonly limits: Limits

  constructor(dir: string, loaded: Loaded, limits: Limits) {
    this.dir = dir
    this.loaded = loaded
    this.limits = limits
  }

  private note(file: string, column: string, code: string, severity: 'error' | 'warn'): void {
    this.loaded.errors.push({ file, row: 0, column, code, severity })
  }

  /** A file of a unit; null when it is not there, cannot be read or lacks a column (which is reported). */
  private file(
    file: string,
    columns: readonly Column[],
    key: string,
    missing: string | null,
  ): { rows: Row[]; count: number } | null {
    const path = join(this.dir, file)
    if (!existsSync(path)) {
      if (missing !== null) this.note(file, '', missing, 'error')
      return null
    }
    const records = readText(path)
    if (records === null) {
      this.note(file, '', 'FILE_UNREADABLE', 'error')
      return null
    }
    const header = headerOf(records)
    const lacking = columns.filter((c) => !header.includes(c.name))
    for (const { name } of lacking) this.note(file, name, 'COLUMN_MISSING', 'error')
    if (lacking.length > 0) return null
    const reader = new Reader(file, columns, this.loaded, this.limits, true)
    reader.rows(records.slice(1), header, key, {}, null)
    return { rows: reader.accepted, count: records.length - 1 }
  }

  private record(record: string, manifest: Row | undefined, manifestFile: string): void {
    const file = `sources/${record}.csv`
    const { down } = this.loaded
    if (manifest === undefined) this.note(file, '', 'SOURCE_MISSING', 'warn')
    if (manifest === undefined || manifest.v.state !== 'answered') {
      down.add(record)
      return
    }
    const found = this.file(file, recordColumns[record] as readonly Column[], 'source_record_id', 'FILE_MISSING')
    if (found === null) {
      down.add(record)
      return
    }
    this.loaded.sources[record] = found.rows
    const announced = manifest.v.row_count as string
    if (announced !== '' && Number(announced) !== found.count) {
      this.loaded.errors.push({
        file: manifestFile,
        row: manifest.n,
        column: 'row_count',
        code: 'ROW_COUNT_MISMATCH',
        severity: 'warn',
      })
      if (found.count < Number(announced)) this.loaded.noAbsence.add(record)
    }
    const taken = manifest.v.as_of_date as string
    if (taken !== '' && taken < addDays(this.limits.asOf, -this.limits.staleDays)) this.loaded.noAbsence.add(record)
  }

  unit(unit: string): void {
    const file = `sources/${unit}/manifest.csv`
    const manifest = this.file(file, manifestColumns, 'record', null)
    const list = this.file(`sources/${unit}/unanswered.csv`, unansweredColumns, '', null)
    for (const record of Object.keys(recordColumns)) {
      const [owner, name] = record.split('/')
      if (owner !== unit) continue
      this.record(
        record,
        manifest?.rows.find((r) => r.v.record === name),
        file,
      )
      for (const { v } of list?.rows ?? [])
        if (v.record === name || v.record === '*') this.loaded.listed.add(`${record}|${v.id_number}`)
    }
  }
}

/** Reads a package by the text of the format: accepted rows, what was put aside, and every line of import-errors. */
export function loadPackage(dir: string, limits: Limits): Loaded {
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as { district_code: string }
  const loaded: Loaded = {
    core: {},
    sources: {},
    down: new Set(),
    noAbsence: new Set(),
    listed: new Set(),
    errors: [],
    lost: [],
    district: manifest.district_code,
  }
  loadCore(dir, loaded, limits)
  const loader = new SourceLoader(dir, loaded, limits)
  for (const unit of new Set(Object.keys(recordColumns).map((r) => r.split('/')[0] as string))) loader.unit(unit)
  return loaded
}
