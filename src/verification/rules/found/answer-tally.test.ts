import { expect, test } from 'vitest'
import { recordNames } from '#sources/contract'
import { AnswerTally } from './answer-tally.ts'

const all = (letter: string): string => letter.repeat(recordNames.length)

test('counts letters per township and record type; what is taken off again is gone', () => {
  const tally = new AnswerTally()
  tally.add('629901001001', `H${all('N').slice(1)}`, 1)
  tally.add('629901001002', all('N'), 1)
  tally.add('629901002001', all('T'), 1)
  tally.add('629901002001', all('T'), -1)
  const counts = tally.counts()
  expect(counts.filter((count) => count.record === recordNames[0])).toEqual([
    { townshipCode: '629901001000', record: recordNames[0], state: 'H', subjects: 1 },
    { townshipCode: '629901001000', record: recordNames[0], state: 'N', subjects: 1 },
  ])
  expect(counts).toHaveLength(recordNames.length + 1)
})

test('an unknown state is an error, never a silent miscount', () => {
  expect(() => new AnswerTally().add('629901001001', all('?'), 1)).toThrow('unknown state')
})
