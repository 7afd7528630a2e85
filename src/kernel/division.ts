/**
 * Statistical division codes of 12 digits: province 2, city 2, district 2, township 3, village 3, zero-padded.
 * All codes within a division form one range of text, which is what the database's row-level security compares.
 */

const LEVELS = [
  { level: 'province', digits: 2 },
  { level: 'city', digits: 4 },
  { level: 'district', digits: 6 },
  { level: 'township', digits: 9 },
  { level: 'village', digits: 12 },
] as const

export type DivisionRank = (typeof LEVELS)[number]['level']

/** True if the text is 12 ASCII digits. */
export function isDivision(x: string): boolean {
  if (x.length !== 12) return false
  for (let i = 0; i < 12; i++) {
    const c = x.charCodeAt(i)
    if (c < 48 || c > 57) return false
  }
  return true
}

function significantDigits(code: string): number {
  return LEVELS.find(({ digits }) => code.endsWith('0'.repeat(12 - digits)))?.digits ?? 12
}

/** Which level a code stands for, by its zero padding. */
export function rankOf(code: string): DivisionRank {
  return LEVELS.find(({ digits }) => code.endsWith('0'.repeat(12 - digits)))?.level ?? 'village'
}

/** Codes of the divisions above, nearest first; the code itself is not among them. */
export function ancestors(code: string): string[] {
  const own = significantDigits(code)
  return LEVELS.filter(({ digits }) => digits < own)
    .map(({ digits }) => code.slice(0, digits).padEnd(12, '0'))
    .reverse()
}

/** The division of a rank that contains the code; the code itself if it stands at or above that rank. */
export function divisionAt(code: string, rank: DivisionRank): string {
  const digits = LEVELS.find(({ level }) => level === rank)?.digits ?? 12
  return significantDigits(code) <= digits ? code : code.slice(0, digits).padEnd(12, '0')
}

export interface DivisionRange {
  /** First code of the range, included. */
  readonly lo: string
  /** First code after the range, excluded. */
  readonly hi: string
}

/** All codes within a division as a half-open range of text: 629901001000 gives 629901001000 … 629901002000. */
export function rangeOf(code: string): DivisionRange {
  const digits = significantDigits(code)
  const next = String(BigInt(code.slice(0, digits)) + 1n).padStart(digits, '0')
  return { lo: code, hi: next.length > digits ? ':' : next.padEnd(12, '0') }
}

/** True if `code` is `within` or lies below it. */
export function isWithin(code: string, within: string): boolean {
  const { lo, hi } = rangeOf(within)
  return code >= lo && code < hi
}

/** One change of the division table: from this day on `code` is continued by `successor`. */
export interface DivisionChange {
  readonly code: string
  readonly successor: string
  /** First day of the successor. */
  readonly on: string
}

/** The code that continues `code` on `date`, following every change up to that day; the code itself if none applies. */
export function successorOn(changes: readonly DivisionChange[], code: string, date: string): string {
  let current = code
  let since = ''
  for (let step = 0; step <= changes.length; step++) {
    const next = changes.find((change) => change.code === current && change.on <= date && change.on >= since)
    if (next === undefined) return current
    current = next.successor
    since = next.on
  }
  return current
}

/** True if the code was in use on `date`: not yet continued by another one, and already begun if it continues one. */
export function wasInUse(changes: readonly DivisionChange[], code: string, date: string): boolean {
  const ended = changes.some((change) => change.code === code && change.on <= date)
  const begun = changes.filter((change) => change.successor === code)
  return !ended && (begun.length === 0 || begun.some((change) => change.on <= date))
}
