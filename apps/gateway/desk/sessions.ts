/** Who is signed in at the desk, and how often somebody tried in vain. Kept in memory: after a restart everybody signs in anew. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A data officer who is signed in. */
export interface Session {
  officer: string
  /** proves that a form came from a page of this session */
  csrf: string
}

const IDLE_MS = 30 * 60_000
const LONGEST_MS = 10 * 60 * 60_000
/** Failures in a row after which an account, or an address, waits; the wait doubles with each further one. */
const FREE_FAILURES = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000
/** Names and addresses that are remembered; whoever makes up names must not fill the memory. */
const MAX_REMEMBERED = 10_000

interface Held extends Session {
  begun: number
  seen: number
}

/** Sessions by a token that only the browser has; here stands its hash. */
export class Sessions {
  readonly #held = new Map<string, Held>()

  /** Begins a session; gives the token for the cookie. */
  begin(officer: string, now: number): string {
    const token = randomBytes(32).toString('base64url')
    for (const [key, each] of this.#held) if (isOver(each, now)) this.#held.delete(key)
    this.#held.set(keyOf(token), { officer, csrf: randomBytes(24).toString('base64url'), begun: now, seen: now })
    return token
  }

  find(token: string | undefined, now: number): Session | undefined {
    const held = token === undefined ? undefined : this.#held.get(keyOf(token))
    if (held === undefined || isOver(held, now)) return undefined
    held.seen = now
    return held
  }

  end(token: string | undefined): void {
    if (token !== undefined) this.#held.delete(keyOf(token))
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'hex')

function isOver({ begun, seen }: Held, now: number): boolean {
  return now - seen > IDLE_MS || now - begun > LONGEST_MS
}

/** Whether a text a browser sent is the expected one; takes the same time however alike they are. */
export function isSameText(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Slows down whoever tries passwords. */
export class Throttle {
  readonly #failures = new Map<string, { count: number; until: number }>()

  /** Milliseconds until any of the keys (account, address) may try again; 0 for at once. */
  waitMs(keys: readonly string[], now: number): number {
    return Math.max(0, ...keys.map((key) => (this.#failures.get(key)?.until ?? 0) - now))
  }

  fail(keys: readonly string[], now: number): void {
    if (this.#failures.size > MAX_REMEMBERED) this.#failures.clear()
    for (const key of keys) {
      const count = (this.#failures.get(key)?.count ?? 0) + 1
      const over = count - FREE_FAILURES
      const wait = over < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** over, LONGEST_WAIT_MS)
      this.#failures.set(key, { count, until: now + wait })
    }
  }

  succeed(keys: readonly string[]): void {
    for (const key of keys) this.#failures.delete(key)
  }
}
