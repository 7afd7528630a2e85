/** The line to the centre, and whether it is up: what the unit's desk shows. */
import { HttpLine, type HttpReply, type TlsTexts } from '#wire/server'
import type { GatewayClock } from './clock.ts'

/** How the line stands. */
export interface LineState {
  isUp: boolean
  /** since when it is so; null when the gateway has just started */
  since: string | null
  /** why the last call failed; names no person */
  lastError: string
}

/** A line that remembers how its last call went. */
export class WatchedLine extends HttpLine {
  readonly #clock: GatewayClock
  #state: LineState = { isUp: false, since: null, lastError: '' }

  constructor(base: string, clock: GatewayClock, tls?: TlsTexts) {
    super(base, tls)
    this.#clock = clock
  }

  get state(): LineState {
    return this.#state
  }

  override async post(...call: Parameters<HttpLine['post']>): Promise<HttpReply> {
    try {
      const reply = await super.post(...call)
      this.#note(reply.status === 200, reply.status === 200 ? '' : `核对中心回复 HTTP ${reply.status}`)
      return reply
    } catch (error) {
      const { signal } = call[3]
      if (!signal.aborted) this.#note(false, error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  #note(isUp: boolean, lastError: string): void {
    const isSame = this.#state.since !== null && this.#state.isUp === isUp
    const since = isSame ? this.#state.since : this.#clock.iso(this.#clock.nowMs())
    this.#state = { isUp, since, lastError }
  }
}
