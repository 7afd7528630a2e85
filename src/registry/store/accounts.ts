/** SQL of the accounts households are paid to. */
import type { Keys } from '#platform/crypto'
import type { Sql, Tx } from '#platform/db'
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

export interface ChangeRow {
  change_id: string
  household_no: string
  division_code: string
  village_name: string
  head_name: string
  before_sealed: Buffer
  after_sealed: Buffer
  reason: Buffer
  proofs: { fileId: string | null; sha256: string; name: string; size: number }[]
  proposed_by: string
  proposed_by_name: string
  proposed_at: string
  settled: 'confirmed' | 'refused' | null
  settled_reason: Buffer | null
  settled_by_name: string | null
  settled_at: string | null
}

const CHANGE = `c.change_id, c.household_no, c.division_code, coalesce(v.name, c.division_code) as village_name, coalesce(h.head_name, '') as head_name,
  c.before_sealed, c.after_sealed, c.reason, c.proofs, c.proposed_by, c.proposed_by_name, c.proposed_at, c.settled, c.settled_reason,
  c.settled_by_name, c.settled_at`
const CHANGES = `from account_change c left join division v on v.code = c.division_code left join household h on h.household_no = c.household_no`

/** Changes of a household's account, the newest first. */
export function listChangesOf(sql: Sql, householdNo: string): Promise<ChangeRow[]> {
  return sql.query<ChangeRow & { change_id: string }>(
    `select ${CHANGE} ${CHANGES} where c.household_no = $1 order by c.proposed_at desc limit 50`,
    [householdNo],
  )
}

/** Changes that wait for a second person, the oldest first, and how many there are. */
export function listOpenChanges(sql: Sql, limit: number): Promise<(ChangeRow & { total: number })[]> {
  return sql.query(
    `select ${CHANGE}, count(*) over ()::int as total ${CHANGES} where c.settled is null order by c.proposed_at, c.change_id limit $1`,
    [limit],
  )
}

/** A change, held until the transaction ends; undefined when it is not in scope. */
export function lockChange(tx: Tx, changeId: string): Promise<ChangeRow | undefined> {
  return tx.maybe<ChangeRow>(`select ${CHANGE} ${CHANGES} where c.change_id = $1 for update of c`, [changeId])
}

export function findChange(sql: Sql, changeId: string): Promise<ChangeRow | undefined> {
  return sql.maybe<ChangeRow>(`select ${CHANGE} ${CHANGES} where c.change_id = $1`, [changeId])
}

export interface NewChange {
  readonly changeId: string
  readonly householdNo: string
  readonly divisionCode: string
  readonly before: Buffer
  readonly after: Buffer
  readonly reason: Buffer
  readonly proofs: ChangeRow['proofs']
  readonly by: string
  readonly byName: string
  readonly at: string
}

/** Enters a change; false when another one of the household still waits. */
export async function insertChange(tx: Tx, change: NewChange): Promise<boolean> {
  const { changeId, householdNo, divisionCode, before, after, reason, proofs, by, byName, at } = change
  const entered = await tx.execute(
    `insert into account_change (change_id, household_no, division_code, before_sealed, after_sealed, reason, proofs, proposed_by,
       proposed_by_name, proposed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [changeId, householdNo, divisionCode, before, after, reason, JSON.stringify(proofs), by, byName, at],
  )
  return entered > 0
}

export async function settleChange(
  tx: Tx,
  changeId: string,
  settled: { outcome: 'confirmed' | 'refused'; reason: Buffer; by: string; byName: string; at: string },
): Promise<void> {
  const { outcome, reason, by, byName, at } = settled
  await tx.execute(
    `update account_change set settled = $2, settled_reason = $3, settled_by = $4, settled_by_name = $5, settled_at = $6
     where change_id = $1 and settled is null`,
    [changeId, outcome, reason, by, byName, at],
  )
}

/** The account of the household was confirmed by two persons: no package takes its place. */
export async function keepAccount(tx: Tx, householdNo: string): Promise<void> {
  await tx.execute('update household set kept_account = true where household_no = $1', [householdNo])
}
