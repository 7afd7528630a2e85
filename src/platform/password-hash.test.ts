import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { isProblem } from '#kernel/problem'
import { checkPassword, hashPassword, isDatedHash } from './password-hash.ts'

test('a password fits its own hash only, and no two hashes are alike', async () => {
  const stored = await hashPassword('correct horse')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await checkPassword('correct horse', stored)).toBe(true)
  expect(await checkPassword('correct horsE', stored)).toBe(false)
  expect(await checkPassword('correct horse', 'plain')).toBe(false)
  expect(await hashPassword('correct horse')).not.toBe(stored)
  expect(isDatedHash(stored)).toBe(false)
})

test('what was hashed before, or at another cost, is checked by its own cost and is dated', async () => {
  const salt = Buffer.alloc(16, 7)
  const key = scryptSync('correct horse', salt, 32, { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 })
  const former = `scrypt$32768$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`
  expect(await checkPassword('correct horse', former)).toBe(true)
  expect(await checkPassword('wrong', former)).toBe(false)
  expect(isDatedHash(former)).toBe(true)
  expect(isDatedHash((await hashPassword('x')).replace('m=19456', 'm=9728'))).toBe(true)
})

test('a cost that nobody would store is not computed', async () => {
  const stored = (await hashPassword('x')).replace('m=19456', 'm=99999999')
  expect(await checkPassword('x', stored)).toBe(false)
})

test('a flood of checks is refused after some, and the rest are answered', async () => {
  const stored = await hashPassword('x')
  const all = await Promise.allSettled(Array.from({ length: 80 }, () => checkPassword('y', stored)))
  const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  expect(refused).toHaveLength(80 - 66)
  expect(refused.every((error) => isProblem(error) && error.status === 503)).toBe(true)
  expect(all.filter((one) => one.status === 'fulfilled').every((one) => one.value === false)).toBe(true)
})
