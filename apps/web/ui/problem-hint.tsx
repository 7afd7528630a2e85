import { problemTodos } from '#identity/todos'
import type { CallProblem } from '../client.ts'
import { Hint } from './hint.tsx'

/** What can be done about a refusal, by whom and where; nothing when the reader mends it where he is. */
export function ProblemHint({ problem: { todo, code } }: { problem: CallProblem }) {
  const known = todo ?? problemTodos[code]?.()
  return known === undefined ? null : (
    <p>
      <Hint todo={known} lead="接下来：" />
    </p>
  )
}
