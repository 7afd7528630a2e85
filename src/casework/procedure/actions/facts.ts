/** The facts a move may need, by name: each is looked up when a move asks for it, never otherwise. */
import type { ActionContext } from '#platform/action'
import { reviewFacts } from '../../decision/actions/facts.ts'
import { deliberationFacts } from '../../deliberation/actions/facts.ts'
import { intakeFacts } from '../../intake/actions/facts.ts'
import { noticeFacts } from '../../notice/actions/facts.ts'
import { visitFacts } from '../../visit/actions/facts.ts'
import type { Facts } from './fact.ts'
import type { CaseFile } from './file-model.ts'
import { terminationFacts } from './termination.ts'

const all: Facts = { ...intakeFacts, ...visitFacts, ...deliberationFacts, ...terminationFacts, ...reviewFacts, ...noticeFacts }

/** Which of `needs` are there. A need nobody can look up is not there. */
export async function gatherFacts(
  context: ActionContext,
  file: CaseFile,
  needs: readonly string[],
): Promise<ReadonlySet<string>> {
  const there = new Set<string>()
  for (const need of needs) if ((await all[need]?.(context, file)) === true) there.add(need)
  return there
}

/** Every fact that can be looked up; a test holds it against what the procedures need. */
export const LOOKED_UP: ReadonlySet<string> = new Set(Object.keys(all))
