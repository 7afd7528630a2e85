import { describe, expect, it } from 'vitest'
import type { PrintedSource } from '../contract/index.ts'
import { sampleReport } from '../samples/index.ts'
import { printedAnswer, printedDate, printedMonths, printedYuan, reportView } from './print-view.ts'

const silent: PrintedSource = {
  unit: '银行',
  record: '存款理财',
  asOf: null,
  hit: 0,
  noRecord: 0,
  nameMismatch: 0,
  idNotFound: 0,
  notAuthorised: 0,
  notAnswered: 3,
}

describe('P1 states have their own words', () => {
  it('says that a source did not answer, and nothing about records', () => {
    expect(printedAnswer(silent)).toEqual({ text: '未反馈 3', complete: false })
  })
  it('says what is not authorised beside what was found', () => {
    expect(printedAnswer({ ...silent, notAnswered: 0, hit: 1, notAuthorised: 2 })).toEqual({
      text: '有记录 1，未授权 2',
      complete: false,
    })
  })
  it('calls an answer complete only when everybody was found or has none', () => {
    expect(printedAnswer({ ...silent, notAnswered: 0, hit: 1, noRecord: 2 })).toEqual({
      text: '有记录 1，无记录 2',
      complete: true,
    })
  })
  it('does not call a source complete that was never asked', () => {
    expect(printedAnswer({ ...silent, notAnswered: 0 })).toEqual({ text: '未查询', complete: false })
  })
  it('has a word of its own for each of the six states', () => {
    const words = (['hit', 'noRecord', 'nameMismatch', 'idNotFound', 'notAuthorised', 'notAnswered'] as const).map(
      (state) => printedAnswer({ ...silent, notAnswered: 0, [state]: 1 }).text,
    )
    expect(new Set(words).size).toBe(6)
  })
})

describe('P2 figures that rest on a silent source', () => {
  const view = reportView(sampleReport, '<svg/>')
  it('never prints 0.00 for them', () => {
    const securities = view.figures.find((figure) => figure.label === '证券基金理财')
    expect(securities).toMatchObject({ verified: '未反馈', partial: true, difference: '—' })
  })
  it('prints a real nought as 0.00', () => {
    expect(view.figures.find((figure) => figure.label === '经营性收入')).toMatchObject({ verified: '0.00', partial: false })
  })
  it('names the missing sources in the conclusion', () => {
    expect(view.missing).toContain('银行　存款理财：4 人次未反馈（来源超时）')
  })
})

describe('P3 numbers and dates', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [123_456, '1,234.56'],
    [123_456_789_00, '123,456,789.00'],
    [-123_456, '-1,234.56'],
    [99_999, '999.99'],
  ])('prints %i fen as %s', (fen, text) => {
    expect(printedYuan(fen)).toBe(text)
  })
  it('prints dates and months in Chinese', () => {
    expect(printedDate('2026-09-01')).toBe('2026年9月1日')
    expect(printedMonths({ from: '2025-09', to: '2026-08' })).toBe('2025年9月至2026年8月')
  })
  it('prints both directions of a difference', () => {
    const view = reportView(sampleReport, '<svg/>')
    expect(view.figures.map((figure) => figure.difference)).toEqual(expect.arrayContaining(['+24,125.00', '−1,876.45', '—']))
  })
})
