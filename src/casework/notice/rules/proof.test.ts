import { describe, expect, it } from 'vitest'
import { isLateProof, proofFault } from './proof.ts'

const notice = { fromOn: '2026-09-01', toOn: '2026-09-08' }
const fault = (postedOn: string, today: string, lateReason = '') => proofFault({ postedOn, lateReason }, notice, today)

describe('the photo of a notice', () => {
  it('is of a day of the notice', () => {
    expect(fault('2026-09-01', '2026-09-02')).toBe(null)
    expect(fault('2026-09-03', '2026-09-02')?.message).toMatch(/晚于今天/)
    expect(fault('2026-08-31', '2026-09-02')?.message).toBe('张贴日期早于公示起始日 2026年9月1日，请核对')
  })

  it('that is dated back after the last day takes a reason', () => {
    expect(fault('2026-09-02', '2026-09-08')).toBe(null)
    expect(fault('2026-09-02', '2026-09-09')).toEqual({
      field: 'lateReason',
      message: '公示已于 2026年9月8日 期满，补登以前日期（2026年9月2日）的照片须写明为什么没有在公示期内登记，至少 4 个字',
    })
    expect(fault('2026-09-02', '2026-09-09', '断网三天，照片存在手机里')).toBe(null)
    // hung up late: the notice runs from this day, and nothing is dated back
    expect(fault('2026-09-20', '2026-09-20')).toBe(null)
    expect(isLateProof('2026-09-08', '2026-09-08', '2026-09-09')).toBe(true)
  })
})
