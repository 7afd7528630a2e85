import { describe, expect, it } from 'vitest'
import { accountCauses, divisionQuestion, paperCauses, paperNumber, questionOf, tallyCauses } from './quality-checks.ts'

describe('IDQ-10', () => {
  const names = new Map([['629901001002', '乙社区']])
  const nameOf = (code: string) => names.get(code)

  it('says what became of a code that the history knows', () => {
    const former = { name: '甲村', from: null, to: '2026-01-01', successor: '629901001002' }
    expect(divisionQuestion('629901001001', former, nameOf)).toBe('行政区划“甲村”自 2026-01-01 起不再使用，现为“乙社区”，请更新')
    expect(divisionQuestion('629901001001', { ...former, successor: null }, nameOf)).not.toContain('现为')
    expect(divisionQuestion('629901001001', undefined, nameOf)).toContain('不在现行区划表中')
  })
})

describe('IDQ-11', () => {
  const fine = { hasAccount: true, hasHolder: true, holderIsListed: true, proxyFiled: false, cardFails: false }

  it('asks about a holder who is nobody of the household', () => {
    expect(accountCauses(fine)).toEqual([])
    expect(accountCauses({ ...fine, holderIsListed: false })).toEqual(['foreign_holder'])
    expect(accountCauses({ ...fine, holderIsListed: false, proxyFiled: true })).toEqual([])
    expect(accountCauses({ ...fine, holderIsListed: false, hasHolder: false })).toEqual([])
    expect(accountCauses({ ...fine, holderIsListed: false, hasAccount: false })).toEqual([])
    expect(accountCauses({ ...fine, holderIsListed: false, cardFails: true })).toEqual(['foreign_holder', 'failing_card'])
  })

  it('keeps every number out of its questions', () => {
    expect(questionOf(['foreign_holder', 'failing_card'])).toMatch(/户名.*；.*校验位/)
    expect(questionOf(['failing_card'])).not.toMatch(/\d/)
  })
})

describe('IDQ-12', () => {
  const paper = { hasScan: true, numberDiffers: false, pages: 1 }

  it('wants one page with the number of the system', () => {
    expect(paperCauses(paper)).toEqual([])
    expect(paperCauses({ ...paper, pages: null })).toEqual([])
    expect(paperCauses({ ...paper, hasScan: false, pages: null })).toEqual(['no_scan'])
    expect(paperCauses({ ...paper, numberDiffers: true, pages: 2 })).toEqual(['other_number', 'several_pages'])
  })

  it('compares numbers as they are meant', () => {
    expect(paperNumber('ＳＱ 0000001 ')).toBe('SQ0000001')
    expect(paperNumber('sq0000001')).toBe('SQ0000001')
  })
})

it('counts a row once for its rule and once for each cause', () => {
  const counts = tallyCauses([
    { code: 'a', rule: 'IDQ-12', causes: ['other_number', 'several_pages'], rows: 2 },
    { code: 'a', rule: 'IDQ-12', causes: ['no_scan'], rows: 3 },
    { code: 'a', rule: 'IDQ-11', causes: ['failing_card'], rows: 1 },
    { code: 'b', rule: 'IDQ-12', causes: [], rows: 9 },
  ])
  expect(counts.get('a')).toEqual({
    checked: { 'IDQ-12': 5, 'IDQ-11': 1 },
    byRule: { 'IDQ-12': 5, 'IDQ-11': 1 },
    byCause: { other_number: 2, several_pages: 2, no_scan: 3, failing_card: 1 },
  })
  expect(counts.get('b')).toEqual({ checked: { 'IDQ-12': 9 }, byRule: {}, byCause: {} })
})
