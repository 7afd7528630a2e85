/** The short-lived secret or token of a service: had by a call signed with the own key, renewed before it ends. */
import type { Connector, ConnectorSession } from '#sources/contract'
import type { GatewayClock } from '../clock.ts'
import { codeOutcome, statusOutcome } from './answer-reading.ts'
import { carry } from './call-body.ts'
import type { PlatformReply } from './http-call.ts'
import { runSteps } from './steps.ts'
import { fill, fillTree, type Json, placed, type Scope, textOf } from './templates.ts'

/** No session can be had. `later` tells that another try may help; otherwise the platform does not know these keys. */
export class SessionFault extends Error {
  override readonly name = 'SessionFault'
  readonly later: boolean

  constructor(message: string, later: boolean, cause?: unknown) {
    super(message, { cause })
    this.later = later
  }
}

interface Held {
  values: Scope
  renewAtMs: number
}

const unitMs = { milliseconds: 1, seconds: 1000, 'seconds-from-now': 1000 } as const

function endMs({ ends }: ConnectorSession, value: Json, nowMs: number): number {
  const number = Number(textOf(placed(value, ends.at)) || Number.NaN)
  if (!Number.isFinite(number)) throw new SessionFault('平台没有给出会话密钥的有效期', false)
  return number * unitMs[ends.unit] + (ends.unit === 'seconds-from-now' ? nowMs : 0)
}

/** The session of one service. Callers that come while it is being had wait for the same one. */
export class ServiceSession {
  readonly #connector: Connector
  readonly #session: ConnectorSession
  readonly #scope: Scope
  readonly #clock: GatewayClock
  #held: Held | undefined
  #coming: Promise<Held> | undefined

  constructor(connector: Connector, session: ConnectorSession, scope: Scope, clock: GatewayClock) {
    this.#connector = connector
    this.#session = session
    this.#scope = scope
    this.#clock = clock
  }

  /** What the session gives, or undefined when it has to be had first. */
  held(): Scope | undefined {
    return this.#held !== undefined && this.#clock.nowMs() < this.#held.renewAtMs ? this.#held.values : undefined
  }

  /** Forgets a session the platform no longer takes, unless it was renewed meanwhile. */
  drop(values: Scope): void {
    if (this.#held?.values === values) this.#held = undefined
  }

  /** Has a session by `send`. Throws SessionFault. */
  async open(send: (call: ReturnType<typeof carry>['call']) => Promise<PlatformReply>): Promise<void> {
    this.#coming ??= this.#have(send).finally(() => {
      this.#coming = undefined
    })
    this.#held = await this.#coming
  }

  async #have(send: (call: ReturnType<typeof carry>['call']) => Promise<PlatformReply>): Promise<Held> {
    const { method, carries, steps, path, headers, ask } = this.#session
    const scope = runSteps(steps, this.#scope, this.#clock)
    const filled = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text, scope)]))
    const call = { method, carries, path: fill(path, scope), headers: filled }
    const { call: packed, open } = carry(call, fillTree(ask as Json, scope, []), undefined)
    const reply = await send(packed)
    return this.#take(reply, open)
  }

  #take(reply: PlatformReply, open: (body: Buffer) => Json): Held {
    const { ok, take, after, renewBefore } = this.#session
    if (Math.floor(reply.status / 100) !== 2) {
      const later = statusOutcome(this.#connector.answer, reply.status) === 'later'
      throw new SessionFault(`平台没有给出会话密钥（HTTP ${reply.status}）`, later)
    }
    try {
      const value = open(reply.body)
      const code = textOf(placed(value, ok.at))
      if (!ok.is.includes(code)) {
        const later = codeOutcome(this.#connector.answer, code) === 'later'
        throw new SessionFault(`平台没有给出会话密钥（代码 ${code.slice(0, 40)}）`, later)
      }
      const taken = Object.fromEntries(Object.entries(take).map(([name, place]) => [name, textOf(placed(value, place))]))
      if (Object.values(taken).includes('')) throw new SessionFault('平台给出的会话密钥为空', false)
      const values = runSteps(after, { ...this.#scope, ...taken }, this.#clock)
      return { values, renewAtMs: endMs(this.#session, value, this.#clock.nowMs()) - renewBefore * 1000 }
    } catch (error) {
      if (error instanceof SessionFault) throw error
      throw new SessionFault('平台给出的会话密钥无法读取或解密，请核对应用密钥', false, error)
    }
  }
}
