/** The units' rows as plain indexed tables of a PostgreSQL database: what the floor and the peers' way read from. */
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { recordNames, recordTypeOf } from '#sources/contract'
import { readCsv } from '../src/kernel/csv.ts'
import { clean } from '../src/kernel/text.ts'
import type { CopyValue, Tx } from '../src/platform/db.ts'

/** Table of a record type in the bench's database. */
export function tableOf(record: string): string {
  return `floor_${record.replace('/', '_')}`
}

async function* rowsOf(path: string, idColumns: readonly string[]): AsyncIterable<CopyValue[]> {
  let places: number[] | undefined
  for await (const records of readCsv(createReadStream(path))) {
    for (const { fields, raw } of records) {
      if (places === undefined) {
        const header = fields.map(clean)
        places = idColumns.map((column) => header.indexOf(column)).filter((place) => place >= 0)
        continue
      }
      for (const place of places) yield [clean(fields[place] ?? ''), raw]
    }
  }
}

/** Loads every record file of a package as (number, raw line), indexed by number. */
export async function loadReferenceStore(tx: Tx, packageDir: string): Promise<number> {
  let rows = 0
  for (const record of recordNames) {
    const { file, parties } = recordTypeOf(record)
    await tx.execute(`create unlogged table ${tableOf(record)} (id text collate "C", line text)`)
    const path = join(packageDir, file)
    if (existsSync(path)) {
      rows += await tx
        .copyIn(
          `copy ${tableOf(record)} (id, line) from stdin`,
          rowsOf(
            path,
            parties.map((party) => party.id),
          ),
        )
        .catch((error: unknown) => {
          throw new Error(`${file}: ${String(error)}`)
        })
    }
    await tx.execute(`create index on ${tableOf(record)} (id)`)
  }
  await tx.execute('analyze')
  return rows
}
