import type { Sql } from '#platform/db'

/** All SQL of offices' seals. */

export interface SealRow {
  readonly seal_id: string
  readonly division_code: string
  readonly image: Buffer
  readonly basis: string
  readonly entered_by: string
  readonly entered_by_name: string
  readonly entered_at: string
  readonly confirmed_by_name: string | null
  readonly confirmed_at: string | null
  readonly ended_at: string | null
  readonly end_reason: string | null
}

const COLUMNS = `seal_id, division_code, image, basis, entered_by, entered_by_name, entered_at, confirmed_by_name, confirmed_at, ended_at,
  end_reason`

export function listSealRows(sql: Sql, divisionCode: string): Promise<SealRow[]> {
  return sql.query<SealRow>(`select ${COLUMNS} from office_seal where division_code = $1 order by entered_at desc`, [
    divisionCode,
  ])
}

export function findSealRow(sql: Sql, sealId: string): Promise<SealRow | undefined> {
  return sql.maybe<SealRow>(`select ${COLUMNS} from office_seal where seal_id = $1`, [sealId])
}

/** The pictures that print for some divisions; a division without a seal in use has no row. */
export function listSealsInUse(
  sql: Sql,
  divisionCodes: readonly string[],
): Promise<{ division_code: string; image: Buffer; sha256: string }[]> {
  return sql.query(
    'select division_code, image, sha256 from office_seal where division_code = any($1) and confirmed_at is not null and ended_at is null',
    [divisionCodes],
  )
}

export interface NewSeal {
  readonly sealId: string
  readonly divisionCode: string
  readonly image: Buffer
  readonly sha256: string
  readonly basis: string
  readonly by: string
  readonly byName: string
  readonly at: string
}

export async function insertSeal(sql: Sql, seal: NewSeal): Promise<void> {
  await sql.execute(
    `insert into office_seal (seal_id, division_code, image, sha256, basis, entered_by, entered_by_name, entered_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [seal.sealId, seal.divisionCode, seal.image, seal.sha256, seal.basis, seal.by, seal.byName, seal.at],
  )
}

export async function saveConfirmation(sql: Sql, sealId: string, by: string, byName: string, at: string): Promise<void> {
  await sql.execute('update office_seal set confirmed_by = $2, confirmed_by_name = $3, confirmed_at = $4 where seal_id = $1', [
    sealId,
    by,
    byName,
    at,
  ])
}

export async function saveEnd(sql: Sql, sealId: string, reason: string, at: string): Promise<void> {
  await sql.execute('update office_seal set ended_at = $2, end_reason = $3 where seal_id = $1 and ended_at is null', [
    sealId,
    at,
    reason,
  ])
}
