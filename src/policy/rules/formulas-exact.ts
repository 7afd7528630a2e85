// Generated from formulas.ts by tools/exact-copy.ts: the same text over the exact carrier. Change formulas.ts, then run the tool.
import * as carrier from './carrier-exact.ts'
import * as model from './row-model.ts'

/**
 * The formulas of the assessment, one idea each, over whole ticks (row-model.ts). Products are compared instead of
 * quotients wherever a division could round. `formulas-exact.ts` is this text over the exact carrier.
 */

type Int = carrier.Int

// Bound once, as in steps.ts.
const { exactDiv, floorDiv, int } = carrier
const { ROUND_MODE } = model

export function smaller(a: Int, b: Int): Int {
  return a < b ? a : b
}

export function larger(a: Int, b: Int): Int {
  return a > b ? a : b
}

/** Monthly ticks of an amount in fen over `months`. */
export function monthly(amount: Int, ticksPerFen: Int, months: Int): Int {
  return exactDiv(amount * ticksPerFen, months)
}

/** Support owed by formula: nothing at or below the threshold, else rate × base ÷ persons supported. */
export function supportOwed(income: Int, threshold: Int, onExcess: boolean, rateNum: Int, rateDen: Int, sharedBy: Int): Int {
  if (income <= threshold) return int(0)
  return exactDiv((onExcess ? income - threshold : income) * rateNum, rateDen * sharedBy)
}

/** Work cost of one earner: the rule's amount, at most the wage. */
export function workCost(ruled: Int, wage: Int): Int {
  return smaller(ruled, wage)
}

/** Income after deductions, not below 0. */
export function countableIncome(income: Int, deductions: Int): Int {
  return larger(income - deductions, int(0))
}

/** Strictly below: income ÷ persons < line per person. */
export function perCapitaBelow(income: Int, line: Int, persons: Int): boolean {
  return income < line * persons
}

/** Above a limit per person. */
export function abovePerHead(amount: Int, perHead: Int, persons: Int): boolean {
  return amount > perHead * persons
}

/** Area per person is above num ÷ den. */
export function areaAbove(area: Int, num: Int, den: Int, persons: Int): boolean {
  return area * den > num * persons
}

/** x ÷ n rounded to a whole multiple of `unit` (an even number of ticks) by `mode`. */
export function roundedShare(x: Int, n: Int, unit: Int, mode: number): Int {
  const step = unit * n
  const raised = mode === ROUND_MODE.halfUp ? exactDiv(step, int(2)) : mode === ROUND_MODE.up ? step - int(1) : int(0)
  return floorDiv(x + raised, step) * unit
}

/** Gap of the household, rounded once. */
export function shortfallOfTotal(standard: Int, income: Int, n: Int, unit: Int, mode: number): Int {
  return roundedShare(standard * n - income, int(1), unit, mode)
}

/** Gap after rounding the per-capita income. */
export function shortfallOfIncome(standard: Int, income: Int, n: Int, unit: Int, mode: number): Int {
  return (standard - roundedShare(income, n, unit, mode)) * n
}

/** Gap per person, rounded, times the persons. */
export function shortfallOfAmount(standard: Int, income: Int, n: Int, unit: Int, mode: number): Int {
  return roundedShare(standard * n - income, n, unit, mode) * n
}

/** Rate × own benefit per person, rounded. */
export function topUpOfBenefit(base: Int, rateNum: Int, rateDen: Int, n: Int, unit: Int, mode: number): Int {
  return roundedShare(base * rateNum, n * rateDen, unit, mode)
}
