import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { formatCsvRow } from '#kernel/csv'
import type { Keys } from '#platform/crypto'
import { type Db, type Scope, type Tx, withTransaction } from '#platform/db'
import { writeZip, type ZipInput } from '#sandbox'
import { type SheetInput, writeWorkbook } from './formats/write-workbook.ts'
import { fieldText } from './rules/field-text.ts'
import { divisionNameOn } from './store/divisions.ts'
import { findDistrict } from './store/import.ts'
import { STORED_TABLES, type StoredTable } from './store/stored-table.ts'
import { eachStored } from './store/values.ts'

/** The registry as a district package: every row in scope, as it would be handed in. */

async function* rowsOf(tx: Tx, keys: Keys, stored: StoredTable): AsyncGenerator<string[]> {
  for await (const rows of eachStored(tx, keys, stored)) {
    for (const { values } of rows) yield stored.table.columns.map((column, i) => fieldText(column, values[i] ?? null))
  }
}

async function* csvOf(tx: Tx, keys: Keys, stored: StoredTable): AsyncGenerator<string> {
  let text = `${formatCsvRow(stored.table.columns.map(({ name }) => name))}\n`
  for await (const row of rowsOf(tx, keys, stored)) {
    text += `${formatCsvRow(row)}\n`
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  yield text
}

async function manifestOf(tx: Tx, exportedOn: string): Promise<Record<string, string>> {
  const code = (await findDistrict(tx)) ?? ''
  const name = (await divisionNameOn(tx, `${code}000000`, exportedOn)) ?? ''
  return { format: 'yingbao-district-package', version: '1.0', district_code: code, district_name: name, exported_on: exportedOn }
}

/** The files of the package, one after another. */
export async function* packageFiles(tx: Tx, keys: Keys, exportedOn: string): AsyncGenerator<ZipInput> {
  yield { name: 'manifest.json', chunks: [`${JSON.stringify(await manifestOf(tx, exportedOn), null, 2)}\n`] }
  for (const stored of STORED_TABLES) yield { name: stored.table.file, chunks: csvOf(tx, keys, stored) }
}

async function* packageSheets(tx: Tx, keys: Keys, exportedOn: string): AsyncGenerator<SheetInput> {
  const manifest = Object.entries(await manifestOf(tx, exportedOn))
  yield { name: 'manifest', header: manifest[0] ?? [], rows: manifest.slice(1) }
  for (const stored of STORED_TABLES) {
    yield { name: stored.table.name, header: stored.table.columns.map(({ name }) => name), rows: rowsOf(tx, keys, stored) }
  }
}

/** The package as one file, streamed from a transaction of its own that lasts as long as the download. */
export function exportStream(db: Db, keys: Keys, scope: Scope, format: 'zip' | 'xlsx', exportedOn: string): Readable {
  const out = new PassThrough()
  const work = withTransaction(db, scope, (tx) => {
    const bytes =
      format === 'zip'
        ? Readable.from(writeZip(packageFiles(tx, keys, exportedOn)))
        : writeWorkbook(packageSheets(tx, keys, exportedOn))
    return pipeline(bytes, out)
  })
  work.catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
