/**
 * Suite ED1: Ed25519 signatures, SHA-256 digests, bodies sealed to the receiver with an ephemeral X25519 agreement,
 * HKDF-SHA256 and AES-256-GCM. One suite per link, named in every header; another suite is refused, never negotiated.
 * Keys rest as base64url of their 32 raw bytes.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

/** Name of the suite as headers carry it. */
export const SUITE = 'ED1'

/** One pair as text: 32 raw bytes each in base64url. */
export interface KeyPairText {
  readonly publicKey: string
  readonly privateKey: string
}

/** A node's own keys as text: `signing` Ed25519, `box` X25519. Private parts stay on the node. */
export interface NodeKeyTexts {
  readonly signing: KeyPairText
  readonly box: KeyPairText
}

/** What others know of a node: public keys for its signatures and for sealing to it. */
export interface PeerKeyTexts {
  readonly signing: string
  readonly box: string
}

/** A node's own keys, ready for use. */
export interface OwnKeys {
  sign: KeyObject
  unseal: KeyObject
  /** raw public half of `unseal`, 32 bytes */
  sealPublicRaw: Buffer
}

/** Another node's public keys, ready for use. */
export interface PeerKeys {
  verify: KeyObject
  seal: KeyObject
  sealPublicRaw: Buffer
}

const RAW_LENGTH = 32
const TAG_LENGTH = 16

type Curve = 'Ed25519' | 'X25519'

function jwkOf(key: KeyObject): { x: string; d: string } {
  const { x, d } = key.export({ format: 'jwk' })
  if (x === undefined) throw new RangeError('unexpected form of key')
  return { x, d: d ?? '' }
}

function pairOf(privateKey: KeyObject): KeyPairText {
  const { x, d } = jwkOf(privateKey)
  return { publicKey: x, privateKey: d }
}

/** New keys for one node. */
export function generateNodeKeys(): NodeKeyTexts {
  return {
    signing: pairOf(generateKeyPairSync('ed25519').privateKey),
    box: pairOf(generateKeyPairSync('x25519').privateKey),
  }
}

/** The public half of a node's keys. */
export function publicHalf(texts: NodeKeyTexts): PeerKeyTexts {
  return { signing: texts.signing.publicKey, box: texts.box.publicKey }
}

function privateKey(crv: Curve, pair: KeyPairText): KeyObject {
  return createPrivateKey({ key: { kty: 'OKP', crv, x: pair.publicKey, d: pair.privateKey }, format: 'jwk' })
}

function publicKey(crv: Curve, x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

/** Reads a node's own private keys. Throws when a text is no key. */
export function ownKeys(texts: NodeKeyTexts): OwnKeys {
  return {
    sign: privateKey('Ed25519', texts.signing),
    unseal: privateKey('X25519', texts.box),
    sealPublicRaw: Buffer.from(texts.box.publicKey, 'base64url'),
  }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function peerKeys(texts: PeerKeyTexts): PeerKeys {
  return {
    verify: publicKey('Ed25519', texts.signing),
    seal: publicKey('X25519', texts.box),
    sealPublicRaw: Buffer.from(texts.box, 'base64url'),
  }
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}

/** Ed25519 signature as base64url. */
export function signText(message: string, key: KeyObject): string {
  return sign(null, Buffer.from(message), key).toString('base64url')
}

/** Whether a base64url signature fits the message and the key. */
export function verifyText(message: string, signature: string, key: KeyObject): boolean {
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64url'))
}

function contentKey(secret: Buffer, ephemeral: Buffer, receiver: Buffer): { key: Buffer; iv: Buffer } {
  const salt = Buffer.concat([ephemeral, receiver])
  const material = Buffer.from(hkdfSync('sha256', secret, salt, 'yingbao exchange ED1', 44))
  return { key: material.subarray(0, 32), iv: material.subarray(32) }
}

/**
 * Seals bytes to one receiver: ephemeral public key (32), ciphertext, tag (16).
 * @param bound text the seal is bound to; opening needs the same text
 */
export function seal(plain: Uint8Array, receiver: PeerKeys, bound: string): Buffer {
  const ephemeral = generateKeyPairSync('x25519')
  const ephemeralRaw = Buffer.from(jwkOf(ephemeral.publicKey).x, 'base64url')
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: receiver.seal })
  const { key, iv } = contentKey(secret, ephemeralRaw, receiver.sealPublicRaw)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(bound))
  return Buffer.concat([ephemeralRaw, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Opens sealed bytes. Throws when they were altered, bound to another text or sealed to another receiver. */
export function unseal(sealed: Uint8Array, own: OwnKeys, bound: string): Buffer {
  if (sealed.byteLength < RAW_LENGTH + TAG_LENGTH) throw new RangeError('sealed body is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const ephemeralRaw = bytes.subarray(0, RAW_LENGTH)
  const ephemeral = publicKey('X25519', ephemeralRaw.toString('base64url'))
  const secret = diffieHellman({ privateKey: own.unseal, publicKey: ephemeral })
  const { key, iv } = contentKey(secret, ephemeralRaw, own.sealPublicRaw)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(RAW_LENGTH, -TAG_LENGTH)), decipher.final()])
}
