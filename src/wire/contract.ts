/**
 * Names of the cipher suites, keys as text, and what keys can do. A link has one suite, named in every header and never
 * negotiated. Runs anywhere; the ciphers themselves are in the files of the suites.
 */
import { z } from 'zod'

/** GM1: SM2, SM3, SM4-CTR with HMAC-SM3. ED1: Ed25519, X25519, SHA-256, AES-256-GCM. */
export const suiteNames = ['GM1', 'ED1'] as const
export type SuiteName = (typeof suiteNames)[number]

/** Characters of base64url: private keys have 32 bytes, public ones 64 (SM2: x and y) or 32. */
const PRIVATE_LENGTH = 43
const PUBLIC_LENGTH: Readonly<Record<SuiteName, number>> = { GM1: 86, ED1: 43 }

const suite = z.enum(suiteNames)
const keyText = z.string().regex(/^[A-Za-z0-9_-]{43,86}$/, '密钥应为 43 至 86 位的 Base64 文字')
const pair = z.strictObject({ publicKey: keyText, privateKey: z.string().length(PRIVATE_LENGTH) })

/** One pair as text: raw bytes in base64url. */
export type KeyPairText = Readonly<z.infer<typeof pair>>

/** A node's own keys as text, as the software provider holds them: `signing` signs, `box` opens what is sealed to the node. */
export const NodeKeyTexts = z
  .strictObject({ suite, signing: pair, box: pair })
  .refine((keys) => fits(keys.suite, keys.signing.publicKey, keys.box.publicKey), '公钥长度与密码套件不符')
export type NodeKeyTexts = Readonly<z.infer<typeof NodeKeyTexts>>

/** What others know of a node: public keys for its signatures and for sealing to it. */
export const PeerKeyTexts = z
  .strictObject({ suite, signing: keyText, box: keyText })
  .refine((keys) => fits(keys.suite, keys.signing, keys.box), '公钥长度与密码套件不符')
export type PeerKeyTexts = Readonly<z.infer<typeof PeerKeyTexts>>

function fits(name: SuiteName, ...publicKeys: readonly string[]): boolean {
  return publicKeys.every((key) => key.length === PUBLIC_LENGTH[name])
}

/** A node's own keys, ready for use. The private parts need not be in this process. */
export interface OwnKeys {
  readonly suite: SuiteName
  readonly publicTexts: PeerKeyTexts
  /** signature over UTF-8 text, 64 bytes in base64url */
  sign(text: string): string
  /** Opens bytes sealed to this node. Throws when they were altered, bound to another text or sealed to another node. */
  unseal(sealed: Uint8Array, bound: string): Buffer
}

/** Another node's public keys, ready for use. */
export interface PeerKeys {
  readonly suite: SuiteName
  verify(text: string, signature: string): boolean
  /** @param bound text the seal is bound to; opening needs the same text */
  seal(plain: Uint8Array, bound: string): Buffer
}

/**
 * Where a node's own keys are: the software provider of `suite.ts`, or a certified cipher module or USB key. Calls are
 * synchronous, as those of the national module interface (GM/T 0018) are.
 */
export interface KeyProvider {
  /** @param reference name of the keys at the provider; throws RangeError when it has none of that name */
  ownKeys(reference: string): OwnKeys
}
