/**
 * Data quality beside the checks of the import: divisions that are not in force (IDQ-10), accounts (IDQ-11) and the paper
 * of the authorisation (IDQ-12). They are returned to the township as questions; none of them is a finding of the
 * comparison, and none refuses a row.
 */
import { nfkc } from '#kernel/text'

export interface QualityIssue {
  code: 'IDQ-10' | 'IDQ-11' | 'IDQ-12'
  /** what to mend, in Chinese; no number or account in it */
  message: string
}

/** A division with its days in force, both ends included; null = open. */
export interface DatedDivision {
  name: string
  from: string | null
  to: string | null
  /** the code that took its place */
  successor: string | null
}

/** IDQ-10: the division code is unknown, or not in force on the date. */
export function checkDivision(code: string, on: string, divisions: ReadonlyMap<string, DatedDivision>): QualityIssue | null {
  const division = divisions.get(code)
  if (division === undefined) {
    return { code: 'IDQ-10', message: `行政区划代码 ${code} 不在现行区划表中，请核对所在村（社区）` }
  }
  const isEarly = division.from !== null && on < division.from
  const isLate = division.to !== null && on > division.to
  if (!isEarly && !isLate) return null
  const next = division.successor === null ? '' : `，现为 ${divisions.get(division.successor)?.name ?? division.successor}`
  return { code: 'IDQ-10', message: `行政区划“${division.name}”在 ${on} 不在使用期内${next}，请更新` }
}

const CARD_DIGITS = { least: 16, most: 19 }

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

/** Whether an account number looks like a bank card: 16 to 19 digits that begin with 62. Passbooks are not checked. */
export function isCard(accountNo: string): boolean {
  const digits = nfkc(accountNo).replace(/[\s-]/g, '')
  return /^62\d+$/.test(digits) && digits.length >= CARD_DIGITS.least && digits.length <= CARD_DIGITS.most
}

export interface AccountFacts {
  accountNo: string | null
  holder: string | null
  /** the holder is a listed person of the household, by number or name */
  holderIsListed: boolean
  proxyFiled: boolean
}

/** IDQ-11: the holder of the account is nobody of the household, or a card number fails its check digit. Only a warning. */
export function checkAccount({ accountNo, holder, holderIsListed, proxyFiled }: AccountFacts): QualityIssue[] {
  const issues: QualityIssue[] = []
  if (accountNo === null) return issues
  if (holder !== null && !holderIsListed && !proxyFiled) {
    issues.push({ code: 'IDQ-11', message: `账户户名 ${holder} 不是本户成员，请核对或者补代管协议` })
  }
  if (isCard(accountNo) && !passesLuhn(nfkc(accountNo).replace(/[\s-]/g, ''))) {
    issues.push({ code: 'IDQ-11', message: '银行卡号校验位不符，请对照银行卡核对（存折和旧账号不校验）' })
  }
  return issues
}

export interface PaperFacts {
  /** the number the system gave */
  authorisationNo: string
  /** the number read from the paper, null while nobody has looked */
  paperNo: string | null
  /** photographs of the paper; exactly one is asked for */
  photographs: number
}

/** IDQ-12: the number on the paper differs from the system's, or there is not exactly one photograph. */
export function checkPaper({ authorisationNo, paperNo, photographs }: PaperFacts): QualityIssue[] {
  const issues: QualityIssue[] = []
  if (paperNo !== null && nfkc(paperNo).replace(/\s/g, '') !== nfkc(authorisationNo).replace(/\s/g, '')) {
    issues.push({ code: 'IDQ-12', message: `纸质授权书编号与系统编号 ${authorisationNo} 不一致，请核对` })
  }
  if (photographs !== 1) {
    const what = photographs === 0 ? '没有上传照片' : `上传了 ${photographs} 张照片`
    issues.push({ code: 'IDQ-12', message: `授权书 ${authorisationNo} ${what}，请上传且只上传一张` })
  }
  return issues
}
