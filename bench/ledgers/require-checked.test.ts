import { expect, test } from 'vitest'
import { requireChecked } from './require-checked.ts'

const checked = { state: 'checked', failure: null, changed: 3 } as const

test('a ledger that was read, checked and compared is a figure', () => {
  expect(() => requireChecked(checked, [])).not.toThrow()
})

test('a question without an answer, another state or no change is none', () => {
  expect(() => requireChecked(checked, ['columns 户主'])).toThrow('columns 户主')
  expect(() => requireChecked({ ...checked, state: 'asking' }, [])).toThrow('asking, not checked')
  expect(() => requireChecked({ ...checked, state: 'failed', failure: 'too wide' }, [])).toThrow('too wide')
  expect(() => requireChecked({ ...checked, changed: 0 }, [])).toThrow('does not change')
})
