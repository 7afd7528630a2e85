/** A confirmed account takes its place in the household's row, with every check of the row again. */
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { fieldText } from '../rules/field-text.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { findStored } from '../store/values.ts'
import { coreTable } from '../tables.ts'
import { type CorrectionContext, candidateOf, submitRow, touch } from './correction.ts'
import { notFound } from './households.ts'

export interface NewAccount {
  readonly bankName: string
  readonly accountNo: string
  readonly holder: string
  readonly holderId: string
  readonly proxyFiled: boolean
}

/** Writes the account and tells those above. Problem 409 when the household's row cannot stand as it is. */
export async function writeAccount(
  context: ActionContext,
  ctx: CorrectionContext,
  householdNo: string,
  account: NewAccount,
): Promise<void> {
  const table = coreTable('households')
  const row = await findStored(ctx.tx, ctx.keys, storedTableOf('households'), householdNo)
  if (row === undefined) throw notFound('这一户')
  const before = Object.fromEntries(table.columns.map((column, i) => [column.name, fieldText(column, row.values[i] ?? null)]))
  const fields = {
    bank_name: account.bankName,
    account_no: account.accountNo,
    account_holder: account.holder,
    account_holder_id: account.holderId,
    account_proxy_filed: account.proxyFiled ? 'yes' : 'no',
  }
  const outcome = await submitRow(ctx, candidateOf(table, { ...before, ...fields }, 1, householdNo))
  if (!outcome.accepted) {
    const told = outcome.issues.map(({ label, message }) => `${label}：${message}`).join('；')
    throw new Problem('registry.account-row', `该户的登记有误，账户不能写入：${told}`, { status: 409 })
  }
  await context.emit('registry.corrected', await touch(ctx, [outcome]))
}
