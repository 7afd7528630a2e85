import { expect, test } from 'vitest'
import { originWords, resultWords } from '../../../apps/web/wording.ts'
import { originLabel, resultLabel } from './words.ts'

test('workbooks and pages say the same of where a case came from and how it ended', () => {
  for (const [origin, label] of Object.entries(originWords)) expect(originLabel(origin)).toBe(label)
  for (const [result, { label }] of Object.entries(resultWords)) expect(resultLabel(result)).toBe(label)
})
