/** What suite GM1 takes from a cipher library: SM2 signatures and encryption, SM3 and SM4. */

export const PRIVATE_BYTES = 32
export const PUBLIC_BYTES = 64

/** The identity that partners assume when none is agreed. */
export const DEFAULT_ID = '1234567812345678'

/** A cipher library. Private keys have 32 bytes, public ones 64 (x and y). What is no key is refused with an error, at its first use at the latest. */
export interface SmEngine {
  /** name and version, such as `Botan 3.12.0` */
  readonly name: string
  /** Signs messages under the default identity: r and s, 64 bytes (GB/T 32918.2). */
  signer(privateRaw: Buffer, publicRaw: Buffer): (message: Uint8Array) => Buffer
  /** Checks signatures of 64 bytes under the default identity. */
  verifier(publicRaw: Buffer): (message: Uint8Array, signature: Buffer) => boolean
  /** Encrypts to a public key: C1 C3 C2 side by side (GB/T 32918.4). */
  wrapper(publicRaw: Buffer): (key: Buffer) => Buffer
  /** Opens what `wrapper` made. Throws when it does not open. */
  unwrapper(privateRaw: Buffer): (wrap: Buffer) => Buffer
  /** SM3, hexadecimal. */
  digestHex(bytes: Uint8Array | string): string
  /** SM3 of parts one after the other, and hexadecimal of these with what `last` makes of that digest after them: all in one pass. */
  digestTwice(parts: readonly Uint8Array[], last: (inner: Buffer) => Uint8Array): { inner: Buffer; whole: string }
  /** HMAC-SM3 over parts one after the other. */
  mac(key: Buffer, parts: readonly Uint8Array[]): Buffer
  /** SM4 in counter mode (key and IV of 16 bytes), both ways. */
  crypt(key: Buffer, iv: Buffer, bytes: Uint8Array): Buffer
}

/** GB/T 32918.5 A.2 and C.2, GB/T 32905 A.2, RFC 8998 A.1. */
const standard = {
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  signature:
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  encrypted:
    '04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73' +
    'e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0' +
    '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766' +
    '21886ca989ca9c7d58087307ca93092d651efa',
  digest: 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  cipherKey: '0123456789abcdeffedcba9876543210',
  iv: '00001234567800000000abcd00000002',
  cipherText: '17f399f08c67d5ee19d0dc9969c4bb7d',
} as const

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** HMAC is two digests (RFC 2104): held against those of the library itself, which the vector above holds. */
function macHolds(engine: SmEngine): boolean {
  const [block, key, message] = [64, hex(standard.cipherKey), Buffer.alloc(1000, 7)]
  const pad = (byte: number): Buffer => Buffer.alloc(block, byte).map((each, i) => each ^ (key[i] ?? 0)) as Buffer
  const inner = engine.digestHex(Buffer.concat([pad(0x36), message]))
  const outer = engine.digestHex(Buffer.concat([pad(0x5c), hex(inner)]))
  return engine.mac(key, [message.subarray(0, 100), message.subarray(100)]).toString('hex') === outer
}

/** Both digests of one pass against those of two. */
function twiceHolds(engine: SmEngine): boolean {
  const bytes = Buffer.alloc(300, 7)
  const { inner, whole } = engine.digestTwice([bytes.subarray(0, 10), bytes.subarray(10)], (digest) => digest.subarray(0, 4))
  return (
    inner.toString('hex') === engine.digestHex(bytes) && whole === engine.digestHex(Buffer.concat([bytes, inner.subarray(0, 4)]))
  )
}

/** Whether a library gives the answers of the standards: one that does not, or throws, is not used. */
export function givesStandardAnswers(engine: SmEngine): boolean {
  const [privateRaw, publicRaw] = [hex(standard.privateKey), hex(standard.publicKey)]
  const verify = engine.verifier(publicRaw)
  const plain = hex('aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb')
  return (
    verify(Buffer.from('message digest'), hex(standard.signature)) &&
    !verify(Buffer.from('message digesu'), hex(standard.signature)) &&
    engine.unwrapper(privateRaw)(hex(standard.encrypted)).toString() === 'encryption standard' &&
    engine.digestHex('abcd'.repeat(16)) === standard.digest &&
    macHolds(engine) &&
    twiceHolds(engine) &&
    engine.crypt(hex(standard.cipherKey), hex(standard.iv), plain).toString('hex') === standard.cipherText
  )
}
