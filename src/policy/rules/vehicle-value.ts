import type { Fraction } from '#kernel/fraction'
import { floor } from '#kernel/money'

const FEN_PER_YUAN = 100
const TABLE_YEARS = 60
/** Relative error that sixty binary multiplications cannot reach. */
const MARGIN = 1e-12

/** What is left of a price after each year: (1 − d)^years, exactly and as a table of nearest numbers. */
export interface Depreciation {
  readonly keep: Fraction
  readonly table: Float64Array
}

/** The table for a yearly rate. */
export function depreciation(yearlyRate: Fraction): Depreciation {
  const keep = { n: yearlyRate.d - yearlyRate.n, d: yearlyRate.d }
  const table = new Float64Array(TABLE_YEARS + 1)
  const factor = Number(keep.n) / Number(keep.d)
  for (let year = 0, left = 1; year <= TABLE_YEARS; year++, left *= factor) table[year] = left
  return { keep, table }
}

function exactYuan(priceFen: number, years: number, { keep }: Depreciation): number {
  const n = BigInt(priceFen) * keep.n ** BigInt(years)
  const d = BigInt(FEN_PER_YUAN) * keep.d ** BigInt(years)
  return Number((2n * n + d) / (2n * d))
}

/**
 * Value of a vehicle in fen: price × (1 − d)^years, rounded half up to whole yuan. Where the binary result lies so near
 * a half that it could fall on the wrong side, the value is computed exactly.
 */
export function vehicleValue(priceFen: number, years: number, d: Depreciation): number {
  if (years > TABLE_YEARS) return exactYuan(priceFen, years, d) * FEN_PER_YUAN
  const raised = (priceFen / FEN_PER_YUAN) * (d.table[years] as number) + 0.5
  const yuan = floor(raised)
  const margin = raised * MARGIN
  const certain = raised - yuan > margin && yuan + 1 - raised > margin
  return (certain ? yuan : exactYuan(priceFen, years, d)) * FEN_PER_YUAN
}
