import { createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, webcrypto } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { digestHex, generateNodeKeys, ownKeys, peerKeys, publicHalf } from './suite.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const b64 = (text: string): string => hex(text).toString('base64url')

describe('known answers', () => {
  test('SHA-256, FIPS 180-4', () => {
    expect(digestHex('ED1', 'abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
  test.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      'r',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ])('Ed25519, RFC 8032 7.1: key %s', (privateKey, publicKey, text, signature) => {
    const signing = { publicKey: b64(publicKey), privateKey: b64(privateKey) }
    const texts = { ...generateNodeKeys('ED1'), signing }
    expect(ownKeys(texts).sign(text)).toBe(b64(signature))
    expect(peerKeys(publicHalf(texts)).verify(text, b64(signature))).toBe(true)
    expect(peerKeys(publicHalf(texts)).verify(`${text}.`, b64(signature))).toBe(false)
  })
  test('X25519, RFC 7748 6.1', () => {
    const alice = {
      d: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
      x: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    }
    const bob = {
      d: '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb',
      x: 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    }
    const secret = (mine: typeof alice, theirs: typeof alice): string => {
      const jwk = { kty: 'OKP', crv: 'X25519' }
      const privateKey = createPrivateKey({ key: { ...jwk, x: b64(mine.x), d: b64(mine.d) }, format: 'jwk' })
      const publicKey = createPublicKey({ key: { ...jwk, x: b64(theirs.x) }, format: 'jwk' })
      return diffieHellman({ privateKey, publicKey }).toString('hex')
    }
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect([secret(alice, bob), secret(bob, alice)]).toEqual([shared, shared])
  })
  test('HMAC-SHA-256, RFC 4231 4.3', () => {
    expect(createHmac('sha256', 'Jefe').update('what do ya want for nothing?').digest('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
  test('HKDF-SHA-256, RFC 5869 A.1', () => {
    const okm = hkdfSync('sha256', Buffer.alloc(22, 0x0b), hex('000102030405060708090a0b0c'), hex('f0f1f2f3f4f5f6f7f8f9'), 42)
    expect(Buffer.from(okm).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
  })
})

test('a sealed body opens by what docs/exchange.md says of it, step by step with Web Cryptography', async () => {
  const texts = generateNodeKeys('ED1')
  const sealed = peerKeys(publicHalf(texts)).seal(Buffer.from('{"i":0}'), 'bound')
  const [ephemeral, salt, text] = [sealed.subarray(0, 32), sealed.subarray(32, 48), sealed.subarray(48)]
  const { subtle } = webcrypto
  const { publicKey: x, privateKey: d } = texts.box
  const own = await subtle.importKey('jwk', { kty: 'OKP', crv: 'X25519', x, d }, 'X25519', false, ['deriveBits'])
  const other = await subtle.importKey('raw', ephemeral, 'X25519', false, [])
  const secret = await subtle.importKey(
    'raw',
    await subtle.deriveBits({ name: 'X25519', public: other }, own, 256),
    'HKDF',
    false,
    ['deriveBits'],
  )
  const mixed = Buffer.concat([salt, ephemeral, Buffer.from(x, 'base64url')])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: mixed, info: Buffer.from('yingbao exchange ED1') }
  const material = Buffer.from(await subtle.deriveBits(hkdf, secret, (32 + 12) * 8))
  const key = await subtle.importKey('raw', material.subarray(0, 32), 'AES-GCM', false, ['decrypt'])
  const gcm = { name: 'AES-GCM', iv: material.subarray(32), additionalData: Buffer.from('bound') }
  expect(Buffer.from(await subtle.decrypt(gcm, key, text)).toString()).toBe('{"i":0}')
})
