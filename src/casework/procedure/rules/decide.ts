/**
 * A case under its procedure: `decide` tells whether a move may be made now, `evolve` what the case is after it. Both are pure; the same
 * table stands in the database (store/procedures.ts), which refuses whatever `decide` would refuse by state, order, role or person.
 *
 * P1 a step opens only when every step it comes after is over; P2 nothing moves after the case has ended; P3 maker and checker are two
 * persons; P4 a move that reopens a step makes everything behind it wait again; P5 every refusal names its clause.
 */
import { ok, type Result, refuse } from '#kernel/result'
import { type CaseResult, type Move, type Mover, type Procedure, type StepState, stepOf, stepsBehind } from './model.ts'
import { needText } from './needs.ts'

export interface CaseState {
  readonly procedure: Procedure
  /** number of moves made so far */
  readonly version: number
  readonly steps: Readonly<Record<string, StepState>>
  readonly result: CaseResult | null
  /** every `step.command` that was made, with the users who made it */
  readonly movers: Readonly<Record<string, readonly string[]>>
}

export interface Command {
  readonly step: string
  readonly command: string
  readonly by: { readonly userId: string; readonly role: string }
  /** the earlier step to open again, for a move that lets the mover choose */
  readonly reopen?: string
  readonly reason?: string
  /** facts that are there, by the names the procedure uses */
  readonly facts: ReadonlySet<string>
}

export interface CaseMove {
  readonly seq: number
  readonly step: string
  readonly command: string
  readonly from: StepState
  readonly userId: string
  readonly role: string
  readonly reopened: string | null
  readonly reason: string | null
}

const isOver = (state: StepState | undefined): boolean => state === 'done' || state === 'idle'

const stateWords: Readonly<Record<StepState, string>> = {
  waiting: '前面的步骤还没有办完',
  open: '正在办理',
  posted: '正在公示',
  paused: '已停表，等待答复或补正',
  done: '已经办完',
  idle: '未启动',
}

/** Opens every waiting step whose predecessors are over. */
function opened(procedure: Procedure, steps: Readonly<Record<string, StepState>>): Record<string, StepState> {
  const next = { ...steps }
  for (const step of procedure.steps) {
    if (next[step.id] === 'waiting' && step.after.every((id) => isOver(next[id]))) next[step.id] = 'open'
  }
  return next
}

/** A case on the day it is opened. */
export function newCase(procedure: Procedure): CaseState {
  const steps = Object.fromEntries(procedure.steps.map((step) => [step.id, step.called ? 'idle' : 'waiting'] as const))
  return { procedure, version: 0, steps: opened(procedure, steps), result: null, movers: {} }
}

/** The move behind a command, in the state its step is in; undefined when the procedure has none. */
export function findMove(state: CaseState, step: string, command: string): Move | undefined {
  const now = state.steps[step]
  const moves = state.procedure.steps.find((each) => each.id === step)?.moves.filter((each) => each.command === command)
  return moves?.find((each) => now !== undefined && each.from.includes(now)) ?? moves?.[0]
}

function checkReopen(state: CaseState, move: Move, command: Command): Result<never> | string | null {
  if (move.reopens === null) return null
  if (move.reopens !== 'chosen') return move.reopens
  const target = command.reopen
  const known = target !== undefined && state.procedure.steps.some((each) => each.id === target)
  if (!known || !stepsBehind(state.procedure, target).has(command.step) || state.steps[target] !== 'done') {
    return refuse('reopen_missing', '请选择退回到前面已经办完的哪一步', move.clause)
  }
  return target
}

function checkPerson(state: CaseState, move: Move, { by }: Command): Result<never> | null {
  if (!move.by.includes(by.role as Mover)) return refuse('not_your_role', `您的岗位不办理“${move.label}”`, move.clause)
  const clash = move.notBy.find((name) => state.movers[name]?.includes(by.userId))
  if (clash === undefined) return null
  const [step = '', name] = clash.split('.')
  const other = stepOf(state.procedure, step).moves.find((each) => each.command === name)
  return refuse('same_person', `您已办理过“${other?.label ?? clash}”，这一步须由另一人办理`, move.clause)
}

/** Whether a command may be carried out now: the move it makes, or the refusal with its clause. */
export function decide(state: CaseState, command: Command): Result<CaseMove> {
  const now = state.steps[command.step]
  const move = findMove(state, command.step, command.command)
  if (now === undefined || move === undefined) return refuse('no_such_move', '本程序没有这一步或这一操作')
  const { label, after } = stepOf(state.procedure, command.step)
  if (state.result !== null) return refuse('ended', '该案已经办结，不能再办理', move.clause)
  if (!move.from.includes(now)) return refuse('not_now', `“${label}”${stateWords[now]}，现在不能“${move.label}”`, move.clause)
  if (now === 'idle' && !after.every((id) => isOver(state.steps[id]))) {
    return refuse('not_now', `“${label}”${stateWords.waiting}，现在不能“${move.label}”`, move.clause)
  }
  const person = checkPerson(state, move, command)
  if (person !== null) return person
  const reason = command.reason?.trim() ?? ''
  if (move.reason && reason === '') return refuse('reason_missing', `“${move.label}”须写明理由`, move.clause)
  const reopened = checkReopen(state, move, command)
  if (typeof reopened === 'object' && reopened !== null) return reopened
  const unheld = move.requires.find((id) => state.steps[id] !== 'done')
  if (unheld !== undefined) {
    return refuse('not_held', `还不能“${move.label}”：“${stepOf(state.procedure, unheld).label}”没有办过`, move.clause)
  }
  const missing = move.needs.find((need) => !command.facts.has(need))
  if (missing !== undefined) return refuse('need_missing', `还不能“${move.label}”：${needText(missing)}`, move.clause)
  const { userId, role } = command.by
  const made = { seq: state.version + 1, step: command.step, command: command.command, from: now, userId, role }
  return ok({ ...made, reopened, reason: reason === '' ? null : reason })
}

/** The case after a move. */
export function evolve(state: CaseState, made: CaseMove): CaseState {
  const move = findMove(state, made.step, made.command)
  if (move === undefined) throw new Error(`${state.procedure.id} has no move ${made.step}.${made.command}`)
  const steps: Record<string, StepState> = { ...state.steps, [made.step]: move.to }
  if (made.reopened !== null) {
    for (const id of stepsBehind(state.procedure, made.reopened)) {
      if (steps[id] !== 'idle' || !stepOf(state.procedure, id).called) steps[id] = 'waiting'
    }
    steps[made.reopened] = 'open'
  }
  const name = `${made.step}.${made.command}`
  const earlier = state.movers[name] ?? []
  return {
    ...state,
    version: made.seq,
    steps: move.ends === null ? opened(state.procedure, steps) : steps,
    result: move.ends,
    movers: { ...state.movers, [name]: [...new Set([...earlier, made.userId])] },
  }
}

/** Names of steps whose state a move changes, with the state after it. */
export function changedSteps(before: CaseState, after: CaseState): { step: string; to: StepState }[] {
  return before.procedure.steps
    .filter((step) => before.steps[step.id] !== after.steps[step.id])
    .map((step) => ({ step: step.id, to: after.steps[step.id] ?? 'waiting' }))
}
