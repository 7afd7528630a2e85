/** SQL of the accounts households are paid to. */
import type { Keys } from '#platform/crypto'
import type { Sql } from '#platform/db'
import { openSealed } from './stored-table.ts'

/** A household's account in clear with who is listed in the household. */
export interface AccountRow {
  readonly householdNo: string
  readonly divisionCode: string
  readonly headName: string
  readonly bankName: string
  readonly accountNo: string
  readonly holder: string
  readonly holderId: string
  readonly proxyFiled: boolean
  readonly members: readonly { readonly name: string; readonly idNumber: string }[]
}

type Stored = {
  household_no: string
  division_code: string
  head_name: string
  bank_name: string | null
  account_holder: string | null
  account_proxy_filed: string | null
  sealed: Buffer
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function opened(keys: Keys, row: Stored, persons: readonly { name: string; sealed: Buffer }[]): AccountRow {
  const sealed = openSealed(keys, row.sealed)
  return {
    householdNo: row.household_no,
    divisionCode: row.division_code,
    headName: row.head_name,
    bankName: row.bank_name ?? '',
    accountNo: text(sealed.account_no),
    holder: row.account_holder ?? '',
    holderId: text(sealed.account_holder_id),
    proxyFiled: row.account_proxy_filed === 'yes',
    members: persons.map((person) => ({ name: person.name, idNumber: text(openSealed(keys, person.sealed).id_number) })),
  }
}

/** The accounts of households, opened, of those in scope. Two statements. */
export async function listAccounts(sql: Sql, keys: Keys, householdNos: readonly string[]): Promise<AccountRow[]> {
  const rows = await sql.query<Stored>(
    `select household_no, division_code, head_name, bank_name, account_holder, account_proxy_filed, sealed
     from household where household_no = any($1) order by household_no`,
    [householdNos],
  )
  const persons = await sql.query<{ household_no: string; name: string; sealed: Buffer }>(
    'select household_no, name, sealed from person where household_no = any($1) order by household_no, file_row',
    [householdNos],
  )
  const members = Map.groupBy(persons, ({ household_no: householdNo }) => householdNo)
  return rows.map((row) => opened(keys, row, members.get(row.household_no) ?? []))
}

export interface SharingRow {
  readonly index: Buffer
  readonly household_no: string
  readonly division_code: string
}

/** Households with running aid that are paid to one of these accounts. */
export function listSharing(sql: Sql, indexes: readonly Buffer[]): Promise<SharingRow[]> {
  return sql.query<SharingRow & { household_no: string }>(
    `select account_index as index, household_no, division_code from household
     where account_index = any($1) and kind = 'existing' order by household_no`,
    [indexes],
  )
}
