/**
 * Which numbers a record type may hold at all: a Bloom filter, 12 bits a number. Most of what is asked is not there, and a few
 * bits in memory say so without a look into the file. A number that is there is never missed; one in a few hundred that is
 * not is looked for in vain.
 */
const BITS_EACH = 12
const PROBES = 4
const WORD = 32

/** Two 32-bit hashes of a number, for all probes. */
function hashNumber(id: string, out: Uint32Array, at: number): void {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < id.length; i++) {
    const c = id.charCodeAt(i)
    a = Math.imul(a ^ c, 0x01000193)
    b = Math.imul(b ^ c, 0x85ebca6b)
  }
  out[at] = (a ^ (a >>> 15)) >>> 0
  out[at + 1] = ((b ^ (b >>> 13)) | 1) >>> 0
}

/** Hashes of the numbers asked about, made once for all record types of a request. */
export function hashNumbers(ids: readonly string[]): Uint32Array {
  const hashes = new Uint32Array(ids.length * 2)
  ids.forEach((id, i) => {
    hashNumber(id, hashes, i * 2)
  })
  return hashes
}

/** The filter of one record type. */
export class Presence {
  readonly #words: Uint32Array
  readonly #bits: number

  constructor(words: Uint32Array) {
    this.#words = words
    this.#bits = words.length * WORD
  }

  /** An empty filter with room for so many numbers. */
  static sized(count: number): Presence {
    return new Presence(new Uint32Array(Math.max(1, Math.ceil((count * BITS_EACH) / WORD))))
  }

  add(id: string): void {
    const pair = hashNumbers([id])
    let at = pair[0] ?? 0
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = at % this.#bits
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31))
      at = (at + (pair[1] ?? 0)) >>> 0
    }
  }

  /** False: the number with these hashes is certainly not there. */
  mayHold(hashes: Uint32Array, i: number): boolean {
    let at = hashes[i * 2] ?? 0
    const step = hashes[i * 2 + 1] ?? 0
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = at % this.#bits
      if (((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
      at = (at + step) >>> 0
    }
    return true
  }

  /** The filter as bytes, for keeping. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer, this.#words.byteOffset, this.#words.byteLength)
  }

  /** Reads kept bytes. */
  static from(bytes: Uint8Array): Presence {
    return new Presence(new Uint32Array(bytes.slice().buffer))
  }
}
