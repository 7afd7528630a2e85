import { expect, it } from 'vitest'
import { systemClock } from '#platform/clock'
import { memoryKeys } from '#platform/key-file'
import { jobs } from './jobs.ts'
import { workLabel } from './sentences.ts'
import { subscriptionsOf } from './subscriptions.ts'

it('names every job and every event others hear of in Chinese, for whoever has to let it be tried again', () => {
  const events = Object.keys(subscriptionsOf({ keys: memoryKeys(), clock: systemClock }))
  const names = [...jobs.map(({ name }) => name), ...events]
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => !/[\u4e00-\u9fff]/.test(workLabel(name)))).toEqual([])
})
