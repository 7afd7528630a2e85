/** The cipher suites behind one interface; see suite-keys.ts for what keys can do. */
import { hash } from 'node:crypto'
import type { KeyProvider, NodeKeyTexts, OwnKeys, PeerKeys, PeerKeyTexts, SuiteName } from '../contract.ts'
import { ed1NodeKeys, ed1OwnKeys, ed1PeerKeys } from './ed1.ts'
import { gm1BodyDigest, gm1NodeKeys, gm1OwnKeys, gm1PeerKeys, smEngine } from './gm1.ts'
import { opensslEngine } from './gm1-openssl.ts'

const suites = {
  GM1: {
    digestHex: (bytes: Uint8Array | string) => smEngine().digestHex(bytes),
    generate: gm1NodeKeys,
    own: gm1OwnKeys,
    peer: gm1PeerKeys,
  },
  ED1: {
    digestHex: (bytes: Uint8Array | string) => hash('sha256', bytes, 'hex'),
    generate: ed1NodeKeys,
    own: ed1OwnKeys,
    peer: ed1PeerKeys,
  },
} as const

/** Digest of the suite (SM3 or SHA-256) in hexadecimal. */
export function digestHex(suite: SuiteName, bytes: Uint8Array | string): string {
  return suites[suite].digestHex(bytes)
}

/** The same of a body as it travels: right after sealing it, or before it is opened, this is faster. */
export function bodyDigestHex(suite: SuiteName, body: Uint8Array): string {
  return suite === 'GM1' ? gm1BodyDigest(body) : digestHex(suite, body)
}

/** Name and version of the library that signs and seals under a suite here, such as `Botan 3.12.0`. */
export function cipherLibrary(suite: SuiteName): string {
  return (suite === 'GM1' ? smEngine() : opensslEngine).name
}

/** New keys for one node. */
export function generateNodeKeys(suite: SuiteName): NodeKeyTexts {
  return suites[suite].generate()
}

/** The public half of a node's keys. */
export function publicHalf(texts: NodeKeyTexts): PeerKeyTexts {
  return { suite: texts.suite, signing: texts.signing.publicKey, box: texts.box.publicKey }
}

/** Reads a node's own private keys. Throws when a text is no key or the keys fail their self-test. */
export function ownKeys(texts: NodeKeyTexts): OwnKeys {
  return suites[texts.suite].own(texts)
}

/** Reads another node's public keys. Throws when a text is no key. */
export function peerKeys(texts: PeerKeyTexts): PeerKeys {
  return suites[texts.suite].peer(texts)
}

/** The software provider: keys held as text in this process, each read at its first use. */
export function softwareKeys(held: Readonly<Record<string, NodeKeyTexts>>): KeyProvider {
  const read = new Map<string, OwnKeys>()
  return {
    ownKeys(reference) {
      const known = read.get(reference)
      if (known) return known
      const texts = Object.hasOwn(held, reference) ? held[reference] : undefined
      if (!texts) throw new RangeError(`no keys named ${reference}`)
      const made = ownKeys(texts)
      read.set(reference, made)
      return made
    },
  }
}
