import { randomUUID } from 'node:crypto'
import { rangeOf } from '#kernel/division'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, type Actor, type JournalNote, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { random } from '#platform/crypto'
import { readCursor, writeCursor } from '#platform/cursor'
import type { Sql } from '#platform/db'
import { hashPassword } from '#platform/password-hash'
import { isRole, ROLES, type Role, roleLabel } from '../contract/roles.ts'
import {
  changeUser,
  createUser,
  decideRoleChange,
  listUsers,
  switchUser,
  type UserAccount,
  unlockUser,
} from '../contract/users.ts'
import { newPassword } from '../passwords.ts'
import { faultOfDecision, faultOfPower, faultOfReset, isSamePower, levelOf, type Power } from '../rules/account.ts'
import {
  type AccountFilter,
  type AccountRow,
  closeChange,
  countAccounts,
  findAccount,
  findOpenChange,
  givePower,
  insertRoleChange,
  listAccounts,
  saveNameAndPosts,
} from '../store/accounts.ts'
import { forgetGuessesAt } from '../store/guesses.ts'
import { deleteSessionsOf, insertUser, setDisabled } from '../store/users.ts'
import type { IdentityDoor } from './sign-in.ts'

/**
 * Accounts under the separation of administrators (三员分立): the system administrator makes and edits them, the security administrator
 * confirms what they may do, the auditor reads both in the journal.
 */

const BASIS = '网络安全法第二十一条'

const notFound = (): Problem => new Problem('identity.no-user', '没有这个账号，或不在您管理的范围内', { status: 404 })
const now = (context: ActionContext): string => isoInstant(context.clock.nowMs())

function noteOf(userId: string, purpose: string, detail: JournalNote['detail'] = {}): JournalNote {
  return { chain: `user:${userId}`, basis: BASIS, purpose, detail }
}

function stateOf(row: AccountRow): UserAccount['state'] {
  if (!row.confirmed) return 'awaiting'
  if (row.disabled) return 'disabled'
  return row.locked ? 'locked' : 'active'
}

function viewOf(row: AccountRow, names: ReadonlyMap<string, string>, actor: Actor): UserAccount {
  const place = (code: string) => ({ divisionCode: code, divisionName: names.get(code) ?? code })
  const { change, reset } = row
  const account = { userId: row.user_id, role: row.role }
  return {
    userId: row.user_id,
    account: row.login,
    name: row.display_name,
    role: row.role,
    roleLabel: roleLabel(row.role),
    ...place(row.division_code),
    unitCode: row.unit_code,
    posts: row.posts,
    state: stateOf(row),
    own: row.user_id === actor.userId,
    createdAt: row.created_at,
    change:
      change === null
        ? null
        : {
            changeId: change.change_id,
            role: change.role,
            roleLabel: roleLabel(change.role),
            ...place(change.division_code),
            unitCode: change.unit_code,
            reason: change.reason,
            requestedByName: change.requested_by_name,
            requestedAt: change.requested_at,
          },
    reset:
      reset === null
        ? null
        : {
            resetId: reset.reset_id,
            reason: reset.reason,
            requestedByName: reset.requested_by_name,
            requestedAt: reset.requested_at,
            decidable: faultOfDecision(actor, { askedBy: reset.requested_by, ...account }) === null,
          },
    resettable: faultOfReset(actor, account) === null,
  }
}

async function viewsOf(door: IdentityDoor, sql: Sql, rows: readonly AccountRow[], actor: Actor): Promise<UserAccount[]> {
  const codes = rows.flatMap((row) => [row.division_code, ...(row.change === null ? [] : [row.change.division_code])])
  const names = await door.divisionNamesOf(sql, [...new Set(codes)])
  return rows.map((row) => viewOf(row, names, actor))
}

const givenRoles = Object.keys(ROLES)
  .filter(isRole)
  .map((value) => ({ value, label: ROLES[value], level: levelOf(value) }))

export function listUsersAction(door: IdentityDoor): Action {
  return routeAction(listUsers, {
    async run(context, input) {
      const range = input.division === undefined ? { lo: null, hi: null } : rangeOf(input.division)
      const filter: AccountFilter = {
        role: input.role ?? null,
        ...range,
        state: input.state ?? null,
        word: input.q === undefined || input.q === '' ? null : input.q,
        after: readCursor(context.keys, listUsers.name, input.cursor)?.[0] ?? '',
        limit: input.limit,
        now: now(context),
      }
      const [rows, counts] = [await listAccounts(context.tx, filter), await countAccounts(context.tx, filter)]
      const last = rows.length < input.limit ? undefined : rows.at(-1)
      const next = last === undefined ? null : writeCursor(context.keys, listUsers.name, [last.login])
      return { rows: await viewsOf(door, context.tx, rows, context.actor), ...counts, next, roles: givenRoles }
    },
    journal: () => null,
  })
}

interface Wanted {
  readonly role: string
  readonly divisionCode: string
  readonly unitCode: string | null
}

/** The power asked for; throws Problem when it cannot be given. */
async function checkedPower(door: IdentityDoor, context: ActionContext, wanted: Wanted): Promise<Power> {
  if (!isRole(wanted.role)) throw new Problem('identity.no-role', '没有这个岗位，请从列表中选择', { status: 422 })
  const role: Role = wanted.role
  const power: Power = { role, divisionCode: wanted.divisionCode, unitCode: wanted.unitCode === '' ? null : wanted.unitCode }
  const fault = faultOfPower(power, ROLES[role], context.actor.divisionCode)
  if (fault !== null) throw new Problem('identity.bad-power', fault, { status: 422 })
  const known = await door.divisionNamesOf(context.tx, [power.divisionCode])
  if (!known.has(power.divisionCode))
    throw new Problem('identity.no-division', `没有代码为 ${power.divisionCode} 的行政区划，请重新选择辖区`, { status: 422 })
  return power
}

function request(context: ActionContext, userId: string, power: Power, reason: string): Promise<void> {
  const change = { changeId: randomUUID(), userId, ...power, reason, by: context.actor.userId, at: now(context) }
  return insertRoleChange(context.tx, change)
}

export function createUserAction(door: IdentityDoor): Action {
  return routeAction(createUser, {
    async run(context, input) {
      const power = await checkedPower(door, context, input)
      const password = newPassword()
      const userId = `u-${random(9).toString('base64url')}`
      const added = await insertUser(context.tx, {
        userId,
        login: input.account,
        displayName: input.name,
        ...power,
        passwordHash: await hashPassword(password),
        demo: false,
        made: { posts: input.posts },
      })
      if (!added) throw new Problem('identity.account-taken', `账号“${input.account}”已有人使用，请换一个`, { status: 409 })
      await request(context, userId, power, input.reason)
      return { userId, account: input.account, password }
    },
    journal: (input, output) =>
      noteOf('userId' in output ? output.userId : '', input.reason, {
        account: input.account,
        role: input.role,
        divisionCode: input.divisionCode,
      }),
  })
}

async function getAccount(context: ActionContext, userId: string): Promise<AccountRow> {
  const row = await findAccount(context.tx, userId, now(context))
  if (row === undefined) throw notFound()
  return row
}

export function changeUserAction(door: IdentityDoor): Action {
  return routeAction(changeUser, {
    async run(context, input) {
      const account = await getAccount(context, input.userId)
      await saveNameAndPosts(context.tx, account.user_id, input.name, input.posts)
      const held = { role: account.role, divisionCode: account.division_code, unitCode: account.unit_code }
      const wanted = { role: input.role, divisionCode: input.divisionCode, unitCode: input.unitCode }
      if (account.confirmed && isSamePower({ ...wanted, role: input.role as Role }, held))
        return { changed: true, awaiting: false }
      if (account.user_id === context.actor.userId)
        throw new Problem('identity.own-power', '不能调整自己的岗位或辖区，请由另一名系统管理员提出', { status: 403 })
      const power = await checkedPower(door, context, wanted)
      await request(context, account.user_id, power, input.reason)
      return { changed: true, awaiting: true }
    },
    journal: (input) =>
      noteOf(input.userId, input.reason, { role: input.role, divisionCode: input.divisionCode, unitCode: input.unitCode }),
  })
}

export function switchUserAction(door: IdentityDoor): Action {
  return routeAction(switchUser, {
    async run(context, input) {
      const account = await getAccount(context, input.userId)
      if (account.user_id === context.actor.userId)
        throw new Problem('identity.own-account', '不能停用或启用自己的账号', { status: 403 })
      await setDisabled(context.tx, account.user_id, input.disabled)
      if (input.disabled) await deleteSessionsOf(context.tx, account.user_id, null)
      door.sessions.forget()
      return { disabled: input.disabled }
    },
    journal: (input) => noteOf(input.userId, input.reason, { disabled: input.disabled }),
  })
}

export const unlockUserAction: Action = routeAction(unlockUser, {
  async run(context, input) {
    const account = await getAccount(context, input.userId)
    await forgetGuessesAt(context.tx, account.user_id)
    return { unlocked: account.locked }
  },
  journal: (input) => noteOf(input.userId, '解除登录锁定'),
})

/** What a decision was about, between run and journal. */
const decidedOn = new WeakMap<object, { userId: string; role: string; divisionCode: string }>()

export function decideRoleChangeAction(door: IdentityDoor): Action {
  return routeAction(decideRoleChange, {
    async run(context, input) {
      const change = await findOpenChange(context.tx, input.changeId)
      if (change === undefined)
        throw new Problem('identity.no-change', '这项岗位申请已处理或已被新的申请代替，请刷新列表', { status: 409 })
      const by = context.actor.userId
      if (change.requested_by === by || change.user_id === by)
        throw new Problem('identity.own-change', '不能确认自己提出的或给自己的岗位，请由另一名安全管理员确认', { status: 403 })
      if (!input.confirm && input.reason === '') throw new Problem('identity.no-reason', '请写明不予确认的理由', { status: 422 })
      const state = input.confirm ? 'confirmed' : 'refused'
      await closeChange(context.tx, change.change_id, { state, by, at: now(context), reason: input.reason })
      if (input.confirm) await givePower(context.tx, change, now(context))
      door.sessions.forget()
      const output: { state: 'confirmed' | 'refused' } = { state }
      decidedOn.set(output, { userId: change.user_id, role: change.role, divisionCode: change.division_code })
      return output
    },
    journal: (input, output) => {
      const { userId = '', ...power } = decidedOn.get(output) ?? {}
      return noteOf(userId, input.confirm ? '确认岗位' : '不予确认岗位', {
        ...power,
        changeId: input.changeId,
        reason: input.reason,
      })
    },
  })
}
