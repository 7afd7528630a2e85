/** Wakes whoever waits for something to go out to a neighbour. */

/** A bell per neighbour. */
export class OutgoingBells {
  readonly #waiting = new Map<string, Set<() => void>>()

  ring(neighbour: string): void {
    for (const wake of this.#waiting.get(neighbour) ?? []) wake()
  }

  ringAll(): void {
    for (const neighbour of this.#waiting.keys()) this.ring(neighbour)
  }

  /** Resolves at the next ring or after the time; `cancel` forgets it. */
  next(neighbour: string, ms: number): { rung: Promise<void>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(neighbour) ?? new Set()
    this.#waiting.set(neighbour, waiting)
    const end = (): void => {
      clearTimeout(timer)
      waiting.delete(end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    waiting.add(end)
    return { rung: promise, cancel: end }
  }
}
