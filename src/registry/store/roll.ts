import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { enter, newRoll, type Roll } from '../rules/roll.ts'
import { CORE_TABLES, type CoreTableName, coreTable } from '../tables.ts'
import { numberIndex, STORED_TABLES, storedTableOf } from './stored-table.ts'
import { eachStored, listStored } from './values.ts'

/** Which accepted rows the check of some rows needs to know. */
export interface RollWish {
  readonly householdNos: readonly string[]
  readonly subjectNos: readonly string[]
  readonly officialNos: readonly string[]
  readonly idNumbers: readonly string[]
  /** Keys of rows of other tables that may stand there already. */
  readonly keys: readonly { readonly table: CoreTableName; readonly key: string }[]
}

const NOT_FROM_A_FILE = Number.NaN

async function enterAmong(
  sql: Sql,
  keys: Keys,
  roll: Roll,
  name: CoreTableName,
  column: string,
  among: readonly (string | Uint8Array)[],
): Promise<string[]> {
  if (among.length === 0) return []
  const stored = storedTableOf(name)
  const rows = await listStored(sql, keys, stored, column, among)
  for (const row of rows) {
    if (roll.keys.get(name)?.has(row.key) === true) continue
    enter(roll, coreTable(name), row.values, 0, NOT_FROM_A_FILE)
  }
  return rows.map(({ householdNo }) => householdNo).filter((no) => no !== null)
}

/** The accepted rows of the database that the checks of some rows look at. */
export async function loadRoll(sql: Sql, keys: Keys, wish: RollWish): Promise<Roll> {
  const roll = newRoll(CORE_TABLES)
  const codes = await sql.query<{ code: string }>('select code from division')
  for (const { code } of codes) roll.keys.get('divisions')?.set(code, NOT_FROM_A_FILE)
  await enterAmong(sql, keys, roll, 'officials', 'official_no', wish.officialNos)
  const ofPersons = await enterAmong(sql, keys, roll, 'persons', 'person_no', wish.subjectNos)
  const ofSupporters = await enterAmong(sql, keys, roll, 'supporters', 'supporter_no', wish.subjectNos)
  const households = [...new Set([...wish.householdNos, ...ofPersons, ...ofSupporters])]
  await enterAmong(sql, keys, roll, 'households', 'household_no', households)
  await enterAmong(sql, keys, roll, 'persons', 'household_no', households)
  await enterAmong(sql, keys, roll, 'supporters', 'household_no', households)
  const indexes = wish.idNumbers.map((id) => numberIndex(keys, id))
  await enterAmong(sql, keys, roll, 'persons', 'id_number_index', indexes)
  for (const [table, rows] of Map.groupBy(wish.keys, (row) => row.table)) {
    const among = rows.map(({ key }) => key)
    await enterAmong(sql, keys, roll, table, storedTableOf(table).key, among)
  }
  return roll
}

/** The whole roll of the district, for checking many rows at once: what rows of other files may refer to. */
export async function loadWholeRoll(sql: Sql, keys: Keys): Promise<Roll> {
  const roll = newRoll(CORE_TABLES)
  for (const name of ['divisions', 'officials'] as const) {
    const stored = storedTableOf(name)
    const rows = await sql.query<{ key: string }>(`select ${stored.key} as key from ${stored.name}`)
    for (const { key } of rows) roll.keys.get(name)?.set(key, NOT_FROM_A_FILE)
  }
  for (const name of ['households', 'persons', 'supporters'] as const) {
    for await (const rows of eachStored(sql, keys, storedTableOf(name)))
      for (const row of rows) enter(roll, coreTable(name), row.values, 0, NOT_FROM_A_FILE)
  }
  return roll
}

/** Keys of the tables of these files that stand outside a township, given by its first nine digits. */
export async function listElsewhere(sql: Sql, area: string, files: readonly string[]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  for (const { table, name, key } of STORED_TABLES) {
    if (!files.includes(table.file)) continue
    const rows = await sql.query<{ key: string }>(`select ${key} as key from ${name} where left(division_code, 9) <> $1`, [area])
    found.set(table.name, new Set(rows.map((row) => row.key)))
  }
  return found
}
