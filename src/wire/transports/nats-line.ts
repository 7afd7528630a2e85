/**
 * A line over a NATS JetStream broker, for many nodes inside one province's data centres. The broker only carries: it is no
 * proof, no memory, and no judge of what is double.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { NatsSession, type NodeOnBroker } from './nats-session.ts'
import { type BrokerAccess, connectBroker } from './nats-setup.ts'
import { inboxOf } from './nats-subjects.ts'

/** What a line over the broker needs. */
export interface NatsLineParts extends NodeOnBroker {
  access: BrokerAccess
}

const RETRY_MS = 1000

/** One node on the broker. */
export class NatsLine {
  readonly #parts: NatsLineParts

  constructor(parts: NatsLineParts) {
    this.#parts = parts
  }

  /** Runs until the signal ends it. */
  async run(): Promise<void> {
    const { signal, say } = this.#parts
    for (let told = ''; !signal.aborted; ) {
      try {
        await this.#serve()
        told = ''
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        if (text !== told) say(`不能连接消息总线：${text}；持续重试`)
        told = text
      }
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** One connection, from its opening to its end. */
  async #serve(): Promise<void> {
    const { signal, ledger, access } = this.#parts
    const broker = await connectBroker(ledger.nodeId, access, inboxOf(ledger.nodeId))
    const end = new AbortController()
    const stop = (): void => end.abort()
    const ended = broker.closed().finally(stop)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    end.signal.addEventListener('abort', () => void broker.close(), { once: true })
    await new NatsSession({ ...this.#parts, broker, signal: end.signal }).run()
    await broker.close()
    signal.removeEventListener('abort', stop)
    const error = await ended
    if (error) throw error
  }
}
