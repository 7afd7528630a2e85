/** SQL of the go-live month, and of clearances of what was paid elsewhere. */

import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { ClearanceKind } from '../contract/go-live.ts'
import type { Area } from './payments.ts'

/** Proposals, decisions and rolls of any month wait for one another. */
export async function lockGoLive(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('casework.go-live'))`)
}

export interface GoLiveRow {
  proposalId: string
  month: string
  proposedBy: string
  proposedByName: string
  proposedAt: string
  outcome: 'confirmed' | 'refused' | null
  answer: string
  decidedByName: string | null
  decidedAt: string | null
}

/** Every proposal of a go-live month, the newest first. */
export async function listGoLive(tx: Tx, keys: Keys): Promise<GoLiveRow[]> {
  const rows = await tx.query<Omit<GoLiveRow, 'answer'> & { answer: Buffer | null }>(
    `select g.proposal_id as "proposalId", g.month, g.proposed_by as "proposedBy", ${nameOf('p.display_name', 'g.proposed_by')} as "proposedByName",
       g.proposed_at as "proposedAt", g.outcome, g.answer, g.decided_at as "decidedAt",
       case when g.decided_by is null then null else ${nameOf('d.display_name', 'g.decided_by')} end as "decidedByName"
     from go_live g left join app_user p on p.user_id = g.proposed_by left join app_user d on d.user_id = g.decided_by
     order by g.proposed_at desc, g.proposal_id limit 100`,
  )
  const opened = (answer: Buffer | null): string => (answer === null || answer.length === 0 ? '' : keys.openText(answer))
  return rows.map((row) => ({ ...row, answer: opened(row.answer) }))
}

export interface GoLiveState {
  /** the month in force */
  current: string | null
  waiting: boolean
  /** a roll is confirmed: the month stays */
  fixed: boolean
}

export function findGoLive(tx: Tx): Promise<GoLiveState> {
  return tx.one<GoLiveState>(
    `select (select month from go_live where outcome = 'confirmed' order by decided_at desc, proposal_id limit 1) as current,
       exists (select from go_live where outcome is null) as waiting,
       exists (select from payment_roll where confirmed_at is not null) as fixed`,
  )
}

export interface NewGoLive {
  readonly proposalId: string
  readonly divisionCode: string
  readonly month: string
  readonly by: string
  readonly at: string
}

export async function insertGoLive(tx: Tx, { proposalId, divisionCode, month, by, at }: NewGoLive): Promise<void> {
  await tx.execute(
    'insert into go_live (proposal_id, division_code, month, proposed_by, proposed_at) values ($1, $2, $3, $4, $5)',
    [proposalId, divisionCode, month, by, at],
  )
}

/** What a second person says of a proposal. */
export interface Answer {
  readonly confirm: boolean
  readonly reason: string
  readonly by: string
  readonly at: string
}

const outcomeOf = ({ confirm }: Answer): string => (confirm ? 'confirmed' : 'refused')

/** Decides a proposal; false when it was decided meanwhile. */
export async function saveGoLive(tx: Tx, keys: Keys, proposalId: string, answer: Answer): Promise<boolean> {
  const n = await tx.execute(
    `update go_live set outcome = $2, answer = $3, decided_by = $4, decided_at = $5 where proposal_id = $1 and outcome is null`,
    [proposalId, outcomeOf(answer), keys.seal(answer.reason), answer.by, answer.at],
  )
  return n === 1
}

/** Which of these households are held back in a month because it was paid elsewhere, and may be proposed now. */
export function listHeld(
  tx: Tx,
  month: string,
  area: Area,
  householdNos: readonly string[],
): Promise<{ householdNo: string; waiting: boolean }[]> {
  return tx.query(
    `select e.household_no as "householdNo",
       exists (select from payment_clearance c where c.household_no = e.household_no and c.month = $1 and c.outcome is null) as waiting
     from paid_elsewhere($1, $2, $3) e
     where e.cleared is null and e.household_no = any ($4)
       and not exists (select from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
         where l.household_no = e.household_no and l.month = $1 and r.confirmed_at is not null)`,
    [month, area.lo, area.hi, householdNos],
  )
}

export interface NewClearances {
  readonly month: string
  readonly householdNos: readonly string[]
  readonly kind: ClearanceKind
  readonly reason: Uint8Array
  readonly by: string
  readonly at: string
}

/** Enters proposals for households in one statement, each about the sum that was paid. */
export function insertClearances(tx: Tx, area: Area, order: NewClearances): Promise<number> {
  return tx.execute(
    `insert into payment_clearance (clearance_id, month, household_no, division_code, kind, paid, reason, proposed_by, proposed_at)
     select gen_random_uuid(), $1, h.household_no, h.division_code, $5, e.paid, $6, $7, $8
     from paid_elsewhere($1, $2, $3) e join household h on h.household_no = e.household_no where e.household_no = any ($4)`,
    [order.month, area.lo, area.hi, order.householdNos, order.kind, order.reason, order.by, order.at],
  )
}

export interface ClearanceRow {
  clearanceId: string
  householdNo: string
  proposedBy: string
  open: boolean
  /** the imported rows still say the sum it is about */
  holds: boolean
}

/** Clearances of a month to be decided, held until the transaction ends. */
export function lockClearances(tx: Tx, month: string, area: Area, clearanceIds: readonly string[]): Promise<ClearanceRow[]> {
  return tx.query<ClearanceRow>(
    `with held as (select * from payment_clearance where clearance_id = any ($4) and month = $1 order by clearance_id for update),
       told as materialized (select * from paid_elsewhere($1, $2, $3))
     select c.clearance_id as "clearanceId", c.household_no as "householdNo", c.proposed_by as "proposedBy", c.outcome is null as open,
       coalesce(e.paid = c.paid, false) as holds
     from held c left join told e on e.household_no = c.household_no`,
    [month, area.lo, area.hi, clearanceIds],
  )
}

/** Decides clearances in one statement. */
export function saveClearances(tx: Tx, keys: Keys, clearanceIds: readonly string[], answer: Answer): Promise<number> {
  return tx.execute(
    `update payment_clearance set outcome = $2, answer = $3, decided_by = $4, decided_at = $5 where clearance_id = any ($1) and outcome is null`,
    [clearanceIds, outcomeOf(answer), keys.seal(answer.reason), answer.by, answer.at],
  )
}

/** Months with clearances that wait for a second person. */
export function countClearances(tx: Tx): Promise<{ month: string; count: number }[]> {
  return tx.query(
    'select month, count(*)::int as count from payment_clearance where outcome is null group by month order by month desc',
  )
}
