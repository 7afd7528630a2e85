/** Account numbers as people write them: what can be one, and whether a bank card passes its check digit. Pure. */
import { nfkc } from './text.ts'

const CARD_DIGITS = { least: 16, most: 19 }
/** The shortest passbook and the longest account of a public body that banks number. */
const ACCOUNT_DIGITS = { least: 8, most: 30 }

/** Whether the digits of a card pass the Luhn check. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return digits.length > 0 && sum % 10 === 0
}

const compact = (accountNo: string): string => nfkc(accountNo).replace(/[\s-]/g, '')

/** The digits of an account that looks like a bank card (16 to 19, beginning with 62); null for passbooks and old accounts. */
export function cardDigits(accountNo: string): string | null {
  const digits = compact(accountNo)
  return /^62\d+$/.test(digits) && digits.length >= CARD_DIGITS.least && digits.length <= CARD_DIGITS.most ? digits : null
}

/** Whether an account looks like a bank card and fails its check digit. */
export function failsAsCard(accountNo: string): boolean {
  const digits = cardDigits(accountNo)
  return digits !== null && !passesLuhn(digits)
}

/** Why a text cannot be an account, in Chinese; null when it can. The number itself is not repeated. */
export function accountFault(accountNo: string): string | null {
  const digits = compact(accountNo)
  if (!/^\d+$/.test(digits)) return '账号只能由数字组成（可以有空格），请对照银行卡或存折填写'
  if (digits.length >= ACCOUNT_DIGITS.least && digits.length <= ACCOUNT_DIGITS.most && !/^(\d)\1+$/.test(digits)) return null
  return `账号应为 ${ACCOUNT_DIGITS.least} 至 ${ACCOUNT_DIGITS.most} 位数字，请对照银行卡或存折填写`
}

const SHOWN = 4

/** An account with all but its last digits hidden; empty when there is none. */
export function maskAccount(accountNo: string): string {
  return accountNo === '' ? '' : `****${accountNo.slice(-SHOWN)}`
}
