/**
 * Secrets shared with a receiver. Making one (a wrapped key, an agreement) costs far more than sealing a message, so one serves
 * the messages of a link for a while; each message has keys of its own, derived from it with a salt, and every body carries what
 * the receiver finds the secret by, so that it opens alone.
 */
import type { KeyObject } from 'node:crypto'

/** One secret serves so many messages, and so long. */
const SERVES_MESSAGES = 1024
const SERVES_MS = 5 * 60_000
/** Secrets a node remembers: one for each of its busy links. */
const REMEMBERED = 64

/** A secret and what the receiver finds it by. */
export interface SharedSecret {
  secret: KeyObject
  carried: Buffer
}

/** The secret for one receiver, renewed after 1,024 messages or 5 minutes. */
export class SecretToPeer {
  readonly #make: () => SharedSecret
  #made: SharedSecret | undefined
  #left = 0
  #until = 0

  constructor(make: () => SharedSecret) {
    this.#make = make
  }

  /** The secret for the next message. */
  next(): SharedSecret {
    if (this.#made === undefined || this.#left === 0 || performance.now() > this.#until) {
      this.#made = this.#make()
      this.#left = SERVES_MESSAGES
      this.#until = performance.now() + SERVES_MS
    }
    this.#left -= 1
    return this.#made
  }
}

/** Finds secrets of messages sealed to this node; remembers the last ones. */
export class SecretsFromPeers {
  readonly #find: (carried: Buffer) => KeyObject
  readonly #known = new Map<string, KeyObject>()

  constructor(find: (carried: Buffer) => KeyObject) {
    this.#find = find
  }

  of(carried: Buffer): KeyObject {
    const name = carried.toString('latin1')
    const secret = this.#known.get(name) ?? this.#find(carried)
    this.#known.delete(name)
    this.#known.set(name, secret)
    const [oldest] = this.#known.keys()
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
    return secret
  }
}
