import type { LookedAt, StaffKin } from '#journal'
import { divisionAt } from '#kernel/division'
import { maskIdNumber } from '#kernel/id-number'
import { maskName } from '#kernel/person-name'
import { Problem } from '#kernel/problem'
import type { Keys } from '#platform/crypto'
import { type Db, type Sql, type Tx, wholeScope, withTransaction } from '#platform/db'

/** The few names that identity and journal need from the registry; they stand below it and cannot ask themselves. */

/** Names of a division and of its district; the code itself where the table has none yet. */
export async function divisionNames(db: Db, code: string): Promise<{ scopeName: string; districtName: string }> {
  const district = divisionAt(code, 'district')
  const rows = await withTransaction(db, wholeScope('system:names'), (tx) =>
    tx.query<{ code: string; name: string }>('select code, name from division where code = any($1)', [[code, district]]),
  )
  const names = new Map(rows.map((row) => [row.code, row.name]))
  return { scopeName: names.get(code) ?? code, districtName: names.get(district) ?? district }
}

/** Names of divisions by code, the last known one of those that ended. */
export async function divisionNamesOf(sql: Sql, codes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ code: string; name: string | null }>(
    `select c.code, division_name_on(c.code, 'infinity') as name from unnest($1::text[]) as c(code)`,
    [codes],
  )
  return new Map(rows.flatMap(({ code, name }) => (name === null ? [] : [[code, name] as const])))
}

/** Villages within the scope, as people name them. */
export function listVillageNames(sql: Sql): Promise<{ code: string; name: string; townshipName: string }[]> {
  return sql.query(
    `select v.code, v.name, coalesce(t.name, '') as "townshipName" from division v left join division t on t.code = v.parent_code
     where v.level = 'village' and v.division_code >= app_scope_lo() and v.division_code < app_scope_hi() order by v.code`,
  )
}

interface SubjectRow {
  readonly name: string
  readonly division_code: string
  readonly sealed: Buffer
  readonly id_number_index: Buffer
}

/** A person or supporter in the caller's scope; throws Problem 404. */
export async function getSubject(tx: Tx, keys: Keys, subjectNo: string): Promise<LookedAt> {
  const row = await tx.maybe<SubjectRow>(
    `select name, division_code, sealed, id_number_index from person where person_no = $1
     union all select name, division_code, sealed, id_number_index from supporter where supporter_no = $1 limit 1`,
    [subjectNo],
  )
  if (row === undefined) throw new Problem('journal.no-subject', '没有这个人员，或不在您的辖区内', { status: 404 })
  const sealed = JSON.parse(keys.openText(row.sealed)) as { readonly id_number?: string }
  return {
    subjectNo,
    name: row.name,
    idMasked: maskIdNumber(sealed.id_number ?? ''),
    divisionCode: row.division_code,
    indexes: [row.id_number_index],
  }
}

/** Most links of staff to persons that are read at once: officials of a district with an account, and their filed families. */
const MOST_KIN = 5000

/** Officials who have an account, by name, and whoever lives in a household that was filed for one of them. */
export function listStaffKin(sql: Sql): Promise<StaffKin[]> {
  return sql.query<StaffKin & { userId: string }>(
    `with staff as (select u.user_id, o.official_no, o.id_number_index from app_user u join official o on o.name = u.display_name)
     select user_id as "userId", id_number_index as index from staff
     union select s.user_id, p.id_number_index from staff s join relative_filing f on f.official_no = s.official_no
       join person p on p.household_no = f.household_no limit ${MOST_KIN}`,
  )
}

/** Number and masked name of persons in the caller's scope, by keyed index. */
export async function subjectNames(
  sql: Sql,
  indexes: readonly Buffer[],
): Promise<ReadonlyMap<string, { subjectNo: string; name: string }>> {
  const rows = await sql.query<{ no: string; name: string; index: Buffer }>(
    `select person_no as no, name, id_number_index as index from person where id_number_index = any ($1::bytea[])
     union all select supporter_no, name, id_number_index from supporter where id_number_index = any ($1::bytea[])`,
    [indexes],
  )
  return new Map(rows.map(({ no, name, index }) => [index.toString('hex'), { subjectNo: no, name: maskName(name) }]))
}
