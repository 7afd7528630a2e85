import type { Value } from '#kernel/table'
import type { CopyValue } from '#platform/copy-text'
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { openSealed, type StoredTable } from './stored-table.ts'

/** A stored row with the values of the package's columns, in their order. */
export interface StoredRow {
  readonly key: string
  readonly divisionCode: string
  readonly householdNo: string | null
  readonly values: Value[]
}

/** Selects rows of a table as they are opened, from the registry or where rows of the same shape stand. */
export function selectText({ name, plain, sealed, key, columns, table }: StoredTable, from = name): string {
  const household = columns.includes('household_no') ? 'household_no' : 'null'
  const opened = sealed.length > 0 ? 'sealed' : 'null as sealed'
  const list = [
    ...plain.map((column) => `${column} as "v_${column}"`),
    opened,
    `${key} as "key"`,
    `${name === 'division' ? 'code' : 'division_code'} as "division"`,
  ]
  return `select ${list.join(', ')}, ${table.name === 'officials' || table.name === 'divisions' ? 'null' : household} as "household" from ${from}`
}

/** A row as `selectText` gives it. */
export type Selected = Record<string, Value> & { sealed: Buffer | null } & {
  key: string
  division: string
  household: string | null
}

/** A selected row with its sealed fields opened. */
export function toRow(keys: Keys, stored: StoredTable, row: Selected): StoredRow {
  const opened = openSealed(keys, row.sealed)
  const values = stored.table.columns.map(({ name }) => (stored.sealed.includes(name) ? opened[name] : row[`v_${name}`]) ?? null)
  return { key: row.key, divisionCode: row.division, householdNo: row.household, values }
}

/** Rows of a table whose column is one of the texts, opened, in order of key. */
export async function listStored(
  sql: Sql,
  keys: Keys,
  stored: StoredTable,
  column: string,
  among: readonly (string | Uint8Array)[],
  from?: string,
): Promise<StoredRow[]> {
  const rows = await sql.query<Selected>(`${selectText(stored, from)} where ${column} = any($1) order by ${stored.key}`, [among])
  return rows.map((row) => toRow(keys, stored, row))
}

/** The row of a key, opened; undefined if there is none in scope. */
export async function findStored(sql: Sql, keys: Keys, stored: StoredTable, key: string): Promise<StoredRow | undefined> {
  return (await listStored(sql, keys, stored, stored.key, [key]))[0]
}

/** All rows in scope by key, a page after another, each opened: for exports of any size in bounded memory. */
export async function* eachStored(sql: Sql, keys: Keys, stored: StoredTable, page = 2000): AsyncGenerator<StoredRow[]> {
  let after = ''
  for (;;) {
    const rows = await sql.query<Selected>(`${selectText(stored)} where ${stored.key} > $1 order by ${stored.key} limit $2`, [
      after,
      page,
    ])
    if (rows.length > 0) yield rows.map((row) => toRow(keys, stored, row))
    if (rows.length < page) return
    after = rows[rows.length - 1]?.key ?? ''
  }
}

function placeholders(count: number): string {
  return Array.from({ length: count }, (_, i) => `$${i + 1}`).join(', ')
}

/** Writes one encoded row, new or in place of the one with its key. */
export async function saveStored(sql: Sql, stored: StoredTable, encoded: readonly CopyValue[]): Promise<void> {
  const { name, key, columns } = stored
  const set = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
  await sql.execute(
    `insert into ${name} (${columns.join(', ')}) values (${placeholders(columns.length)})
      on conflict (${key}) do update set ${set.join(', ')}`,
    encoded,
  )
}

/** Writes encoded rows of one table in one statement, each new or in place of the one with its key. */
export async function saveAllStored(sql: Sql, stored: StoredTable, rows: readonly (readonly CopyValue[])[]): Promise<void> {
  if (rows.length === 0) return
  const { name, key, columns } = stored
  const set = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
  const lines = rows.map((row, r) => `(${row.map((_, i) => `$${r * columns.length + i + 1}`).join(', ')})`)
  await sql.query(
    `insert into ${name} (${columns.join(', ')}) values ${lines.join(', ')} on conflict (${key}) do update set ${set.join(', ')}`,
    rows.flat(),
    { named: false },
  )
}

/** Removes rows of a table by key. */
export async function removeStored(sql: Sql, stored: StoredTable, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await sql.execute(`delete from ${stored.name} where ${stored.key} = any($1)`, [keys])
}

/** So many numbers that were never given before. */
export async function takeRowNumbers(sql: Sql, count: number): Promise<number[]> {
  if (count === 0) return []
  const rows = await sql.query<{ no: number }>(`select nextval('registry_row_no') as no from generate_series(1, $1::int)`, [
    count,
  ])
  return rows.map(({ no }) => no)
}

const OF_HOUSEHOLD = [
  'person',
  'supporter',
  'authorisation',
  'authorisation_scan',
  'declared_income',
  'declared_asset',
  'declared_expenditure',
  'payment',
  'account_change',
  'registry_correction',
  'relative_filing',
  'query_log',
]

/** A household moved to another division: everything of it moves along. */
export async function moveHousehold(sql: Sql, householdNo: string, divisionCode: string): Promise<void> {
  for (const name of OF_HOUSEHOLD) {
    await sql.execute(`update ${name} set division_code = $2 where household_no = $1 and division_code <> $2`, [
      householdNo,
      divisionCode,
    ])
  }
}

/** Every row takes the division of its household, wherever that was changed. */
export async function alignDivisions(sql: Sql): Promise<void> {
  for (const name of OF_HOUSEHOLD) {
    await sql.execute(
      `update ${name} t set division_code = h.division_code from household h
        where h.household_no = t.household_no and t.division_code <> h.division_code`,
    )
  }
}
