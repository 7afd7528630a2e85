/**
 * SM4-CTR under one key. A short text costs less than making a cipher object for it, so the counters of all texts go through one SM4-ECB
 * object that lives as long as the key: the stream is the same by the definition of the mode, and the block cipher is OpenSSL's.
 */
import { createCipheriv, createSecretKey } from 'node:crypto'

const BLOCK = 16
/** Longer texts are enciphered by a cipher object of their own. */
const LONG = 512

/** Enciphers or deciphers (the same in this mode) a text under a first counter of 16 bytes, into `out` from `at` on. */
export type Ctr = (iv: Uint8Array, text: Uint8Array, out: Uint8Array, at: number) => void

/** Writes the counters of a text: the first one, then each one higher as a number of 128 bits. */
function writeCounters(into: Uint8Array, iv: Uint8Array, blocks: number): void {
  into.set(iv)
  for (let block = 1; block < blocks; block += 1) {
    const start = block * BLOCK
    into.copyWithin(start, start - BLOCK, start)
    for (let i = start + BLOCK - 1; i >= start; i -= 1) {
      const next = ((into[i] as number) + 1) & 255
      into[i] = next
      if (next !== 0) break
    }
  }
}

/** Prepares SM4-CTR for a key of 16 bytes. */
export function sm4Ctr(key: Buffer): Ctr {
  // as an object: given as bytes, Node takes four times as long
  const secret = createSecretKey(key)
  const blockCipher = createCipheriv('sm4-ecb', secret, null).setAutoPadding(false)
  const counters = Buffer.alloc(LONG)
  return (iv, text, out, at) => {
    if (text.length === 0) return
    if (text.length > LONG) {
      const cipher = createCipheriv('sm4-ctr', secret, iv)
      out.set(cipher.update(text), at)
      cipher.final()
      return
    }
    const blocks = Math.ceil(text.length / BLOCK)
    writeCounters(counters, iv, blocks)
    const stream = blockCipher.update(counters.subarray(0, blocks * BLOCK))
    for (let i = 0; i < text.length; i += 1) out[at + i] = (text[i] as number) ^ (stream[i] as number)
  }
}
