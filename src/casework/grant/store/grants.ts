/** SQL of running grants and their changes. */

import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { GrantChangeKind } from '../contract/grant.ts'

/** Proposals and decisions about one household wait for one another. */
export async function lockGrant(tx: Tx, householdNo: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('casework.grant ' || $1, 0))`, [householdNo])
}

export interface StandingGrant {
  decisionNo: string | null
  caseNo: string | null
  amount: number
  persons: number
  fromMonth: string
  /** null for a grant that was registered, not decided here */
  decidedAt: string | null
  stopped: boolean
}

/** What stands for a household: the newest of the months asked for that has one. */
export function findGrant(tx: Tx, householdNo: string, months: readonly string[]): Promise<StandingGrant | undefined> {
  return tx.maybe<StandingGrant>(
    `select g.decision_no as "decisionNo", g.case_no as "caseNo", g.amount, g.persons, g.from_month as "fromMonth", d.at as "decidedAt", g.stopped
     from household h, unnest($2::text[]) m(month), standing_grants(m.month, h.division_code, h.division_code || ' ') g
     left join case_decision d on d.decision_no = g.decision_no
     where h.household_no = $1 and g.household_no = h.household_no order by m.month desc limit 1`,
    [householdNo, months],
  )
}

/** The newest month a confirmed roll paid a household. */
export async function findLastPaid(tx: Tx, householdNo: string): Promise<string | null> {
  const { month } = await tx.one<{ month: string | null }>(
    `select max(l.month) as month from payment_roll_line l join payment_roll r on r.roll_no = l.roll_no
     where l.household_no = $1 and r.confirmed_at is not null`,
    [householdNo],
  )
  return month
}

export interface ChangeRow {
  changeNo: string
  kind: GrantChangeKind
  householdNo: string
  divisionCode: string
  headName: string
  townshipName: string
  villageName: string
  programme: string
  fromMonth: string
  groundLabel: string
  clause: string
  facts: string
  decisionNo: string | null
  amount: number
  persons: number
  priorTo: string | null
  caseNo: string | null
  remedies: { reconsiderationDays: number; litigationMonths: number; clause: string }
  proposedBy: string
  proposedByName: string
  proposedAt: string
  outcome: 'confirmed' | 'refused' | 'withdrawn' | null
  answer: string | null
  decidedByName: string | null
  decidedAt: string | null
  servedOn: string | null
}

type StoredChange = Omit<ChangeRow, 'facts' | 'answer'> & { facts: Buffer; answer: Buffer | null }

const columns = `c.change_no as "changeNo", c.kind, c.household_no as "householdNo", c.division_code as "divisionCode",
  coalesce(h.head_name, '') as "headName", coalesce(t.name, '') as "townshipName", coalesce(v.name, c.division_code) as "villageName",
  coalesce(h.programme, '') as programme, c.from_month as "fromMonth", c.ground_label as "groundLabel", c.clause, c.facts,
  c.decision_no as "decisionNo", c.amount, c.persons, c.prior_to as "priorTo", c.case_no as "caseNo", c.remedies,
  c.proposed_by as "proposedBy", ${nameOf('p.display_name', 'c.proposed_by')} as "proposedByName", c.proposed_at as "proposedAt", c.outcome, c.answer,
  case when c.decided_by is null then null else ${nameOf('d.display_name', 'c.decided_by')} end as "decidedByName", c.decided_at as "decidedAt",
  c.served_on as "servedOn"`
const joined = `left join household h on h.household_no = c.household_no left join division v on v.code = c.division_code
  left join division t on t.code = left(c.division_code, 9) || '000'
  left join app_user p on p.user_id = c.proposed_by left join app_user d on d.user_id = c.decided_by`

function opened(keys: Keys, row: StoredChange): ChangeRow {
  return { ...row, facts: keys.openText(row.facts), answer: row.answer === null ? null : keys.openText(row.answer) }
}

/** Changes of a household, newest first. */
export async function listChangesOf(tx: Tx, keys: Keys, householdNo: string): Promise<ChangeRow[]> {
  const rows = await tx.query<StoredChange>(
    `select ${columns} from grant_change c ${joined} where c.household_no = $1 order by c.proposed_at desc, c.change_no desc`,
    [householdNo],
  )
  return rows.map((row) => opened(keys, row))
}

export async function findChange(tx: Tx, keys: Keys, changeNo: string): Promise<ChangeRow | undefined> {
  const row = await tx.maybe<StoredChange>(`select ${columns} from grant_change c ${joined} where c.change_no = $1`, [changeNo])
  return row === undefined ? undefined : opened(keys, row)
}

export type ChangeState = 'open' | 'unserved' | 'done'

const STATES: Readonly<Record<ChangeState, string>> = {
  open: 'c.outcome is null',
  unserved: `c.outcome = 'confirmed' and c.served_at is null`,
  done: `c.outcome is not null and (c.outcome <> 'confirmed' or c.served_at is not null)`,
}

/** A page of changes in a state by their numbers: what waits oldest first, what is done newest first. */
export async function listChanges(
  tx: Tx,
  keys: Keys,
  page: { readonly state: ChangeState; readonly after: string | null; readonly limit: number },
): Promise<ChangeRow[]> {
  const [step, order] = page.state === 'done' ? ['<', 'desc'] : ['>', 'asc']
  const rows = await tx.query<StoredChange>(
    `select ${columns} from grant_change c ${joined} where ${STATES[page.state]} and ($1::text is null or c.change_no ${step} $1)
     order by c.change_no ${order} limit $2`,
    [page.after, page.limit],
  )
  return rows.map((row) => opened(keys, row))
}

export async function countChanges(tx: Tx, state: ChangeState): Promise<number> {
  return (await tx.one<{ n: number }>(`select count(*)::int as n from grant_change c where ${STATES[state]}`, [])).n
}

export interface NewChange
  extends Pick<
    ChangeRow,
    | 'changeNo'
    | 'householdNo'
    | 'kind'
    | 'fromMonth'
    | 'groundLabel'
    | 'clause'
    | 'facts'
    | 'decisionNo'
    | 'amount'
    | 'persons'
    | 'caseNo'
    | 'remedies'
    | 'proposedBy'
    | 'proposedAt'
  > {
  readonly ground: string
}

/** Writes a proposal in the household's area, with the last month its aid had. */
export async function insertChange(tx: Tx, keys: Keys, row: NewChange): Promise<void> {
  await tx.execute(
    `insert into grant_change (change_no, household_no, division_code, kind, from_month, ground, ground_label, clause, facts, decision_no, amount,
       persons, prior_to, case_no, remedies, proposed_by, proposed_at)
     select $1, h.household_no, h.division_code, $3, $4, $5, $6, $7, $8, $9, $10, $11, h.aid_to, $12, $13, $14, $15 from household h where h.household_no = $2`,
    [
      row.changeNo,
      row.householdNo,
      row.kind,
      row.fromMonth,
      row.ground,
      row.groundLabel,
      row.clause,
      keys.seal(row.facts),
      row.decisionNo,
      row.amount,
      row.persons,
      row.caseNo,
      JSON.stringify(row.remedies),
      row.proposedBy,
      row.proposedAt,
    ],
  )
}

/** Decides a proposal, or takes it back; false when it was decided meanwhile. */
export async function decideChange(
  tx: Tx,
  keys: Keys,
  {
    changeNo,
    outcome,
    answer,
    by,
    at,
  }: { changeNo: string; outcome: 'confirmed' | 'refused' | 'withdrawn'; answer: string; by: string; at: string },
): Promise<boolean> {
  const n = await tx.execute(
    `update grant_change set outcome = $2, answer = $3, decided_by = $4, decided_at = $5 where change_no = $1 and outcome is null`,
    [changeNo, outcome, keys.seal(answer), by, at],
  )
  return n === 1
}

/** Marks the letter of a confirmed change as served; the first time counts. */
export async function markServed(
  tx: Tx,
  keys: Keys,
  { changeNo, servedOn, service, at }: { changeNo: string; servedOn: string; service: object; at: string },
): Promise<boolean> {
  const n = await tx.execute(
    `update grant_change set service = $2, served_on = $3, served_at = $4 where change_no = $1 and outcome = 'confirmed' and served_at is null`,
    [changeNo, keys.seal(JSON.stringify(service)), servedOn, at],
  )
  return n === 1
}

/** Whoever makes or changes what is paid in one month waits for the others. */
export async function lockMonth(tx: Tx, month: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('casework.payment ' || $1::text))`, [month])
}
