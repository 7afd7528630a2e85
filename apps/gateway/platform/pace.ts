/** Keeps calls to a platform within its limits: so many at a time, so many in a span of time. */
import { setTimeout as wait } from 'node:timers/promises'

/** No call may be made any more before the given instant. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime'
}

/** The pace of one platform, shared by all its services. Times are of the process's own monotonic clock. */
export class Pace {
  readonly #atOnce: number
  readonly #calls: number
  readonly #spanMs: number
  /** starts of the last calls, oldest first */
  readonly #starts: number[] = []
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(limits: { atOnce: number; calls: number; seconds: number }) {
    this.#atOnce = limits.atOnce
    this.#calls = limits.calls
    this.#spanMs = limits.seconds * 1000
  }

  /** Runs a call when its turn has come. Throws OutOfTime when that would be after `until`. */
  async run<T>(work: () => Promise<T>, until: number, signal: AbortSignal): Promise<T> {
    while (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running += 1
    try {
      await this.#turn(until, signal)
      return await work()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(until: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const now = performance.now()
      if (now > until) throw new OutOfTime('no time left')
      while ((this.#starts[0] ?? now) <= now - this.#spanMs) this.#starts.shift()
      const oldest = this.#starts[0]
      if (oldest === undefined || this.#starts.length < this.#calls) break
      const free = oldest + this.#spanMs
      if (free > until) throw new OutOfTime('the quota lasts longer than the time that is left')
      await wait(Math.ceil(free - now), undefined, { signal })
    }
    this.#starts.push(performance.now())
  }
}
