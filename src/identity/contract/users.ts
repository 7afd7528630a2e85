/** Accounts: made and kept by the system administrator; what they may do is confirmed by the security administrator. */

import { z } from 'zod'
import { defineRoute } from '#kernel/route'
import { DivisionCode, InstantText, pageOf, pageQuery, Reason } from '#kernel/schema'
import { nameFault } from '#kernel/typed-person'

/** A power asked for and not yet confirmed. */
export const OpenRoleChange = z.object({
  changeId: z.string(),
  role: z.string(),
  roleLabel: z.string(),
  divisionCode: DivisionCode,
  divisionName: z.string(),
  unitCode: z.string().nullable(),
  reason: z.string(),
  requestedByName: z.string(),
  requestedAt: InstantText,
})

/** A new password asked for and not yet confirmed. */
export const OpenReset = z.object({
  resetId: z.string(),
  reason: z.string(),
  requestedByName: z.string(),
  requestedAt: InstantText,
  /** the caller may be its second person */
  decidable: z.boolean(),
})

/** 'awaiting': made, but nobody confirmed its powers yet, so it cannot sign in. */
export const AccountState = z.enum(['active', 'awaiting', 'disabled', 'locked'])
export type AccountState = z.infer<typeof AccountState>

export const UserAccount = z.object({
  userId: z.string(),
  account: z.string(),
  name: z.string(),
  role: z.string(),
  roleLabel: z.string(),
  divisionCode: DivisionCode,
  divisionName: z.string(),
  unitCode: z.string().nullable(),
  posts: z.array(z.string()),
  state: AccountState,
  /** True for the caller's own account, which nobody may change for himself. */
  own: z.boolean(),
  createdAt: InstantText,
  change: OpenRoleChange.nullable(),
  reset: OpenReset.nullable(),
  /** the caller may ask for a new password */
  resettable: z.boolean(),
})
export type UserAccount = z.infer<typeof UserAccount>

const Role = z.string().min(1, '请选择岗位').max(40)
const Name = z
  .string()
  .trim()
  .min(1, '请填写姓名')
  .max(60, '姓名不超过 60 字')
  .superRefine((text, issues) => {
    // people of one name are told apart by a number
    const message = nameFault(text.replace(/\d/g, ''))
    if (message !== null) issues.addIssue({ code: 'custom', message })
  })
const Posts = z.array(z.string().trim().min(1).max(60)).max(10, '职务最多填 10 项').default([])
const UnitCode = z.string().trim().max(40).nullable().default(null)

/** Accounts in the caller's area. `roles` are those that can be given. */
export const listUsers = defineRoute({
  name: 'identity.list-users',
  method: 'GET',
  path: '/api/users',
  permission: 'identity.users',
  query: z.object({
    role: z.string().max(40).optional(),
    division: DivisionCode.optional(),
    state: AccountState.optional(),
    /** Part of a name or an account. */
    q: z.string().trim().max(60).optional(),
    ...pageQuery,
  }),
  output: pageOf(UserAccount).extend({
    /** Accounts that wait for a decision, in all. */
    waiting: z.int().nonnegative(),
    roles: z.array(z.object({ value: z.string(), label: z.string(), level: z.enum(['district', 'township', 'village']) })),
  }),
})

/** Makes an account that waits for the security administrator. The password is shown this once and is nowhere else. */
export const createUser = defineRoute({
  name: 'identity.create-user',
  method: 'POST',
  path: '/api/users',
  permission: 'identity.account',
  body: z.object({
    account: z
      .string()
      .trim()
      .regex(/^[a-z0-9][a-z0-9._-]{2,39}$/, '账号由 3 至 40 个小写字母、数字、点、横线组成，以字母或数字开头'),
    name: Name,
    role: Role,
    divisionCode: DivisionCode,
    unitCode: UnitCode,
    posts: Posts,
    reason: Reason,
  }),
  output: z.object({ userId: z.string(), account: z.string(), password: z.string() }),
})

const UserParams = z.object({ userId: z.string().max(80) })

/** Changes an account. Name and posts count at once; role, division and unit only when the security administrator confirms. */
export const changeUser = defineRoute({
  name: 'identity.change-user',
  method: 'PUT',
  path: '/api/users/:userId',
  permission: 'identity.account',
  params: UserParams,
  body: z.object({ name: Name, role: Role, divisionCode: DivisionCode, unitCode: UnitCode, posts: Posts, reason: Reason }),
  output: z.object({ changed: z.boolean(), awaiting: z.boolean() }),
})

/** Takes an account out of use, with its sessions, or puts it back. */
export const switchUser = defineRoute({
  name: 'identity.switch-user',
  method: 'POST',
  path: '/api/users/:userId/use',
  permission: 'identity.account',
  params: UserParams,
  body: z.object({ disabled: z.boolean(), reason: Reason }),
  output: z.object({ disabled: z.boolean() }),
})

/**
 * Asks for a new password, shown this once: the system administrator for those who work, the security administrator for the other
 * administrators; nobody for himself. It holds when a second person has confirmed it: then every session of the account ends, and within a day
 * it is good for one thing: to be changed.
 */
export const resetPassword = defineRoute({
  name: 'identity.reset-password',
  method: 'POST',
  path: '/api/users/:userId/password',
  permission: 'identity.password',
  params: UserParams,
  body: z.object({ reason: Reason }),
  output: z.object({ password: z.string() }),
})

/** Confirms or refuses a new password that was asked for. */
export const decideReset = defineRoute({
  name: 'identity.decide-reset',
  method: 'POST',
  path: '/api/password-resets/:resetId',
  permission: 'identity.confirm-password',
  params: z.object({ resetId: z.uuid('申请编号有误') }),
  body: z.object({ confirm: z.boolean(), reason: z.string().trim().max(500).default('') }),
  output: z.object({ state: z.enum(['confirmed', 'refused']) }),
})

/** Ends the lock after failed sign-ins. */
export const unlockUser = defineRoute({
  name: 'identity.unlock-user',
  method: 'POST',
  path: '/api/users/:userId/unlock',
  permission: 'identity.grant',
  params: UserParams,
  output: z.object({ unlocked: z.boolean() }),
})

/** Confirms or refuses a power that was asked for. */
export const decideRoleChange = defineRoute({
  name: 'identity.decide-role-change',
  method: 'POST',
  path: '/api/role-changes/:changeId',
  permission: 'identity.grant',
  params: z.object({ changeId: z.uuid('申请编号有误') }),
  body: z.object({ confirm: z.boolean(), reason: z.string().trim().max(500).default('') }),
  output: z.object({ state: z.enum(['confirmed', 'refused']) }),
})
