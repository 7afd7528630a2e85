import { todos } from '#identity/todos'
import { Hint } from './hint.tsx'

export type TodoName = Exclude<keyof typeof todos, 'assignObjection'>

/** A hint by its name in the table of them. */
export function TodoHint({ name, lead = '' }: { name: TodoName; lead?: string }) {
  return <Hint todo={todos[name]()} lead={lead} />
}
