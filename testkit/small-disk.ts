/** For tests: a disk that is nearly full. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A small disk for the books of a unit: of its own where mounting is permitted, else one that only says how full it is. */
export class SmallDisk {
  readonly #dir: string
  readonly #isMounted: boolean
  #used = 0.95

  /** Makes the disk, filled to 92 %. */
  constructor(dir: string) {
    this.#dir = dir
    mkdirSync(dir, { recursive: true })
    this.#isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', dir]).status === 0
    const { blocks, bsize } = statfsSync(dir)
    if (this.#isMounted) writeFileSync(join(dir, 'filler'), Buffer.alloc(Math.floor(blocks * bsize * 0.92)))
  }

  /** how the gateway sees it */
  get io(): { diskUsed?: () => number } {
    return this.#isMounted ? {} : { diskUsed: () => this.#used }
  }

  /** Makes room. */
  free(): void {
    if (this.#isMounted) rmSync(join(this.#dir, 'filler'))
    this.#used = 0
  }

  /** Takes the disk away with what is on it. */
  remove(): void {
    if (this.#isMounted) spawnSync('umount', ['-l', this.#dir])
  }
}
