/** A case loaded for a move, and the move itself: the one place where cases move. */
import { Problem } from '#kernel/problem'
import type { Refusal } from '#kernel/result'
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { caseworkParametersOf, packOf } from '#policy'
import { dueAfterPause, dueOn } from '../rules/deadlines.ts'
import { type CaseState, changedSteps, decide, evolve, findMove } from '../rules/decide.ts'
import type { Procedure, StepState } from '../rules/model.ts'
import { type CaseRow, findCase, insertMove, listMoves, listSteps, lockCase, type MoveRow, type StepRow } from '../store/cases.ts'
import { getProcedure } from '../store/procedures.ts'
import { listRecords } from '../store/records.ts'
import { gatherFacts } from './facts.ts'
import { type CaseFile, clockOf } from './file-model.ts'

function stateOf(row: CaseRow, procedure: Procedure, steps: readonly StepRow[], moves: readonly MoveRow[]): CaseState {
  const movers: Record<string, string[]> = {}
  for (const move of moves) {
    const name = `${move.step}.${move.command}`
    movers[name] = [...(movers[name] ?? []), move.by_user]
  }
  return {
    procedure,
    version: row.version,
    steps: Object.fromEntries(steps.map((step) => [step.step, step.state])) as Record<string, StepState>,
    result: row.result as CaseState['result'],
    movers,
  }
}

/** Loads a case in the caller's sight; with `lock` it is held for a move. A constant number of statements. */
export async function loadCaseFile(context: ActionContext, caseNo: string, lock = false): Promise<CaseFile> {
  const { tx, keys } = context
  const row = lock ? await lockCase(tx, caseNo) : await findCase(tx, caseNo)
  if (row === undefined) throw new Problem('casework.not-found', '没有这个案件，或不在您的辖区内', { status: 404 })
  const procedure = await getProcedure(tx, row.procedure_id, row.procedure_version)
  const reads = [listSteps(tx, caseNo), listMoves(tx, caseNo), listRecords(tx, keys, caseNo), packOf(tx, row)] as const
  const [steps, moves, records, pack] = await Promise.all(reads)
  return caseFileOf(row, procedure, { steps, moves, records }, pack)
}

/** A case from what was loaded of it. */
export function caseFileOf(
  row: CaseRow,
  procedure: Procedure,
  own: Pick<CaseFile, 'steps' | 'moves' | 'records'>,
  pack: CaseFile['pack'],
): CaseFile {
  const state = stateOf(row, procedure, own.steps, own.moves)
  return { row, procedure, state, ...own, pack, parameters: caseworkParametersOf(pack) }
}

/** Last days of a step whose clock runs again after a pause, and of the whole case with it; none if it was not paused. */
function duesAfterPause(file: CaseFile, step: string, today: string): Record<string, string> {
  const before = file.steps.find((each) => each.step === step)
  if (before?.state !== 'paused' || before.due_on === null || before.stopped_on === null) return {}
  const own = dueAfterPause(before.due_on, clockOf(file, step)?.unit ?? 'calendar', before.stopped_on, today).date
  const { total } = file.parameters.clocks
  if (file.row.total_due_on === null || total === null) return { [step]: own }
  return { [step]: own, total: dueAfterPause(file.row.total_due_on, total.unit, before.stopped_on, today).date }
}

/** Last days that follow from a move: of steps that open, of clocks that run again, and of the whole case once it is accepted. */
function duesOf(file: CaseFile, after: CaseState, step: string, today: string): Record<string, string> {
  const dues: Record<string, string> = {}
  for (const { step: id, to } of changedSteps(file.state, after)) {
    if (to !== 'open' && to !== 'posted') continue
    const rule = clockOf(file, id)
    if (file.state.steps[id] === 'paused') Object.assign(dues, duesAfterPause(file, id, today))
    else if (to === 'open' && rule !== null) dues[id] = dueOn(rule, today).date
  }
  const { total } = file.parameters.clocks
  const accepted = step === 'intake' && after.steps.intake === 'done' && after.result === null
  if (accepted && total !== null) dues.total = dueOn(total, today).date
  return dues
}

export interface Advance {
  readonly step: string
  readonly command: string
  readonly reason?: string | undefined
  readonly reopen?: string | undefined
  /** by the product itself, where the procedure lets it */
  readonly asSystem?: boolean
  /** further last days, e.g. of a notice */
  readonly dues?: Readonly<Record<string, string>>
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Why a move cannot be made with these facts, in words; null when it can. */
export function refusalOf({ actor }: ActionContext, file: CaseFile, order: Advance, facts: ReadonlySet<string>): string | null {
  const decided = decide(file.state, { ...wordsOf(order), by: { userId: actor.userId, role: actor.role }, facts })
  return decided.ok ? null : decided.refusal.message
}

/** Refuses what no form can change: state, order, role, person, reason. Before a handler looks at the form. */
export async function checkPossible(context: ActionContext, file: CaseFile, order: Advance): Promise<void> {
  const needs = findMove(file.state, order.step, order.command)?.needs ?? []
  const decided = await decideOn(context, file, order, needs)
  if (!decided.ok) throw refused(order, decided.refusal)
}

/** A refusal in words with its clause. */
function refusalText({ message, basis }: Refusal): string {
  return basis === undefined || basis === '' ? message : `${message}（依据：${basis}）`
}

function refused({ step, command }: Advance, refusal: Refusal): Problem {
  return new Problem(`casework.${refusal.code}`, refusalText(refusal), { status: 409, details: { step, command } })
}

/** Why a move cannot be made with these facts, in words with its clause; null when it can. */
export function refusalUnder(
  { actor }: ActionContext,
  file: CaseFile,
  { step, command, reason }: { step: string; command: string; reason: string },
  facts: ReadonlySet<string>,
): string | null {
  const by = { userId: actor.userId, role: actor.role }
  const decided = decide(file.state, { step, command, by, reason, facts })
  return decided.ok ? null : refusalText(decided.refusal)
}

function wordsOf({ step, command, reason, reopen }: Advance) {
  return { step, command, ...(reason === undefined ? {} : { reason }), ...(reopen === undefined ? {} : { reopen }) }
}

async function decideOn(context: ActionContext, file: CaseFile, order: Advance, brought: readonly string[] = []) {
  const by =
    order.asSystem === true
      ? { userId: 'system:casework', role: 'system' }
      : { userId: context.actor.userId, role: context.actor.role }
  const needs = findMove(file.state, order.step, order.command)?.needs ?? []
  const asked = needs.filter((need) => !brought.includes(need))
  const facts = new Set([...(await gatherFacts(context, file, asked)), ...brought])
  return decide(file.state, { ...wordsOf(order), by, facts })
}

/** Makes a move, or refuses it with its clause (409). Gives the case as it is afterwards. */
export async function advance(context: ActionContext, file: CaseFile, order: Advance): Promise<CaseFile> {
  const { tx, keys, clock, today } = context
  const decided = await decideOn(context, file, order)
  if (!decided.ok) throw refused(order, decided.refusal)
  const made = decided.value
  const after = evolve(file.state, made)
  await insertMove(tx, {
    caseNo: file.row.case_no,
    seq: made.seq,
    step: made.step,
    command: made.command,
    reopened: made.reopened,
    byUser: made.userId,
    byRole: made.role,
    reason: made.reason === null ? null : keys.seal(made.reason),
    dues: { ...duesOf(file, after, order.step, today), ...order.dues },
    detail: order.detail ?? {},
    at: nowIso(clock),
  })
  return loadCaseFile(context, file.row.case_no, true)
}

/**
 * Refuses when somebody else moved the case since the caller looked at it. What the product itself did at other steps meanwhile (a report that
 * came while a visit was written down) takes nothing from what was seen at `step`.
 */
export function checkVersion(file: CaseFile, seen: number, step?: string): void {
  const since = file.moves.filter((move) => move.seq > seen)
  const beside = step !== undefined && since.every((move) => move.by_role === 'system' && move.step !== step)
  if (file.row.version === seen || (beside && seen < file.row.version)) return
  throw new Problem('casework.changed', '该案刚刚由他人办理过，请刷新后再办。您填写的内容仍保留在页面上。', {
    status: 409,
    details: { version: file.row.version },
  })
}
