import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type KeyProvider, NodeKeyTexts, type OwnKeys, PeerKeyTexts, suiteNames } from '../contract.ts'
import { encodeLines } from '../envelope/body.ts'
import { openMessage, sealMessage, verifyMessage } from '../envelope/envelope.ts'
import { uuidV7 } from '../envelope/ids.ts'
import { generateNodeKeys, ownKeys, peerKeys, publicHalf, softwareKeys } from './suite.ts'

const text = fc.string({ unit: fc.constantFrom('a', '\u0000', 'é', '字', '\u{1f600}') })

describe.each(suiteNames)('keys of suite %s', (suite) => {
  const texts = generateNodeKeys(suite)
  const own = ownKeys(texts)
  const peer = peerKeys(publicHalf(texts))

  test('are read from the text they rest as', () => {
    expect(NodeKeyTexts.parse(JSON.parse(JSON.stringify(texts)))).toEqual(texts)
    expect(PeerKeyTexts.parse(publicHalf(texts))).toEqual(own.publicTexts)
    const other = suite === 'GM1' ? 'ED1' : 'GM1'
    expect(NodeKeyTexts.safeParse({ ...texts, suite: other }).success).toBe(false)
    expect(PeerKeyTexts.safeParse({ ...publicHalf(texts), suite: other }).success).toBe(false)
    expect(PeerKeyTexts.safeParse({ ...publicHalf(texts), suite: 'XX9' }).success).toBe(false)
  })
  test('sign what only their own public half verifies', () => {
    fc.assert(
      fc.property(text, text, (signed, other) => {
        const signature = own.sign(signed)
        expect(signature).toHaveLength(86)
        expect(peer.verify(signed, signature)).toBe(true)
        if (other !== signed) expect(peer.verify(other, signature)).toBe(false)
      }),
      { numRuns: 30 },
    )
    const stranger = peerKeys(publicHalf(generateNodeKeys(suite)))
    expect(stranger.verify('text', own.sign('text'))).toBe(false)
    for (const bad of ['', 'A'.repeat(86), `${own.sign('text')}A`, '*'.repeat(86)]) expect(peer.verify('text', bad)).toBe(false)
  })
  test('seal what only the receiver opens, never twice the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), text, (plain, bound) => {
        const sealed = peer.seal(plain, bound)
        expect(own.unseal(sealed, bound).equals(plain)).toBe(true)
        expect(() => own.unseal(sealed, `${bound}.`)).toThrow()
        expect(peer.seal(plain, bound).equals(sealed)).toBe(false)
      }),
      { numRuns: 30 },
    )
    const stranger = ownKeys(generateNodeKeys(suite))
    expect(() => stranger.unseal(peer.seal(Buffer.from('x'), ''), '')).toThrow()
  })
  test('notice every altered, missing or added byte of a sealed body', () => {
    const sealed = peer.seal(Buffer.from('{"i":0}'), 'bound')
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed)
      altered.writeUInt8(altered.readUInt8(at) ^ 0x40, at)
      expect(() => own.unseal(altered, 'bound')).toThrow()
    }
    expect(() => own.unseal(sealed.subarray(0, -1), 'bound')).toThrow()
    expect(() => own.unseal(sealed.subarray(1), 'bound')).toThrow()
    expect(() => own.unseal(Buffer.concat([sealed, Buffer.of(0)]), 'bound')).toThrow()
    expect(() => own.unseal(Buffer.alloc(0), 'bound')).toThrow()
    expect(own.unseal(sealed, 'bound').toString()).toBe('{"i":0}')
  })
})

describe.each(suiteNames)('the secret of a link, %s', (suite) => {
  const texts = generateNodeKeys(suite)
  const own = ownKeys(texts)
  /** what the receiver finds the secret by: a wrapped key, an ephemeral public key */
  const carriedBytes = suite === 'GM1' ? 128 : 32
  afterEach(() => {
    vi.useRealTimers()
  })
  const carriedOf = (sealed: Buffer): string => sealed.subarray(0, carriedBytes).toString('hex')
  test('serves 1,024 messages, each with a salt of its own', () => {
    const link = peerKeys(publicHalf(texts))
    const plain = Buffer.from('x')
    const sealed = Array.from({ length: 1025 }, () => link.seal(plain, ''))
    const carried = sealed.map(carriedOf)
    expect(new Set(carried.slice(0, 1024)).size).toBe(1)
    expect(carried[1024]).not.toBe(carried[0])
    expect(new Set(sealed.map((each) => each.subarray(carriedBytes, carriedBytes + 16).toString('hex'))).size).toBe(1025)
    for (const each of [sealed[0], sealed[1023], sealed[1024]]) expect(own.unseal(each ?? Buffer.alloc(0), '')).toEqual(plain)
  })
  test('ends after five minutes', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const link = peerKeys(publicHalf(texts))
    const first = carriedOf(link.seal(Buffer.from('x'), ''))
    vi.advanceTimersByTime(5 * 60_000)
    expect(carriedOf(link.seal(Buffer.from('x'), ''))).toBe(first)
    vi.advanceTimersByTime(1)
    expect(carriedOf(link.seal(Buffer.from('x'), ''))).not.toBe(first)
  })
  test('is forgotten by the receiver before too many are known, and found again', () => {
    const fresh = ownKeys(texts)
    const sealed = Array.from({ length: 66 }, () => peerKeys(publicHalf(texts)).seal(Buffer.from('x'), ''))
    for (const each of [...sealed, ...sealed.slice(0, 1)]) expect(fresh.unseal(each, '').toString()).toBe('x')
  })
})

/** A cipher module as a node sees it: named keys that work and never come out. */
class CipherModule implements KeyProvider {
  readonly #keys = new Map<string, OwnKeys>()

  make(name: string): void {
    this.#keys.set(name, ownKeys(generateNodeKeys('GM1')))
  }

  ownKeys(reference: string): OwnKeys {
    const keys = this.#keys.get(reference)
    if (!keys) throw new RangeError(`no keys named ${reference}`)
    return {
      suite: keys.suite,
      publicTexts: keys.publicTexts,
      sign: (text) => keys.sign(text),
      unseal: (sealed, bound) => keys.unseal(sealed, bound),
    }
  }
}

describe('a provider of keys', () => {
  const cipherModule = new CipherModule()
  cipherModule.make('slot 3')
  const texts = generateNodeKeys('GM1')
  const providers: [string, KeyProvider, string][] = [
    ['a module that keeps them', cipherModule, 'slot 3'],
    ['the software provider', softwareKeys({ GM1: texts, ED1: generateNodeKeys('ED1') }), 'GM1'],
  ]
  test.each(providers)('%s signs and opens messages', (_, provider, reference) => {
    const own = provider.ownKeys(reference)
    const peer = peerKeys(own.publicTexts)
    const draft = {
      type: 'request',
      id: uuidV7(1),
      seq: 1,
      prev: '',
      from: 'a',
      to: 'a',
      lane: 'single',
      created: '2026-09-30T01:02:03.000Z',
      expires: null,
      corr: null,
      idem: '0'.repeat(64),
      auth: '',
      purpose: '',
      legalBasis: '',
      caseNo: '',
      operator: '',
    } as const
    const { header, body } = sealMessage(draft, encodeLines(['{}'], 'GM1'), own, peer)
    verifyMessage(header, body, peer)
    expect(openMessage(header, body, own)).toEqual(['{}'])
    expect(() => provider.ownKeys('absent')).toThrow(RangeError)
    expect(() => provider.ownKeys('constructor')).toThrow(RangeError)
  })
  test('the module shows no private part', () => {
    const shown = JSON.stringify(cipherModule.ownKeys('slot 3'))
    expect(Object.keys(JSON.parse(shown))).toEqual(['suite', 'publicTexts'])
  })
  test('the software provider reads each pair once', () => {
    const provider = softwareKeys({ own: texts })
    expect(provider.ownKeys('own')).toBe(provider.ownKeys('own'))
  })
})
