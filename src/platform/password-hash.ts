import { argon2, randomBytes, scrypt } from 'node:crypto'
import { Problem } from '#kernel/problem'
import { equalBytes } from './crypto.ts'

/**
 * Hashes of passwords: Argon2id with the cost in the text, so that the cost can be raised; what was hashed otherwise is still checked, and
 * hashed anew by whoever signs in with it.
 */

/** 19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat Sheet names for Argon2id. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const
const SALT_BYTES = 16
const KEY_BYTES = 32
/** A stored cost beyond this is not computed: a row that was tampered with must not stop the server. */
const MOST = { memory: 1 << 18, passes: 16, parallelism: 8, n: 1 << 17, r: 16, p: 4 } as const

/** So many are computed at once, and so many wait: each takes a processor for tens of milliseconds and 19 MiB. */
const AT_ONCE = 2
const WAITING = 64

let running = 0
const waiting: (() => void)[] = []

/** Runs one computation when there is room. Throws Problem 503 when too many wait already. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING) throw new Problem('server.busy', '登录的人太多，请稍后重试', { status: 503 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

interface Argon2Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

function argon2Of(password: string, nonce: Buffer, cost: Argon2Cost): Promise<Buffer> {
  const message = password.normalize('NFKC')
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        const done = (error: Error | null, key: Buffer): void => (error === null ? resolve(key) : reject(error))
        argon2('argon2id', { message, nonce, ...cost, tagLength: KEY_BYTES }, done)
      }),
  )
}

function scryptOf(password: string, salt: Buffer, { n: N, r, p }: { n: number; r: number; p: number }): Promise<Buffer> {
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        const cost = { N, r, p, maxmem: 128 * N * r * p + (1 << 20) }
        scrypt(password.normalize('NFKC'), salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
      }),
  )
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

function textOf(salt: Buffer, key: Buffer): string {
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(key)}`
}

/** Argon2id hash of a password with a random salt, as text `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return textOf(salt, await argon2Of(password, salt, COST))
}

const argon2Text =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[\w+/]+)\$(?<key>[\w+/]+)$/
const scryptText = /^scrypt\$(?<n>\d+)\$(?<r>\d+)\$(?<p>\d+)\$(?<salt>[\w-]+)\$(?<key>[\w-]+)$/

function within<K extends string>(groups: Record<string, string>, most: Readonly<Record<K, number>>): Record<K, number> | null {
  const names = Object.keys(most) as K[]
  const read = Object.fromEntries(names.map((name) => [name, Number(groups[name])])) as Record<K, number>
  return names.every((name) => read[name] >= 1 && read[name] <= most[name]) ? read : null
}

/** True when the password is the one that was hashed, with whatever cost. */
export async function checkPassword(password: string, stored: string): Promise<boolean> {
  const ours = argon2Text.exec(stored)?.groups
  if (ours !== undefined) {
    const { memory, passes, parallelism } = MOST
    const cost = within(ours, { memory, passes, parallelism })
    if (cost === null) return false
    return equalBytes(
      await argon2Of(password, Buffer.from(ours.salt ?? '', 'base64'), cost),
      Buffer.from(ours.key ?? '', 'base64'),
    )
  }
  const former = scryptText.exec(stored)?.groups
  if (former === undefined) return false
  const { n, r, p } = MOST
  const cost = within(former, { n, r, p })
  if (cost === null) return false
  return equalBytes(
    await scryptOf(password, Buffer.from(former.salt ?? '', 'base64url'), cost),
    Buffer.from(former.key ?? '', 'base64url'),
  )
}

/** Whether a hash was made with another method or cost than today's. */
export function isDatedHash(stored: string): boolean {
  return !stored.startsWith(textOf(Buffer.alloc(0), Buffer.alloc(0)).slice(0, -1))
}
