import { expect, it } from 'vitest'
import { exponentOf } from './growth.bench.ts'

const sizes = [2500, 5000, 10_000, 25_000]

it('the exponent of work that grows with the size is 1, with its square 2, not at all 0; a start that costs the same flattens it', () => {
  expect(exponentOf(sizes, sizes)).toBeCloseTo(1)
  expect(
    exponentOf(
      sizes,
      sizes.map((n) => 3e-6 * n * n),
    ),
  ).toBeCloseTo(2)
  expect(
    exponentOf(
      sizes,
      sizes.map(() => 4),
    ),
  ).toBeCloseTo(0)
  expect(
    exponentOf(
      sizes,
      sizes.map((n) => n + 5000),
    ),
  ).toBeLessThan(0.9)
})
