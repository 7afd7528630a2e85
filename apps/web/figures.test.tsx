import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import type { NodeRow } from '#exchange/contract'
import { lineColumns } from './pages/line/line-columns.tsx'
import { exportColumns, FigureTable } from './ui/figure-table.tsx'
import {
  csvCell,
  csvText,
  exported,
  type Figure,
  fileNameOf,
  linesOf,
  nextOrder,
  sorted,
  totalOf,
  totalsOf,
} from './ui/figures.ts'

vi.mock('virtual:route-table', () => ({ routeTable: {} }))

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
    expect([...(totalsOf(figures, rows, counted) ?? []).values()]).toEqual(['合计', 19, 5, 1, 4])
  })

  it('is not there for one row, nor where nothing may be added; words have none', () => {
    expect(totalsOf(figures, rows.slice(0, 1), undefined)).toBeNull()
    expect(totalsOf(figures, rows, null)).toBeNull()
    expect(totalsOf([households, name], rows, undefined)?.get('name')).toBeNull()
  })
})

describe('the export of figures', () => {
  it('has the rows as they are shown and the total row, money in yuan, with a byte order mark', () => {
    const text = csvText(linesOf(figures, sorted(rows, households, true), undefined))
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
    expect(exported(10 / 3, 'plain')).toBe('3.33')
  })

  it('is named by page, table and day, and by nothing a file may not be called', () => {
    expect(fileNameOf('统计', '分项目', '2026-12-02')).toBe('统计 分项目 2026-12-02.csv')
    expect(fileNameOf('数据质量', '数据质量', '2026-12-02')).toBe('数据质量 2026-12-02.csv')
    expect(fileNameOf('核对 2026/12: "全区"', '', '2026-12-02')).toBe('核对 2026-12- -全区- 2026-12-02.csv')
  })

  it('has the parts of what a cell says beside its figure, and of a bar, instants as people write them', () => {
    const columns = exportColumns([
      { ...name, parts: [name, days] },
      { key: 'bar', label: '进度', cell: () => null, parts: [right] },
    ])
    expect(columns.map(({ key }) => key)).toEqual(['name', 'days', 'right'])
    const at = '2026-12-01T20:30:00.000Z'
    const node = (unit: string, open: number): NodeRow =>
      ({
        ...{ unit, name: unit, kind: 'unit', link: 'online', suite: 'ED1', via: null, since: at, keySince: at, keyUntil: null },
        ...{ open, oldestAt: at, lateSince: null, medianMinutes: 1.234, p95Minutes: null, askedToday: 3, unreceipted: 0 },
        ...{ parked: 0, keyDue: true, tasks: 1, statedAt: at, differences: 2 },
        terms: { carrier: 'line', requestsPerDay: null, answerHours: 48 },
      }) as unknown as NodeRow
    const way = { shares: new Map([['甲', { HIT: 3, NO_RECORD: 1 }]]), nowMs: Date.parse(at) + 120_000 }
    const [heads = [], first = [], , last = []] = linesOf(
      exportColumns(lineColumns(way)),
      [node('甲', 2), node('乙', 5)],
      undefined,
    )
    const cells = new Map(heads.map((head, at) => [head, [first[at], last[at]]]))
    expect(new Set(heads).size).toBe(heads.length)
    expect(cells.get('单位')).toEqual(['甲', '合计'])
    expect(cells.get('未答复')).toEqual(['2', '7'])
    expect(cells.get('最久未答复（分钟）')).toEqual(['2', '—'])
    expect(cells.get('答复用时中位数（分钟）')).toEqual(['1.23', '—'])
    expect(cells.get('每日限额')).toEqual(['未约定', '—'])
    expect(cells.get('对账')).toEqual(['不符 2 处', '—'])
    expect(cells.get('密钥启用')).toEqual(['2026-12-02 04:30', '—'])
    expect(heads.filter((head) => head.startsWith('答复：')).map((head) => cells.get(head)?.[0])).toContain('75.0%')
    expect(first.filter((cell) => cell.includes('T'))).toEqual([])
  })
})

describe('a table of figures', () => {
  const shownWith = (some: readonly Row[]) => {
    const table = createElement(FigureTable<Row>, { label: '各乡镇', columns: figures, rows: some, rowKey: (row) => row.name })
    return renderToStaticMarkup(createElement(QueryClientProvider, { client: new QueryClient() }, table))
  }
  const shown = shownWith(rows)

  it('has a button in every head that says how it is sorted, a total row and an export', () => {
    expect([...shown.matchAll(/<th scope="col"[^>]*aria-sort="none"><button type="button"/g)].length).toBe(figures.length)
    expect(shown).toMatch(/<tfoot>.*合计.*20.*30\.03.*55\.0 %.*<\/tfoot>/)
    expect(shown).toMatch(/<button type="button"[^>]*>导出/)
    expect(shown.indexOf('乙镇')).toBeLessThan(shown.indexOf('甲镇'))
  })

  it('sorts and exports only what is all there', () => {
    const part = createElement(FigureTable<Row>, {
      label: '名册',
      columns: figures,
      rows,
      rowKey: (row) => row.name,
      isPart: true,
    })
    const text = renderToStaticMarkup(createElement(QueryClientProvider, { client: new QueryClient() }, part))
    expect(text).toContain('乙镇')
    expect(text).not.toMatch(/aria-sort|导出|<button/)
  })

  it('has no total row for a single row', () => {
    expect(shownWith(rows.slice(0, 1))).toContain('乙镇')
    expect(shownWith(rows.slice(0, 1))).not.toContain('<tfoot>')
  })

  const folder = join(import.meta.dirname, 'pages')
  const pages = (under: string): string[] =>
    readdirSync(join(folder, under)).flatMap((name) => {
      const path = join(under, name)
      if (statSync(join(folder, path)).isDirectory()) return pages(path)
      return path.endsWith('.tsx') ? [path] : []
    })
  /** A table of its own with columns of figures. */
  const isRaw = (text: string): boolean => /<table\b/.test(text) && /className="[^"]*\bnum\b/.test(text)

  it('is the one of every page with columns of figures, but for these', () => {
    expect(isRaw('<table className="data"><td className="num">1</td></table>')).toBe(true)
    expect(isRaw('<FigureTable /><td className="num" />')).toBe(false)
    const raw = pages('').filter((path) => isRaw(readFileSync(join(folder, path), 'utf8')))
    expect(raw.toSorted()).toEqual(Object.keys(ownTables).toSorted())
    expect(pages('').filter((path) => readFileSync(join(folder, path), 'utf8').includes('<FigureTable')).length).toBeGreaterThan(
      9,
    )
  })
})

/** Tables with figures that are no lists of figures, and why. */
const ownTables: Readonly<Record<string, string>> = {
  'admin/tables-page.tsx': 'faults of a file, by row number',
  'case/comparison.tsx': 'the sheet of a case beside the last one: lines in the order of the sheet',
  'case/family.tsx': 'what a family declared, as its form has it',
  'case/sheet.tsx': 'the sheet of a case: the order of its lines is the calculation',
  'deliberation/session-card.tsx': 'votes of the few families of one session',
  'household/figures.tsx': 'the calculation of a household, with its lines unfolded',
  'household/registry.tsx': 'what a household declared, as its form has it',
  'import/differences.tsx': 'what an import changes, table by table, each figure a way to its rows',
  'import/import-run-page.tsx': 'the files of one import',
  'import/imports-page.tsx': 'imports by day',
  'import/kept-issues.tsx': 'faults of a file, by row number',
  'import/reading-grid.tsx': 'a workbook as it was handed in',
  'journal/unusual-list.tsx': 'looks to ask about, each in words',
  'line/node-history.tsx': 'statements and bundles of a node by day',
  'notice/notice-page.tsx': 'a notice as it hangs',
  'notice/notices-page.tsx': 'notices to be hung or taken down, by day',
  'notice/publish-dialog.tsx': 'a notice as it will hang',
  'payment/differences.tsx': 'households to be ticked and cleared, a page at a time',
  'payment/roll-page.tsx': 'a roll as it is printed and goes to the bank, which has its own workbook',
  'report/report-page.tsx': 'the signed report, as it was signed',
  'report/report-tables.tsx': 'the signed report, as it was signed',
  'scan/scan-stacks.tsx': 'stacks of scans by the time they were handed in',
}
