/**
 * Suite ED1: Ed25519 signatures, SHA-256 digests, bodies sealed to the receiver with an ephemeral X25519 agreement,
 * HKDF-SHA256 and AES-256-GCM. Keys rest as base64url of their 32 raw bytes.
 *
 * A sealed body: ephemeral public key (32), salt (16), ciphertext, tag (16). Key and IV of each message follow from the agreement and
 * the message's salt; see `suite-secrets.ts`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { KeyPairText, NodeKeyTexts, OwnKeys, PeerKeys, PeerKeyTexts } from '../contract.ts'
import { freshBytes } from './random.ts'
import { SecretsFromPeers, SecretToPeer, type SharedSecret } from './secrets.ts'
import { signatureBytes } from './signature-text.ts'

const RAW_LENGTH = 32
const IV_LENGTH = 12
const SALT_LENGTH = 16
const HEAD_LENGTH = RAW_LENGTH + SALT_LENGTH
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

/** A secret as a key object: given as bytes, Node takes twice as long for a short message. */
function agreed(privateKey: KeyObject, publicKey: KeyObject): KeyObject {
  return createSecretKey(diffieHellman({ privateKey, publicKey }))
}

function newAgreement(receiver: KeyObject): SharedSecret {
  const { privateKey } = generateKeyPairSync('x25519')
  return { secret: agreed(privateKey, receiver), carried: Buffer.from(pairOf(privateKey).publicKey, 'base64url') }
}

function messageKey(secret: KeyObject, salt: Buffer, ephemeral: Buffer, receiver: Buffer): { key: KeyObject; iv: Buffer } {
  const mixed = Buffer.concat([salt, ephemeral, receiver])
  const material = Buffer.from(hkdfSync('sha256', secret, mixed, INFO, RAW_LENGTH + IV_LENGTH))
  return { key: createSecretKey(material.subarray(0, RAW_LENGTH)), iv: material.subarray(RAW_LENGTH) }
}

function seal(plain: Uint8Array, bound: string, { secret, carried }: SharedSecret, receiverRaw: Buffer): Buffer {
  const salt = freshBytes(SALT_LENGTH)
  const { key, iv } = messageKey(secret, salt, carried, receiverRaw)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(bound))
  return Buffer.concat([carried, salt, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function unseal(sealed: Uint8Array, bound: string, secrets: SecretsFromPeers, ownRaw: Buffer): Buffer {
  if (sealed.byteLength < HEAD_LENGTH + TAG_LENGTH) throw new RangeError('sealed body is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const ephemeral = bytes.subarray(0, RAW_LENGTH)
  const { key, iv } = messageKey(secrets.of(ephemeral), bytes.subarray(RAW_LENGTH, HEAD_LENGTH), ephemeral, ownRaw)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH))
  return Buffer.concat([decipher.update(bytes.subarray(HEAD_LENGTH, -TAG_LENGTH)), decipher.final()])
}

/** Reads a node's own private keys. Throws when a text is no key. */
export function ed1OwnKeys(texts: NodeKeyTexts): OwnKeys {
  const signing = privateKey('Ed25519', texts.signing)
  const box = privateKey('X25519', texts.box)
  const boxRaw = Buffer.from(texts.box.publicKey, 'base64url')
  const secrets = new SecretsFromPeers((ephemeral) => agreed(box, publicKey('X25519', ephemeral.toString('base64url'))))
  return {
    suite: 'ED1',
    publicTexts: { suite: 'ED1', signing: texts.signing.publicKey, box: texts.box.publicKey },
    sign: (text) => sign(null, Buffer.from(text), signing).toString('base64url'),
    unseal: (sealed, bound) => unseal(sealed, bound, secrets, boxRaw),
  }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function ed1PeerKeys(texts: PeerKeyTexts): PeerKeys {
  const signing = publicKey('Ed25519', texts.signing)
  const box = publicKey('X25519', texts.box)
  const boxRaw = Buffer.from(texts.box, 'base64url')
  const secret = new SecretToPeer(() => newAgreement(box))
  return {
    suite: 'ED1',
    verify(text, signature) {
      const bytes = signatureBytes(signature)
      return bytes !== null && verify(null, Buffer.from(text), signing, bytes)
    },
    seal: (plain, bound) => seal(plain, bound, secret.next(), boxRaw),
  }
}
