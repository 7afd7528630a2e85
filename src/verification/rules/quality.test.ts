import { describe, expect, it } from 'vitest'
import { checkAccount, checkDivision, checkPaper, type DatedDivision, isCard, passesLuhn } from './quality.ts'

describe('IDQ-10', () => {
  const divisions = new Map<string, DatedDivision>([
    ['629901001001', { name: '甲村', from: null, to: '2025-12-31', successor: '629901001002' }],
    ['629901001002', { name: '乙社区', from: '2026-01-01', to: null, successor: null }],
  ])

  it.each<[string, string, boolean]>([
    ['629901001001', '2025-12-31', true],
    ['629901001001', '2026-01-01', false],
    ['629901001002', '2025-12-31', false],
    ['629901001002', '2026-01-01', true],
    ['629901001009', '2026-01-01', false],
  ])('%s on %s', (code, on, fine) => {
    expect(checkDivision(code, on, divisions) === null).toBe(fine)
  })

  it('names the division that took its place', () => {
    expect(checkDivision('629901001001', '2026-05-01', divisions)?.message).toContain('乙社区')
  })
})

describe('IDQ-11', () => {
  it('checks cards only', () => {
    expect(passesLuhn('6222021234567890129')).toBe(false)
    expect(passesLuhn('79927398713')).toBe(true)
    expect(isCard('６２２２ 0212 3456 7890 129')).toBe(true)
    expect(isCard('6299715772342')).toBe(false)
    expect(isCard('1234567890123456')).toBe(false)
  })

  const fine = { accountNo: '6299715772342', holder: '甲某', holderIsListed: true, proxyFiled: false }

  it('asks about a holder who is nobody of the household', () => {
    expect(checkAccount(fine)).toEqual([])
    expect(checkAccount({ ...fine, holderIsListed: false })).toHaveLength(1)
    expect(checkAccount({ ...fine, holderIsListed: false, proxyFiled: true })).toEqual([])
    expect(checkAccount({ ...fine, holderIsListed: false, accountNo: null })).toEqual([])
  })

  it('keeps the card number out of the message', () => {
    const [issue] = checkAccount({ ...fine, accountNo: '6222021234567890129' })
    expect(issue?.message).toContain('校验位')
    expect(issue?.message).not.toMatch(/\d{6}/)
  })
})

describe('IDQ-12', () => {
  const paper = { authorisationNo: 'SQ0000001', paperNo: 'ＳＱ0000001 ', photographs: 1 }

  it('wants the number of the paper and one photograph', () => {
    expect(checkPaper(paper)).toEqual([])
    expect(checkPaper({ ...paper, paperNo: 'SQ0000007' })).toHaveLength(1)
    expect(checkPaper({ ...paper, paperNo: null, photographs: 0 })).toHaveLength(1)
    expect(checkPaper({ ...paper, photographs: 2 })[0]?.message).toContain('2 张')
  })
})
