/** SQL of people and accounts that stand in two households that are paid, and of what was decided about them. Read with the whole district in sight. */

import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { DoubleKind, DoubleVerdict } from '../contract/double.ts'
import type { Answer } from './go-live.ts'
import type { Area } from './payments.ts'

/** Of a number that more households share each has one double, not one with every other: it names how many there are, so that one more is another double. */
const MOST_NAMED = 20

/**
 * Every double of the households in [$2, $3) in the month $1 with the newest decision that stands, and what waits. `living`: who has a grant in the month.
 * `$4` leaves only these households.
 */
const doubles = `
  with living as materialized (
    select s.household_no, s.division_code, s.name, h.account_index
    from standing_grants($1, '0', ':') s join household h on h.household_no = s.household_no where not s.stopped
  ), entry as materialized (
    select l.household_no, 'account' as kind, l.account_index as match, '' as who from living l where l.account_index is not null
    union all
    select l.household_no, 'person', p.id_number_index, min(p.name) from living l join person p on p.household_no = l.household_no
    where p.counted = 'yes' and (p.aid_to is null or p.aid_to >= $1) group by l.household_no, p.id_number_index
  ), crowd as (
    select kind, match, count(*)::int as many from entry group by kind, match having count(*) > 1
  ), few as materialized (
    select e.* from entry e join crowd c using (kind, match) where c.many <= ${MOST_NAMED}
  ), found as materialized (
    select e.household_no, l.name, l.division_code, e.kind, e.match, e.who, coalesce(o.household_no, '*' || c.many) as other_no, c.many
    from entry e join crowd c using (kind, match) join living l on l.household_no = e.household_no
    left join few o on o.kind = e.kind and o.match = e.match and o.household_no <> e.household_no
    where l.division_code >= $2 and l.division_code < $3 and ($4::text[] is null or e.household_no = any ($4))
  ), judged as (
    select f.*, d.verdict, d.proposal_id, d.reason, d.proposed_by, d.proposed_at, d.answer, d.decided_by, d.decided_at
    from found f left join lateral (
      select * from double_decision d where d.household_no = f.household_no and d.other_no = f.other_no and d.kind = f.kind and d.match = f.match
        and d.outcome = 'confirmed' and d.undone_at is null order by d.decided_at desc, d.decision_id limit 1
    ) d on true
  )`

/** Households that a double keeps from being paid. */
const HELD = `(j.verdict is null or j.verdict = 'duplicate')`

const clipped = (tx: Tx, { lo, hi }: Area): [string, string] => [
  lo > tx.scope.lo ? lo : tx.scope.lo,
  hi < tx.scope.hi ? hi : tx.scope.hi,
]

export interface DoubleRow {
  household_no: string
  name: string
  division_code: string
  kind: DoubleKind
  match: Buffer
  who: string
  other_no: string
  many: number
  other_name: string | null
  other_township: string
  /** the other household lies in the caller's range */
  within: boolean
  verdict: DoubleVerdict | null
  proposal: string | null
  reason: Buffer | null
  proposed_by_name: string
  proposed_at: string
  answer: Buffer | null
  decided_by_name: string
  decided_at: string
  next: string | null
  next_verdict: DoubleVerdict
  next_reason: Buffer
  next_by: string
  next_by_name: string
  next_at: string
  total: number
}

/** What is asked of the doubles. */
export interface DoubleQuery {
  readonly householdNos: readonly string[] | null
  readonly state: 'held' | 'decided' | null
  readonly limit: number | null
}

/** Doubles with their decisions, the held ones first. */
export function listDoubleRows(
  tx: Tx,
  month: string,
  area: Area,
  { householdNos, state, limit }: DoubleQuery,
): Promise<DoubleRow[]> {
  return tx.query<DoubleRow>(
    `${doubles}
     select j.household_no, j.name, j.division_code, j.kind, j.match, j.who, j.other_no, j.many, o.name as other_name,
       coalesce(t.name, '') as other_township, coalesce(o.division_code >= $5 and o.division_code < $6, false) as within,
       j.verdict, j.proposal_id as proposal, j.reason, ${nameOf('p.display_name', 'j.proposed_by')} as proposed_by_name, j.proposed_at, j.answer,
       ${nameOf('k.display_name', 'j.decided_by')} as decided_by_name, j.decided_at,
       n.proposal_id as next, n.verdict as next_verdict, n.reason as next_reason, n.proposed_by as next_by,
       ${nameOf('np.display_name', 'n.proposed_by')} as next_by_name, n.proposed_at as next_at, count(*) over ()::int as total
     from judged j left join living o on o.household_no = j.other_no left join division t on t.code = left(o.division_code, 9) || '000'
     left join double_decision n on n.household_no = j.household_no and n.other_no = j.other_no and n.kind = j.kind and n.match = j.match
       and n.outcome is null
     left join app_user p on p.user_id = j.proposed_by and p.division_code >= $5 and p.division_code < $6
     left join app_user k on k.user_id = j.decided_by and k.division_code >= $5 and k.division_code < $6
     left join app_user np on np.user_id = n.proposed_by and np.division_code >= $5 and np.division_code < $6
     where $7::text is null or ${HELD} = ($7 = 'held')
     order by ${HELD} desc, j.division_code, j.household_no, j.kind desc, j.who, j.other_no limit $8`,
    [month, ...clipped(tx, area), householdNos, tx.scope.lo, tx.scope.hi, state, limit],
  )
}

/** Numbers of the households that a double keeps from being paid. */
export async function listHeldNumbers(tx: Tx, month: string, area: Area): Promise<string[]> {
  const rows = await tx.query<{ no: string }>(
    `${doubles} select distinct household_no as no from judged j where ${HELD} order by 1`,
    [month, ...clipped(tx, area), null],
  )
  return rows.map(({ no }) => no)
}

export interface NewDouble {
  readonly decisionId: string
  readonly proposalId: string
  readonly row: DoubleRow
}

export interface DoubleOrder {
  readonly verdict: DoubleVerdict
  readonly reason: Uint8Array
  readonly by: string
  readonly at: string
}

/** Enters proposals in one statement; a double that waits already is left. */
export function insertDoubles(tx: Tx, doubles: readonly NewDouble[], { verdict, reason, by, at }: DoubleOrder): Promise<number> {
  return tx.execute(
    `insert into double_decision (decision_id, proposal_id, household_no, division_code, other_no, kind, match, verdict, reason, proposed_by, proposed_at)
     select d.decision_id, d.proposal_id, d.household_no, d.division_code, d.other_no, d.kind, d.match, $8, $9, $10, $11
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
       as d(decision_id, proposal_id, household_no, division_code, other_no, kind, match)
     on conflict do nothing`,
    [
      doubles.map(({ decisionId }) => decisionId),
      doubles.map(({ proposalId }) => proposalId),
      doubles.map(({ row }) => row.household_no),
      doubles.map(({ row }) => row.division_code),
      doubles.map(({ row }) => row.other_no),
      doubles.map(({ row }) => row.kind),
      doubles.map(({ row }) => row.match),
      verdict,
      reason,
      by,
      at,
    ],
  )
}

export interface ProposalRow {
  proposalId: string
  householdNo: string
  proposedBy: string
  open: boolean
}

/** Proposals to be decided, held until the transaction ends. */
export async function lockProposals(tx: Tx, proposalIds: readonly string[]): Promise<ProposalRow[]> {
  const rows = await tx.query<ProposalRow>(
    `select proposal_id as "proposalId", household_no as "householdNo", proposed_by as "proposedBy", outcome is null as open
     from double_decision where proposal_id = any ($1) order by decision_id for update`,
    [proposalIds],
  )
  return [...new Map(rows.map((row) => [row.proposalId, row])).values()]
}

/** Decides proposals in one statement. */
export async function saveDoubles(tx: Tx, keys: Keys, proposalIds: readonly string[], answer: Answer): Promise<void> {
  await tx.execute(
    `update double_decision set outcome = $2, answer = $3, decided_by = $4, decided_at = $5 where proposal_id = any ($1) and outcome is null`,
    [proposalIds, answer.confirm ? 'confirmed' : 'refused', keys.seal(answer.reason), answer.by, answer.at],
  )
}

/** Takes back what was decided of a household; gives its number, or undefined when nothing stands. */
export async function undoProposal(
  tx: Tx,
  proposalId: string,
  by: string,
  at: string,
  reason: Uint8Array,
): Promise<{ householdNo: string; count: number } | undefined> {
  const rows = await tx.query<{ no: string }>(
    `update double_decision set undone_by = $2, undone_at = $3, undone_reason = $4
     where proposal_id = $1 and outcome = 'confirmed' and undone_at is null returning household_no as no`,
    [proposalId, by, at, reason],
  )
  const [first] = rows
  return first === undefined ? undefined : { householdNo: first.no, count: rows.length }
}

/** Households whose doubles wait for a second person. */
export async function countProposals(tx: Tx): Promise<number> {
  const row = await tx.one<{ n: number }>(
    'select count(distinct household_no)::int as n from double_decision where outcome is null',
  )
  return row.n
}
