import { lazy, Suspense } from 'react'
import type { TodoName } from './todo-hint.tsx'

const TodoHint = lazy(async () => ({ default: (await import('./todo-hint.tsx')).TodoHint }))

/** A hint by its name, for pages whose bytes are counted: the table of all is loaded when one is shown. */
export function NamedHint(props: { name: TodoName; lead?: string }) {
  return (
    <Suspense>
      <TodoHint {...props} />
    </Suspense>
  )
}
