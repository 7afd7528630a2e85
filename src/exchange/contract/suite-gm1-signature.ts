/**
 * SM2 signatures (GB/T 32918.2) with node:crypto, which does them right only in one way: keys read from DER (a key as
 * `generateKeyPair` gives it signs ECDSA), and the streaming classes fed Z and the message (the one-shot call signs
 * under an empty identity). The tests of this suite prove both traps and hold the recipe against the standard's vectors.
 */
import { createPrivateKey, createPublicKey, createSign, createVerify, hash, type KeyObject } from 'node:crypto'

/** The identity that partners assume when none is agreed. */
const DEFAULT_ID = Buffer.from('1234567812345678')

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

export const PRIVATE_BYTES = 32
export const PUBLIC_BYTES = 64

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
export function sm2Z(publicRaw: Buffer, id: Buffer = DEFAULT_ID): Buffer {
  const bits = Buffer.alloc(2)
  bits.writeUInt16BE(id.length * 8)
  return hash('sm3', Buffer.concat([bits, id, CURVE, publicRaw]), 'buffer')
}

const HALF = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/** r and s side by side, 64 bytes, from the DER that OpenSSL gives. */
function fromDer(der: Buffer): Buffer {
  const out = Buffer.alloc(2 * HALF)
  let at = 2
  for (const end of [HALF, 2 * HALF]) {
    const length = der.readUInt8(at + 1)
    const bytes = der.subarray(at + 2, at + 2 + length)
    const value = bytes.subarray(Math.max(0, length - HALF))
    value.copy(out, end - value.length)
    at += 2 + length
  }
  return out
}

function derInteger(half: Buffer): Buffer {
  const first = half.findIndex((byte) => byte !== 0)
  const value = half.subarray(first < 0 ? HALF - 1 : first)
  const positive = value.readUInt8(0) < 0x80 ? value : Buffer.concat([Buffer.of(0), value])
  return Buffer.concat([Buffer.of(INTEGER, positive.length), positive])
}

function toDer(signature: Buffer): Buffer {
  const body = Buffer.concat([derInteger(signature.subarray(0, HALF)), derInteger(signature.subarray(HALF))])
  return Buffer.concat([Buffer.of(SEQUENCE, body.length), body])
}

/** Signature of a message: r and s, 64 bytes. */
export function sm2Sign(message: Uint8Array, key: KeyObject, z: Buffer): Buffer {
  return fromDer(createSign('sm3').update(z).update(message).sign(key))
}

/** Whether r and s (64 bytes) sign the message. */
export function sm2Verify(message: Uint8Array, signature: Buffer, key: KeyObject, z: Buffer): boolean {
  return createVerify('sm3').update(z).update(message).verify(key, toDer(signature))
}
