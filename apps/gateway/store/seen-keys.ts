/**
 * Keys of the accepted rows of a file, to find repeated ones. Keys are kept as 128-bit hashes in flat arrays, so that a
 * file of millions of rows needs some tens of megabytes; a chance collision is out of reach.
 */
const START_SLOTS = 1 << 10
const SLOT = 6
const MAX_LOAD = 0.6

/** Two 32-bit hashes of a text; the seeds make independent pairs. */
function hashText(text: string, seed: number, out: Uint32Array, at: number): void {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  out[at] = a >>> 0
  out[at + 1] = b >>> 0
}

/** What a key was met with before. */
export type KeyMeeting = 'new' | 'same' | 'other'

/** Open-addressing table: key hash (4 words), hash of the whole row (2 words). */
export class SeenKeys {
  #slots = START_SLOTS
  #words = new Uint32Array(START_SLOTS * SLOT)
  #used = 0
  readonly #probe = new Uint32Array(SLOT)

  /** Remembers a key with the text of its row, unless the key was met before; says which. */
  meet(key: string, row: string): KeyMeeting {
    hashText(key, 0, this.#probe, 0)
    hashText(key, 0x9e3779b9, this.#probe, 2)
    hashText(row, 0x51ed270b, this.#probe, 4)
    // A slot is empty when its first word is 0.
    if (this.#probe[0] === 0) this.#probe[0] = 1
    const at = this.#find(this.#words, this.#slots, this.#probe, 0)
    if (this.#words[at] === 0) {
      this.#words.set(this.#probe, at)
      this.#used += 1
      if (this.#used > this.#slots * MAX_LOAD) this.#grow()
      return 'new'
    }
    return this.#words[at + 4] === this.#probe[4] && this.#words[at + 5] === this.#probe[5] ? 'same' : 'other'
  }

  #find(words: Uint32Array, slots: number, from: Uint32Array, offset: number): number {
    let slot = (from[offset + 1] ?? 0) & (slots - 1)
    for (;;) {
      const at = slot * SLOT
      if (words[at] === 0) return at
      let equal = true
      for (let i = 0; i < 4 && equal; i++) equal = words[at + i] === from[offset + i]
      if (equal) return at
      slot = (slot + 1) & (slots - 1)
    }
  }

  #grow(): void {
    const slots = this.#slots * 2
    const words = new Uint32Array(slots * SLOT)
    for (let at = 0; at < this.#words.length; at += SLOT) {
      if (this.#words[at] !== 0) words.set(this.#words.subarray(at, at + SLOT), this.#find(words, slots, this.#words, at))
    }
    this.#slots = slots
    this.#words = words
  }
}
