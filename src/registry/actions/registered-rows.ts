import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { fieldText } from '../rules/field-text.ts'
import { accountIndex, numberIndex, storedTableOf } from '../store/stored-table.ts'
import { listStored } from '../store/values.ts'
import type { CoreTableName } from '../tables.ts'

/** A row of the registry as a package would write it; columns that are empty are left out. */
export interface RegisteredRow {
  readonly key: string
  readonly householdNo: string | null
  readonly given: Readonly<Record<string, string>>
}

/** By what rows are looked up: household numbers, citizen numbers, accounts. */
export type RowsBy = 'household_no' | 'id_number' | 'account_no'

/** Values that one statement looks up. */
const AT_ONCE = 20_000

const INDEX: Readonly<Record<RowsBy, string>> = {
  household_no: 'household_no',
  id_number: 'id_number_index',
  account_no: 'account_index',
}

function sought(keys: Keys, by: RowsBy, value: string): string | Buffer | null {
  if (by === 'id_number') return numberIndex(keys, value)
  return by === 'account_no' ? accountIndex(keys, value) : value
}

/** Rows of a table by household, citizen number or account, opened; as many as there are within the scope. */
export async function* registeredRows(
  tx: Tx,
  keys: Keys,
  name: CoreTableName,
  by: RowsBy,
  values: readonly string[],
): AsyncGenerator<RegisteredRow> {
  const stored = storedTableOf(name)
  const { columns } = stored.table
  for (let at = 0; at < values.length; at += AT_ONCE) {
    const among = values.slice(at, at + AT_ONCE).flatMap((value) => sought(keys, by, value) ?? [])
    for (const row of await listStored(tx, keys, stored, INDEX[by], among)) {
      const given: Record<string, string> = {}
      columns.forEach((column, i) => {
        const text = fieldText(column, row.values[i] ?? null)
        if (text !== '') given[column.name] = text
      })
      yield { key: row.key, householdNo: row.householdNo, given }
    }
  }
}
