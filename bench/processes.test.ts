import { expect, test } from 'vitest'
import { cpuOf, peakIfThere, peakOf, usageOf } from './processes.ts'

/** larger than any number of a process on Linux */
const nobody = 2 ** 22 + 1

test('a process that is there has used memory', () => {
  const peak = peakOf(process.pid)
  expect(peak).toBeGreaterThan(1)
  expect(usageOf(process.pid).peakMb).toBeGreaterThanOrEqual(peak)
})

test('a process that is not there is no 0', () => {
  expect(peakIfThere(nobody)).toBeUndefined()
  for (const measure of [cpuOf, peakOf, usageOf]) {
    expect(() => measure(nobody)).toThrow('no process')
    expect(() => measure(undefined)).toThrow('no process')
  }
})
