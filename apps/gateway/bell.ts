/** A bell a loop waits at until another one rings. A ring before the wait counts. */
export class Bell {
  #ring: (() => void) | undefined
  #rung = false

  ring(): void {
    this.#rung = true
    this.#ring?.()
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const end = (): void => resolve()
      this.#ring = end
      signal.addEventListener('abort', end)
      await promise
      signal.removeEventListener('abort', end)
      this.#ring = undefined
    }
    this.#rung = false
  }
}
