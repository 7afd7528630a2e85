/**
 * What a person who clears a finding sees: declared beside found, and why the machine asks. Citizen numbers, accounts,
 * certificates and policies are masked.
 */

import { maskIdNumber } from '#kernel/id-number'
import { formatYuan } from '#kernel/money'
import type { Column } from '#kernel/table'
import { labelOf } from '#kernel/terms'
import { type RecordName, recordLabel, recordTypeOf, type SourceRow } from '#sources/contract'
import { declaredFacts, type Fact } from '../household/declared-facts.ts'
import type { Dossier, Finding } from '../household/dossier.ts'
import { ruleCards } from './rules.ts'

/** Both sides of one contradiction. */
export interface FindingFacts {
  declared: Fact[]
  found: Fact[]
  explanation: string[]
}

const MASKED = new Set([
  'account_no',
  'certificate_no',
  'policy_no',
  'contract_no',
  'benefit_no',
  'settlement_no',
  'register_household_no',
])
const SHOWN_DIGITS = 4

/** Whether a column of a record is shown with most of its characters hidden. */
export function isMasked(column: Column): boolean {
  return column.type === 'id' || column.type === 'idlink' || MASKED.has(column.name)
}

function mask(text: string): string {
  return text.length <= SHOWN_DIGITS ? '*'.repeat(text.length) : `****${text.slice(-SHOWN_DIGITS)}`
}

/** A value of a record as people read it: money in yuan, codes in words, numbers of persons and accounts masked. */
export function shownValue(column: Column, value: unknown): string {
  if (typeof value === 'number') {
    if (column.type === 'money') return `${formatYuan(value)} 元`
    return column.type === 'decimal' ? formatYuan(value) : String(value)
  }
  const text = String(value)
  if (isMasked(column)) return MASKED.has(column.name) ? mask(text) : maskIdNumber(text)
  return column.codes === undefined ? text : labelOf(column.codes, text)
}

/** The filled columns of a record with their Chinese labels. */
export function recordFacts(record: RecordName, row: SourceRow): Fact[] {
  const values = new Map<string, unknown>(Object.entries(row))
  const facts: Fact[] = [{ label: '来源', value: recordLabel(record) }]
  for (const column of recordTypeOf(record).table.columns) {
    const value = values.get(column.name)
    if (value !== null && value !== undefined && value !== '')
      facts.push({ label: column.label, value: shownValue(column, value) })
  }
  return facts
}

function recordOf(finding: Finding, dossier: Dossier): SourceRow | null {
  if (finding.source === '') return null
  const all = [...dossier.answers.values(), ...dossier.supporterAnswers.values()]
  for (const answers of all) {
    const rows: readonly SourceRow[] = answers.usable[finding.source] ?? []
    const row = rows.find((each) => each.source_record_id === finding.source_record_id)
    if (row !== undefined) return row
  }
  return null
}

function foundFacts(finding: Finding, dossier: Dossier): Fact[] {
  const row = recordOf(finding, dossier)
  if (row !== null && finding.source !== '') return recordFacts(finding.source, row)
  const facts: Fact[] = []
  if (finding.source !== '') facts.push({ label: '来源', value: recordLabel(finding.source) })
  if (finding.source_record_id !== '') {
    facts.push({ label: finding.source === '' ? '相关编号' : '来源记录号', value: finding.source_record_id })
  }
  if (finding.recordAsOf !== '') facts.push({ label: '数据时点', value: finding.recordAsOf })
  if (finding.value !== '') facts.push({ label: '查得', value: finding.value })
  if (finding.limit !== '') facts.push({ label: '对照', value: finding.limit })
  return facts
}

function silentSentence(finding: Finding, dossier: Dossier, silent: readonly RecordName[]): string[] {
  const answers = dossier.answers.get(finding.person) ?? dossier.supporterAnswers.get(finding.person)
  if (answers === undefined) return []
  const open = silent.filter((record) => answers.status[record] !== 'HIT' && answers.status[record] !== 'NO_RECORD')
  return open.length === 0 ? [] : [`以下来源对此人没有可用的反馈，本疑点未考虑：${open.map(recordLabel).join('、')}`]
}

const CLASS_WORDS: Readonly<Record<Finding['class'], string>> = {
  A: 'A 类：作出决定前须由两人先后查实',
  B: 'B 类：须说明理由',
  C: 'C 类：供参考',
}

/** Declared and found side by side, with the sentences that say why the finding was raised. */
export function findingFacts(finding: Finding, dossier: Dossier): FindingFacts {
  const card = ruleCards.get(finding.rule)
  const explanation = [finding.message]
  if (card !== undefined) {
    explanation.push(`规则 ${card.id} ${card.title}。${CLASS_WORDS[card.class]}。疑点是机器的提问，不是结论。`)
    explanation.push(...silentSentence(finding, dossier, card.silent))
  }
  return { declared: declaredFacts(finding, dossier), found: foundFacts(finding, dossier), explanation }
}
