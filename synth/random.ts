/** Seeded random numbers (sfc32): the same seed and label give the same sequence on every machine. */
export class Rng {
  private a = 0
  private b = 0
  private c = 0
  private d = 1

  constructor(seed: string) {
    let h = 2166136261
    for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 16777619)
    this.a = h | 0
    this.b = Math.imul(h ^ 0x9e3779b9, 0x85ebca6b)
    this.c = Math.imul(h ^ 0x243f6a88, 0xc2b2ae35)
    for (let i = 0; i < 16; i++) this.bits()
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** Whole number from 0 to n − 1. */
  below(n: number): number {
    return Math.floor((this.bits() / 4294967296) * n)
  }

  /** Whole number from low to high, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** True with the probability given in per mille. */
  permille(p: number): boolean {
    return this.below(1000) < p
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** One value of a weighted list [value, weight, value, weight …]. */
  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let total = 0
    for (const [, weight] of list) total += weight
    let at = this.below(total)
    for (const [value, weight] of list) {
      at -= weight
      if (at < 0) return value
    }
    return (list[0] as readonly [T, number])[0]
  }

  /** Shuffles the list in place (Fisher-Yates). */
  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = list[i] as T
      list[i] = list[j] as T
      list[j] = held
    }
    return list
  }
}
