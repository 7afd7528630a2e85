import { describe, expect, it } from 'vitest'
import type { RecordsAnswer } from '#sources/contract'
import { ownMask } from '../asking/plan.ts'
import { AnswerBook } from './answer-book.ts'

const all = 2 ** 30 - 1
const idNumber = '11010519491231002X'

function vehicles(states: string, cells: (string | number | null)[][] = []): RecordsAnswer {
  const rows: Record<string, (string | number | null)[][]> = cells.length === 0 ? {} : { 0: cells }
  return {
    kind: 'records',
    unit: 'police',
    records: ['police/vehicles'],
    subjects: [{ i: 0, states, rows, mismatch: {}, why: {} }],
    none: [],
  }
}

function vehicle(id: string): (string | number | null)[] {
  return [id, '2026-09-01', '甲', '虚A', null, 'car', 'private', null, '2020-01-01', null, null, null, 'normal']
}

describe('answer book', () => {
  it('B1 keeps apart what was not asked and what is not answered', () => {
    const book = new AnswerBook([{ idNumber, asked: 1 << 2 }])
    expect(book.letters(0)).toBe(`AAP${'A'.repeat(27)}`)
  })

  it('B2 a silent answer never replaces a hit, a later hit replaces an earlier none', () => {
    const book = new AnswerBook([{ idNumber, asked: all }])
    book.take(vehicles('N'))
    book.take(vehicles('H', [vehicle('b')]))
    book.take(vehicles('E'))
    expect(book.letters(0)[2]).toBe('H')
    expect(book.usable(0)['police/vehicles']).toHaveLength(1)
  })

  it('B3 tells time-out from what the unit itself called pending', () => {
    const book = new AnswerBook([{ idNumber, asked: all }])
    book.take(vehicles('P'))
    expect(book.expire()).toBe(true)
    expect(book.letters(0)).toBe(`TTP${'T'.repeat(27)}`)
    expect(book.answers(0).status['police/deaths']).toBe('NOT_ANSWERED')
  })

  it('B4 puts rows in order of their record id whatever order they came in', () => {
    const book = new AnswerBook([{ idNumber, asked: all }])
    book.take(vehicles('H', [vehicle('b'), vehicle('a')]))
    expect(book.usable(0)['police/vehicles']?.map((row) => row.source_record_id)).toEqual(['a', 'b'])
  })

  it('ignores an answer about a pair nobody asked for', () => {
    const book = new AnswerBook([{ idNumber, asked: 1 }])
    book.take(vehicles('H', [vehicle('a')]))
    expect(book.letters(0)[2]).toBe('A')
    expect(book.usable(0)['police/vehicles']).toBeUndefined()
  })

  it('makes what a withdrawn authorisation brought unusable, and keeps what needs none', () => {
    const book = new AnswerBook([{ idNumber, asked: all }])
    book.take(vehicles('H', [vehicle('a')]))
    book.halt(0, ownMask)
    expect(book.usable(0)['police/vehicles']).toBeUndefined()
    const letters = book.letters(0)
    expect(letters[2]).toBe('A')
    expect([...letters].filter((letter) => letter === 'P')).toHaveLength(3)
  })
})
