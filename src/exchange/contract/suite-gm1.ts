/**
 * Suite GM1: SM2 signatures (default identity), SM3 digests, bodies under SM4-CTR with HMAC-SM3, their key wrapped to
 * the receiver by SM2 public-key encryption (GB/T 32918.4). Keys rest as base64url of raw bytes: 32 private, 64 public.
 * Compatible with the national algorithms, but software: no certified cipher module (GM/T 0028).
 *
 * A sealed body: wrapped key (128), salt (16), ciphertext, tag (32). Cipher and HMAC key of each message follow from the wrapped key
 * and the message's salt; see `suite-secrets.ts`.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import { PRIVATE_BYTES, PUBLIC_BYTES, sm2PrivateKey, sm2PublicKey, sm2Sign, sm2Verify, sm2Z } from './suite-gm1-signature.ts'
import type { KeyPairText, NodeKeyTexts, OwnKeys, PeerKeys, PeerKeyTexts } from './suite-keys.ts'
import { SecretsFromPeers, SecretToPeer, type SharedSecret } from './suite-secrets.ts'
import { signatureBytes } from './suite-signature-text.ts'

const CONTENT_KEY = 32
const WRAP = PUBLIC_BYTES + 32 + CONTENT_KEY
const SALT = 16
const TAG = 32
const CIPHER_KEY = 16
const MAC_KEY = 32
const INFO = 'yingbao exchange GM1'
/** order of the parts of a wrap: point, hash, ciphertext */
const C1C3C2 = 1

/** A public key as sm-crypto-v2 takes it. */
function pointHex(publicRaw: Buffer): string {
  return `04${publicRaw.toString('hex')}`
}

function newPair(): KeyPairText {
  const pair = createECDH('SM2')
  const publicKey = pair.generateKeys().subarray(1).toString('base64url')
  const secret = pair.getPrivateKey()
  const privateRaw = Buffer.concat([Buffer.alloc(PRIVATE_BYTES - secret.length), secret])
  return { publicKey, privateKey: privateRaw.toString('base64url') }
}

/** New keys for one node. */
export function gm1NodeKeys(): NodeKeyTexts {
  return { suite: 'GM1', signing: newPair(), box: newPair() }
}

/** Key objects: given as bytes, Node takes several times as long for a short message. */
interface MessageKeys {
  cipher: KeyObject
  mac: KeyObject
}

function messageKeys(contentKey: KeyObject, salt: Uint8Array): MessageKeys {
  const material = Buffer.from(hkdfSync('sm3', contentKey, salt, INFO, CIPHER_KEY + MAC_KEY))
  return { cipher: createSecretKey(material.subarray(0, CIPHER_KEY)), mac: createSecretKey(material.subarray(CIPHER_KEY)) }
}

/** Over the bound text (its length before it) and all that is sealed: wrap, salt, which is also the IV, and ciphertext. */
function tagOf(key: KeyObject, bound: string, parts: readonly Uint8Array[]): Buffer {
  const text = Buffer.from(bound)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const mac = createHmac('sm3', key).update(length).update(text)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

function newWrap(receiver: string): SharedSecret {
  const key = randomBytes(CONTENT_KEY)
  return { secret: createSecretKey(key), carried: Buffer.from(sm2.doEncrypt(key, receiver, C1C3C2), 'hex') }
}

function unwrap(wrap: Buffer, privateHex: string): KeyObject {
  const key = sm2.doDecrypt(wrap.toString('hex'), privateHex, C1C3C2, { output: 'array' })
  // the library gives nothing, and no error, when the hash in the wrap does not fit
  if (key.length !== CONTENT_KEY) throw new RangeError('the wrapped key does not open')
  return createSecretKey(Uint8Array.from(key))
}

function seal(plain: Uint8Array, bound: string, { secret, carried }: SharedSecret): Buffer {
  const salt = randomBytes(SALT)
  const keys = messageKeys(secret, salt)
  const cipher = createCipheriv('sm4-ctr', keys.cipher, salt)
  const text = cipher.update(plain)
  cipher.final()
  const parts = [carried, salt, text]
  return Buffer.concat([...parts, tagOf(keys.mac, bound, parts)])
}

function unseal(sealed: Uint8Array, bound: string, secrets: SecretsFromPeers): Buffer {
  if (sealed.byteLength < WRAP + SALT + TAG) throw new RangeError('sealed body is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const parts = [bytes.subarray(0, WRAP), bytes.subarray(WRAP, WRAP + SALT), bytes.subarray(WRAP + SALT, -TAG)] as const
  const [wrap, salt, text] = parts
  const keys = messageKeys(secrets.of(wrap), salt)
  if (!timingSafeEqual(tagOf(keys.mac, bound, parts), bytes.subarray(-TAG))) throw new RangeError('sealed body was altered')
  const decipher = createDecipheriv('sm4-ctr', keys.cipher, salt)
  const plain = decipher.update(text)
  decipher.final()
  return plain
}

/** The private key of a pair. Throws when it is none, or belongs to another public key. */
function privateOf(pair: KeyPairText): Buffer {
  const privateRaw = Buffer.from(pair.privateKey, 'base64url')
  const curve = createECDH('SM2')
  curve.setPrivateKey(privateRaw)
  if (curve.getPublicKey().subarray(1).toString('base64url') !== pair.publicKey) {
    throw new RangeError('SM2 private and public key do not belong together')
  }
  return privateRaw
}

/**
 * A signature is checked by the second implementation, so that a key that signs something else than SM2 is not used.
 * Throws RangeError.
 */
export function checkSigner(sign: (text: string) => Buffer, publicRaw: Buffer): void {
  const text = 'yingbao self-test'
  const holds = sm2.doVerifySignature(Buffer.from(text), sign(text).toString('hex'), pointHex(publicRaw), { hash: true })
  if (!holds) throw new RangeError('SM2 self-test failed')
}

/** Reads a node's own private keys. Throws when a text is no key or the self-test fails. */
export function gm1OwnKeys({ signing, box }: NodeKeyTexts): OwnKeys {
  const publicRaw = Buffer.from(signing.publicKey, 'base64url')
  const key = sm2PrivateKey(privateOf(signing), publicRaw)
  const z = sm2Z(publicRaw)
  const sign = (text: string): Buffer => sm2Sign(Buffer.from(text), key, z)
  checkSigner(sign, publicRaw)
  const privateHex = privateOf(box).toString('hex')
  const secrets = new SecretsFromPeers((wrap) => unwrap(wrap, privateHex))
  return {
    suite: 'GM1',
    publicTexts: { suite: 'GM1', signing: signing.publicKey, box: box.publicKey },
    sign: (text) => sign(text).toString('base64url'),
    unseal: (sealed, bound) => unseal(sealed, bound, secrets),
  }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function gm1PeerKeys(texts: PeerKeyTexts): PeerKeys {
  const publicRaw = Buffer.from(texts.signing, 'base64url')
  const key = sm2PublicKey(publicRaw)
  const z = sm2Z(publicRaw)
  const boxRaw = Buffer.from(texts.box, 'base64url')
  sm2PublicKey(boxRaw)
  const secret = new SecretToPeer(() => newWrap(pointHex(boxRaw)))
  return {
    suite: 'GM1',
    verify(text, signature) {
      const bytes = signatureBytes(signature)
      return bytes !== null && sm2Verify(Buffer.from(text), bytes, key, z)
    },
    seal: (plain, bound) => seal(plain, bound, secret.next()),
  }
}
