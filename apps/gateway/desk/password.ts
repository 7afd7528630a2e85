/** Passwords of data officers: scrypt with a random salt. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const COST = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 } as const
const KEY_LENGTH = 32
/** Shorter passwords are refused. */
export const SHORTEST_PASSWORD = 10

function keyOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_LENGTH, COST, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

/** Hash of a password as the configuration holds it: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await keyOf(password, salt)
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${key.toString('base64url')}`
}

/** Whether the password is the one that was hashed. */
export async function checkPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = stored.split('$')
  const isKnown = scheme === 'scrypt' && Number(n) === COST.N && Number(r) === COST.r && Number(p) === COST.p
  if (!isKnown || salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64url')
  const found = await keyOf(password, Buffer.from(salt, 'base64url'))
  return expected.length === found.length && timingSafeEqual(expected, found)
}
