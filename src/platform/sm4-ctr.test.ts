import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sm4Ctr } from './sm4-ctr.ts'

const key = randomBytes(16)
const ctr = sm4Ctr(key)

function byOpenssl(iv: Uint8Array, text: Uint8Array): Buffer {
  const cipher = createCipheriv('sm4-ctr', key, iv)
  return Buffer.concat([cipher.update(text), cipher.final()])
}

describe('SM4-CTR', () => {
  const counters = ['00000000000000000000000000000000', 'ffffffffffffffffffffffffffffffff', '0000000000000000fffffffffffffffe']
  const lengths = [0, 1, 15, 16, 17, 31, 32, 100, 4095, 4096, 4097, 70_000]

  it.each([...counters, randomBytes(16).toString('hex')])('is the stream of OpenSSL from counter %s on', (hex) => {
    const iv = Buffer.from(hex, 'hex')
    for (const length of lengths) {
      const text = randomBytes(length)
      const out = Buffer.alloc(length + 5, 7)
      ctr(iv, text, out, 3)
      expect(out.subarray(3, length + 3).equals(byOpenssl(iv, text)), `${length} bytes`).toBe(true)
      expect([out[0], out[2], out.at(-1)]).toEqual([7, 7, 7])
    }
  })

  it('opens what it closed', () => {
    const iv = randomBytes(16)
    const text = Buffer.from('公民身份号码')
    const sealed = Buffer.alloc(text.length)
    ctr(iv, text, sealed, 0)
    const opened = Buffer.alloc(text.length)
    ctr(iv, sealed, opened, 0)
    expect(opened.toString()).toBe('公民身份号码')
  })
})
