/** What the checks ask of the accepted keys of a table; a Map of texts and digests is one. */
export interface AcceptedKeys {
  get(key: string): number | undefined
  has(key: string): boolean
  set(key: string, digest: number): unknown
  delete(key: string): boolean
  clear(): void
}

/** Position of the first key that is not before this one. */
function positionIn(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Accepted keys of a table that no other one refers to. Its rows mostly stand in the order of their keys, and a key beyond the last one is
 * new without any search; what does not fit the order is kept beside. Takes half the memory of a Map, and no hash of each key.
 */
export class KeyLog implements AcceptedKeys {
  readonly #keys: string[] = []
  /** undefined: the key was taken out; its place stays, for it mostly comes back */
  readonly #digests: (number | undefined)[] = []
  readonly #others = new Map<string, number>()

  get(key: string): number | undefined {
    const at = this.#positionOf(key)
    return at < 0 ? this.#others.get(key) : this.#digests[at]
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, digest: number): this {
    const at = this.#positionOf(key)
    if (at >= 0) this.#digests[at] = digest
    else if (this.#isBeyond(key) && !this.#others.has(key)) this.#append(key, digest)
    else this.#others.set(key, digest)
    return this
  }

  delete(key: string): boolean {
    const at = this.#positionOf(key)
    if (at < 0) return this.#others.delete(key)
    const wasThere = this.#digests[at] !== undefined
    this.#digests[at] = undefined
    return wasThere
  }

  clear(): void {
    this.#keys.length = 0
    this.#digests.length = 0
    this.#others.clear()
  }

  #append(key: string, digest: number): void {
    this.#keys.push(key)
    this.#digests.push(digest)
  }

  #isBeyond(key: string): boolean {
    const last = this.#keys.at(-1)
    return last === undefined || last < key
  }

  /** Position among the keys in order, or -1. */
  #positionOf(key: string): number {
    if (this.#isBeyond(key)) return -1
    const at = positionIn(this.#keys, key)
    return this.#keys[at] === key ? at : -1
  }
}
