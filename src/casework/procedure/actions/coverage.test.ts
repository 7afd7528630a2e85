import { expect, test } from 'vitest'
import { PROCEDURES } from '../rules/styles/index.ts'
import { LOOKED_UP } from './facts.ts'
import { HANDLED } from './handlers.ts'

const moves = [...PROCEDURES.values()].flatMap((procedure) =>
  procedure.steps.flatMap((step) => step.moves.map((move) => ({ name: `${step.id}.${move.command}`, needs: move.needs }))),
)

test('every fact a move needs can be looked up, and nothing is looked up that no move needs', () => {
  const needed = new Set(moves.flatMap((move) => move.needs))
  expect([...needed].filter((need) => !LOOKED_UP.has(need))).toEqual([])
  expect([...LOOKED_UP].filter((fact) => !needed.has(fact))).toEqual([])
})

test('every handler belongs to a move', () => {
  const known = new Set(moves.map((move) => move.name))
  expect([...HANDLED].filter((name) => !known.has(name))).toEqual([])
})
