import { expect, test } from 'vitest'
import { DifferenceKind } from '../contract/payment.ts'
import { differenceReason } from './payment-words.ts'

test('what is not on a roll does not speak of a roll that may not be there', () => {
  expect(differenceReason('not_made')).toMatch(/^还没有编入本月名册，请编制/)
  for (const kind of DifferenceKind.options) expect(differenceReason(kind)).not.toContain('名册编制之后才有')
})
