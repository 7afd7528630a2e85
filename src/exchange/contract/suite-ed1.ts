/**
 * Suite ED1: Ed25519 signatures, SHA-256 digests, bodies sealed to the receiver with an ephemeral X25519 agreement,
 * HKDF-SHA256 and AES-256-GCM. Keys rest as base64url of their 32 raw bytes.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { KeyPairText, NodeKeyTexts, OwnKeys, PeerKeys, PeerKeyTexts } from './suite-keys.ts'
import { signatureBytes } from './suite-signature-text.ts'

const RAW_LENGTH = 32
const IV_LENGTH = 12
const TAG_LENGTH = 16
const INFO = 'yingbao exchange ED1'

type Curve = 'Ed25519' | 'X25519'

function pairOf(key: KeyObject): KeyPairText {
  const { x, d } = key.export({ format: 'jwk' })
  if (x === undefined || d === undefined) throw new RangeError('unexpected form of key')
  return { publicKey: x, privateKey: d }
}

/** New keys for one node. */
export function ed1NodeKeys(): NodeKeyTexts {
  return {
    suite: 'ED1',
    signing: pairOf(generateKeyPairSync('ed25519').privateKey),
    box: pairOf(generateKeyPairSync('x25519').privateKey),
  }
}

function privateKey(crv: Curve, pair: KeyPairText): KeyObject {
  return createPrivateKey({ key: { kty: 'OKP', crv, x: pair.publicKey, d: pair.privateKey }, format: 'jwk' })
}

function publicKey(crv: Curve, x: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

function contentKey(secret: Buffer, ephemeral: Buffer, receiver: Buffer): { key: Buffer; iv: Buffer } {
  const salt = Buffer.concat([ephemeral, receiver])
  const material = Buffer.from(hkdfSync('sha256', secret, salt, INFO, RAW_LENGTH + IV_LENGTH))
  return { key: material.subarray(0, RAW_LENGTH), iv: material.subarray(RAW_LENGTH) }
}

/** Ephemeral public key (32), ciphertext, tag (16). */
function seal(plain: Uint8Array, bound: string, receiver: KeyObject, receiverRaw: Buffer): Buffer {
  const ephemeral = generateKeyPairSync('x25519')
  const ephemeralRaw = Buffer.from(pairOf(ephemeral.privateKey).publicKey, 'base64url')
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: receiver })
  const { key, iv } = contentKey(secret, ephemeralRaw, receiverRaw)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(bound))
  return Buffer.concat([ephemeralRaw, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function unseal(sealed: Uint8Array, bound: string, own: KeyObject, ownRaw: Buffer): Buffer {
  if (sealed.byteLength < RAW_LENGTH + TAG_LENGTH) throw new RangeError('sealed body is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const ephemeralRaw = bytes.subarray(0, RAW_LENGTH)
  const ephemeral = publicKey('X25519', ephemeralRaw.toString('base64url'))
  const { key, iv } = contentKey(diffieHellman({ privateKey: own, publicKey: ephemeral }), ephemeralRaw, ownRaw)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(RAW_LENGTH, -TAG_LENGTH)), decipher.final()])
}

/** Reads a node's own private keys. Throws when a text is no key. */
export function ed1OwnKeys(texts: NodeKeyTexts): OwnKeys {
  const signing = privateKey('Ed25519', texts.signing)
  const box = privateKey('X25519', texts.box)
  const boxRaw = Buffer.from(texts.box.publicKey, 'base64url')
  return {
    suite: 'ED1',
    publicTexts: { suite: 'ED1', signing: texts.signing.publicKey, box: texts.box.publicKey },
    sign: (text) => sign(null, Buffer.from(text), signing).toString('base64url'),
    unseal: (sealed, bound) => unseal(sealed, bound, box, boxRaw),
  }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function ed1PeerKeys(texts: PeerKeyTexts): PeerKeys {
  const signing = publicKey('Ed25519', texts.signing)
  const box = publicKey('X25519', texts.box)
  const boxRaw = Buffer.from(texts.box, 'base64url')
  return {
    suite: 'ED1',
    verify(text, signature) {
      const bytes = signatureBytes(signature)
      return bytes !== null && verify(null, Buffer.from(text), signing, bytes)
    },
    seal: (plain, bound) => seal(plain, bound, box, boxRaw),
  }
}
