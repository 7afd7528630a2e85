import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnswerShape } from '#sources/contract'
import { readAnswer, statusOutcome } from './answer-reading.ts'
import { type Json, placed, textOf } from './templates.ts'

const shape: AnswerShape = {
  code: 'code',
  codes: { found: ['0'], none: ['404'] },
  http: { later: ['429', '5xx'], none: ['404'] },
  empty: 'failed',
  rows: 'data.list',
  total: 'data.total',
}

/** What the answer comes to, or that it cannot be read. */
function outcome(value: Json): string {
  try {
    return readAnswer(shape, value, {}).outcome
  } catch {
    return 'unreadable'
  }
}

describe('an answer', () => {
  test('of any form is “none” only by a listed code', () => {
    const code = fc.oneof(fc.constantFrom('0', '404', 0, 404, null), fc.jsonValue())
    const answers = fc.oneof(fc.jsonValue(), fc.record({ code, data: fc.jsonValue() }), fc.record({ code }))
    fc.assert(
      fc.property(answers, (any) => {
        const value = any as Json
        if (outcome(value) === 'none') expect(textOf(placed(value, 'code'))).toBe('404')
      }),
    )
  })
  test('with rows needs a list and their number', () => {
    expect(outcome({ code: 0, data: { list: [{}], total: '1' } })).toBe('found')
    expect(outcome({ code: 0, data: { list: { a: 1 }, total: 1 } })).toBe('failed')
    for (const total of [undefined, null, '', 'many', -1, 1.5]) {
      expect(outcome({ code: 0, data: { list: [], ...(total === undefined ? {} : { total }) } })).toBe('unreadable')
    }
  })
  test('names of the language itself are no places', () => {
    expect(placed({ a: 1 }, 'constructor')).toBeUndefined()
    expect(placed('text', 'length')).toBeUndefined()
  })
})

test('a status means what is listed, by itself before its family, and else a failure', () => {
  expect([429, 502, 404, 418, 301].map((status) => statusOutcome(shape, status))).toEqual([
    'later',
    'later',
    'none',
    'failed',
    'failed',
  ])
})
