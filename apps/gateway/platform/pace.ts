/** Keeps calls to a platform within its limits: so many at a time, so many in a span of time. */
import { setTimeout as wait } from 'node:timers/promises'

/** Patience ended before a call could be made. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime'
}

/** How long a question goes on while nothing is answered: every answer starts the time anew, so a long list ends when it ends. */
export class Patience {
  readonly #wholeMs: number
  #end: number

  constructor(seconds: number) {
    this.#wholeMs = seconds * 1000
    this.#end = performance.now() + this.#wholeMs
  }

  renew(): void {
    this.#end = performance.now() + this.#wholeMs
  }

  /** Milliseconds that are left; negative when it has ended. */
  leftMs(): number {
    return this.#end - performance.now()
  }
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

  /** Runs a call when its turn has come. Throws OutOfTime when patience would have ended by then. */
  async run<T>(work: () => Promise<T>, patience: Patience, signal: AbortSignal): Promise<T> {
    while (this.#running >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running += 1
    try {
      await this.#turn(patience, signal)
      return await work()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(patience: Patience, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const now = performance.now()
      if (patience.leftMs() < 0) throw new OutOfTime('no time left')
      while ((this.#starts[0] ?? now) <= now - this.#spanMs) this.#starts.shift()
      const oldest = this.#starts[0]
      if (oldest === undefined || this.#starts.length < this.#calls) break
      const pauseMs = oldest + this.#spanMs - now
      if (pauseMs > patience.leftMs()) throw new OutOfTime('the quota is used up for longer than the time that is left')
      await wait(Math.ceil(pauseMs), undefined, { signal })
    }
    this.#starts.push(performance.now())
  }
}
