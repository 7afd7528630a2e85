import { expect, test } from 'vitest'
import type { ImportRun } from '#registry/contract'
import { chosenRuns } from './import-words.ts'

const run = (importId: string, state: ImportRun['state'], mine: boolean) =>
  ({ importId, state, mine, startedBy: '王敏' }) as unknown as ImportRun

const runs = [
  run('own', 'checked', true),
  run('namesake', 'checked', false),
  run('second', 'confirming', false),
  run('moving', 'checking', true),
  run('done', 'done', true),
]
const shown = (show: string | undefined) => chosenRuns(runs, show, new Set(['second'])).map(({ importId }) => importId)

test('what waits for me is what I began and what waits for a second person, not what a namesake began', () => {
  expect(shown('mine')).toEqual(['own', 'second'])
})

test('the other choices are open and ended, and without one all are shown', () => {
  expect(shown('open')).toEqual(['own', 'namesake', 'second', 'moving'])
  expect(shown('ended')).toEqual(['done'])
  expect(shown(undefined)).toHaveLength(runs.length)
})
