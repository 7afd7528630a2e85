/** One kind of move for many cases at once, decided one by one and written as a set: the statements do not grow with the cases. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { type CaseMove, type CaseState, decide } from '../rules/decide.ts'
import type { Procedure, StepState } from '../rules/model.ts'
import type { CaseRow, StepRow } from '../store/cases.ts'
import { insertMoves, listCasesOf, listMoversOf, listStepsOf } from '../store/move-sets.ts'
import { getProcedure } from '../store/procedures.ts'

export interface SetCase {
  readonly row: CaseRow
  readonly state: CaseState
  readonly steps: readonly StepRow[]
}

/** Cases in order of their numbers with what a move is decided by: three statements. */
export async function loadSet(context: ActionContext, caseNos: readonly string[], lock: boolean): Promise<SetCase[]> {
  const { tx } = context
  const rows = await listCasesOf(tx, caseNos, lock)
  const steps = Map.groupBy(await listStepsOf(tx, caseNos), (step) => step.case_no)
  const movers = Map.groupBy(await listMoversOf(tx, caseNos), (mover) => mover.case_no)
  const made: SetCase[] = []
  for (const row of rows) {
    const procedure: Procedure = await getProcedure(tx, row.procedure_id, row.procedure_version)
    const own = steps.get(row.case_no) ?? []
    const moves = Map.groupBy(movers.get(row.case_no) ?? [], ({ step, command }) => `${step}.${command}`)
    const state: CaseState = {
      procedure,
      version: row.version,
      steps: Object.fromEntries(own.map((each) => [each.step, each.state])) as Record<string, StepState>,
      result: row.result as CaseState['result'],
      movers: Object.fromEntries([...moves].map(([name, list]) => [name, list.map((each) => each.by_user)])),
    }
    made.push({ row, state, steps: own })
  }
  return made
}

export interface SetMove {
  readonly step: string
  readonly command: string
  readonly detail: Readonly<Record<string, unknown>>
  facts(each: SetCase): ReadonlySet<string>
  dues(each: SetCase): Readonly<Record<string, string>>
}

function decideOne(context: ActionContext, each: SetCase, order: SetMove): CaseMove {
  const { userId, role } = context.actor
  const { step, command } = order
  const decided = decide(each.state, { step, command, by: { userId, role }, facts: order.facts(each) })
  if (decided.ok) return decided.value
  const { code, message, basis } = decided.refusal
  const clause = basis === undefined || basis === '' ? '' : `（依据：${basis}）`
  const { applicant_name: name, case_no: caseNo } = each.row
  throw new Problem(`casework.${code}`, `${name}（${caseNo}）：${message}${clause}`, {
    status: 409,
    details: { step, command, caseNo },
  })
}

/** Makes the move of every case, or of none: one refusal, told with its case, refuses all. One statement. */
export async function moveSet(context: ActionContext, cases: readonly SetCase[], order: SetMove): Promise<void> {
  const at = nowIso(context.clock)
  const moves = cases.map((each) => {
    const { seq, step, command, userId, role } = decideOne(context, each, order)
    const caseNo = each.row.case_no
    return {
      caseNo,
      seq,
      step,
      command,
      reopened: null,
      byUser: userId,
      byRole: role,
      dues: order.dues(each),
      detail: order.detail,
      at,
    }
  })
  if (moves.length > 0) await insertMoves(context.tx, moves)
}
