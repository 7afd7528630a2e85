import { expect, test } from 'vitest'
import { dayFault } from './case-days.ts'

test('a day that was lies neither in the future nor before what it rests on', () => {
  const applied = { on: '2026-09-01', of: '申请日期' }
  expect(dayFault('入户日期', '2026-09-10', '2026-09-10', [null, applied])).toBe(null)
  expect(dayFault('入户日期', '2026-09-01', '2026-09-10', [applied])).toBe(null)
  expect(dayFault('入户日期', '2026-09-11', '2026-09-10', [applied])).toBe('入户日期不能晚于今天（2026年9月10日），请核对')
  expect(dayFault('入户日期', '2026-08-31', '2026-09-10', [applied])).toBe(
    '入户日期 2026年8月31日 早于申请日期（2026年9月1日），请核对',
  )
})
