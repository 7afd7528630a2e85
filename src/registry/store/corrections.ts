/** SQL of corrections one person made in registered rows: what stood, what stands, why. Only added, never changed. */
import type { Sql, Tx } from '#platform/db'

export interface NewCorrection {
  readonly correctionId: string
  readonly tableName: string
  readonly rowKey: string
  readonly householdNo: string | null
  readonly divisionCode: string
  /** sealed: [{column, before, after}] */
  readonly changes: Buffer
  readonly reason: Buffer
  readonly by: string
  readonly byName: string
  readonly at: string
}

export async function insertCorrection(tx: Tx, correction: NewCorrection): Promise<void> {
  const { correctionId, tableName, rowKey, householdNo, divisionCode, changes, reason, by, byName, at } = correction
  await tx.execute(
    `insert into registry_correction (correction_id, table_name, row_key, household_no, division_code, changes, reason, by_user, by_name, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [correctionId, tableName, rowKey, householdNo, divisionCode, changes, reason, by, byName, at],
  )
}

export interface CorrectionRow {
  correction_id: string
  table_name: string
  row_key: string
  division_code: string
  changes: Buffer
  reason: Buffer
  by_name: string
  at: string
}

/** Corrections in rows of a household, the newest first. */
export function listCorrections(sql: Sql, householdNo: string, limit: number): Promise<(CorrectionRow & { total: number })[]> {
  return sql.query(
    `select correction_id, table_name, row_key, division_code, changes, reason, by_name, at, count(*) over ()::int as total
     from registry_correction where household_no = $1 order by at desc, correction_id limit $2`,
    [householdNo, limit],
  )
}
