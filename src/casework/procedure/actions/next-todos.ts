/** What comes next in a case, looked up once for all that a page says of it. */
import type { ActionContext } from '#platform/action'
import { sampleStanding } from '../../decision/actions/facts.ts'
import { findStandingDecision, isOnRoll } from '../../decision/store/decisions.ts'
import { isCommissioned } from '../../intake/actions/report.ts'
import { findMove } from '../rules/decide.ts'
import type { Place } from '../rules/mends.ts'
import type { Move } from '../rules/model.ts'
import { askedFacts, type NextTodo, nextFor, nextOf } from '../rules/next.ts'
import { gatherFacts } from './facts.ts'
import type { CaseFile } from './file-model.ts'
import { providedBy } from './handlers.ts'

export interface Looked {
  readonly facts: ReadonlySet<string>
  readonly place: Place
}

/** Facts of moves, signs of what comes next and where, for the steps that run. */
export async function lookAround(context: ActionContext, file: CaseFile, needs: readonly string[]): Promise<Looked> {
  const asked = new Set([...askedFacts(file.state), ...needs])
  const facts = new Set(await gatherFacts(context, file, [...asked]))
  if (isCommissioned(file)) facts.add('commissioned')
  if (asked.has('to-be-visited') && sampleStanding(file) === false) facts.add('to-be-visited')
  const decision = asked.has('on-roll') ? await findStandingDecision(context.tx, file.row.case_no) : undefined
  if (decision !== undefined && (await isOnRoll(context.tx, decision.decision_no, false))) facts.add('listed-on-roll')
  const due = (step: string): string | null => file.steps.find((each) => each.step === step)?.due_on ?? null
  const { case_no: caseNo, household_no: householdNo, division_code: villageCode } = file.row
  const place = { caseNo, householdNo: householdNo ?? '', villageCode, due, month: decision?.from_month?.slice(0, 7) ?? null }
  return { facts, place }
}

const knownTo = ({ actor }: ActionContext, file: CaseFile, { facts, place }: Looked) => ({
  facts,
  place,
  brought: providedBy,
  barred: (move: Move) => move.notBy.some((name) => file.state.movers[name]?.includes(actor.userId)),
})

/** The next thing to be done at each step that runs, whoever reads it. */
export function nextTodos(context: ActionContext, file: CaseFile, looked: Looked): NextTodo[] {
  return nextOf(file.state, knownTo(context, file, looked))
}

/** Facts a move needs in the state its step is in. */
export function needsOf(file: CaseFile, step: string, command: string): readonly string[] {
  return findMove(file.state, step, command)?.needs ?? []
}

/** What has to be done before a move that misses something. */
export function todoFor(context: ActionContext, file: CaseFile, looked: Looked, step: string, command: string): NextTodo | null {
  const move = findMove(file.state, step, command)
  return move === undefined ? null : nextFor(file.state, step, move, knownTo(context, file, looked))
}
