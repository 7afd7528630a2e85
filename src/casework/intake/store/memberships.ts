/** SQL of people who are members of more than one household. */
import type { Tx } from '#platform/db'

/** Somebody of a case by the digest of the number. */
export interface MemberOfCase {
  readonly caseNo: string
  readonly householdNo: string | null
  readonly index: Buffer
}

/** Members of the cases' households as they are registered; `rows` leaves only these persons. */
export function listOwnMembers(tx: Tx, caseNos: readonly string[], rows: readonly string[] | null): Promise<MemberOfCase[]> {
  return tx.query<MemberOfCase>(
    `select c.case_no as "caseNo", c.household_no as "householdNo", p.id_number_index as index
     from casefile c join person p on p.household_no = c.household_no
     where c.case_no = any ($1) and ($2::text[] is null and p.counted = 'yes' or p.person_no = any ($2))`,
    [caseNos, rows],
  )
}

export interface DoubleRow {
  caseNo: string
  index: Buffer
  name: string
  householdNo: string
  headName: string
  townshipName: string
  running: string | null
  /** the other household lies in the caller's range */
  within: boolean
}

/**
 * Other living households in which these people are counted members: on aid in the month, with a running case, or registered and not judged yet.
 * Run it with the whole district in sight.
 */
export function listDoubles(tx: Tx, members: readonly MemberOfCase[], month: string): Promise<DoubleRow[]> {
  return tx.query<DoubleRow>(
    `select m.case_no as "caseNo", o.id_number_index as index, o.name, o.household_no as "householdNo", h.head_name as "headName",
       coalesce(t.name, '') as "townshipName", r.case_no as running, o.division_code >= $5 and o.division_code < $6 as within
     from unnest($1::text[], $2::text[], $3::bytea[]) as m(case_no, own, index)
     join person o on o.id_number_index = m.index and o.counted = 'yes' and o.household_no is distinct from m.own
     join household h on h.household_no = o.household_no
     left join division t on t.code = left(o.division_code, 9) || '000'
     left join lateral (select c.case_no from casefile c where c.household_no = h.household_no and c.result is null limit 1) r on true
     where h.aid_from is not null and (h.aid_to is null or h.aid_to >= $4) or r.case_no is not null
       or h.aid_from is null and not exists (select from casefile c where c.household_no = h.household_no)
     order by m.case_no, o.household_no, o.name`,
    [
      members.map(({ caseNo }) => caseNo),
      members.map(({ householdNo }) => householdNo),
      members.map(({ index }) => index),
      month,
      tx.scope.lo,
      tx.scope.hi,
    ],
  )
}
