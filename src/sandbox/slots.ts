import { Problem } from '#kernel/problem'

/** How many confined processes of one kind run at a time, and how many may wait for their turn. */
export class Slots {
  #free: number
  readonly #most: number
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number, mostWaiting: number) {
    this.#free = atOnce
    this.#most = mostWaiting
  }

  /** Resolves when it is this one's turn; what it gives ends the turn. Throws `sandbox.busy` when too many wait. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else {
      if (this.#waiting.length >= this.#most) {
        throw new Problem('sandbox.busy', '同时处理的文件太多，请过一两分钟再试', { status: 503 })
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
