import { expect, it } from 'vitest'
import { shareWords } from './share-words.ts'

it('rounds to a tenth of a percent', () => {
  expect(shareWords(1, 3)).toBe('33.3 %')
  expect(shareWords(1, 1000)).toBe('0.1 %')
  expect(shareWords(999, 1000)).toBe('99.9 %')
})

it('never rounds what is there to nothing', () => {
  expect(shareWords(1, 100_000)).toBe('不到 0.1 %')
  expect(shareWords(0, 100_000)).toBe('0.0 %')
})

it('never rounds what is not all to all', () => {
  expect(shareWords(99_999, 100_000)).toBe('99.9 % 以上')
  expect(shareWords(100_000, 100_000)).toBe('100.0 %')
})
