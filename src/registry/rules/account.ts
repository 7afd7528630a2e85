/** Where a household is paid: what stands there, what is wrong with it, and what one person may not change. Pure. */
import { accountFault, failsAsCard } from '#kernel/bank-account'
import { nfkc } from '#kernel/text'

/** Columns of a household that say where it is paid. */
export const ACCOUNT_COLUMNS = ['bank_name', 'account_no', 'account_holder', 'account_holder_id', 'account_proxy_filed'] as const

/** The account of a household that is or was paid, as it stands: a declaration of one person does not change it. */
export function keptAccount(stood: Readonly<Record<string, string>>): Record<string, string> {
  if ((stood.aid_from ?? '') === '') return {}
  return Object.fromEntries(ACCOUNT_COLUMNS.map((column) => [column, stood[column] ?? '']))
}

/** An account as it is kept: without the spaces and hyphens people write. */
export function accountDigits(accountNo: string): string {
  return nfkc(accountNo).replace(/[\s-]/g, '')
}

/** A household's account in clear, with who belongs to the household. */
export interface AccountFacts {
  readonly bankName: string
  readonly accountNo: string
  readonly holder: string
  readonly holderId: string
  readonly proxyFiled: boolean
  readonly members: readonly { readonly name: string; readonly idNumber: string }[]
}

/** Whether the holder is listed in the household: by number, or by name where no number is given. */
export function isHolderListed({ holder, holderId, members }: Pick<AccountFacts, 'holder' | 'holderId' | 'members'>): boolean {
  return members.some(({ name, idNumber }) => (holderId === '' ? name === holder.trim() : idNumber === holderId))
}

/** Why no money can go to the account as it stands; empty when it can. */
export function accountFaults(facts: AccountFacts): string[] {
  const missing = [
    ...(facts.bankName.trim() === '' ? ['开户银行'] : []),
    ...(facts.accountNo.trim() === '' ? ['账号'] : []),
    ...(facts.holder.trim() === '' ? ['账户户名'] : []),
  ]
  const form = facts.accountNo.trim() === '' ? null : accountFault(facts.accountNo)
  const foreign = facts.holder.trim() !== '' && !facts.proxyFiled && !isHolderListed(facts)
  return [
    ...(missing.length === 0 ? [] : [`没有登记${missing.join('、')}`]),
    ...(form === null ? [] : [form]),
    ...(foreign ? ['户名不是本户成员，也没有代管协议备案'] : []),
  ]
}

/** What a person looks at before money goes there; none of it refuses. `others`: live households in sight with the same account. */
export function accountDoubts(accountNo: string, others: readonly string[], beyond: number): string[] {
  const elsewhere = [...others, ...(beyond === 0 ? [] : [`其他辖区的 ${beyond} 户`])]
  return [
    ...(failsAsCard(accountNo) ? ['银行卡号校验位不符，请对照银行卡核对'] : []),
    ...(elsewhere.length === 0 ? [] : [`同一账号还登记在在保家庭 ${elsewhere.join('、')} 名下`]),
  ]
}
