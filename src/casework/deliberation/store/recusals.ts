/** SQL of what recusal goes by: members of the pool and the household's own people, with the keyed digests of their numbers. */
import type { Tx } from '#platform/db'

/** Members of the pool by id, with the digest of their number as hexadecimal. */
export function listSitters(
  tx: Tx,
  memberIds: readonly string[],
): Promise<{ memberId: string; name: string; kind: string; number: string | null }[]> {
  return tx.query(
    `select member_id as "memberId", name, kind, encode(id_number_index, 'hex') as number from pool_member where member_id = any ($1::uuid[])`,
    [memberIds],
  )
}

export interface KinRow {
  caseNo: string
  name: string
  number: string | null
  role: 'member' | 'supporter'
}

/** Members and supporters of the households of cases. */
export function listHouseholdKin(tx: Tx, caseNos: readonly string[]): Promise<KinRow[]> {
  return tx.query<KinRow>(
    `select c.case_no as "caseNo", p.name, encode(p.id_number_index, 'hex') as number, 'member' as role
     from casefile c join person p on p.household_no = c.household_no where c.case_no = any ($1)
     union all
     select c.case_no, s.name, encode(s.id_number_index, 'hex'), 'supporter'
     from casefile c join supporter s on s.household_no = c.household_no where c.case_no = any ($1)`,
    [caseNos],
  )
}

/** Digest of the number of officials by name, where the registry has one of the name only. */
export async function listOfficialNumbers(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ name: string; number: string }>(
    `select name, min(encode(id_number_index, 'hex')) as number from official
     where name = any ($1) and id_number_index is not null group by name having count(distinct id_number_index) = 1`,
    [names],
  )
  return new Map(rows.map(({ name, number }) => [name, number]))
}
