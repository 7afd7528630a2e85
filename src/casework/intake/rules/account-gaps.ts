/** What the account of an application lacks. A family without one may apply; the decision waits for it. */
import { accountFault } from '#kernel/bank-account'
import type { Draft, DraftGap } from '../contract/draft.ts'

/** Stands in the household's row of a draft whose account is kept by the registry: it changes by two persons only. */
export const ACCOUNT_KEPT = 'account_kept'

/** What is said where a kept account would have to change. */
export const KEPT_ACCOUNT = '该户已在保，账户变更在“发放账户”页由一人申请、另一人确认'

const LEAST_REASON = 4

/** Whether the registry keeps the account of the draft's household. */
export function isAccountKept(draft: Draft): boolean {
  return draft.household.values[ACCOUNT_KEPT] === 'yes'
}

/** Whether a registered household's account is changed by two persons alone: it is or was paid. */
export function keepsAccount(household: Readonly<Record<string, string>>): boolean {
  return (household.aid_from ?? '') !== ''
}

const gap = (column: string, message: string): DraftGap => ({ section: 'household', row: 'household', column, message })

function payeeGaps(draft: Draft, holder: string): DraftGap[] {
  const names = new Set(draft.members.map(({ values }) => (values.name ?? '').trim()))
  if (holder === '' || names.has(holder)) return []
  const { account_proxy_filed: filed = '', payee_reason: why = '' } = draft.household.values
  return [
    ...(filed === 'yes' ? [] : [gap('account_holder', '户名不是家庭成员：请核对，或将代管协议备案，并写明由他人代领的原因')]),
    ...(why.trim().length >= LEAST_REASON ? [] : [gap('payee_reason', '请写明由他人代领的原因（至少 4 个字）')]),
  ]
}

/** What is missing or wrong in the account of an application. `registered`: the registry has one that is not in the draft. */
export function accountGaps(draft: Draft, registered: boolean): DraftGap[] {
  const { values } = draft.household
  const account = { bank_name: '开户银行', account_no: '账号', account_holder: '账户户名' }
  const empty = Object.keys(account).filter((name) => (values[name] ?? '').trim() === '')
  const reason = (values.no_account_reason ?? '').trim()
  if (isAccountKept(draft)) {
    if (registered || !empty.includes('account_no') || reason.length >= LEAST_REASON) return []
    return [gap('no_account_reason', `没有登记发放账户：${KEPT_ACCOUNT}；尚未开户的，请写明原因`)]
  }
  if (empty.length === 3 && reason.length >= LEAST_REASON) return []
  const missing = Object.entries(account).flatMap(([name, label]) =>
    empty.includes(name) ? [gap(name, `请填写${label}；尚未开户的，请填写“暂无账户的原因”（至少 4 个字）`)] : [],
  )
  const number = values.account_no ?? ''
  const fault = number.trim() === '' || number.includes('****') ? null : accountFault(number)
  const contradiction = empty.length < 3 && reason !== '' ? [gap('no_account_reason', '已填写账户，请删去暂无账户的原因')] : []
  return [
    ...missing,
    ...(fault === null ? [] : [gap('account_no', fault)]),
    ...payeeGaps(draft, (values.account_holder ?? '').trim()),
    ...contradiction,
  ]
}
