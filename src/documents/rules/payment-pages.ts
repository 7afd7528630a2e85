/**
 * A payment roll page by page.
 *
 * R1 every page has the sum of its rows, what was carried forward and what it hands on;
 * R2 the last page's hand-over is the total of all rows: nothing is lost between pages.
 */
import type { PaymentRow } from '../contract/index.ts'

/** Rows a page holds even when every name needs two lines. */
export const rowsPerPage = 20

type Sum = { people: number; baseFen: number; topUpFen: number; sumFen: number }
type PrintedRow = PaymentRow & { number: number; sumFen: number }
export type PaymentPage = { rows: PrintedRow[]; page: Sum; carried: Sum; total: Sum }

const nothing: Sum = { people: 0, baseFen: 0, topUpFen: 0, sumFen: 0 }

function plus(a: Sum, b: Sum): Sum {
  return {
    people: a.people + b.people,
    baseFen: a.baseFen + b.baseFen,
    topUpFen: a.topUpFen + b.topUpFen,
    sumFen: a.sumFen + b.sumFen,
  }
}

/** The pages of a roll; an empty roll has one page without rows. */
export function paymentPages(rows: readonly PaymentRow[]): PaymentPage[] {
  const numbered = rows.map((row, index) => ({ ...row, number: index + 1, sumFen: row.baseFen + row.topUpFen }))
  const pages: PaymentPage[] = []
  let carried = nothing
  for (let from = 0; from === 0 || from < numbered.length; from += rowsPerPage) {
    const part = numbered.slice(from, from + rowsPerPage)
    const page = part.reduce<Sum>(plus, nothing)
    const total = plus(carried, page)
    pages.push({ rows: part, page, carried, total })
    carried = total
  }
  return pages
}
