import { expect, test } from 'vitest'
import { required } from './district-material.ts'

test('what the floor needs is there, or the bench ends', () => {
  const numbers = new Map([
    ['P1', '629901198504120029'],
    ['P2', ''],
  ])
  expect(required(numbers, 'P1', 'the citizen number')).toBe('629901198504120029')
  expect(() => required(numbers, 'P2', 'the citizen number')).toThrow('the citizen number of P2 is not known')
  expect(() => required(numbers, 'P3', 'the citizen number')).toThrow('P3')
  // no record type of a unit is a mask too
  expect(required(new Map([['police', 0]]), 'police', 'the mask')).toBe(0)
})
