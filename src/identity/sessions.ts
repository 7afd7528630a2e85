import type { Actor } from '#platform/action'
import { type Clock, instantMs, isoInstant } from '#platform/clock'
import { type Keys, random } from '#platform/crypto'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { forgetOldGuesses } from './store/guesses.ts'
import {
  deleteOldSessions,
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  type SessionRow,
  touchSession,
  type UserRow,
} from './store/users.ts'

/** Sessions: the cookie holds 32 random bytes, the database their keyed digest. */

/** Signed out after this long without a request. */
export const IDLE_MS = 30 * 60_000
/** Signed out after this long in any case. */
export const LONGEST_MS = 12 * 3_600_000
/** A session found valid is believed this long without asking the database; so long may a sign-out elsewhere take to be felt. */
const BELIEVED_MS = 5_000
/** The time of last use is written at most this often. */
const TOUCH_MS = 60_000

const scope = wholeScope('system:session')

export interface LiveSession {
  readonly actor: Actor
  readonly demo: boolean
  readonly expiresAt: string
  readonly passwordGiven: boolean
}

export interface Sessions {
  /** The valid session of a cookie value, or undefined. */
  find(token: string | undefined): Promise<LiveSession | undefined>
  /** A new session; gives the cookie's value. */
  open(userId: string, address: string): Promise<{ token: string; expiresAt: string }>
  close(token: string): Promise<void>
  /** Ends every session of a user, except the one of a cookie value. */
  closeAll(userId: string, except?: string): Promise<void>
  /** Forgets what is believed, e.g. after a user was disabled. */
  forget(): void
}

export function actorOf(user: UserRow): Actor {
  return {
    userId: user.user_id,
    account: user.login,
    name: user.display_name,
    role: user.role,
    divisionCode: user.division_code,
    unitCode: user.unit_code,
  }
}

interface Believed {
  readonly session: LiveSession
  readonly until: number
}

const MOST_BELIEVED = 10_000

export function openSessions(db: Db, keys: Keys, clock: Clock): Sessions {
  const believed = new Map<string, Believed>()
  const digest = (token: string): Buffer => keys.blindIndex('session', token)

  const isOver = (row: SessionRow, now: number): boolean =>
    row.disabled || instantMs(row.expires_at) <= now || instantMs(row.last_seen_at) + IDLE_MS <= now

  const load = (token: string, now: number): Promise<LiveSession | undefined> =>
    withTransaction(db, scope, async (tx) => {
      const row = await findSession(tx, digest(token))
      if (row === undefined || isOver(row, now)) return undefined
      if (instantMs(row.last_seen_at) + TOUCH_MS <= now) await touchSession(tx, digest(token), isoInstant(now))
      const idleEnd = now + IDLE_MS
      const expiresAt = isoInstant(Math.min(idleEnd, instantMs(row.expires_at)))
      return { actor: actorOf(row), demo: row.demo, expiresAt, passwordGiven: row.password_given }
    })

  return {
    async find(token) {
      if (token === undefined || !/^[\w-]{43}$/.test(token)) return undefined
      const now = clock.nowMs()
      const known = believed.get(token)
      if (known !== undefined && known.until > now) return known.session
      const session = await load(token, now)
      if (session === undefined) believed.delete(token)
      else {
        if (believed.size >= MOST_BELIEVED) believed.clear()
        believed.set(token, { session, until: now + BELIEVED_MS })
      }
      return session
    },
    async open(userId, address) {
      const token = random(32).toString('base64url')
      const now = clock.nowMs()
      const expiresAt = isoInstant(now + LONGEST_MS)
      await withTransaction(db, scope, async (tx) => {
        await deleteOldSessions(tx, isoInstant(now), isoInstant(now - IDLE_MS))
        await insertSession(tx, { tokenHash: digest(token), userId, at: isoInstant(now), expiresAt, address })
      })
      return { token, expiresAt: isoInstant(now + IDLE_MS) }
    },
    async close(token) {
      believed.delete(token)
      await withTransaction(db, scope, (tx) => deleteSession(tx, digest(token)))
    },
    async closeAll(userId, except) {
      believed.clear()
      const kept = except === undefined ? null : digest(except)
      await withTransaction(db, scope, (tx) => deleteSessionsOf(tx, userId, kept))
    },
    forget: () => believed.clear(),
  }
}

const DAY_MS = 86_400_000

/** Removes sessions that are over and guesses that no longer count; gives how many sessions. */
export function sweepSessions(db: Db, clock: Clock): Promise<number> {
  const now = clock.nowMs()
  return withTransaction(db, scope, async (tx) => {
    await forgetOldGuesses(tx, isoInstant(now - DAY_MS))
    return deleteOldSessions(tx, isoInstant(now), isoInstant(now - IDLE_MS))
  })
}
