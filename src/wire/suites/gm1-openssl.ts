/**
 * SM2 and SM4 without any library beside Node: SM4 and signatures (GB/T 32918.2) by node:crypto, encryption by sm-crypto-v2, in JavaScript.
 * Signatures: node:crypto does them right only in one way: keys read from DER (a key as
 * `generateKeyPair` gives it signs ECDSA), and the streaming classes fed Z and the message (the one-shot call signs
 * under an empty identity). The tests of this suite prove both traps and hold the recipe against the standard's vectors.
 */
import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign,
  createVerify,
  hash,
  type KeyObject,
} from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import { signatureFromDer, signatureToDer } from './gm1-der.ts'
import { DEFAULT_ID, PRIVATE_BYTES, PUBLIC_BYTES, type SmEngine } from './gm1-engine.ts'

/** a, b, Gx, Gy of the recommended curve (GB/T 32918.5). */
const CURVE = Buffer.from(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  'hex',
)

const PKCS8_HEAD = Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex')
const PKCS8_PUBLIC = Buffer.from('a14403420004', 'hex')
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d03420004', 'hex')

function checkLength(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`an SM2 key has ${length} bytes, not ${bytes.length}`)
}

/** An SM2 private key for `sm2Sign`. Throws when the bytes are no key. */
export function sm2PrivateKey(privateRaw: Buffer, publicRaw: Buffer): KeyObject {
  checkLength(privateRaw, PRIVATE_BYTES)
  checkLength(publicRaw, PUBLIC_BYTES)
  const der = Buffer.concat([PKCS8_HEAD, privateRaw, PKCS8_PUBLIC, publicRaw])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** An SM2 public key for `sm2Verify`. Throws when the bytes are no point of the curve. */
export function sm2PublicKey(publicRaw: Buffer): KeyObject {
  checkLength(publicRaw, PUBLIC_BYTES)
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicRaw]), format: 'der', type: 'spki' })
}

/** Z: SM3 over the identity (its length in bits before it), the curve and the public key. */
export function sm2Z(publicRaw: Buffer, id: Buffer = Buffer.from(DEFAULT_ID)): Buffer {
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(id.length * 8)
  return hash('sm3', Buffer.concat([bits, id, CURVE, publicRaw]), 'buffer')
}

/** Signature of a message: r and s, 64 bytes. */
export function sm2Sign(message: Uint8Array, key: KeyObject, z: Buffer): Buffer {
  return signatureFromDer(createSign('sm3').update(z).update(message).sign(key))
}

/** Whether r and s (64 bytes) sign the message. */
export function sm2Verify(message: Uint8Array, signature: Buffer, key: KeyObject, z: Buffer): boolean {
  return createVerify('sm3').update(z).update(message).verify(key, signatureToDer(signature))
}

/** order of the parts of a wrap: point, hash, ciphertext */
const C1C3C2 = 1

/** What every machine has. */
export const opensslEngine: SmEngine = {
  name: `OpenSSL ${process.versions.openssl}`,
  signer(privateRaw, publicRaw) {
    const [key, z] = [sm2PrivateKey(privateRaw, publicRaw), sm2Z(publicRaw)]
    return (message) => sm2Sign(message, key, z)
  },
  verifier(publicRaw) {
    const [key, z] = [sm2PublicKey(publicRaw), sm2Z(publicRaw)]
    return (message, signature) => sm2Verify(message, signature, key, z)
  },
  wrapper(publicRaw) {
    const point = `04${publicRaw.toString('hex')}`
    return (key) => Buffer.from(sm2.doEncrypt(key, point, C1C3C2), 'hex')
  },
  unwrapper(privateRaw) {
    const secret = privateRaw.toString('hex')
    // it gives nothing, and no error, when the hash in the wrap does not fit
    return (wrap) => Buffer.from(sm2.doDecrypt(wrap.toString('hex'), secret, C1C3C2, { output: 'array' }))
  },
  digestHex: (bytes) => hash('sm3', bytes, 'hex'),
  digestTwice(parts, last) {
    const whole = createHash('sm3')
    for (const part of parts) whole.update(part)
    const inner = whole.copy().digest()
    return { inner, whole: whole.update(last(inner)).digest('hex') }
  },
  mac(key, parts) {
    // as an object: given as bytes, Node takes several times as long for a short message
    const mac = createHmac('sm3', createSecretKey(key))
    for (const part of parts) mac.update(part)
    return mac.digest()
  },
  crypt(key, iv, bytes) {
    const cipher = createCipheriv('sm4-ctr', createSecretKey(key), iv)
    const text = cipher.update(bytes)
    cipher.final()
    return text
  },
}
