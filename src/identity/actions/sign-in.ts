import type { z } from 'zod'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Actor, routeAction } from '#platform/action'
import { instantMs, isoInstant } from '#platform/clock'
import { checkPassword, hashPassword } from '#platform/crypto'
import { type Sql, wholeScope, withTransaction } from '#platform/db'
import { permissionsOf, roleLabel } from '../contract/permissions.ts'
import { changePassword, moveClock, readSession, type Session, signIn, signOut } from '../contract/session.ts'
import { actorOf, type LiveSession, type Sessions } from '../sessions.ts'
import { clearFailures, findLogin, type LoginRow, recordFailure, savePassword } from '../store/users.ts'

/** Signing in and out. One message for every way a sign-in fails, so that it does not tell which accounts exist. */

const FAILURES = 5
const LOCK_MS = 15 * 60_000
const scope = wholeScope('system:sign-in')

export interface IdentityDoor {
  readonly sessions: Sessions
  /** Moves the clock of a demo on by days; undefined on every other installation. */
  readonly moveClock?: ((days: number) => void) | undefined
  /** Name of a division for the head of the page, and of the district above it. */
  divisionNames(code: string): Promise<{ readonly scopeName: string; readonly districtName: string }>
  /** Names of divisions by code; a code nobody knows is left out. */
  divisionNamesOf(sql: Sql, codes: readonly string[]): Promise<ReadonlyMap<string, string>>
}

function refused(): Problem {
  return new Problem(
    'identity.not-signed-in',
    '账号或密码不正确，或账号已停用、暂时锁定（连续输错 5 次锁定 15 分钟）。请核对后重试，或联系安全管理员。',
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
    permissions: permissionsOf(actor.role),
    today,
    ...about,
  }
}

/** Counts the failure; a lock-out is news for the security administrator. */
async function fail(context: ActionContext, user: LoginRow, now: number): Promise<never> {
  const locked = await withTransaction(context.db, scope, (tx) =>
    recordFailure(tx, user.user_id, FAILURES, isoInstant(now + LOCK_MS)),
  )
  if (locked !== null) {
    context.log.warn('an account was locked after failed sign-ins', { user: user.user_id })
    await context.emit('identity.locked', { userId: user.user_id })
  }
  throw refused()
}

export function signInAction(door: IdentityDoor): Action {
  return routeAction(signIn, {
    transaction: 'own',
    sees: 'system',
    async run(context, input) {
      const now = context.clock.nowMs()
      const user = await withTransaction(context.db, scope, (tx) => findLogin(tx, input.account))
      const isLocked = user?.locked_until !== null && user?.locked_until !== undefined && instantMs(user.locked_until) > now
      const fits = await passwordFits(user, input.password)
      if (user === undefined || isLocked || user.disabled) throw refused()
      if (!fits) return fail(context, user, now)
      await withTransaction(context.db, scope, (tx) => clearFailures(tx, user.user_id))
      const { token, expiresAt } = await door.sessions.open(user.user_id, context.session.address)
      context.session.set(token)
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
      if (live === undefined) throw new Problem('identity.signed-out', '登录已过期，请重新登录', { status: 401 })
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

/** One's own password; every other session of the account ends. */
export function changePasswordAction(door: IdentityDoor): Action {
  return routeAction(changePassword, {
    transaction: 'own',
    async run(context, input) {
      const { actor, db, clock } = context
      const user = await withTransaction(db, scope, (tx) => findLogin(tx, actor.account))
      if (user === undefined || !(await passwordFits(user, input.current)))
        throw new Problem('identity.wrong-password', '现在的口令不正确，请重新输入', { status: 422 })
      if (input.next === input.current)
        throw new Problem('identity.same-password', '新口令与现在的相同，请换一个', { status: 422 })
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
