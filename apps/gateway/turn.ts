/** One piece of work after the other: what is prepared of the unit's data may be closed when others are prepared. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve()

  /** Does work when all that was asked before is done. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
