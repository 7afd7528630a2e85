/** SQL of payment rolls: made from standing grants in one statement, confirmed by another person, settled through the wall. */

import { nameOf } from '#platform/actor-name'
import type { Tx } from '#platform/db'
import type { ClearanceKind } from '../contract/go-live.ts'
import type { DifferenceKind } from '../contract/payment.ts'

export interface Area {
  readonly lo: string
  readonly hi: string
}

/** What stands for each household in the month $1, within [$2, $3): a decision, or the grant it was registered with. */
const standing = 'select * from standing_grants($1, $2, $3)'

export interface MadeRolls {
  rolls: number
  households: number
  total: number
}

/** Makes the rolls of a month, per village and bank, from what stands and is not listed yet. One statement for any number of households. */
export function insertRolls(
  tx: Tx,
  month: string,
  area: Area,
  doubles: readonly string[],
  { madeBy, at }: { readonly madeBy: string; readonly at: string },
): Promise<MadeRolls> {
  return tx.one<MadeRolls>(
    `with held as materialized (
       select household_no from paid_elsewhere($1, $2, $3) where cleared is distinct from 'pay' union select unnest($6::text[])
     ), fresh as (
       select s.* from (${standing}) s
       where s.has_account and not s.stopped and not s.suspended
         and not exists (select from payment_roll_line l where l.household_no = s.household_no and l.month = $1 and not l.withdrawn)
         and not exists (select from held e where e.household_no = s.household_no)
     ), used as (
       select division_code, bank_name, count(*) as parts, sum(count(*)) over (partition by division_code) as rolls
       from payment_roll where month = $1 group by division_code, bank_name
     ), villages as (
       select division_code, max(rolls) as rolls from used group by division_code
     ), sums as (
       select division_code, bank_name, count(*)::int as households, sum(persons)::int as persons, sum(base)::bigint as base,
         sum(top_up)::bigint as top_up, sum(amount)::bigint as total,
         row_number() over (partition by division_code order by bank_name) as place
       from fresh group by division_code, bank_name
     ), roll as (
       insert into payment_roll (roll_no, month, division_code, bank_name, part, households, persons, base, top_up, total, made_by, made_at)
       select 'FF' || replace($1, '-', '') || '-' || s.division_code || '-' || lpad((coalesce(v.rolls, 0) + s.place)::text, 2, '0'),
         $1, s.division_code, s.bank_name, coalesce(u.parts, 0)::int + 1, s.households, s.persons, s.base, s.top_up, s.total, $4, $5
       from sums s left join villages v using (division_code)
       left join used u on u.division_code = s.division_code and u.bank_name = s.bank_name
       returning roll_no, division_code, bank_name, households, total
     ), line as (
       insert into payment_roll_line (roll_no, decision_no, case_no, household_no, division_code, month, name, persons, base, top_up, amount,
         account_holder, sealed)
       select r.roll_no, f.decision_no, f.case_no, f.household_no, f.division_code, $1, f.name, f.persons, f.base, f.top_up, f.amount,
         f.account_holder, f.sealed
       from fresh f join roll r using (division_code, bank_name)
     )
     select count(*)::int as rolls, coalesce(sum(households), 0)::int as households, coalesce(sum(total), 0)::bigint as total from roll`,
    [month, area.lo, area.hi, madeBy, at, doubles],
  )
}

export interface RollRow {
  roll_no: string
  month: string
  division_code: string
  village_name: string
  township_name: string
  bank_name: string
  households: number
  persons: number
  base: number
  top_up: number
  total: number
  made_by: string
  made_by_name: string
  made_at: string
  confirmed_by_name: string | null
  confirmed_at: string | null
  withdrawn_at: string | null
}

const rollColumns = `r.roll_no, r.month, r.division_code, coalesce(v.name, r.division_code) as village_name, coalesce(t.name, '') as township_name,
  r.bank_name, r.households, r.persons, r.base, r.top_up, r.total, r.made_by, ${nameOf('m.display_name', 'r.made_by')} as made_by_name, r.made_at,
  case when r.confirmed_by is null then null else ${nameOf('k.display_name', 'r.confirmed_by')} end as confirmed_by_name, r.confirmed_at, r.withdrawn_at`
const rollJoins = `from payment_roll r left join division v on v.code = r.division_code
  left join division t on t.code = left(r.division_code, 9) || '000'
  left join app_user m on m.user_id = r.made_by left join app_user k on k.user_id = r.confirmed_by`

/** A page of the rolls of a month that stand; `of_all`: how many there are. */
export function listRollPage(
  tx: Tx,
  month: string,
  area: Area,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<(RollRow & { of_all: number })[]> {
  return tx.query(
    `with standing as (
       select *, count(*) over ()::int as of_all from payment_roll
       where month = $1 and withdrawn_at is null and division_code >= $2 and division_code < $3
     )
     select ${rollColumns}, r.of_all ${rollJoins.replace('payment_roll r', 'standing r')}
     where $4::text is null or r.roll_no > $4 order by r.roll_no limit $5`,
    [month, area.lo, area.hi, after, limit],
  )
}

export function findRoll(tx: Tx, rollNo: string): Promise<RollRow | undefined> {
  return tx.maybe<RollRow>(`select ${rollColumns} ${rollJoins} where r.roll_no = $1`, [rollNo])
}

export async function listMonths(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ month: string }>(
    'select distinct month from payment_roll where withdrawn_at is null order by month desc',
  )
  return rows.map((row) => row.month)
}

export interface TownshipSum {
  code: string
  name: string
  rolls: number
  confirmed: number
  households: number
  persons: number
  base: number
  top_up: number
  total: number
  confirmable: string[]
}

/** Every township in sight by name, with its rolls of a month in figures, and which of them $2 may confirm. */
export function sumTownships(tx: Tx, month: string, userId: string): Promise<TownshipSum[]> {
  return tx.query<TownshipSum>(
    `with sums as (
       select left(division_code, 9) || '000' as code, count(*)::int as rolls, count(confirmed_at)::int as confirmed,
         sum(households)::int as households, sum(persons)::int as persons, sum(base)::bigint as base, sum(top_up)::bigint as top_up,
         sum(total)::bigint as total, array_agg(roll_no order by roll_no) filter (where confirmed_at is null and made_by <> $2) as confirmable
       from payment_roll where month = $1 and withdrawn_at is null group by 1
     ), places as (select code, name from division where level = 'township')
     select code, coalesce(p.name, code) as name, coalesce(s.rolls, 0) as rolls, coalesce(s.confirmed, 0) as confirmed,
       coalesce(s.households, 0) as households, coalesce(s.persons, 0) as persons, coalesce(s.base, 0) as base,
       coalesce(s.top_up, 0) as top_up, coalesce(s.total, 0) as total, coalesce(s.confirmable, '{}') as confirmable
     from places p full join sums s using (code) order by code`,
    [month, userId],
  )
}

export interface RollLineRow {
  /** null for a grant that was registered, not decided here */
  case_no: string | null
  decision_no: string | null
  household_no: string
  name: string
  persons: number
  base: number
  top_up: number
  amount: number
  account_holder: string | null
  sealed: Buffer
}

/** Lines of a roll by name: all, or those of a page. */
export function listRollLines(
  tx: Tx,
  rollNo: string,
  { after, limit }: { readonly after: readonly string[] | null; readonly limit: number | null } = { after: null, limit: null },
): Promise<RollLineRow[]> {
  return tx.query<RollLineRow>(
    `select case_no, decision_no, household_no, name, persons, base, top_up, amount, account_holder, sealed
     from payment_roll_line where roll_no = $1 and ($2::text is null or (name, household_no) > ($2, $3))
     order by name, household_no limit $4`,
    [rollNo, after?.[0] ?? null, after?.[1] ?? null, limit],
  )
}

export interface PaymentSums {
  due_households: number
  due_persons: number
  due_base: number
  due_top_up: number
  due_total: number
}

/** What is due in a month: what stands, without who is stopped, suspended, or counted as paid elsewhere. One statement. */
export function sumDue(tx: Tx, month: string, area: Area): Promise<PaymentSums> {
  return tx.one<PaymentSums>(
    `with counted as materialized (select household_no from paid_elsewhere($1, $2, $3) where cleared = 'counts')
     select count(*)::int as due_households, coalesce(sum(persons), 0)::int as due_persons, coalesce(sum(base), 0)::bigint as due_base,
       coalesce(sum(top_up), 0)::bigint as due_top_up, coalesce(sum(amount), 0)::bigint as due_total
     from (${standing}) s where not s.stopped and not s.suspended
       and not exists (select from counted e where e.household_no = s.household_no)`,
    [month, area.lo, area.hi],
  )
}

export interface DifferenceRow {
  kind: DifferenceKind
  household_no: string
  case_no: string | null
  decision_no: string | null
  name: string
  township_name: string
  village_name: string
  amount: number
  listed: number | null
  roll_no: string | null
  valid_to: string | null
  /** what imported payments of the month say, where that holds the household back */
  paid: number | null
  /** counted as paid by two persons */
  counted: boolean
}

const differences = `
  with standing as (${standing}), elsewhere as materialized (select * from paid_elsewhere($1, $2, $3)), listed as (
    select l.*, r.confirmed_at from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
    where l.month = $1 and not l.withdrawn and l.division_code >= $2 and l.division_code < $3
  ), found as (
    select case when s.stopped then 'stopped' when s.suspended then 'suspended'
        when e.paid is not null and l.confirmed_at is null then case when l.roll_no is not null or e.cleared is null then 'paid_elsewhere' end
        when b.household_no is not null and l.confirmed_at is null then 'double'
        when l.roll_no is null and not s.has_account then 'no_account'
        when l.roll_no is null then 'not_made' when l.amount <> s.amount then 'amount'
        when s.valid_to < ($1 || '-01')::date then 'expired' end as kind,
      s.household_no, s.case_no, s.decision_no, s.name, s.division_code, s.amount, l.amount as listed, l.roll_no, s.valid_to,
      case when l.confirmed_at is null then e.paid end as paid, coalesce(e.cleared = 'counts', false) as counted
    from standing s left join listed l on l.household_no = s.household_no
    left join elsewhere e on e.household_no = s.household_no and e.cleared is distinct from 'pay'
    left join unnest($4::text[]) as b(household_no) on b.household_no = s.household_no
    union all
    select case when l.decision_no is null then 'stopped' else 'undone' end, l.household_no, l.case_no, l.decision_no, l.name, l.division_code, 0::bigint, l.amount, l.roll_no, null::date,
      null::bigint, false
    from listed l where not exists (select from standing s where s.household_no = l.household_no)
  )`

/** A difference with its open clearance, if somebody proposed one. */
export interface ListedDifference extends DifferenceRow {
  clearance: string | null
  cleared_as: ClearanceKind
  reason: Buffer
  proposed_by: string
  proposed_by_name: string
  proposed_at: string
  /** where it stands in the list */
  place: string
  total: number
}

/** A page of the differences between what stands and what is on the rolls of a month; `doubles`: who is held back by one. */
export function listDifferenceRows(
  tx: Tx,
  month: string,
  area: Area,
  doubles: readonly string[],
  { kind, after, limit }: { readonly kind: string | null; readonly after: string | null; readonly limit: number },
): Promise<ListedDifference[]> {
  return tx.query(
    `${differences}, chosen as (
       select *, concat_ws(' ', kind, division_code, name, household_no) collate "C" as place, count(*) over ()::int as total
       from found where kind is not null and ($5::text is null or kind = $5)
     )
     select f.kind, f.household_no, f.case_no, f.decision_no, f.name, coalesce(t.name, '') as township_name, coalesce(v.name, f.division_code) as village_name,
       f.amount, f.listed, f.roll_no, f.valid_to, f.paid, f.counted, f.place, f.total,
       c.clearance_id as clearance, c.kind as cleared_as, c.reason, c.proposed_by, ${nameOf('p.display_name', 'c.proposed_by')} as proposed_by_name,
       c.proposed_at
     from chosen f left join division v on v.code = f.division_code left join division t on t.code = left(f.division_code, 9) || '000'
     left join payment_clearance c on c.household_no = f.household_no and c.month = $1 and c.outcome is null and f.kind = 'paid_elsewhere'
     left join app_user p on p.user_id = c.proposed_by
     where $6::text is null or f.place > $6 order by f.place limit $7`,
    [month, area.lo, area.hi, doubles, kind, after, limit],
  )
}

export function countDifferences(
  tx: Tx,
  month: string,
  area: Area,
  doubles: readonly string[],
): Promise<{ kind: DifferenceRow['kind']; count: number }[]> {
  return tx.query(`${differences} select kind, count(*)::int as count from found where kind is not null group by kind`, [
    month,
    area.lo,
    area.hi,
    doubles,
  ])
}

export interface ConfirmableRoll {
  roll_no: string
  month: string
  made_by: string
  confirmed_at: string | null
  withdrawn: boolean
  /** lines whose grant was taken back, stopped, replaced, or of another amount */
  off: number
  /** lines of households that were paid elsewhere in the month and not cleared to be paid here all the same */
  elsewhere: number
  /** households of its lines that a double holds back */
  doubles: string[]
}

/** Rolls of a month to be confirmed or withdrawn, held until the transaction ends, with how many of their lines differ from what stands. */
export function lockRolls(
  tx: Tx,
  month: string,
  rollNos: readonly string[],
  doubles: readonly string[],
): Promise<ConfirmableRoll[]> {
  return tx.query<ConfirmableRoll>(
    `with held as (select * from payment_roll where roll_no = any($1) and month = $2 order by roll_no for update),
       elsewhere as materialized (select * from paid_elsewhere($2, '0', ':') where cleared is distinct from 'pay')
     select h.roll_no, h.month, h.made_by, h.confirmed_at, h.withdrawn_at is not null as withdrawn,
       (select count(*)::int from payment_roll_line l
          left join standing_grants(h.month, h.division_code, h.division_code || ' ') s on s.household_no = l.household_no
        where l.roll_no = h.roll_no and (s.household_no is null or s.stopped or s.suspended or s.amount <> l.amount
          or s.decision_no is distinct from l.decision_no)) as off,
       (select count(*)::int from payment_roll_line l join elsewhere e on e.household_no = l.household_no
        where l.roll_no = h.roll_no) as elsewhere,
       array(select l.household_no from payment_roll_line l join unnest($3::text[]) as b(household_no) on b.household_no = l.household_no
         where l.roll_no = h.roll_no order by l.household_no) as doubles
     from held h order by h.roll_no`,
    [rollNos, month, doubles],
  )
}

export async function markConfirmed(tx: Tx, rollNos: readonly string[], by: string, at: string): Promise<number> {
  return tx.execute(
    `update payment_roll set confirmed_by = $2, confirmed_at = $3 where roll_no = any($1) and confirmed_at is null and withdrawn_at is null
       and made_by <> $2`,
    [rollNos, by, at],
  )
}

/** Settles the cases that are newly on confirmed rolls: each by its own move, which the wall checks. One statement. */
export function insertPayMoves(tx: Tx, rollNos: readonly string[], at: string): Promise<number> {
  return tx.execute(
    `insert into case_move (case_no, seq, division_code, step, command, from_state, by_user, by_role, detail, at)
     select c.case_no, c.version + 1, c.division_code, 'payment', 'pay', s.state, 'system:casework', 'system',
       jsonb_build_object('roll', l.roll_no), $2
     from payment_roll_line l join case_decision d on d.decision_no = l.decision_no and d.undone_at is null
     join casefile c on c.case_no = d.case_no and c.result is null
     join case_step s on s.case_no = c.case_no and s.step = 'payment' and s.state = 'open'
     where l.roll_no = any($1) order by c.case_no`,
    [rollNos, at],
  )
}

export interface PaidLine {
  roll_no: string
  household_no: string
  month: string
  amount: number
  account_holder: string | null
  sealed: Buffer
}

/** Every line of confirmed rolls, as the registry takes it. */
export function listPaidLines(tx: Tx, rollNos: readonly string[]): Promise<PaidLine[]> {
  return tx.query<PaidLine>(
    `select l.roll_no, l.household_no, l.month, l.amount, l.account_holder, l.sealed from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
     where l.roll_no = any ($1) and r.confirmed_at is not null`,
    [rollNos],
  )
}

/** Takes back a roll that is not confirmed; its lines go with it. */
export async function markWithdrawn(tx: Tx, rollNo: string, by: string, at: string, reason: Uint8Array): Promise<boolean> {
  const n = await tx.execute(
    `update payment_roll set withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4
     where roll_no = $1 and confirmed_at is null and withdrawn_at is null`,
    [rollNo, by, at, reason],
  )
  return n === 1
}
