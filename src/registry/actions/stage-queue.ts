/** Most bytes of lines that are judged and not yet taken by the database. */
const MOST_BEHIND = 16 * 2 ** 20

/**
 * What the database does with rows that were judged: one piece of work after another, while the next rows are judged. The reading waits
 * where too much is behind it, so memory stays bounded.
 */
export class StageQueue {
  #last: Promise<void> = Promise.resolve()
  readonly #waiting: Promise<void>[] = []
  #behind = 0
  #failure: { readonly error: unknown } | undefined
  #isStopped = false

  /** Lets work of so many bytes follow what was added before; waits while there is no room. Throws what earlier work threw. */
  async add(size: number, work: () => Promise<unknown>): Promise<void> {
    while (this.#waiting.length > 0 && this.#behind + size > MOST_BEHIND) await this.#waiting[0]
    this.#check()
    this.#behind += size
    this.#last = this.#last.then(() => this.#run(size, work))
    this.#waiting.push(this.#last)
  }

  /** Waits until all is done. Throws what any of the work threw. */
  async done(): Promise<void> {
    await this.#last
    this.#check()
  }

  /** Begins nothing more and waits until what runs has ended: the transaction can be rolled back then. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#last
  }

  async #run(size: number, work: () => Promise<unknown>): Promise<void> {
    try {
      if (this.#failure === undefined && !this.#isStopped) await work()
    } catch (error) {
      this.#failure = { error }
    }
    this.#waiting.splice(0, 1)
    this.#behind -= size
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
