import { describe, expect, it } from 'vitest'
import { paymentPages, rowsPerPage } from './payment-pages.ts'

const rows = Array.from({ length: 2 * rowsPerPage + 3 }, (_each, index) => ({
  name: `户${index}`,
  people: 1 + (index % 4),
  baseFen: 10_001 + index,
  topUpFen: index % 3,
  card: '6217****01',
  note: null,
}))

describe('pages of a payment roll', () => {
  const pages = paymentPages(rows)
  it('R1 each page carries what the page before handed on', () => {
    expect(pages.map((page) => page.rows.length)).toEqual([rowsPerPage, rowsPerPage, 3])
    for (const [index, page] of pages.entries()) {
      expect(page.carried.sumFen).toBe(pages[index - 1]?.total.sumFen ?? 0)
      expect(page.page.sumFen + page.carried.sumFen).toBe(page.total.sumFen)
    }
  })
  it('R2 the last hand-over is the total of all rows', () => {
    const sum = rows.reduce((total, row) => total + row.baseFen + row.topUpFen, 0)
    expect(pages.at(-1)?.total.sumFen).toBe(sum)
    expect(pages.at(-1)?.total.people).toBe(rows.reduce((total, row) => total + row.people, 0))
  })
  it('numbers rows through', () => {
    expect(pages.flatMap((page) => page.rows.map((row) => row.number))).toEqual(rows.map((_row, index) => index + 1))
  })
  it('an empty roll is one page of noughts', () => {
    expect(paymentPages([])).toMatchObject([{ rows: [], total: { sumFen: 0 } }])
  })
})
