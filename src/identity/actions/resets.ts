import { randomUUID } from 'node:crypto'
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { hashPassword } from '#platform/password-hash'
import { decideReset, resetPassword } from '../contract/users.ts'
import { newPassword } from '../passwords.ts'
import { faultOfDecision, faultOfReset } from '../rules/account.ts'
import { type AccountRow, closeReset, findAccount, findOpenReset, insertReset } from '../store/accounts.ts'
import { forgetGuessesAt } from '../store/guesses.ts'
import { deleteSessionsOf, savePassword } from '../store/users.ts'
import type { IdentityDoor } from './sign-in.ts'

/** New passwords: asked for by one administrator and confirmed by another, so that nobody can sign in as somebody else alone. */

const BASIS = '网络安全法第二十一条'

const now = (context: ActionContext): string => isoInstant(context.clock.nowMs())

async function getAccount(context: ActionContext, userId: string): Promise<AccountRow> {
  const row = await findAccount(context.tx, userId, now(context))
  if (row === undefined) throw new Problem('identity.no-user', '没有这个账号，或不在您管理的范围内', { status: 404 })
  return row
}

/** Puts a given password into force: it may only be changed, within a day. */
async function give(door: IdentityDoor, context: ActionContext, userId: string, passwordHash: string): Promise<void> {
  await savePassword(context.tx, userId, passwordHash, now(context), true)
  await forgetGuessesAt(context.tx, userId)
  await deleteSessionsOf(context.tx, userId, null)
  door.sessions.forget()
}

export function resetPasswordAction(): Action {
  return routeAction(resetPassword, {
    async run(context, input) {
      const account = await getAccount(context, input.userId)
      const fault = faultOfReset(context.actor, { userId: account.user_id, role: account.role })
      if (fault !== null) throw new Problem('identity.no-reset', fault, { status: 403 })
      const password = newPassword()
      const passwordHash = await hashPassword(password)
      await insertReset(context.tx, {
        resetId: randomUUID(),
        userId: account.user_id,
        divisionCode: account.division_code,
        passwordHash,
        reason: input.reason,
        by: context.actor.userId,
        at: now(context),
      })
      return { password }
    },
    journal: (input) => ({ chain: `user:${input.userId}`, basis: BASIS, purpose: input.reason }),
  })
}

/** What a decision was about, between run and journal. */
const decidedOn = new WeakMap<object, string>()

export function decideResetAction(door: IdentityDoor): Action {
  return routeAction(decideReset, {
    async run(context, input) {
      const reset = await findOpenReset(context.tx, input.resetId)
      if (reset === undefined)
        throw new Problem('identity.no-change', '这项口令重置已处理或已被新的申请代替，请刷新列表', { status: 409 })
      const by = context.actor.userId
      const { role } = await getAccount(context, reset.user_id)
      const fault = faultOfDecision(context.actor, { askedBy: reset.requested_by, userId: reset.user_id, role })
      if (fault !== null) throw new Problem('identity.own-change', fault, { status: 403 })
      if (!input.confirm && input.reason === '') throw new Problem('identity.no-reason', '请写明不予确认的理由', { status: 422 })
      const state = input.confirm ? 'confirmed' : 'refused'
      await closeReset(context.tx, reset.reset_id, { state, by, at: now(context), reason: input.reason })
      if (input.confirm) await give(door, context, reset.user_id, reset.password_hash)
      const output: { state: 'confirmed' | 'refused' } = { state }
      decidedOn.set(output, reset.user_id)
      return output
    },
    journal: (input, output) => ({
      chain: `user:${decidedOn.get(output) ?? ''}`,
      basis: BASIS,
      purpose: input.confirm ? '确认口令重置' : '不予确认口令重置',
      detail: { resetId: input.resetId, reason: input.reason },
    }),
  })
}
