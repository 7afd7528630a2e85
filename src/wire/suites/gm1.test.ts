import {
  createCipheriv,
  createHmac,
  createSign,
  createVerify,
  generateKeyPairSync,
  hash,
  hkdfSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { sm2, hkdf as sm3Hkdf, sm3 as sm3Second, sm4 } from 'sm-crypto-v2'
import { describe, expect, test } from 'vitest'
import type { NodeKeyTexts } from '../contract.ts'
import { checkSigner, gm1BodyDigest, gm1OwnKeys, gm1PeerKeys, smEngine } from './gm1.ts'
import { botanEngine } from './gm1-botan.ts'
import { cipherFromDer, cipherToDer, signatureFromDer, signatureToDer } from './gm1-der.ts'
import { givesStandardAnswers, type SmEngine } from './gm1-engine.ts'
import { opensslEngine, sm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify, sm2Z } from './gm1-openssl.ts'
import { digestHex, generateNodeKeys, ownKeys, peerKeys, publicHalf } from './suite.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const b64 = (text: string): string => hex(text).toString('base64url')
const rawOf = (text: string): Buffer => Buffer.from(text, 'base64url')

/** GB/T 32918.5, annexes A and C: keys, signature of "message digest", encryption of "encryption standard". */
const standard = {
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  signature:
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  encrypted:
    '04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73' +
    'e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0' +
    '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766' +
    '21886ca989ca9c7d58087307ca93092d651efa',
} as const

const texts = generateNodeKeys('GM1')
const own = ownKeys(texts)
const peer = peerKeys(publicHalf(texts))
const botan = botanEngine()
if (botan === undefined) throw new Error('the Debian package botan is not installed: npm test installs it')
const engines: readonly SmEngine[] = [opensslEngine, botan]

describe('known answers', () => {
  test('SM3, GB/T 32905 A.1 and A.2', () => {
    expect(digestHex('GM1', 'abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0')
    expect(digestHex('GM1', 'abcd'.repeat(16))).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732')
  })
  test('SM4, GB/T 32907 A.1 and A.2: one block, and encrypted a million times', () => {
    const block = hex('0123456789abcdeffedcba9876543210')
    const once = createCipheriv('sm4-ecb', block, null).setAutoPadding(false)
    expect(once.update(block).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246')
    // CBC over zeros from the block as IV encrypts the block again and again
    const chain = createCipheriv('sm4-cbc', block, block).setAutoPadding(false)
    expect(
      chain
        .update(Buffer.alloc(16 * 1_000_000))
        .subarray(-16)
        .toString('hex'),
    ).toBe('595298c7c6fd271f0402f804c33d3f66')
  })
  test('SM4 in counter mode, ciphertext of RFC 8998 A.1', () => {
    const key = hex('0123456789abcdeffedcba9876543210')
    const plain = hex('aabbccddeeffeeaa'.replaceAll(/../g, (pair) => pair.repeat(8)))
    const text = createCipheriv('sm4-ctr', key, hex('00001234567800000000abcd00000002')).update(plain)
    expect(text.toString('hex')).toBe(
      '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735' +
        'd82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d',
    )
  })
  test('SM2 signature, GB/T 32918.5 A.2: Z, and the signature verifies', () => {
    const publicRaw = hex(standard.publicKey)
    const z = sm2Z(publicRaw)
    expect(z.toString('hex')).toBe(standard.z)
    const message = Buffer.from('message digest')
    expect(sm2Verify(message, hex(standard.signature), sm2PublicKey(publicRaw), z)).toBe(true)
    expect(sm2Verify(Buffer.from('message digesu'), hex(standard.signature), sm2PublicKey(publicRaw), z)).toBe(false)
    const signing = peerKeys({ suite: 'GM1', signing: b64(standard.publicKey), box: b64(standard.publicKey) })
    expect(signing.verify('message digest', b64(standard.signature))).toBe(true)
  })
  test('SM2 encryption, GB/T 32918.5 C.2: decrypts', () => {
    expect(sm2.doDecrypt(standard.encrypted, standard.privateKey, 1)).toBe('encryption standard')
  })
})

describe('cipher libraries', () => {
  const message = Buffer.from('message')
  const raw = {
    public: rawOf(texts.signing.publicKey),
    private: rawOf(texts.signing.privateKey),
  }
  test('give the answers of the standards; one that does not is found out', () => {
    for (const engine of engines) expect(givesStandardAnswers(engine)).toBe(true)
    const faults: Partial<SmEngine>[] = [
      { verifier: () => () => true },
      { verifier: () => () => false },
      { unwrapper: () => () => Buffer.from('encryption standar?') },
      { digestHex: (bytes) => opensslEngine.digestHex(`${bytes}.`) },
      { digestTwice: (parts, last) => ({ ...opensslEngine.digestTwice(parts, last), inner: Buffer.alloc(32) }) },
      { digestTwice: (parts, last) => opensslEngine.digestTwice(parts, () => last(Buffer.alloc(32))) },
      { mac: (key, parts) => opensslEngine.mac(key, parts.slice(1)) },
      { crypt: (_key, _iv, bytes) => Buffer.from(bytes) },
    ]
    for (const fault of faults) expect(givesStandardAnswers({ ...opensslEngine, ...fault })).toBe(false)
  })
  test('the fastest that is installed is used', () => {
    expect(smEngine().name).toBe(botan.name)
    expect(botan.name).toMatch(/^Botan 3\./)
    expect(opensslEngine.name).toMatch(/^OpenSSL 3\./)
  })
  test('one signs, each of the others verifies, also after one that does not verify', () => {
    for (const signs of engines) {
      const sign = signs.signer(raw.private, raw.public)
      for (const checks of engines) {
        const verify = checks.verifier(raw.public)
        expect(verify(message, Buffer.alloc(64))).toBe(false)
        expect(verify(message, Buffer.alloc(64, 255))).toBe(false)
        expect(verify(message, sign(message))).toBe(true)
        expect(verify(Buffer.from('messagf'), sign(message))).toBe(false)
      }
    }
  })
  test('one wraps, each of the others unwraps; an altered wrap opens nowhere', () => {
    for (const wraps of engines) {
      const key = randomBytes(32)
      const wrap = wraps.wrapper(raw.public)(key)
      expect(wrap).toHaveLength(128)
      for (const opens of engines) {
        const unwrap = opens.unwrapper(raw.private)
        expect(unwrap(wrap).equals(key)).toBe(true)
        for (const place of [0, 40, 70, 100]) {
          const altered = Buffer.from(wrap)
          altered.writeUInt8(altered.readUInt8(place) ^ 1, place)
          const got = (): Buffer => {
            const bytes = unwrap(altered)
            if (bytes.length === 0) throw new RangeError('nothing')
            return bytes
          }
          expect(got, `${opens.name} ${place}`).toThrow()
        }
      }
    }
  })
  test('one seals, each of the others opens, whatever the length', () => {
    for (const length of [0, 1, 15, 16, 17, 4096, 100_000]) {
      const plain = randomBytes(length)
      for (const seals of engines) {
        const sealed = gm1PeerKeys(publicHalf(texts), seals).seal(plain, 'header')
        for (const opens of engines) expect(gm1OwnKeys(texts, opens).unseal(sealed, 'header').equals(plain)).toBe(true)
      }
    }
  })
  test('the same key after another key and IV: nothing is left of a message before', () => {
    const [key, iv, bytes] = [randomBytes(16), randomBytes(16), randomBytes(33)]
    for (const engine of engines) {
      const first = engine.crypt(key, iv, bytes)
      engine.crypt(randomBytes(16), randomBytes(16), randomBytes(7))
      expect(engine.crypt(key, iv, first).equals(bytes)).toBe(true)
      expect(opensslEngine.crypt(key, iv, bytes).equals(first)).toBe(true)
    }
  })
  test('what was noted of a body holds once: altered after it was opened, it does not open again', () => {
    for (const engine of engines) {
      const body = gm1PeerKeys(publicHalf(texts), engine).seal(randomBytes(100), 'header')
      const digest = gm1BodyDigest(body, engine)
      expect(digest).toBe(sm3Second(body))
      expect(gm1BodyDigest(body, engine)).toBe(digest)
      const opener = gm1OwnKeys(texts, engine)
      expect(opener.unseal(body, 'header')).toHaveLength(100)
      body.writeUInt8(body.readUInt8(150) ^ 1, 150)
      expect(() => opener.unseal(body, 'header')).toThrow('altered')
      expect(gm1BodyDigest(body, engine)).toBe(sm3Second(body))
    }
    expect(gm1BodyDigest(Buffer.from('short'))).toBe(sm3Second(Buffer.from('short')))
  })
  test('the same digests and tags, whatever the length, of texts and bytes', () => {
    for (const length of [0, 1, 63, 64, 255, 256, 257, 5000]) {
      const [bytes, key] = [randomBytes(length), randomBytes(32)]
      const text = '核'.repeat(length)
      const parts = [bytes.subarray(0, length / 2), Buffer.alloc(0), bytes.subarray(length / 2)]
      for (const engine of engines) {
        expect(engine.digestHex(bytes)).toBe(sm3Second(bytes))
        expect(engine.digestHex(text)).toBe(sm3Second(Buffer.from(text)))
        const { inner, whole } = engine.digestTwice(parts, (of) => Buffer.concat([of, key]))
        expect(inner.toString('hex')).toBe(sm3Second(bytes))
        expect(whole).toBe(sm3Second(Buffer.concat([bytes, inner, key])))
        expect(engine.mac(key, parts).toString('hex')).toBe(sm3Second(bytes, { key, mode: 'hmac' }))
      }
    }
  })
  test('numbers with zeros before them, and with their highest bit set, go into DER and back', () => {
    const numbers = [
      Buffer.alloc(32),
      Buffer.alloc(32, 255),
      Buffer.concat([Buffer.alloc(5), Buffer.alloc(27, 200)]),
      randomBytes(32),
    ]
    for (const r of numbers) {
      for (const s of numbers) {
        const signature = Buffer.concat([r, s])
        expect(signatureFromDer(signatureToDer(signature)).equals(signature)).toBe(true)
        for (const length of [0, 32, 300]) {
          const cipher = Buffer.concat([signature, randomBytes(32 + length)])
          expect(cipherFromDer(cipherToDer(cipher)).equals(cipher)).toBe(true)
        }
      }
    }
  })
})

describe('against the second implementation', () => {
  const pair = texts.signing
  const point = `04${rawOf(pair.publicKey).toString('hex')}`
  const secret = rawOf(pair.privateKey).toString('hex')
  test('signed here, verified there, and back', () => {
    for (let n = 0; n < 20; n += 1) {
      const text = `报文 ${n} ${randomBytes(n).toString('hex')}`
      const bytes = Buffer.from(text)
      expect(sm2.doVerifySignature(bytes, rawOf(own.sign(text)).toString('hex'), point, { hash: true })).toBe(true)
      const other = gm1OwnKeys(texts, opensslEngine).sign(text)
      expect(sm2.doVerifySignature(bytes, rawOf(other).toString('hex'), point, { hash: true })).toBe(true)
      const theirs = sm2.doSignature(bytes, secret, { hash: true, publicKey: point })
      expect(peer.verify(text, b64(theirs))).toBe(true)
      expect(peer.verify(`${text}!`, b64(theirs))).toBe(false)
    }
  })
  test('Z and key pairs', () => {
    expect(Buffer.from(sm2.getZ(point)).equals(sm2Z(rawOf(pair.publicKey)))).toBe(true)
    expect(sm2.getPublicKeyFromPrivateKey(secret)).toBe(point)
    const other = Buffer.from('someone@example')
    expect(Buffer.from(sm2.getZ(point, 'someone@example')).equals(sm2Z(rawOf(pair.publicKey), other))).toBe(true)
  })
  test('SM3, HMAC-SM3, HKDF-SM3', () => {
    for (const length of [0, 1, 55, 56, 64, 200]) {
      const bytes = randomBytes(length)
      const key = randomBytes(32)
      expect(digestHex('GM1', bytes)).toBe(sm3Second(bytes))
      expect(createHmac('sm3', key).update(bytes).digest('hex')).toBe(sm3Second(bytes, { key, mode: 'hmac' }))
      const ours = Buffer.from(hkdfSync('sm3', key, bytes, 'info', 48))
      expect(ours.equals(Buffer.from(sm3Hkdf(key, bytes, Buffer.from('info'), 48)))).toBe(true)
    }
  })
  test('a sealed body opens by the other implementation alone', () => {
    const plain = randomBytes(100)
    const sealed = peer.seal(plain, 'header')
    const wrap = sealed.subarray(0, 128)
    const salt = sealed.subarray(128, 144)
    const text = sealed.subarray(144, -32)
    const key = sm2.doDecrypt(wrap.toString('hex'), rawOf(texts.box.privateKey).toString('hex'), 1, { output: 'array' })
    const derived = sm3Hkdf(key, salt, Buffer.from('yingbao exchange GM1'), 48)
    const inner = hex(sm3Second(Buffer.concat([wrap, salt, text])))
    const bound = Buffer.concat([Buffer.of(0, 0, 0, 6), Buffer.from('header'), inner])
    const tag = sm3Second(bound, { key: derived.subarray(16), mode: 'hmac' })
    expect(tag).toBe(sealed.subarray(-32).toString('hex'))
    const counter = BigInt(`0x${salt.toString('hex')}`)
    const stream = Array.from({ length: 7 }, (_, i) => {
      const block = hex(((counter + BigInt(i)) % (1n << 128n)).toString(16).padStart(32, '0'))
      return hex(String(sm4.sm4(block, derived.subarray(0, 16), 1, { padding: 'none', output: 'string' })))
    })
    const pad = Buffer.concat(stream)
    expect(Buffer.from(text.map((byte, i) => byte ^ pad.readUInt8(i))).equals(plain)).toBe(true)
  })
})

describe('the traps of node:crypto', () => {
  const message = Buffer.from('message')
  const generated = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  const der = generated.publicKey.export({ format: 'der', type: 'spki' })
  const publicRaw = der.subarray(-64)
  const z = sm2Z(publicRaw)
  const point = `04${publicRaw.toString('hex')}`
  const secret = generated.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(36, 68)
  const second = (signature: Buffer): boolean =>
    sm2.doVerifySignature(message, signature.toString('hex'), point, { der: true, hash: true })

  test('a key straight from the generator signs something else than SM2, and verifies its own work', () => {
    const signature = createSign('sm3').update(z).update(message).sign(generated.privateKey)
    expect(createVerify('sm3').update(z).update(message).verify(generated.publicKey, signature)).toBe(true)
    expect(second(signature)).toBe(false)
  })
  test('the one-shot call signs under an empty identity', () => {
    const key = sm2PrivateKey(secret, publicRaw)
    const signature = sign('sm3', message, key)
    expect(verify('sm3', message, sm2PublicKey(publicRaw), signature)).toBe(true)
    expect(second(signature)).toBe(false)
    const emptyId = sm2Z(publicRaw, Buffer.alloc(0))
    expect(createVerify('sm3').update(emptyId).update(message).verify(sm2PublicKey(publicRaw), signature)).toBe(true)
  })
  test('the same key read again, by the recipe, signs SM2', () => {
    const signature = sm2Sign(message, sm2PrivateKey(secret, publicRaw), z)
    expect(sm2.doVerifySignature(message, signature.toString('hex'), point, { hash: true })).toBe(true)
  })
  test('a key that signs in one of these ways does not pass the self-test', () => {
    const read = sm2PrivateKey(secret, publicRaw)
    const right = (text: string): Buffer => sm2Sign(Buffer.from(text), read, z)
    const trapped = (text: string): Buffer => sm2Sign(Buffer.from(text), generated.privateKey, z)
    const nameless = (text: string): Buffer => sm2Sign(Buffer.from(text), read, sm2Z(publicRaw, Buffer.alloc(0)))
    expect(() => checkSigner(right, publicRaw)).not.toThrow()
    expect(() => checkSigner(trapped, publicRaw)).toThrow('self-test')
    expect(() => checkSigner(nameless, publicRaw)).toThrow('self-test')
  })
})

describe('keys', () => {
  test('are 32 bytes private, 64 public', () => {
    for (const pair of [texts.signing, texts.box]) {
      expect([rawOf(pair.privateKey).length, rawOf(pair.publicKey).length]).toEqual([32, 64])
    }
  })
  test('that do not belong together, or are none, are refused', () => {
    const other = generateNodeKeys('GM1')
    const zero = Buffer.alloc(32).toString('base64url')
    const faulty: NodeKeyTexts[] = [
      { ...texts, signing: { ...texts.signing, publicKey: other.signing.publicKey } },
      { ...texts, box: { ...texts.box, publicKey: other.box.publicKey } },
      { ...texts, signing: { ...texts.signing, privateKey: zero } },
      { ...texts, box: { ...texts.box, privateKey: '' } },
    ]
    for (const each of faulty) expect(() => ownKeys(each)).toThrow()
    const offCurve = Buffer.alloc(64, 1).toString('base64url')
    expect(() => peerKeys({ ...publicHalf(texts), signing: offCurve })).toThrow()
    expect(() => peerKeys({ ...publicHalf(texts), box: offCurve })).toThrow()
    expect(() => peerKeys({ ...publicHalf(texts), signing: texts.signing.publicKey.slice(0, 43) })).toThrow(RangeError)
  })
  test('signatures with short halves keep their 64 bytes', () => {
    const seen = new Set<number>()
    for (let n = 0; seen.size < 2; n += 1) {
      const raw = rawOf(own.sign(String(n)))
      expect(raw).toHaveLength(64)
      for (const [i, half] of [raw.subarray(0, 32), raw.subarray(32)].entries()) {
        if (half.readUInt8(0) !== 0) continue
        seen.add(i)
        expect(peer.verify(String(n), raw.toString('base64url'))).toBe(true)
      }
    }
    expect(peer.verify('x', Buffer.alloc(64).toString('base64url'))).toBe(false)
  })
})

test('the digest of the standard hash call and of the suite are the same', () => {
  expect(digestHex('GM1', '核对')).toBe(hash('sm3', Buffer.from('核对'), 'hex'))
})
