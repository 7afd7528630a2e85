/** How full the disk is that the ledger lies on: an early word to a person, and an end of taking before an end of writing. */
import { statfsSync } from 'node:fs'

/** Shares of the disk in use from which on a person is told, and from which on nothing new is taken. */
export const DISK_WARN = 0.8
export const DISK_FULL = 0.9

/** Looked at again after so long. */
const FRESH_MS = 1000

/** Share in use of what this program may use, 0 to 1: as df counts, blocks kept back for others are neither used nor free. */
export function usedOf({ blocks, bfree, bavail }: { blocks: number; bfree: number; bavail: number }): number {
  const used = blocks - bfree
  return used + bavail === 0 ? 0 : used / (used + bavail)
}

/** Share of a folder's disk in use, 0 to 1. */
export const usedShare = (dir: string): number => usedOf(statfsSync(dir))

/** Watches one disk. */
export class DiskWatch {
  readonly #share: () => number
  #used = 0
  #at = Number.NEGATIVE_INFINITY
  #told = 0

  /** @param share gives the share in use */
  constructor(share: () => number) {
    this.#share = share
  }

  /** Share in use, a second old at most. */
  used(nowMs: number): number {
    if (Math.abs(nowMs - this.#at) >= FRESH_MS) {
      this.#used = this.#share()
      this.#at = nowMs
    }
    return this.#used
  }

  /** The mark (0, 80 or 90 %) that was crossed since the last call; null when none was. */
  crossed(nowMs: number): number | null {
    const used = this.used(nowMs)
    const mark = used >= DISK_FULL ? DISK_FULL : used >= DISK_WARN ? DISK_WARN : 0
    if (mark === this.#told) return null
    this.#told = mark
    return mark
  }
}
