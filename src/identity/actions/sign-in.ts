import type { z } from 'zod'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Actor, refusalWith, routeAction } from '#platform/action'
import { instantMs, isoInstant } from '#platform/clock'
import { type Sql, type Tx, wholeScope, withTransaction } from '#platform/db'
import { checkPassword, hashPassword, isDatedHash } from '#platform/password-hash'
import { permissionsOf } from '../contract/permissions.ts'
import { roleLabel } from '../contract/roles.ts'
import { changePassword, moveClock, readSession, type Session, signIn, signOut } from '../contract/session.ts'
import { commonPasswords } from '../passwords.ts'
import { faultOfPassword } from '../rules/password.ts'
import { actorOf, type LiveSession, type Sessions } from '../sessions.ts'
import { findLogin, type LoginRow, saveHash, savePassword } from '../store/users.ts'
import { changeKeys, lookAtGuess, newDevice, signInKeys, typedAccount } from './guesses.ts'

/** Signing in and out. One message for every way a sign-in fails, so that it does not tell which accounts exist. */

/** A password that an administrator gave is good for so long, and only to be changed. */
const GIVEN_MS = 24 * 3_600_000
const scope = wholeScope('system:sign-in')

export interface IdentityDoor {
  readonly sessions: Sessions
  /** Moves the clock of a demo on by days; undefined on every other installation. */
  readonly moveClock?: ((days: number) => void) | undefined
  /** Name of a division for the head of the page, and of the district above it. */
  divisionNames(code: string): Promise<{ readonly scopeName: string; readonly districtName: string }>
  /** Names of divisions by code; a code nobody knows is left out. */
  divisionNamesOf(sql: Sql, codes: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** What an event or a job does, in words for people. */
  readonly workLabel?: ((name: string) => string) | undefined
  /** Lets a job that failed for good be done once more; undefined in a process without a queue. */
  readonly retryJob?: ((tx: Tx, name: string, id: string) => Promise<void>) | undefined
}

function refused(): Problem {
  return new Problem(
    'identity.not-signed-in',
    '账号或口令不正确，或账号已停用、暂时锁定（连续输错 5 次锁定 15 分钟）。请核对后重试，或联系安全管理员。',
    { status: 401 },
  )
}

// Hashing for an unknown account takes as long as for a known one.
let nobody: Promise<string> | undefined

async function passwordFits(user: LoginRow | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password')
  const fits = await checkPassword(password, user?.password_hash ?? (await nobody))
  return user !== undefined && fits
}

type SessionView = z.infer<typeof Session>

async function sessionView(
  door: IdentityDoor,
  actor: Actor,
  about: Omit<LiveSession, 'actor'>,
  today: string,
): Promise<SessionView> {
  const names = await door.divisionNames(actor.divisionCode)
  return {
    userId: actor.userId,
    account: actor.account,
    name: actor.name,
    roles: [actor.role],
    roleLabel: roleLabel(actor.role),
    scopeCode: actor.divisionCode,
    ...names,
    permissions: about.passwordGiven ? [] : permissionsOf(actor.role),
    today,
    ...about,
  }
}

/** A lock is news for the security administrator. */
async function tellLocked(context: ActionContext, userId: string): Promise<void> {
  context.log.warn('an account was locked after failed sign-ins', { user: userId })
  await context.emit('identity.locked', { userId })
}

/** The user behind account and password. Throws Problem, the same for whatever was wrong. */
async function getSignedIn(context: ActionContext, account: string, password: string): Promise<LoginRow> {
  const user = await withTransaction(context.db, scope, (tx) => findLogin(tx, account))
  const keys = signInKeys(context, account, user?.user_id ?? null)
  const { guessed, lockedNow } = await lookAtGuess(context, keys, () => passwordFits(user, password))
  if (user !== undefined && guessed === 'right' && !user.disabled) return user
  if (user !== undefined && lockedNow) await tellLocked(context, user.user_id)
  throw refusalWith(refused(), { account: typedAccount(context, account, user !== undefined) })
}

/** Throws Problem when the password was given by an administrator too long ago. */
function refuseOldGiven(context: ActionContext, user: LoginRow): void {
  if (!user.password_given || instantMs(user.password_changed_at) + GIVEN_MS > context.clock.nowMs()) return
  const problem = new Problem('identity.given-expired', '管理员给的口令只在 24 小时内有效，已经过期，请联系管理员重新设置', {
    status: 401,
  })
  throw refusalWith(problem, { account: user.login })
}

/** A hash of former times is replaced while the password is at hand. */
async function renewHash(context: ActionContext, user: LoginRow, password: string): Promise<void> {
  if (!isDatedHash(user.password_hash)) return
  const hash = await hashPassword(password)
  await withTransaction(context.db, scope, (tx) => saveHash(tx, user.user_id, user.password_hash, hash))
}

export function signInAction(door: IdentityDoor): Action {
  return routeAction(signIn, {
    transaction: 'own',
    sees: 'system',
    async run(context, input) {
      const user = await getSignedIn(context, input.account, input.password)
      refuseOldGiven(context, user)
      await renewHash(context, user, input.password)
      const { token, expiresAt } = await door.sessions.open(user.user_id, context.session.address)
      context.session.set(token)
      context.session.setDevice?.(newDevice(context, user.user_id))
      return sessionView(door, actorOf(user), { demo: user.demo, expiresAt, passwordGiven: user.password_given }, context.today)
    },
    journal: (input, output, context) => ({
      chain: 'system:sign-in',
      divisionCode: 'scopeCode' in output ? output.scopeCode : '000000000000',
      basis: '网络安全法第二十一条',
      purpose: '登录',
      detail: { account: input.account, address: context.session.address },
    }),
  })
}

export function readSessionAction(door: IdentityDoor): Action {
  return routeAction(readSession, {
    transaction: 'own',
    async run(context) {
      const live = await door.sessions.find(context.session.token)
      if (live === undefined)
        throw new Problem('identity.signed-out', '登录已过期。重新登录后再办一次即可，已填写的内容还在', { status: 401 })
      const { actor, ...about } = live
      return sessionView(door, actor, about, context.today)
    },
    journal: () => null,
  })
}

export function signOutAction(door: IdentityDoor): Action {
  return routeAction(signOut, {
    transaction: 'own',
    async run(context) {
      if (context.session.token !== undefined) await door.sessions.close(context.session.token)
      context.session.set(null)
      return { signedOut: true }
    },
    journal: () => ({ chain: 'system:sign-in', basis: '网络安全法第二十一条', purpose: '退出登录' }),
  })
}

/** The caller's own account, when he knows its present password. Throws Problem; guesses are counted like sign-ins. */
async function getProven(context: ActionContext, current: string): Promise<LoginRow> {
  const { actor, db } = context
  const user = await withTransaction(db, scope, (tx) => findLogin(tx, actor.account))
  const wrong = new Problem('identity.wrong-password', '现在的口令不正确，请重新输入', { status: 422 })
  if (user === undefined) throw wrong
  const { guessed, lockedNow } = await lookAtGuess(context, changeKeys(context, user.user_id), () => passwordFits(user, current))
  if (lockedNow) await tellLocked(context, user.user_id)
  if (guessed === 'right') return user
  if (guessed === 'wrong') throw wrong
  const message = '现在的口令连续输错 5 次，暂时不能修改口令。请稍后再试；如已忘记，请联系管理员重置口令'
  throw new Problem('identity.too-many-guesses', message, { status: 429 })
}

/** One's own password; every other session of the account ends. */
export function changePasswordAction(door: IdentityDoor): Action {
  return routeAction(changePassword, {
    transaction: 'own',
    async run(context, input) {
      const { db, clock } = context
      const user = await getProven(context, input.current)
      if (input.next === input.current)
        throw new Problem('identity.same-password', '新口令与现在的相同，请换一个', { status: 422 })
      const fault = faultOfPassword(input.next, { account: user.login, name: user.display_name }, commonPasswords)
      if (fault !== null) throw new Problem('identity.weak-password', fault, { status: 422 })
      const hash = await hashPassword(input.next)
      await withTransaction(db, scope, (tx) => savePassword(tx, user.user_id, hash, isoInstant(clock.nowMs()), false))
      await door.sessions.closeAll(user.user_id, context.session.token)
      return { changed: true }
    },
    journal: (_, __, { actor }) => ({ chain: `user:${actor.userId}`, basis: '网络安全法第二十一条', purpose: '修改本人口令' }),
  })
}

/** The day of a demo, moved on by whoever tries it out. */
export function moveClockAction(door: IdentityDoor): Action {
  return routeAction(moveClock, {
    transaction: 'own',
    async run(_context, { days }) {
      if (door.moveClock === undefined) {
        throw new Problem('identity.no-demo', '只有演示环境可以拨动日期', { status: 403 })
      }
      door.moveClock(days)
      return { moved: days }
    },
    journal: ({ days }) => ({ chain: 'system:demo', basis: '演示环境', purpose: '拨动演示日期', detail: { days } }),
  })
}
