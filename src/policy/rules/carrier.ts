import { floor } from '#kernel/money'

/**
 * Whole numbers as the rules compute with them: here as `number`, exact up to 2^53. Whoever runs the rules on this
 * carrier has checked the bound; carrier-exact.ts is the same face over `bigint`.
 */
export type Int = number

/** A plain number on this carrier. In loops `int(0)` is a constant; an imported one would not be. */
export function int(x: number): Int {
  return x
}

/** a ÷ b where b divides a. */
export function exactDiv(a: Int, b: Int): Int {
  return a / b
}

/** The largest whole number not above a ÷ b; b above 0. */
export function floorDiv(a: Int, b: Int): Int {
  return floor(a / b)
}
