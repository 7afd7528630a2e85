/** Signing in and out, and who the caller is: role, scope and permissions as the pages need them. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DateText, InstantText } from '#kernel/schema'

/** The signed-in person. `scopeCode` is a 12-digit division code: nothing outside it exists for this session. */
export const Session = z.object({
  userId: z.string(),
  account: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  roleLabel: z.string(),
  scopeCode: z.string(),
  scopeName: z.string(),
  districtName: z.string(),
  permissions: z.array(z.string()),
  expiresAt: InstantText,
  /** True on a demo installation: the page says so on every screen. */
  demo: z.boolean(),
  /** Today in China by the clock of the installation; a demo's may be moved. */
  today: DateText,
  /** The password was given by an administrator and should be changed. */
  passwordGiven: z.boolean(),
})
export type Session = z.infer<typeof Session>

/** Sets the session cookie. Wrong account and wrong password give one and the same message. */
export const signIn = defineRoute({
  name: 'identity.sign-in',
  method: 'POST',
  path: '/api/session',
  permission: 'public',
  body: z.object({
    account: z.string().trim().min(1, '请输入账号').max(60),
    password: z.string().min(1, '请输入口令').max(200),
  }),
  output: Session,
})

/** Who is signed in; problem 401 when nobody is. */
export const readSession = defineRoute({
  name: 'identity.read-session',
  method: 'GET',
  path: '/api/session',
  permission: 'signed-in',
  output: Session,
})

export const signOut = defineRoute({
  name: 'identity.sign-out',
  method: 'DELETE',
  path: '/api/session',
  permission: 'signed-in',
  output: z.object({ signedOut: z.boolean() }),
})

/** A password of one's own, in place of the one that was given or used so far. */
export const changePassword = defineRoute({
  name: 'identity.change-password',
  method: 'POST',
  path: '/api/session/password',
  permission: 'signed-in',
  body: z.object({
    current: z.string().min(1, '请输入现在的口令').max(200),
    next: z.string().min(10, '新口令至少 10 个字符').max(200),
  }),
  output: z.object({ changed: z.boolean() }),
})

/** Moves the day of a demo on, so that nobody waits for a notice to end; refused on any other installation. */
export const moveClock = defineRoute({
  name: 'identity.move-clock',
  method: 'POST',
  path: '/api/demo/clock',
  permission: 'signed-in',
  body: z.object({ days: z.int().min(1, '至少拨 1 天').max(400, '一次最多拨 400 天') }),
  output: z.object({ moved: z.int() }),
})
