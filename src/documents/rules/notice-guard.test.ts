import { describe, expect, it } from 'vitest'
import { noticeFaults } from './notice-guard.ts'

describe('what a notice must not show', () => {
  it.each([
    ['公民身份号码', { name: '甲明 99010120000101002X' }],
    ['公民身份号码', { name: '甲明', coverage: '990101********0021' }],
    ['银行账号', { name: '甲明', tier: '6217000012345678901' }],
    ['电话号码', { name: '甲明13800001234' }],
    ['电话号码', { name: '甲明', coverage: '138****1234' }],
    ['电话号码', { name: '甲明', coverage: '0930-8123456' }],
  ])('N1 finds %s in %j', (what, row) => {
    expect(noticeFaults([{ members: 1, ...row }])).toEqual([`公示单第1行含有${what}，不得公示，请删去后再打印`])
  })

  it('lets names, tiers, months and amounts pass', () => {
    const row = {
      name: '阿依古丽·买买提',
      members: 3,
      amountFen: 123_456_789_012,
      tier: '二类',
      fromMonth: '2026-10',
      coverage: '整户',
    }
    expect(noticeFaults([row])).toEqual([])
  })
})
