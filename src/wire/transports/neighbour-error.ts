import type { RefusedBy } from '../message-store.ts'

/** A call or message was not taken. */
export class NeighbourError extends Error {
  override readonly name = 'NeighbourError'
  readonly code: string
  /** what the neighbour did not take; left out where this node itself did not */
  readonly by: RefusedBy | undefined

  constructor(code: string, message: string, by?: RefusedBy) {
    super(message)
    this.code = code
    this.by = by
  }
}
