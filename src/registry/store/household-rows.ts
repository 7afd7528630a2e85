/** SQL on one household as a whole: its lock, its people by keyed index, refused rows that name it, what a decision changes. */
import type { Tx } from '#platform/db'

/** Locks the household until the transaction ends; undefined when it is not in scope. */
export function lockHousehold(
  tx: Tx,
  householdNo: string,
): Promise<{ division_code: string; incomplete_members: boolean } | undefined> {
  return tx.maybe('select division_code, incomplete_members from household where household_no = $1 for update', [householdNo])
}

/** Keyed indexes of everybody in a household, members and supporters, each once. */
export async function listSubjectIndexes(tx: Tx, householdNo: string): Promise<Buffer[]> {
  const rows = await tx.query<{ id_number_index: Buffer }>(
    `select id_number_index from person where household_no = $1
     union select id_number_index from supporter where household_no = $1`,
    [householdNo],
  )
  return rows.map((row) => row.id_number_index)
}

/** The same of many households at once. */
export async function listSubjectIndexesOf(tx: Tx, householdNos: readonly string[]): Promise<Buffer[]> {
  const rows = await tx.query<{ id_number_index: Buffer }>(
    `select id_number_index from person where household_no = any ($1)
     union select id_number_index from supporter where household_no = any ($1)`,
    [householdNos],
  )
  return rows.map((row) => row.id_number_index)
}

/** Refused rows of earlier packages about the household are settled: a declaration made anew stands in their place. */
export async function settleQuarantineOf(tx: Tx, householdNo: string, by: string, at: string): Promise<void> {
  await tx.execute(
    `update quarantined_row set state = 'dismissed', settled_at = $3, settled_by = $2
     where state = 'open' and quarantined and household_no = $1
       and file in ('persons.csv', 'supporters.csv', 'declared_income.csv', 'declared_assets.csv', 'declared_expenditure.csv')`,
    [householdNo, by, at],
  )
}

/** Marks a household that came by declaration: a package that does not have it leaves it. */
export async function markDeclared(tx: Tx, householdNo: string): Promise<void> {
  await tx.execute('update household set declared = true where household_no = $1', [householdNo])
}

/** What a decision changes of a household. */
export interface AidRow {
  readonly aidFrom: string | null
  readonly aidTo: string | null
  readonly tier: string | null
  readonly approvedAmount: number | null
}

/**
 * Writes what was decided; a household with a first month is an existing one, one without is a new one. The digest of the row is emptied: it is not as any package
 * has it. Gives the division, or undefined when the household is not in scope.
 */
export async function saveAid(tx: Tx, householdNo: string, aid: AidRow): Promise<string | undefined> {
  const row = await tx.maybe<{ division_code: string }>(
    `update household set aid_from = $2, aid_to = $3, tier = $4, approved_amount = $5,
       kind = case when $2::text is null then 'new' else 'existing' end, kept_aid = true, content = ''::bytea
     where household_no = $1 returning division_code`,
    [householdNo, aid.aidFrom, aid.aidTo, aid.tier, aid.approvedAmount],
  )
  return row?.division_code
}

/** Keyed indexes of the members alone of many households, each once. */
export async function listMemberIndexesOf(tx: Tx, householdNos: readonly string[]): Promise<Buffer[]> {
  const rows = await tx.query<{ index: Buffer }>(
    `select distinct id_number_index as index from person where household_no = any ($1) and id_number_index is not null`,
    [householdNos],
  )
  return rows.map(({ index }) => index)
}
