import { createHash, createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacSm3, sm3 } from './sm3.ts'

test('the standard vectors of GB/T 32905', () => {
  expect(sm3(Buffer.from('abc')).toString('hex')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
  expect(sm3(Buffer.from('abcd'.repeat(16))).toString('hex')).toBe(
    'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  )
})

test('equals node:crypto for every length around the block borders', () => {
  for (let length = 0; length < 200; length += 1) {
    const message = randomBytes(length)
    expect(sm3(message).equals(createHash('sm3').update(message).digest())).toBe(true)
  }
})

test('HMAC equals node:crypto for short and long keys, and is cut from the front', () => {
  for (const keyLength of [0, 16, 32, 63, 64, 65, 130]) {
    const key = randomBytes(keyLength)
    const mac = hmacSm3(key)
    for (const length of [0, 1, 18, 55, 56, 63, 64, 65, 119, 120, 300]) {
      const message = randomBytes(length)
      const expected = createHmac('sm3', key).update(message).digest()
      expect(mac.mac(message).equals(expected)).toBe(true)
      expect(mac.mac(message, 16).equals(expected.subarray(0, 16))).toBe(true)
    }
  }
})
