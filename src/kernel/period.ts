/**
 * Half-open periods [from, to) over dates or months of one form; an open end is null. Text order is time order, so the
 * same functions serve 'YYYY-MM-DD' and 'YYYY-MM'.
 */
export interface Period {
  readonly from: string
  /** First day or month after the period; null = goes on. */
  readonly to: string | null
}

/** A period that is not reversed: an end that is not after the beginning gives the empty period at `from`. */
export function period(from: string, to: string | null): Period {
  return { from, to: to !== null && to < from ? from : to }
}

export function isEmpty(p: Period): boolean {
  return p.to !== null && p.to <= p.from
}

export function contains(p: Period, at: string): boolean {
  return at >= p.from && (p.to === null || at < p.to)
}

/** The common part of two periods, or null if they share no day. */
export function intersect(a: Period, b: Period): Period | null {
  const { from } = b.from > a.from ? b : a
  const to = a.to === null ? b.to : b.to === null || a.to < b.to ? a.to : b.to
  return to !== null && to <= from ? null : { from, to }
}

export function overlaps(a: Period, b: Period): boolean {
  return intersect(a, b) !== null
}
