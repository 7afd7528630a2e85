import { readFileSync } from 'node:fs'
import { random } from '#platform/crypto'

/** Letters and digits that are not mistaken for one another; 12 of them are about 59 bits. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password to be handed over on paper or by telephone, in groups of four. */
export function newPassword(): string {
  const letters = [...random(12)].map((byte) => ALPHABET[byte % ALPHABET.length])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** What everybody tries first, a word or password a line. */
export const commonPasswords: ReadonlySet<string> = new Set(
  readFileSync(new URL('./guessed-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean),
)
