/**
 * Data quality beside the checks of the import: divisions that are not in force (IDQ-10), accounts (IDQ-11) and the paper
 * of the authorisation (IDQ-12). They are returned to the township as questions; none of them is a finding of the
 * comparison, and none refuses a row.
 *
 * One rule may fail for several causes. The causes are counted apart, a row that fails a rule counts once for the rule.
 */
import { nfkc } from '#kernel/text'

export const qualityCauses = {
  unknown_division: 'IDQ-10',
  foreign_holder: 'IDQ-11',
  failing_card: 'IDQ-11',
  other_number: 'IDQ-12',
  no_scan: 'IDQ-12',
  several_pages: 'IDQ-12',
} as const
export type QualityCause = keyof typeof qualityCauses

/** A division as it once was: the days it was in force (half-open, null = open) and the code that took its place. */
export interface FormerDivision {
  name: string
  from: string | null
  to: string
  successor: string | null
}

/** IDQ-10 in words: a code that is in no list in force; the history may know what became of it. */
export function divisionQuestion(code: string, former: FormerDivision | undefined, nameOf: (code: string) => string | undefined) {
  if (former === undefined) return `行政区划代码 ${code} 不在现行区划表中，请核对所在村（社区）`
  const next = former.successor === null ? '' : `，现为“${nameOf(former.successor) ?? former.successor}”`
  return `行政区划“${former.name}”自 ${former.to} 起不再使用${next}，请更新`
}

export interface AccountFacts {
  hasAccount: boolean
  hasHolder: boolean
  /** the holder is a listed person of the household, by number, or by name where no number is given */
  holderIsListed: boolean
  proxyFiled: boolean
  cardFails: boolean
}

/** IDQ-11: the holder of the account is nobody of the household, or a card number fails its check digit. Only a warning. */
export function accountCauses({ hasAccount, hasHolder, holderIsListed, proxyFiled, cardFails }: AccountFacts): QualityCause[] {
  if (!hasAccount) return []
  const foreign = hasHolder && !holderIsListed && !proxyFiled
  return [...(foreign ? (['foreign_holder'] as const) : []), ...(cardFails ? (['failing_card'] as const) : [])]
}

export interface PaperFacts {
  hasScan: boolean
  /** the number read from the paper is not the one the system gave */
  numberDiffers: boolean
  /** null when the file does not tell */
  pages: number | null
}

/** IDQ-12: the paper of an authorisation was not scanned, carries another number, or has more than the one page asked for. */
export function paperCauses({ hasScan, numberDiffers, pages }: PaperFacts): QualityCause[] {
  if (!hasScan) return ['no_scan']
  const several = pages !== null && pages > 1
  return [...(numberDiffers ? (['other_number'] as const) : []), ...(several ? (['several_pages'] as const) : [])]
}

/** The number on a paper in the form in which numbers are compared: narrow characters, no spaces, capital letters. */
export function paperNumber(typed: string): string {
  return nfkc(typed).replace(/\s/g, '').toUpperCase()
}

/** What to mend, in Chinese; no citizen number, account or name in it. IDQ-10 has sentences of its own. */
const questions: Readonly<Record<QualityCause, string>> = {
  unknown_division: '行政区划代码不在现行区划表中，请核对所在村（社区）',
  foreign_holder: '发放账户的户名不是本户成员，请核对，或补代管协议并备案',
  failing_card: '银行卡号校验位不符，请对照银行卡核对（存折和旧账号不校验）',
  other_number: '纸质授权书上的编号与系统编号不一致，请核对是否传错',
  no_scan: '授权书没有扫描件，请在本户核对页上传',
  several_pages: '授权书扫描件多于一页，请只传一页',
}

/** The questions of some causes as one sentence. */
export function questionOf(causes: readonly QualityCause[]): string {
  return causes.map((cause) => questions[cause]).join('；')
}

/** Facts that several rows of one division share, with their causes. */
export interface Tally {
  code: string
  /** the rule the rows were held against */
  rule: 'IDQ-11' | 'IDQ-12'
  causes: readonly QualityCause[]
  rows: number
}

export interface Counts {
  /** rows that a rule was held against: what its figure is a part of */
  checked: Record<string, number>
  byRule: Record<string, number>
  byCause: Record<string, number>
}

/** Rows per rule and per cause of each division. */
export function tallyCauses(tallies: readonly Tally[]): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const { code, rule: held, causes, rows } of tallies) {
    const own = counts.get(code) ?? { checked: {}, byRule: {}, byCause: {} }
    counts.set(code, own)
    own.checked[held] = (own.checked[held] ?? 0) + rows
    for (const cause of causes) own.byCause[cause] = (own.byCause[cause] ?? 0) + rows
    for (const rule of new Set(causes.map((cause) => qualityCauses[cause]))) own.byRule[rule] = (own.byRule[rule] ?? 0) + rows
  }
  return counts
}
