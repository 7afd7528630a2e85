/** The carrier of the rules over `bigint`, for figures beyond 2^53. */
export type Int = bigint

/** A plain number on this carrier. In loops `int(0)` is a constant; an imported one would not be. */
export function int(x: number): Int {
  return BigInt(x)
}

/** a ÷ b where b divides a. */
export function exactDiv(a: Int, b: Int): Int {
  return a / b
}

/** The largest whole number not above a ÷ b; b above 0. */
export function floorDiv(a: Int, b: Int): Int {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}
