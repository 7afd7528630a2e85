import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomFillSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { owned } from '#kernel/text'
import { type HmacSm3, hmacSm3, sm3 } from './sm3.ts'
import { type Ctr, sm4Ctr } from './sm4-ctr.ts'

/**
 * All cipher code of the centre behind one door, so that a certified cipher module can be put in its place.
 * At rest: SM4-CTR, then HMAC-SM3 over what was written. Equality: the first 16 bytes of HMAC-SM3. Signatures: Ed25519.
 */

export function sha256(bytes: Uint8Array | string): Buffer {
  return hash('sha256', bytes, 'buffer')
}

export { sm3 }

/** Random bytes from the operating system. */
export function random(length: number): Buffer {
  return randomBytes(length)
}

/** Compares secrets without telling by time where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Merkle root over leaf hashes: SM3(0x00 ‖ leaf) at the bottom, SM3(0x01 ‖ left ‖ right) above, an odd last node moves up unchanged. */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return Buffer.alloc(32)
  let level: Buffer[] = leaves.map((leaf) => sm3(Buffer.concat([Buffer.of(0), leaf])))
  while (level.length > 1) {
    const above: Buffer[] = []
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Buffer
      const right = level[i + 1]
      above.push(right === undefined ? left : sm3(Buffer.concat([Buffer.of(1), left, right])))
    }
    level = above
  }
  return level[0] as Buffer
}

// Values at rest ---------------------------------------------------------------------------------------------------------------------

/** One generation of the installation's secret keys. */
export interface KeyMaterial {
  /** 1 to 255; the first byte of everything sealed with it. */
  readonly id: number
  /** 16 bytes. */
  readonly cipher: Buffer
  /** 32 bytes. */
  readonly mac: Buffer
}

const IV_LENGTH = 16
const TAG_LENGTH = 16
const OVERHEAD = 1 + IV_LENGTH + TAG_LENGTH

const pool = Buffer.alloc(1 << 16)
let poolUsed = pool.length

function freshIv(): Buffer {
  if (poolUsed + IV_LENGTH > pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  poolUsed += IV_LENGTH
  return pool.subarray(poolUsed - IV_LENGTH, poolUsed)
}

interface Sealer {
  readonly material: KeyMaterial
  readonly ctr: Ctr
  readonly mac: HmacSm3
}

/** OpenSSL is faster for long messages, the plain form for short ones. */
const LONG = 2048

function tagOf(sealer: Sealer, bytes: Uint8Array): Buffer {
  if (bytes.length < LONG) return sealer.mac.mac(bytes, TAG_LENGTH)
  return createHmac('sm3', sealer.material.mac).update(bytes).digest().subarray(0, TAG_LENGTH)
}

function sealWith(sealer: Sealer, clear: string | Uint8Array): Buffer {
  const bytes = typeof clear === 'string' ? Buffer.from(clear, 'utf8') : clear
  const out = Buffer.allocUnsafe(OVERHEAD + bytes.length)
  out[0] = sealer.material.id
  const iv = freshIv()
  out.set(iv, 1)
  sealer.ctr(iv, bytes, out, 1 + IV_LENGTH)
  const end = out.length - TAG_LENGTH
  out.set(tagOf(sealer, out.subarray(0, end)), end)
  return out
}

function openWith(sealer: Sealer, sealed: Uint8Array): Buffer {
  const end = sealed.length - TAG_LENGTH
  if (!equalBytes(tagOf(sealer, sealed.subarray(0, end)), sealed.subarray(end))) {
    throw new SealError('a sealed value was altered or belongs to other keys')
  }
  const clear = Buffer.allocUnsafe(end - 1 - IV_LENGTH)
  sealer.ctr(sealed.subarray(1, 1 + IV_LENGTH), sealed.subarray(1 + IV_LENGTH, end), clear, 0)
  return clear
}

/** A sealed value cannot be opened: altered, cut, or made with a key this installation does not have. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/** Secrets and ciphers of one installation. */
export interface Keys {
  /** Encrypts under the current key: key id (1 byte), IV (16), SM4-CTR text, HMAC-SM3 tag (16). */
  seal(clear: string | Uint8Array): Buffer
  /** Opens what `seal` made; throws SealError. */
  open(sealed: Uint8Array): Buffer
  /** The same as UTF-8 text. */
  openText(sealed: Uint8Array): string
  /** 16-byte keyed index of a value for equality search; the same value of different kinds has unrelated indexes. */
  blindIndex(kind: string, value: string): Buffer
  /** Key ids this installation can open, and a check value of each that may be stored in the database. */
  checks(): readonly { readonly keyId: number; readonly check: Buffer }[]
  /** Ed25519 pair that signs reports, seals and exchange messages. */
  readonly signing: KeyPair
  /** X25519 pair that opens what neighbours of suite ED1 seal for this node. */
  readonly box: KeyPair
  /** SM2 pairs of suite GM1: `signing` signs exchange messages, `box` opens what neighbours seal for this node. */
  readonly gm1: Sm2Pairs
}

/** SM2 pairs as text. */
export interface Sm2Pairs {
  readonly signing: KeyPair
  readonly box: KeyPair
}

export interface KeysInput {
  readonly current: number
  readonly materials: readonly KeyMaterial[]
  /** 32 bytes; never changes, since stored indexes depend on it. */
  readonly index: Buffer
  readonly signing: KeyPair
  readonly box: KeyPair
  readonly gm1: Sm2Pairs
}

const SCRATCH = 4096
/** Most bytes of one UTF-16 unit. */
const WIDEST = 3
const scratch = Buffer.allocUnsafeSlow(SCRATCH)

/** 16-byte MAC of a text; a short one is written where the ones before it were, as a buffer for each costs more than its writing. */
function macOfText(mac: HmacSm3, text: string): Buffer {
  if (text.length * WIDEST > SCRATCH) return mac.mac(Buffer.from(text, 'utf8'), TAG_LENGTH)
  return mac.mac(scratch, TAG_LENGTH, scratch.write(text, 0, 'utf8'))
}

/** Indexes of a kind just made are remembered: a batch asks for those of its subjects several times. */
const RECENT_INDEXES = 20_000

/** Digests of whole rows: nobody asks for the same one again. */
const ASKED_ONCE: ReadonlySet<string> = new Set(['row', 'raw'])

/** Builds the ciphers from key material (see key-file.ts for where it is kept). */
export function buildKeys(input: KeysInput): Keys {
  const sealers = new Map<number, Sealer>(
    input.materials.map((material) => [material.id, { material, ctr: sm4Ctr(material.cipher), mac: hmacSm3(material.mac) }]),
  )
  const current = sealers.get(input.current)
  if (current === undefined) throw new Error(`the key file has no key ${input.current}`)
  const master = hmacSm3(input.index)
  const kinds = new Map<string, HmacSm3>()
  const indexOf = (kind: string): HmacSm3 => {
    const known = kinds.get(kind)
    if (known !== undefined) return known
    const made = hmacSm3(master.mac(Buffer.from(`index:${kind}`, 'utf8')))
    kinds.set(kind, made)
    return made
  }
  const open = (sealed: Uint8Array): Buffer => {
    const sealer = sealed.length < OVERHEAD ? undefined : sealers.get(sealed[0] as number)
    if (sealer === undefined) throw new SealError('a sealed value is cut or made with a key that is not in the key file')
    return openWith(sealer, sealed)
  }
  const recent = new Map<string, Map<string, Buffer>>()
  const recentOf = (kind: string): Map<string, Buffer> => {
    const known = recent.get(kind)
    if (known !== undefined && known.size < RECENT_INDEXES) return known
    const fresh = new Map<string, Buffer>()
    recent.set(kind, fresh)
    return fresh
  }
  const blindIndex = (kind: string, value: string): Buffer => {
    if (ASKED_ONCE.has(kind)) return macOfText(indexOf(kind), value)
    const ofKind = recentOf(kind)
    const known = ofKind.get(value)
    if (known !== undefined) return known
    const made = macOfText(indexOf(kind), value)
    ofKind.set(owned(value), made)
    return made
  }
  return {
    seal: (clear) => sealWith(current, clear),
    open,
    openText: (sealed) => open(sealed).toString('utf8'),
    blindIndex,
    checks: () => [...sealers].map(([keyId, sealer]) => ({ keyId, check: sealer.mac.mac(Buffer.from('yingbao key check'), 16) })),
    signing: input.signing,
    box: input.box,
    gm1: input.gm1,
  }
}

/** Fresh random keys, for a new installation and for tests. */
export function freshKeys(): KeysInput {
  return {
    current: 1,
    materials: [{ id: 1, cipher: randomBytes(16), mac: randomBytes(32) }],
    index: randomBytes(32),
    signing: newSigningPair(),
    box: newBoxPair(),
    gm1: newSm2Pairs(),
  }
}

// Signatures and sealed boxes ------------------------------------------------------------------------------------------------------------

/** Keys as text: raw bytes in base64url; 32 bytes (43 characters), an SM2 public key 64 (86 characters). */
export interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

type Curve = 'Ed25519' | 'X25519'

function pairOf(pair: { publicKey: KeyObject; privateKey: KeyObject }): KeyPair {
  const jwk = pair.privateKey.export({ format: 'jwk' })
  if (jwk.x === undefined || jwk.d === undefined) throw new Error('unexpected key form')
  return { publicKey: jwk.x, privateKey: jwk.d }
}

/** A new Ed25519 pair. */
export function newSigningPair(): KeyPair {
  return pairOf(generateKeyPairSync('ed25519'))
}

/** A new X25519 pair. */
export function newBoxPair(): KeyPair {
  return pairOf(generateKeyPairSync('x25519'))
}

function newSm2Pair(): KeyPair {
  const pair = createECDH('SM2')
  const publicKey = pair.generateKeys().subarray(1).toString('base64url')
  const secret = pair.getPrivateKey()
  return { publicKey, privateKey: Buffer.concat([Buffer.alloc(32 - secret.length), secret]).toString('base64url') }
}

/** New SM2 pairs for suite GM1. */
export function newSm2Pairs(): Sm2Pairs {
  return { signing: newSm2Pair(), box: newSm2Pair() }
}

const objects = new Map<string, KeyObject>()

function publicObject(curve: Curve, x: string): KeyObject {
  const name = `${curve}:${x}`
  const known = objects.get(name)
  if (known !== undefined) return known
  const made = createPublicKey({ key: { kty: 'OKP', crv: curve, x }, format: 'jwk' })
  objects.set(name, made)
  return made
}

function privateObject(curve: Curve, pair: KeyPair): KeyObject {
  const name = `${curve}:private:${pair.publicKey}`
  const known = objects.get(name)
  if (known !== undefined) return known
  const made = createPrivateKey({ key: { kty: 'OKP', crv: curve, x: pair.publicKey, d: pair.privateKey }, format: 'jwk' })
  objects.set(name, made)
  return made
}

/** Ed25519 signature, 64 bytes. */
export function signBytes(pair: KeyPair, bytes: Uint8Array): Buffer {
  return sign(null, bytes, privateObject('Ed25519', pair))
}

/** True when `signature` is the Ed25519 signature of `bytes` by the owner of `publicKey`. A malformed key or signature is false. */
export function verifyBytes(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, bytes, publicObject('Ed25519', publicKey), signature)
  } catch {
    return false
  }
}

const BOX_INFO = Buffer.from('yingbao box ED1')

function boxKey(secret: Buffer, ephemeral: Buffer, receiver: string): Buffer {
  const salt = Buffer.concat([ephemeral, Buffer.from(receiver, 'base64url')])
  return Buffer.from(hkdfSync('sha256', secret, salt, BOX_INFO, 32))
}

/** Seals bytes for the owner of an X25519 key: ephemeral key (32 bytes), AES-256-GCM text, tag (16). */
export function sealFor(publicKey: string, bytes: Uint8Array): Buffer {
  const pair = generateKeyPairSync('x25519')
  const ephemeral = Buffer.from(pairOf(pair).publicKey, 'base64url')
  const secret = diffieHellman({ privateKey: pair.privateKey, publicKey: publicObject('X25519', publicKey) })
  // The key is used once, so a fixed nonce is safe.
  const cipher = createCipheriv('aes-256-gcm', boxKey(secret, ephemeral, publicKey), Buffer.alloc(12))
  return Buffer.concat([ephemeral, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `sealFor` made for this pair; throws SealError. */
export function openSealed(pair: KeyPair, sealed: Uint8Array): Buffer {
  if (sealed.length < 48) throw new SealError('a sealed message is cut')
  const ephemeral = Buffer.from(sealed.subarray(0, 32))
  try {
    const publicKey = publicObject('X25519', ephemeral.toString('base64url'))
    const secret = diffieHellman({ privateKey: privateObject('X25519', pair), publicKey })
    const cipher = createDecipheriv('aes-256-gcm', boxKey(secret, ephemeral, pair.publicKey), Buffer.alloc(12))
    cipher.setAuthTag(sealed.subarray(sealed.length - 16))
    return Buffer.concat([cipher.update(sealed.subarray(32, sealed.length - 16)), cipher.final()])
  } catch {
    throw new SealError('a sealed message was altered or is for another receiver')
  }
}
