import { createCipheriv, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  buildKeys,
  freshKeys,
  merkleRoot,
  newBoxPair,
  newSigningPair,
  openSealed,
  SealError,
  sealFor,
  signBytes,
  sm3,
  verifyBytes,
} from './crypto.ts'

const keys = buildKeys(freshKeys())

test('what is sealed opens again, and never looks the same twice', () => {
  const clear = '330106199001011234'
  const sealed = keys.seal(clear)
  expect(keys.openText(sealed)).toBe(clear)
  expect(sealed.length).toBe(33 + 18)
  expect(sealed.includes(Buffer.from(clear))).toBe(false)
  expect(keys.seal(clear).equals(sealed)).toBe(false)
  for (const length of [0, 1, 2000, 2031, 2032, 100_000])
    expect(keys.openText(keys.seal('x'.repeat(length)))).toBe('x'.repeat(length))
})

test('a value of any length rests as SM4-CTR writes it, counters that overflow included', () => {
  const input = freshKeys()
  const [material] = input.materials
  if (material === undefined) throw new Error('no key')
  for (const end of ['07070707', 'fffffffe', 'ffffffff']) {
    const iv = Buffer.from(`${'00ff'.repeat(6)}${end}`, 'hex')
    for (const length of [1, 15, 16, 17, 33, 511, 512, 513]) {
      const clear = 'y'.repeat(length)
      const text = Buffer.concat([Buffer.of(material.id), iv, createCipheriv('sm4-ctr', material.cipher, iv).update(clear)])
      const tag = createHmac('sm3', material.mac).update(text).digest().subarray(0, 16)
      expect(buildKeys(input).openText(Buffer.concat([text, tag]))).toBe(clear)
    }
  }
})

test('every altered byte of a sealed value is noticed', () => {
  const sealed = keys.seal('张三')
  for (let i = 0; i < sealed.length; i += 1) {
    const altered = Buffer.from(sealed)
    altered[i] = (altered[i] as number) ^ 1
    expect(() => keys.open(altered)).toThrow(SealError)
  }
  expect(() => keys.open(sealed.subarray(0, 20))).toThrow(SealError)
  expect(() => buildKeys(freshKeys()).open(sealed)).toThrow(SealError)
})

test('a new key generation still opens what the old one sealed', () => {
  const old = freshKeys()
  const second = freshKeys()
  const sealed = buildKeys(old).seal('旧')
  const both = buildKeys({ ...old, current: 2, materials: [...old.materials, { ...second.materials[0], id: 2 } as never] })
  expect(both.openText(sealed)).toBe('旧')
  expect(both.seal('新')[0]).toBe(2)
})

test('the keyed index is stable, 16 bytes, and unrelated between kinds and installations', () => {
  const index = keys.blindIndex('id', '330106199001011234')
  expect(index.length).toBe(16)
  expect(keys.blindIndex('id', '330106199001011234').equals(index)).toBe(true)
  expect(keys.blindIndex('account', '330106199001011234').equals(index)).toBe(false)
  expect(buildKeys(freshKeys()).blindIndex('id', '330106199001011234').equals(index)).toBe(false)
})

test('signatures: right, altered, other key, malformed', () => {
  const pair = newSigningPair()
  const bytes = Buffer.from('报告')
  const signature = signBytes(pair, bytes)
  expect(verifyBytes(pair.publicKey, bytes, signature)).toBe(true)
  expect(verifyBytes(pair.publicKey, Buffer.from('报吿'), signature)).toBe(false)
  expect(verifyBytes(newSigningPair().publicKey, bytes, signature)).toBe(false)
  expect(verifyBytes('nonsense', bytes, signature)).toBe(false)
})

test('a sealed box opens for its receiver only', () => {
  const pair = newBoxPair()
  const sealed = sealFor(pair.publicKey, Buffer.from('答复'))
  expect(openSealed(pair, sealed).toString()).toBe('答复')
  expect(() => openSealed(newBoxPair(), sealed)).toThrow(SealError)
  sealed[40] = (sealed[40] as number) ^ 1
  expect(() => openSealed(pair, sealed)).toThrow(SealError)
})

test('Merkle root: leaves and nodes are told apart, order and number count', () => {
  const leaves = ['a', 'b', 'c'].map((text) => Buffer.from(text))
  const [a, b, c] = leaves.map((leaf) => sm3(Buffer.concat([Buffer.of(0), leaf]))) as [Buffer, Buffer, Buffer]
  const left = sm3(Buffer.concat([Buffer.of(1), a, b]))
  expect(merkleRoot(leaves).equals(sm3(Buffer.concat([Buffer.of(1), left, c])))).toBe(true)
  expect(merkleRoot([...leaves].reverse()).equals(merkleRoot(leaves))).toBe(false)
  expect(merkleRoot(leaves.slice(0, 2)).equals(merkleRoot(leaves))).toBe(false)
})
