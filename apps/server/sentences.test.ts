import { expect, it } from 'vitest'
import { systemClock } from '#platform/clock'
import { memoryKeys } from '#platform/key-file'
import { actionsOf } from './actions.ts'
import { jobs } from './jobs.ts'
import { actionSentence, workLabel } from './sentences.ts'
import { subscriptionsOf } from './subscriptions.ts'

it('names every job and every event others hear of in Chinese, for whoever has to let it be tried again', () => {
  const events = Object.keys(subscriptionsOf({ keys: memoryKeys(), clock: systemClock }))
  const names = [...jobs.map(({ name }) => name), ...events]
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => !/[\u4e00-\u9fff]/.test(workLabel(name)))).toEqual([])
})

it('says in Chinese what every action did that the journal may hold, for the person whose data it was', () => {
  // what an action is called and whether it is journaled does not depend on what it would run on
  const actions = actionsOf({ runtime: {}, sessions: {}, packId: 'reference' } as Parameters<typeof actionsOf>[0])
  const journaled = actions.filter(({ journal }) => !/=>\s*null$/.test(String(journal)))
  expect(journaled.length).toBeGreaterThan(100)
  const names = journaled.map(({ name }) => name)
  expect(names.filter((name) => !/[\u4e00-\u9fff]/.test(actionSentence(name)))).toEqual([])
})
