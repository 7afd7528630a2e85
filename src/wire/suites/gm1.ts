/**
 * Suite GM1: SM2 signatures (default identity), SM3 digests, bodies under SM4-CTR with HMAC-SM3, their key wrapped to
 * the receiver by SM2 public-key encryption (GB/T 32918.4). Keys rest as base64url of raw bytes: 32 private, 64 public.
 * Compatible with the national algorithms, but software: no certified cipher module (GM/T 0028).
 *
 * A sealed body: wrapped key (128), salt (16), ciphertext, tag (32). Cipher and HMAC key of each message follow from the wrapped key
 * and the message's salt; see `suite-secrets.ts`.
 */
import { createECDH, createSecretKey, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { sm2 } from 'sm-crypto-v2'
import type { KeyPairText, NodeKeyTexts, OwnKeys, PeerKeys, PeerKeyTexts } from '../contract.ts'
import { botanEngine } from './gm1-botan.ts'
import { PRIVATE_BYTES, PUBLIC_BYTES, type SmEngine } from './gm1-engine.ts'
import { opensslEngine, sm2PublicKey } from './gm1-openssl.ts'
import { freshBytes } from './random.ts'
import { SecretsFromPeers, SecretToPeer, type SharedSecret } from './secrets.ts'
import { signatureBytes } from './signature-text.ts'

const CONTENT_KEY = 32
const WRAP = PUBLIC_BYTES + 32 + CONTENT_KEY
const SALT = 16
const TAG = 32
const CIPHER_KEY = 16
const MAC_KEY = 32
const INFO = 'yingbao exchange GM1'

let chosen: SmEngine | undefined

/** The fastest cipher library of this machine, looked for once. */
export function smEngine(): SmEngine {
  chosen ??= botanEngine() ?? opensslEngine
  return chosen
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

interface MessageKeys {
  cipher: Buffer
  mac: Buffer
}

function messageKeys(contentKey: KeyObject, salt: Uint8Array): MessageKeys {
  const material = Buffer.from(hkdfSync('sm3', contentKey, salt, INFO, CIPHER_KEY + MAC_KEY))
  return { cipher: material.subarray(0, CIPHER_KEY), mac: material.subarray(CIPHER_KEY) }
}

/** Over the bound text (its length before it) and the digest of all else that is sealed: wrap, salt, which is also the IV, and ciphertext. */
function tagOf(engine: SmEngine, key: Buffer, bound: string, inner: Buffer): Buffer {
  const text = Buffer.from(bound)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return engine.mac(key, [length, text, inner])
}

/** Digests of bodies just sealed, and digests that tags of bodies just checked are over: each is asked for once, at once. */
const sealedDigests = new WeakMap<Uint8Array, string>()
const checkedInners = new WeakMap<Uint8Array, Buffer>()

/** Takes what was noted of a body out of the notes. */
function taken<T>(notes: WeakMap<Uint8Array, T>, body: Uint8Array): T | undefined {
  const noted = notes.get(body)
  notes.delete(body)
  return noted
}

/** The digest of a body that is sent or was received. What its tag is over follows on the way, and is noted for opening it. */
export function gm1BodyDigest(body: Uint8Array, engine = smEngine()): string {
  const known = taken(sealedDigests, body)
  if (known !== undefined) return known
  const end = Math.max(0, body.byteLength - TAG)
  const { inner, whole } = engine.digestTwice([body.subarray(0, end)], () => body.subarray(end))
  checkedInners.set(body, inner)
  return whole
}

function newSecret(wrap: (key: Buffer) => Buffer): SharedSecret {
  const key = randomBytes(CONTENT_KEY)
  return { secret: createSecretKey(key), carried: wrap(key) }
}

function opened(key: Buffer): KeyObject {
  if (key.length !== CONTENT_KEY) throw new RangeError('the wrapped key does not open')
  return createSecretKey(key)
}

function seal(engine: SmEngine, plain: Uint8Array, bound: string, { secret, carried }: SharedSecret): Buffer {
  const salt = freshBytes(SALT)
  const keys = messageKeys(secret, salt)
  const parts = [carried, salt, engine.crypt(keys.cipher, salt, plain)]
  let tag: Buffer = Buffer.alloc(TAG)
  const { whole } = engine.digestTwice(parts, (inner) => {
    tag = tagOf(engine, keys.mac, bound, inner)
    return tag
  })
  const sealed = Buffer.concat([...parts, tag])
  sealedDigests.set(sealed, whole)
  return sealed
}

function unseal(engine: SmEngine, sealed: Uint8Array, bound: string, secrets: SecretsFromPeers): Buffer {
  if (sealed.byteLength < WRAP + SALT + TAG) throw new RangeError('sealed body is too short')
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const [wrap, salt, text] = [bytes.subarray(0, WRAP), bytes.subarray(WRAP, WRAP + SALT), bytes.subarray(WRAP + SALT, -TAG)]
  const keys = messageKeys(secrets.of(wrap), salt)
  const inner = taken(checkedInners, sealed) ?? Buffer.from(engine.digestHex(bytes.subarray(0, -TAG)), 'hex')
  if (!timingSafeEqual(tagOf(engine, keys.mac, bound, inner), bytes.subarray(-TAG)))
    throw new RangeError('sealed body was altered')
  return engine.crypt(keys.cipher, salt, text)
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
  const holds = sm2.doVerifySignature(Buffer.from(text), sign(text).toString('hex'), `04${publicRaw.toString('hex')}`, {
    hash: true,
  })
  if (!holds) throw new RangeError('SM2 self-test failed')
}

/** Reads a node's own private keys. Throws when a text is no key or the self-test fails. */
export function gm1OwnKeys({ signing, box }: NodeKeyTexts, engine = smEngine()): OwnKeys {
  const publicRaw = Buffer.from(signing.publicKey, 'base64url')
  const signer = engine.signer(privateOf(signing), publicRaw)
  const sign = (text: string): Buffer => signer(Buffer.from(text))
  checkSigner(sign, publicRaw)
  const unwrap = engine.unwrapper(privateOf(box))
  const secrets = new SecretsFromPeers((wrap) => opened(unwrap(wrap)))
  return {
    suite: 'GM1',
    publicTexts: { suite: 'GM1', signing: signing.publicKey, box: box.publicKey },
    sign: (text) => sign(text).toString('base64url'),
    unseal: (sealed, bound) => unseal(engine, sealed, bound, secrets),
  }
}

/** Reads another node's public keys. Throws when a text is no key. */
export function gm1PeerKeys({ signing, box }: PeerKeyTexts, engine = smEngine()): PeerKeys {
  const [publicRaw, boxRaw] = [Buffer.from(signing, 'base64url'), Buffer.from(box, 'base64url')]
  // a library that looks at a key at its first use would take what is no point of the curve
  for (const key of [publicRaw, boxRaw]) sm2PublicKey(key)
  const verify = engine.verifier(publicRaw)
  const wrap = engine.wrapper(boxRaw)
  const secret = new SecretToPeer(() => newSecret(wrap))
  return {
    suite: 'GM1',
    verify(text, signature) {
      const bytes = signatureBytes(signature)
      return bytes !== null && verify(Buffer.from(text), bytes)
    },
    seal: (plain, bound) => seal(engine, plain, bound, secret.next()),
  }
}
