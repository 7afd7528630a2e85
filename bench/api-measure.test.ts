import { expect, test } from 'vitest'
import { figuresOf, type Totals } from './api-measure.ts'

const answered = (times: number[], errors: Record<string, number> = {}): Totals => ({ times, seconds: 2, errors })

test('an operation is held against what the bare route answered', () => {
  const figures = figuresOf('open', 16, answered([3, 1, 2]), answered([1, 1, 1, 1, 1, 1]))
  expect(figures).toMatchObject({ requests: 3, bare_requests: 6, ratio: 0.5, is_floor: true })
})

test('a bare route slower than the product is said to be no floor', () => {
  expect(figuresOf('open', 16, answered([1, 1, 1]), answered([2, 2]))).toMatchObject({ ratio: 1.5, is_floor: false })
  expect(figuresOf('open', 16, answered([1, 1]), answered([2, 2]))).toMatchObject({ ratio: 1, is_floor: true })
})

test('a bare route that failed, or answered nothing, is no floor', () => {
  expect(() => figuresOf('open', 16, answered([1]), answered([1], { 500: 2, 404: 1 }))).toThrow(
    'open: the bare route answered 1 × 404, 2 × 500',
  )
  expect(() => figuresOf('open', 16, answered([1]), answered([]))).toThrow('the bare route answered nothing')
})

test('a product that failed, or answered nothing, has no figures', () => {
  expect(() => figuresOf('clear', 16, answered([1], { 409: 11 }), answered([1]))).toThrow('clear: the product answered 11 × 409')
  expect(() => figuresOf('clear', 16, answered([]), answered([1]))).toThrow('the product answered nothing')
})
