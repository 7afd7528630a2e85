/** Every hint of the product, for tests that follow them: what pages and refusals say, and what a case needs at every move of every procedure. */
import { dayTodos } from '#identity/day-todos'
import { todos } from '#identity/todos'
import type { Todo } from '#kernel/todo'
import { newCase } from '../src/casework/procedure/rules/decide.ts'
import { MENDS, type Place } from '../src/casework/procedure/rules/mends.ts'
import { letterTodo, nextFor } from '../src/casework/procedure/rules/next.ts'
import { PROCEDURES } from '../src/casework/procedure/rules/styles/index.ts'

/** Name and hint, spoken of a case and an objection. */
export function everyHint(place: Place, objectionNo: string): [string, Todo][] {
  // What every move of every procedure says once nothing is missing.
  const moves = [...PROCEDURES.values()].flatMap((procedure) =>
    procedure.steps.flatMap(({ id, moves }) =>
      moves.map((move): [string, Todo] => {
        const known = { facts: new Set(move.needs), brought: () => [], place, barred: () => false }
        return [`${procedure.id} ${id}.${move.command}`, nextFor(newCase(procedure), id, move, known)]
      }),
    ),
  )
  return [
    ...Object.entries(dayTodos).map(([name, make]): [string, Todo] => [name, make()]),
    ...Object.entries(todos).map(([name, make]): [string, Todo] => [name, make(objectionNo)]),
    ...Object.entries(MENDS).flatMap(([need, mends]) =>
      mends.flatMap((mend, at): [string, Todo][] => ('todo' in mend ? [[`${need} ${at}`, mend.todo(place)]] : [])),
    ),
    ['a letter to serve', letterTodo(place.caseNo)],
    ...moves,
  ]
}
