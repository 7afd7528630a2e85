/**
 * Suite ED1: Ed25519 signatures, SHA-256 digests, bodies sealed to the receiver with an ephemeral X25519 agreement,
 * HKDF-SHA256 and AES-256-GCM. One suite per link, named in every header; another suite is refused, never negotiated.
 * Keys travel and rest as base64url of their DER form.
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

/** A node's own keys as text: private parts stay on the node. */
export interface NodeKeyTexts {
  signPrivate: string
  signPublic: string
  sealPrivate: string
  sealPublic: string
}

/** What others know of a node. */
export type PeerKeyTexts = Pick<NodeKeyTexts, 'signPublic' | 'sealPublic'>

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
const spkiX25519 = Buffer.from('302a300506032b656e032100', 'hex')

const text = (key: KeyObject, type: 'pkcs8' | 'spki'): string => key.export({ type, format: 'der' }).toString('base64url')
const raw = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-RAW_LENGTH)

/** New keys for one node. */
export function generateNodeKeys(): NodeKeyTexts {
  const signing = generateKeyPairSync('ed25519')
  const sealing = generateKeyPairSync('x25519')
  return {
    signPrivate: text(signing.privateKey, 'pkcs8'),
    signPublic: text(signing.publicKey, 'spki'),
    sealPrivate: text(sealing.privateKey, 'pkcs8'),
    sealPublic: text(sealing.publicKey, 'spki'),
  }
}

function privateKey(der: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(der, 'base64url'), format: 'der', type: 'pkcs8' })
}

function publicKey(der: string): KeyObject {
  return createPublicKey({ key: Buffer.from(der, 'base64url'), format: 'der', type: 'spki' })
}

/** Reads a node's own private keys. Throws when a text is no key. */
export function ownKeys(texts: Pick<NodeKeyTexts, 'signPrivate' | 'sealPrivate'>): OwnKeys {
  const unseal = privateKey(texts.sealPrivate)
  return { sign: privateKey(texts.signPrivate), unseal, sealPublicRaw: raw(createPublicKey(unseal)) }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function peerKeys(texts: PeerKeyTexts): PeerKeys {
  const seal = publicKey(texts.sealPublic)
  return { verify: publicKey(texts.signPublic), seal, sealPublicRaw: raw(seal) }
}

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array | string): Buffer {
  return hash('sha256', bytes, 'buffer')
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
  const ephemeralRaw = raw(ephemeral.publicKey)
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
  const ephemeral = createPublicKey({ key: Buffer.concat([spkiX25519, ephemeralRaw]), format: 'der', type: 'spki' })
  const secret = diffieHellman({ privateKey: own.unseal, publicKey: ephemeral })
  const { key, iv } = contentKey(secret, ephemeralRaw, own.sealPublicRaw)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(RAW_LENGTH, -TAG_LENGTH)), decipher.final()])
}
