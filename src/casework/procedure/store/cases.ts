/** SQL of cases: opening them, loading one for a move, and the moves. */
import type { Tx } from '#platform/db'
import type { EventPayloads } from '#platform/events'
import type { StepState } from '../rules/model.ts'

/** A case as every action needs it. Dates are 'YYYY-MM-DD'. */
export interface CaseRow {
  case_no: string
  household_no: string | null
  division_code: string
  township_code: string
  scheme: string
  programme: 'urban' | 'rural'
  origin: 'application' | 'proxy' | 'found' | 'clean_up' | 'review'
  clean_up_id: string | null
  /** the upheld complaint it was opened after */
  appeal_no: string | null
  procedure_id: string
  procedure_version: string
  pack_id: string
  pack_hash: string
  pack_on: string
  applicant_name: string
  members: number
  related: boolean
  complained: boolean
  sampled: boolean
  /** what the sheet proposes, whole fen per month */
  base: number | null
  top_up: number | null
  amount: number | null
  tier: string | null
  covered: number | null
  assigned_to: string | null
  version: number
  result: string | null
  opened_at: string
  opened_by: string
  accepted_on: string | null
  total_due_on: string | null
  ended_at: string | null
}

export interface StepRow {
  step: string
  state: StepState
  since: string
  due_on: string | null
  stopped_on: string | null
}

export interface MoveRow {
  seq: number
  step: string
  command: string
  from_state: string
  reopened: string | null
  by_user: string
  by_name: string | null
  by_role: string
  reason: Buffer | null
  detail: Record<string, unknown>
  at: string
}

export const caseColumns = `c.case_no, c.household_no, c.division_code, c.township_code, c.scheme, c.programme, c.origin, c.clean_up_id, c.appeal_no,
  c.procedure_id, c.procedure_version, c.pack_id, c.pack_hash, c.pack_on, c.applicant_name, c.members, c.related, c.complained, c.sampled,
  c.base, c.top_up, c.amount, c.tier, c.covered, c.assigned_to, c.version, c.result, c.opened_at, c.opened_by, c.accepted_on, c.total_due_on, c.ended_at`

/** The next number of a series (`AJ2026` → 1, 2, …), without a gap unless a transaction is rolled back. */
export async function nextNumber(tx: Tx, series: string): Promise<number> {
  return takeNumbers(tx, series, 1)
}

/** Takes so many numbers of a series that follow each other; gives the first. */
export async function takeNumbers(tx: Tx, series: string, count: number): Promise<number> {
  const { last } = await tx.one<{ last: number }>(
    `insert into number_series as n (series, last) values ($1, $2)
     on conflict (series) do update set last = n.last + $2 returning n.last`,
    [series, count],
  )
  return Number(last) - count + 1
}

export type NewCase = Pick<
  CaseRow,
  | 'case_no'
  | 'household_no'
  | 'division_code'
  | 'scheme'
  | 'programme'
  | 'origin'
  | 'clean_up_id'
  | 'procedure_id'
  | 'procedure_version'
  | 'pack_id'
  | 'pack_hash'
  | 'pack_on'
  | 'applicant_name'
  | 'members'
> & { initials: string; opened_at: string; opened_by: string; appeal_no?: string | null }

const newCaseColumns = `case_no, household_no, division_code, scheme, programme, origin, clean_up_id, procedure_id, procedure_version,
  pack_id, pack_hash, pack_on, applicant_name, members, initials, opened_at, opened_by, appeal_no`

/** Opens cases. One statement. */
export async function insertCases(tx: Tx, rows: readonly NewCase[]): Promise<void> {
  await tx.execute(
    `insert into casefile (${newCaseColumns}) select ${newCaseColumns} from jsonb_populate_recordset(null::casefile, $1::jsonb)`,
    [JSON.stringify(rows)],
  )
}

export function findCase(tx: Tx, caseNo: string): Promise<CaseRow | undefined> {
  return tx.maybe<CaseRow>(`select ${caseColumns} from casefile c where c.case_no = $1`, [caseNo])
}

/** The same, held until the transaction ends: two moves of one case are made one after the other. */
export function lockCase(tx: Tx, caseNo: string): Promise<CaseRow | undefined> {
  return tx.maybe<CaseRow>(`select ${caseColumns} from casefile c where c.case_no = $1 for update`, [caseNo])
}

export function listSteps(tx: Tx, caseNo: string): Promise<StepRow[]> {
  return tx.query<StepRow>('select step, state, since, due_on, stopped_on from case_step where case_no = $1', [caseNo])
}

export function listMoves(tx: Tx, caseNo: string): Promise<MoveRow[]> {
  return tx.query<MoveRow>(
    `select m.seq, m.step, m.command, m.from_state, m.reopened, m.by_user, u.display_name as by_name, m.by_role, m.reason, m.detail, m.at
     from case_move m left join app_user u on u.user_id = m.by_user where m.case_no = $1 order by m.seq`,
    [caseNo],
  )
}

export interface NewMove {
  caseNo: string
  seq: number
  step: string
  command: string
  reopened: string | null
  byUser: string
  byRole: string
  reason: Buffer | null
  /** step (or 'total') → last day */
  dues: Readonly<Record<string, string>>
  detail: Readonly<Record<string, unknown>>
  at: string
}

/** Makes a move; the database refuses it when the procedure does not know it. */
export async function insertMove(tx: Tx, move: NewMove): Promise<void> {
  await tx.execute(
    `insert into case_move (case_no, seq, division_code, step, command, from_state, reopened, by_user, by_role, reason, dues, detail, at)
     select $1, $2, c.division_code, $3, $4, '', $5, $6, $7, $8, $9, $10, $11 from casefile c where c.case_no = $1`,
    [
      move.caseNo,
      move.seq,
      move.step,
      move.command,
      move.reopened,
      move.byUser,
      move.byRole,
      move.reason,
      JSON.stringify(move.dues),
      JSON.stringify(move.detail),
      move.at,
    ],
  )
}

type Changeable =
  | 'household_no'
  | 'applicant_name'
  | 'members'
  | 'related'
  | 'complained'
  | 'sampled'
  | 'assigned_to'
  | 'programme'
  | 'base'
  | 'top_up'
  | 'amount'
  | 'tier'
  | 'covered'

/** Changes what the application may change of a case beside its moves. */
export async function setCase(
  tx: Tx,
  caseNo: string,
  change: Partial<Pick<CaseRow, Changeable>> & { initials?: string },
): Promise<void> {
  const names = Object.keys(change) as (keyof typeof change)[]
  if (names.length === 0) return
  const sets = names.map((name, at) => `${name} = $${at + 2}`).join(', ')
  await tx.execute(`update casefile set ${sets} where case_no = $1`, [caseNo, ...names.map((name) => change[name])])
}

/** After a village was merged or split: cases follow their households, and whatever lay in a village that is gone follows its heir. */
export async function followHouseholds(
  tx: Tx,
  { householdNos, from, to, on }: EventPayloads['registry.households-moved'],
): Promise<void> {
  await tx.query('select follow_households($1, $2, $3, $4)', [householdNos, from, to, on])
}
