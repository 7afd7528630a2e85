/** SM2 signatures and ciphertexts: side by side as messages carry them, and in the DER that libraries give and take. */

const HALF = 32
const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTETS = 0x04
const LONG = 0x80

/** A length in as few bytes as it takes: another form is no DER. */
function lengthOf(bytes: number): number[] {
  if (bytes < LONG) return [bytes]
  return bytes <= 0xff ? [LONG + 1, bytes] : [LONG + 2, bytes >> 8, bytes & 0xff]
}

function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag, ...lengthOf(body.length)), body])
}

/** Where the content of the element at a place begins and ends. */
function extent(der: Buffer, at: number): [from: number, to: number] {
  const first = der.readUInt8(at + 1)
  if (first < LONG) return [at + 2, at + 2 + first]
  const from = at + 2 + first - LONG
  return [from, from + der.readUIntBE(at + 2, first - LONG)]
}

/** Contents of the elements of a sequence. */
function elements(der: Buffer): Buffer[] {
  const found: Buffer[] = []
  let [at] = extent(der, 0)
  while (at < der.length) {
    const [from, to] = extent(der, at)
    found.push(der.subarray(from, to))
    at = to
  }
  return found
}

/** A number of 32 bytes, from an integer that has fewer, or a zero before it. */
function half(integer: Buffer): Buffer {
  const value = integer.subarray(Math.max(0, integer.length - HALF))
  return Buffer.concat([Buffer.alloc(HALF - value.length), value])
}

function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const value = Buffer.from(bytes.subarray(first < 0 ? bytes.length - 1 : first))
  return value.readUInt8(0) < LONG ? element(INTEGER, value) : element(INTEGER, Buffer.of(0), value)
}

/** r and s side by side, 64 bytes. */
export function signatureFromDer(der: Buffer): Buffer {
  return Buffer.concat(elements(der).map(half))
}

/** The DER of r and s, 64 bytes. */
export function signatureToDer(signature: Uint8Array): Buffer {
  return element(SEQUENCE, integer(signature.subarray(0, HALF)), integer(signature.subarray(HALF)))
}

/** Point (64 bytes), hash (32) and ciphertext side by side: C1 C3 C2 of GB/T 32918.4. */
export function cipherFromDer(der: Buffer): Buffer {
  const [x = der, y = der, ...rest] = elements(der)
  return Buffer.concat([half(x), half(y), ...rest])
}

/** The DER (GM/T 0009) of point, hash and ciphertext. */
export function cipherToDer(cipher: Uint8Array): Buffer {
  const [x, y, hash, text] = [0, 1, 2].map((n) => cipher.subarray(n * HALF, (n + 1) * HALF)).concat(cipher.subarray(3 * HALF))
  return element(
    SEQUENCE,
    ...[x, y].map((each) => integer(each ?? cipher)),
    ...[hash, text].map((each) => element(OCTETS, each ?? cipher)),
  )
}
