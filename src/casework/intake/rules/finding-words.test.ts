import { expect, test } from 'vitest'
import { findingsWord } from './finding-words.ts'

test('findings are settled only when none of any class waits', () => {
  const of = (openFindings: number, openOthers: number, findings: number) =>
    findingsWord({ openFindings, openOthers, findings }).label
  expect(of(0, 2, 2)).toBe('2 项 B 类疑点待处置')
  expect(of(1, 2, 3)).toBe('1 项 A 类疑点待处置，2 项 B 类疑点待处置')
  expect(of(0, 0, 3)).toBe('疑点已处置')
  expect(of(0, 0, 0)).toBe('报告未列疑点')
})
