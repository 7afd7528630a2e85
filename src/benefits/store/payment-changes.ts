/** SQL of this month against the last: what is due in both, household by household. */
import type { Tx } from '#platform/db'
import type { PaymentChangeKind } from '../contract/payment-change.ts'
import type { Area } from './payments.ts'

/** What is due in the month $1 and in the one before, $2, within [$3, $4), and how each household that is unlike came to be so. */
const changes = `
  with now_counted as materialized (select household_no from paid_elsewhere($1, $3, $4) where cleared = 'counts'),
  then_counted as materialized (select household_no from paid_elsewhere($2, $3, $4) where cleared = 'counts'),
  this_month as materialized (
    select s.*, c.household_no is not null as counted, not s.stopped and not s.suspended and c.household_no is null as due
    from standing_grants($1, $3, $4) s left join now_counted c on c.household_no = s.household_no
  ), last_month as materialized (
    select s.*, c.household_no is not null as counted, not s.stopped and not s.suspended and c.household_no is null as due
    from standing_grants($2, $3, $4) s left join then_counted c on c.household_no = s.household_no
  ), pairs as (
    select household_no, coalesce(t.name, l.name) as name, coalesce(t.case_no, l.case_no) as case_no,
      coalesce(t.division_code, l.division_code) as division_code, coalesce(t.due, false) as is_due, coalesce(l.due, false) as was_due,
      case when t.due then t.persons else 0 end as persons, case when l.due then l.persons else 0 end as persons_before,
      case when t.due then t.base else 0 end as base, case when l.due then l.base else 0 end as base_before,
      case when t.due then t.top_up else 0 end as top_up, case when l.due then l.top_up else 0 end as top_up_before,
      case when t.due then t.amount else 0 end as amount, case when l.due then l.amount else 0 end as amount_before,
      t.decision_no is distinct from l.decision_no as decided_anew, t.decision_no is not null and t.from_month = $1 as starts,
      coalesce(t.stopped, l.decision_no is null and exists (select from household h where h.household_no = l.household_no and h.aid_to < $1)) as is_stopped, t.suspended as is_suspended, t.counted as is_counted,
      coalesce(l.stopped or l.suspended, false) as was_held, coalesce(l.counted, false) as was_counted
    from this_month t full join last_month l using (household_no)
  ), found as (
    select case
        when is_due and not was_due then case when starts then 'granted' when was_held then 'resumed' when was_counted then 'back' else 'other_in' end
        when was_due and not is_due then case when is_stopped then 'stopped' when is_suspended then 'suspended'
          when is_counted then 'elsewhere' else 'other_out' end
        when is_due and amount > amount_before then 'raised' when is_due and amount < amount_before then 'lowered'
        when is_due and (persons, base, top_up) is distinct from (persons_before, base_before, top_up_before) then 'members' end as kind, *
    from pairs
  )`

export interface ChangeSum {
  kind: PaymentChangeKind
  rows: number
  households: number
  persons: number
  base: number
  top_up: number
  total: number
}

/** The groups with what each adds or takes. One statement for any number of households. */
export function sumChanges(tx: Tx, month: string, last: string, area: Area): Promise<ChangeSum[]> {
  return tx.query<ChangeSum>(
    `${changes} select kind, count(*)::int as rows, sum(is_due::int - was_due::int)::int as households,
       sum(persons - persons_before)::int as persons, sum(base - base_before)::bigint as base, sum(top_up - top_up_before)::bigint as top_up,
       sum(amount - amount_before)::bigint as total
     from found where kind is not null group by kind`,
    [month, last, area.lo, area.hi],
  )
}

export interface ChangeRow {
  household_no: string
  case_no: string | null
  name: string
  division_code: string
  township_name: string
  village_name: string
  persons: number
  persons_before: number
  amount: number
  amount_before: number
  decided_anew: boolean
  total: number
}

/** A page of one group, village by village; `total` counts the whole group. */
export function listChanges(
  tx: Tx,
  month: string,
  last: string,
  area: Area,
  { kind, after, limit }: { readonly kind: PaymentChangeKind; readonly after: string | null; readonly limit: number },
): Promise<ChangeRow[]> {
  return tx.query<ChangeRow>(
    `${changes}, chosen as (select *, count(*) over ()::int as total from found where kind = $5)
     select c.household_no, c.case_no, c.name, c.division_code, coalesce(t.name, '') as township_name, coalesce(v.name, c.division_code) as village_name,
       c.persons, c.persons_before, c.amount, c.amount_before, c.decided_anew, c.total
     from chosen c left join division v on v.code = c.division_code left join division t on t.code = left(c.division_code, 9) || '000'
     where $6::text is null or c.division_code || c.household_no > $6 order by c.division_code || c.household_no limit $7`,
    [month, last, area.lo, area.hi, kind, after, limit],
  )
}
