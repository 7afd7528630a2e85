/** SQL of clean-ups: the frozen list, how far each area is, and what became of old grants. */

import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { CleanUpHousehold, CleanUpProgress } from '../contract/clean-up.ts'

export interface NewCleanUp {
  readonly id: string
  readonly label: string
  readonly divisionCode: string
  readonly lo: string
  readonly hi: string
  readonly frozenOn: string
  readonly deadlineOn: string
  readonly oldGrants: string
  readonly by: string
  readonly at: string
}

/** Freezes every recipient of the area into a new clean-up, in one statement; gives how many there are. */
export async function insertCleanUp(tx: Tx, it: NewCleanUp): Promise<number> {
  const row = await tx.one<{ households: number }>(
    `with recipient as materialized (
       select household_no, division_code, head_name from household
       where division_code >= $3 and division_code < $4 and aid_from is not null and aid_from <= left($6::text, 7)
         and (aid_to is null or aid_to >= left($6::text, 7))
     ), made as (
       insert into clean_up (clean_up_id, label, division_code, frozen_on, deadline_on, old_grants, households, made_by, made_at)
       select $1::uuid, $2, $5, $6::text::date, $7::date, $8, count(*)::int, $9, $10::timestamptz from recipient returning households
     ), listed as (
       insert into clean_up_household (clean_up_id, household_no, division_code, head_name)
       select $1::uuid, household_no, division_code, head_name from recipient
     )
     select households from made`,
    [it.id, it.label, it.lo, it.hi, it.divisionCode, it.frozenOn, it.deadlineOn, it.oldGrants, it.by, it.at],
  )
  return row.households
}

export interface CleanUpRow {
  clean_up_id: string
  label: string
  division_code: string
  division_name: string
  frozen_on: string
  deadline_on: string
  old_grants: 'until_decision' | 'task_at_deadline'
  households: number
  applied: number
  decided: number
  settled: number
  open: number
  pending: number
}

const withCases = 'clean_up_household l left join casefile c on c.case_no = l.case_no'

/** Neither settled nor with an application that runs or was decided on: one that was withdrawn, declined or terminated leaves it open. */
const isOpen = `(l.settled is null and (l.case_no is null or c.result not in ('granted', 'refused')))`

const counted = `select l.clean_up_id, count(*)::int as households, count(l.case_no)::int as applied,
    count(*) filter (where c.result in ('granted', 'refused'))::int as decided, count(l.settled)::int as settled,
    count(*) filter (where ${isOpen})::int as open, count(l.change_no) filter (where ${isOpen})::int as pending
  from ${withCases}`

/** Clean-ups with the households in sight, the newest first; one of them by id. A list of a wider area is seen by whoever has households in it. */
export function listCleanUpRows(tx: Tx, id: string | null = null): Promise<CleanUpRow[]> {
  return tx.query<CleanUpRow>(
    `with n as (${counted} where $1::uuid is null or l.clean_up_id = $1 group by l.clean_up_id)
     select u.clean_up_id, u.label, u.division_code, coalesce(d.name, '') as division_name, u.frozen_on, u.deadline_on, u.old_grants,
       coalesce(n.households, 0) as households, coalesce(n.applied, 0) as applied, coalesce(n.decided, 0) as decided,
       coalesce(n.settled, 0) as settled, coalesce(n.open, 0) as open,
       coalesce(n.pending, 0) as pending
     from clean_up u left join n on n.clean_up_id = u.clean_up_id left join division d on d.code = u.division_code
     where ($1::uuid is null or u.clean_up_id = $1) and (n.households is not null or u.division_code >= app_scope_lo() and u.division_code < app_scope_hi())
     order by u.made_at desc`,
    [id],
  )
}

/** How far each township is, or each village of a township. One statement. */
export function listProgress(tx: Tx, id: string, township: string | null): Promise<CleanUpProgress[]> {
  return tx.query<CleanUpProgress>(
    `select a.code, coalesce(d.name, a.code) as name, a.households, a.applied, a.running, a.granted, a.refused, a.ended, a.settled, a.open
     from (
       select case when $2::text is null then left(l.division_code, 9) || '000' else l.division_code end as code,
         count(*)::int as households, count(l.case_no)::int as applied,
         count(*) filter (where l.case_no is not null and c.result is null)::int as running,
         count(*) filter (where c.result = 'granted')::int as granted, count(*) filter (where c.result = 'refused')::int as refused,
         count(*) filter (where c.result not in ('granted', 'refused'))::int as ended, count(l.settled)::int as settled,
         count(*) filter (where ${isOpen})::int as open
       from ${withCases}
       where l.clean_up_id = $1 and ($2::text is null or left(l.division_code, 9) = left($2, 9))
       group by 1
     ) a left join division d on d.code = a.code order by a.code`,
    [id, township],
  )
}

export interface ListedFilter {
  readonly id: string
  readonly lo: string | null
  readonly hi: string | null
  readonly state: 'open' | 'applied' | 'settled' | 'all'
  readonly q: string | null
  readonly after: string | null
  readonly limit: number
}

const listed = `l.clean_up_id = $1 and ($2::text is null or l.division_code >= $2 and l.division_code < $3)
  and ($4 = 'all' or $4 = 'open' and ${isOpen} or $4 = 'applied' and l.case_no is not null
    or $4 = 'settled' and l.settled is not null)
  and ($5::text is null or l.head_name like $5 || '%' or l.household_no = $5)`

interface ListedRow extends Omit<CleanUpHousehold, 'settledReason'> {
  reason: Buffer | null
}

/** One page of the list, village by village. */
export async function listListed(tx: Tx, keys: Keys, filter: ListedFilter): Promise<CleanUpHousehold[]> {
  const rows = await tx.query<ListedRow>(
    `select l.household_no as "householdNo", l.head_name as "headName", l.division_code as "villageCode",
       coalesce(d.name, l.division_code) as "villageName", l.case_no as "caseNo", c.result, l.settled, l.change_no as "changeNo", l.settled_reason as reason,
       case when l.settled_by is not null then ${nameOf('u.display_name', 'l.settled_by')} end as "settledBy"
     from ${withCases} left join division d on d.code = l.division_code
     left join app_user u on u.user_id = l.settled_by
     where ${listed} and ($6::text is null or l.division_code || l.household_no > $6)
     order by l.division_code || l.household_no limit $7`,
    [filter.id, filter.lo, filter.hi, filter.state, filter.q, filter.after, filter.limit],
  )
  return rows.map(({ reason, ...row }) => ({ ...row, settledReason: reason === null ? null : keys.openText(reason) }))
}

export async function countListed(tx: Tx, filter: ListedFilter): Promise<number> {
  const { n } = await tx.one<{ n: number }>(`select count(*)::int as n from ${withCases} where ${listed}`, [
    filter.id,
    filter.lo,
    filter.hi,
    filter.state,
    filter.q,
  ])
  return n
}

/** Applications of households belong to the clean-ups that list them from now on, in the place of those that ended without a decision. */
export async function claimForCleanUps(
  tx: Tx,
  claims: readonly { id: string; householdNo: string; caseNo: string }[],
): Promise<void> {
  await tx.execute(
    `update clean_up_household l set case_no = n.case_no
     from unnest($1::uuid[], $2::text[], $3::text[]) as n(id, household_no, case_no)
     where l.clean_up_id = n.id and l.household_no = n.household_no`,
    [claims.map(({ id }) => id), claims.map(({ householdNo }) => householdNo), claims.map(({ caseNo }) => caseNo)],
  )
}

export interface ListedHousehold {
  household_no: string
  /** the application that runs or was decided on */
  case_no: string | null
  settled: string | null
  /** the change of its grant that is proposed */
  change_no: string | null
}

/** Households of the list, held until the transaction ends, in the order of their numbers. */
export function lockListedOf(
  tx: Tx,
  id: string,
  householdNos: readonly string[],
): Promise<(ListedHousehold & { head_name: string })[]> {
  return tx.query(
    `select l.household_no, l.head_name, case when c.result is null or c.result in ('granted', 'refused') then l.case_no end as case_no, l.settled, l.change_no
     from ${withCases} where l.clean_up_id = $1 and l.household_no = any ($2) order by l.household_no for update of l`,
    [id, householdNos],
  )
}

/** A household of the list, held until the transaction ends. */
export async function lockListed(tx: Tx, id: string, householdNo: string): Promise<ListedHousehold | undefined> {
  return (await lockListedOf(tx, id, [householdNo]))[0]
}

/** Recipients of an area on a day, township by township: whom a clean-up would list. */
export function listRecipients(
  tx: Tx,
  { lo, hi, on }: { lo: string; hi: string; on: string },
): Promise<{ code: string; name: string; households: number }[]> {
  return tx.query(
    `select r.code, coalesce(d.name, r.code) as name, r.households from (
       select left(division_code, 9) || '000' as code, count(*)::int as households from household
       where division_code >= $1 and division_code < $2 and aid_from is not null and aid_from <= left($3::text, 7)
         and (aid_to is null or aid_to >= left($3::text, 7)) group by 1
     ) r left join division d on d.code = r.code order by r.code`,
    [lo, hi, on],
  )
}

interface Settlement {
  readonly id: string
  readonly householdNo: string
  /** null while the change waits for a second person */
  readonly settled: 'kept' | 'stopped' | null
  readonly changeNo: string | null
  readonly reason: Buffer
  readonly by: string
  readonly at: string
}

/** What a person says becomes of an old grant. */
export async function saveSettlement(tx: Tx, it: Settlement): Promise<void> {
  await tx.execute(
    `update clean_up_household set settled = $3, change_no = $4, settled_reason = $5, settled_by = $6, settled_at = $7
     where clean_up_id = $1 and household_no = $2`,
    [it.id, it.householdNo, it.settled, it.changeNo, it.reason, it.by, it.at],
  )
}

/** The application that runs or was decided on of the household whose old grant a change would stop; null for none. Held until the transaction ends. */
export async function findReapplication(tx: Tx, changeNo: string): Promise<string | null> {
  const row = await tx.maybe<{ case_no: string }>(
    `select l.case_no from ${withCases} where l.change_no = $1 and (c.result is null or c.result in ('granted', 'refused')) for update of l`,
    [changeNo],
  )
  return row?.case_no ?? null
}

/** Settles the old grant that a confirmed change has stopped, or opens it again when the change was refused or taken back. */
export async function endProposedStop(tx: Tx, changeNo: string, isConfirmed: boolean): Promise<void> {
  await tx.execute(
    isConfirmed
      ? `update clean_up_household set settled = 'stopped' where change_no = $1`
      : `update clean_up_household set change_no = null, settled_reason = null, settled_by = null, settled_at = null where change_no = $1`,
    [changeNo],
  )
}
