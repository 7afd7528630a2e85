/** Unified social credit code (GB 32100-2015): 18 characters without I, O, S, V and Z; the last one is the check character. */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const

/** The check character of the first 17 characters, or null if one of them is not of the alphabet. */
export function creditCheckCharacter(first17: string): string | null {
  let sum = 0
  for (let i = 0; i < 17; i++) {
    const value = i < first17.length ? ALPHABET.indexOf(first17.charAt(i)) : -1
    if (value < 0) return null
    sum += value * (WEIGHTS[i] ?? 0)
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31)
}

/** The code in NFKC, without spaces and hyphens, upper case; null if its form or check character is wrong. */
export function readCreditCode(raw: string): string | null {
  const code = raw.normalize('NFKC').replace(/[\s-]/gu, '').toUpperCase()
  if (code.length !== 18) return null
  return creditCheckCharacter(code.slice(0, 17)) === code.charAt(17) ? code : null
}
