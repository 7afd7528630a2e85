import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { FigureTable } from './ui/figure-table.tsx'
import { csvCell, csvOf, exported, type Figure, nextOrder, sorted, totalOf, totalsOf } from './ui/figures.ts'

/** Tables of figures: sorted, added up and exported as they are shown. */

interface Row {
  name: string
  households: number
  fen: number | null
  right: number
}
const rows: readonly Row[] = [
  { name: '乙镇', households: 3, fen: 1001, right: 1 },
  { name: '甲镇', households: 10, fen: null, right: 10 },
  { name: '丙镇', households: 7, fen: 2002, right: 0 },
]
const name: Figure<Row> = { key: 'name', label: '乡镇', kind: 'text', value: (row) => row.name }
const households: Figure<Row> = { key: 'households', label: '户', kind: 'count', value: (row) => row.households }
const fen: Figure<Row> = { key: 'fen', label: '合计（元）', kind: 'yuan', value: (row) => row.fen }
const right: Figure<Row> = {
  key: 'right',
  label: '正确率',
  kind: 'share',
  value: (row) => row.right / row.households,
  ratio: (row) => [row.right, row.households],
}
const days: Figure<Row> = { key: 'days', label: '中位天数', kind: 'plain', value: () => 4 }
const figures = [name, households, fen, right, days]
const names = (of: readonly Row[]) => of.map((row) => row.name)

describe('the order of figures', () => {
  it('is by number, by sound, what is not known last either way, and the rows themselves stay', () => {
    expect(names(sorted(rows, households, true))).toEqual(['甲镇', '丙镇', '乙镇'])
    expect(names(sorted(rows, households, false))).toEqual(['乙镇', '丙镇', '甲镇'])
    expect(names(sorted(rows, name, false))).toEqual(['丙镇', '甲镇', '乙镇'])
    expect(names(sorted(rows, fen, true))).toEqual(['丙镇', '乙镇', '甲镇'])
    expect(names(sorted(rows, fen, false))).toEqual(['乙镇', '丙镇', '甲镇'])
    expect(names(sorted(rows, undefined, false))).toEqual(names(rows))
  })

  it('goes from the largest to the smallest and back to how the rows came, words from the first', () => {
    const first = nextOrder(null, households)
    expect(first).toEqual({ key: 'households', down: true })
    expect(nextOrder(first, households)).toEqual({ key: 'households', down: false })
    expect(nextOrder({ key: 'households', down: false }, households)).toBeNull()
    expect(nextOrder(first, name)).toEqual({ key: 'name', down: false })
  })
})

describe('the total of figures', () => {
  it('adds what can be added; of shares it is the ratio of the sums, not the sum of the ratios', () => {
    expect(totalOf(households, rows)).toBe(20)
    expect(totalOf(fen, rows)).toBe(3003)
    expect(totalOf(right, rows)).toBe(11 / 20)
    expect(totalOf(right, rows)).not.toBeCloseTo(rows.reduce((sum, row) => sum + row.right / row.households, 0))
    expect(totalOf(days, rows)).toBeNull()
    expect(totalOf(name, rows)).toBeNull()
    expect(totalOf(fen, [])).toBeNull()
    expect(totalOf(right, [])).toBeNull()
  })

  it('is the server’s where the server counts it', () => {
    const counted = { name: '全区', households: 19, fen: 5, right: 19 }
    expect([...totalsOf(figures, rows, counted).values()]).toEqual(['合计', 19, 5, 1, 4])
  })
})

describe('the export of figures', () => {
  it('has the rows as they are shown and the total row, money in yuan, with a byte order mark', () => {
    const text = csvOf(figures, sorted(rows, households, true), totalsOf(figures, rows, undefined))
    expect(text).toBe(
      [
        '\uFEFF乡镇,户,合计（元）,正确率,中位天数',
        '甲镇,10,—,100.0%,4',
        '丙镇,7,20.02,0.0%,4',
        '乙镇,3,10.01,33.3%,4',
        '合计,20,30.03,55.0%,—',
        '',
      ].join('\r\n'),
    )
  })

  it('gives no cell a spreadsheet takes for a formula, and leaves numbers as they are', () => {
    for (const text of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1']) expect(csvCell(text)).toMatch(/^"?'/)
    for (const text of ['-12.50', '-3', '93.4%', '甲镇', '—']) expect(csvCell(text)).toBe(text)
    expect(csvCell('甲,"乙"')).toBe('"甲,""乙"""')
    expect(csvCell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`)
    expect(exported(-105, 'yuan')).toBe('-1.05')
  })
})

describe('a table of figures', () => {
  const shown = renderToStaticMarkup(
    createElement(FigureTable<Row>, { label: '各乡镇', columns: figures, rows, rowKey: (row) => row.name }),
  )

  it('has a button in every head that says how it is sorted, a total row and an export', () => {
    expect([...shown.matchAll(/<th scope="col"[^>]*aria-sort="none"><button type="button"/g)].length).toBe(figures.length)
    expect(shown).toMatch(/<tfoot>.*合计.*20.*30\.03.*55\.0 %.*<\/tfoot>/)
    expect(shown).toContain('导出')
  })

  it.each([
    'statistics/statistics-page',
    'statistics/quality-page',
    'campaign/progress-page',
    'clean-up/clean-up-page',
    'payment/township-rolls',
    'line/line-table',
  ])('is the one of %s', (page) => {
    const text = readFileSync(join(import.meta.dirname, `pages/${page}.tsx`), 'utf8')
    expect(text).toContain('<FigureTable')
    expect(text).not.toMatch(/<table/)
  })
})
