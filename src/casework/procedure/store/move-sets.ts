/** SQL of many cases at once: loading them for one kind of move, and making it for all. The statements do not grow with the cases. */
import type { Tx } from '#platform/db'
import type { CaseRow, MoveRow, NewMove, StepRow } from './cases.ts'
import { caseColumns } from './cases.ts'

/** Cases in order of their numbers, held until the transaction ends when `lock` is set. */
export function listCasesOf(tx: Tx, caseNos: readonly string[], lock: boolean): Promise<CaseRow[]> {
  return tx.query<CaseRow>(
    `select ${caseColumns} from casefile c where c.case_no = any ($1) order by c.case_no${lock ? ' for update' : ''}`,
    [caseNos],
  )
}

export function listStepsOf(tx: Tx, caseNos: readonly string[]): Promise<(StepRow & { case_no: string })[]> {
  return tx.query('select case_no, step, state, since, due_on, stopped_on from case_step where case_no = any ($1)', [caseNos])
}

/** Every move of the cases, in order. */
export function listMovesOf(tx: Tx, caseNos: readonly string[]): Promise<(MoveRow & { case_no: string })[]> {
  return tx.query<MoveRow & { case_no: string }>(
    `select m.case_no, m.seq, m.step, m.command, m.from_state, m.reopened, m.by_user, u.display_name as by_name, m.by_role, m.reason, m.detail, m.at
     from case_move m left join app_user u on u.user_id = m.by_user where m.case_no = any ($1) order by m.case_no, m.seq`,
    [caseNos],
  )
}

/** Who made which move of which case. */
export function listMoversOf(
  tx: Tx,
  caseNos: readonly string[],
): Promise<{ case_no: string; step: string; command: string; by_user: string }[]> {
  return tx.query('select distinct case_no, step, command, by_user from case_move where case_no = any ($1)', [caseNos])
}

/** Makes one move each of many cases; the database refuses all when it refuses one. */
export async function insertMoves(tx: Tx, moves: readonly Omit<NewMove, 'reason'>[]): Promise<void> {
  await tx.execute(
    `insert into case_move (case_no, seq, division_code, step, command, from_state, reopened, by_user, by_role, dues, detail, at)
     select m.case_no, m.seq, c.division_code, m.step, m.command, '', m.reopened, m.by_user, m.by_role, m.dues, m.detail, m.at
     from jsonb_to_recordset($1::jsonb) as m(case_no text, seq int, step text, command text, reopened text, by_user text, by_role text,
       dues jsonb, detail jsonb, at timestamptz)
     join casefile c on c.case_no = m.case_no`,
    [
      JSON.stringify(
        moves.map((move) => ({
          case_no: move.caseNo,
          seq: move.seq,
          step: move.step,
          command: move.command,
          reopened: move.reopened,
          by_user: move.byUser,
          by_role: move.byRole,
          dues: move.dues,
          detail: move.detail,
          at: move.at,
        })),
      ),
    ],
  )
}
