import { describe, expect, test } from 'vitest'
import type { RecordsAnswer, SubjectAnswer } from '#sources/contract'
import { changedSubjects } from './corrections.ts'

const subject = (i: number, states: string, change: Partial<SubjectAnswer> = {}): SubjectAnswer => {
  return { i, states, rows: {}, mismatch: {}, why: {}, ...change }
}

const answer = (subjects: readonly SubjectAnswer[], none: readonly number[] = []): RecordsAnswer => {
  return { kind: 'records', unit: 'police', records: ['police/vehicles'], subjects, none }
}

describe('what a correction says otherwise', () => {
  test('a pending subject that has an answer now, and nobody else', () => {
    const before = answer([subject(0, 'P'), subject(1, 'H', { rows: { '0': [['a']] } })], [2])
    const after = answer([subject(0, 'H', { rows: { '0': [['b']] } }), subject(1, 'H', { rows: { '0': [['a']] } })], [2])
    expect(changedSubjects(before, after)).toEqual([0])
  })

  test('another row under the same state counts, and so does none instead of a row', () => {
    const before = answer([subject(0, 'H', { rows: { '0': [['a']] } }), subject(1, 'H', { rows: { '0': [['a']] } })])
    const after = answer([subject(0, 'H', { rows: { '0': [['b']] } })], [1])
    expect(changedSubjects(before, after).sort()).toEqual([0, 1])
  })

  test('the same answer again changes nothing', () => {
    const same = answer([subject(0, 'N'), subject(1, 'P', { why: { '0': 'source_fault' as never } })], [2])
    expect(changedSubjects(same, same)).toEqual([])
  })

  test('after a refusal as a whole everybody counts whom it names', () => {
    expect(changedSubjects(undefined, answer([subject(4, 'H')], [7]))).toEqual([7, 4])
  })
})
