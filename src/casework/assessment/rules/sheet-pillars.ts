/** Which of the four findings a rule of verification, a record type or a reason of the assessment bears on. */

import { RECORD_TYPES } from '#kernel/record-types'
import { isRecordType, labelOf } from '#kernel/terms'
import type { ReasonCode } from '#policy'
import type { Pillar } from '../contract/sheet.ts'

const RULES: Readonly<Record<string, Pillar>> = {
  DEA: 'residence',
  PRI: 'residence',
  REG: 'residence',
  FAM: 'residence',
  IDQ: 'residence',
  DUP: 'residence',
  INC: 'income',
  EMP: 'income',
  FIS: 'income',
  VEH: 'assets',
  HOU: 'assets',
  BUS: 'assets',
  FIN: 'assets',
  LIV: 'assets',
}

/** The finding a rule bears on by its number; null for rules about procedure and payment. */
export function pillarOfRule(rule: string): Pillar | null {
  return RULES[rule.slice(0, 3)] ?? null
}

const CATEGORIES: Readonly<Record<string, Pillar>> = {
  identity: 'residence',
  own: 'residence',
  employment: 'income',
  fiscal: 'income',
  tax: 'income',
  vehicle: 'assets',
  property: 'assets',
  business: 'assets',
  finance: 'assets',
}

/** The finding that waits for a record type; null for what is only an aid to judgement. */
export function pillarOfRecord(record: string): Pillar | null {
  return isRecordType(record) ? (CATEGORIES[RECORD_TYPES[record].category] ?? null) : null
}

const REASONS: Readonly<Record<ReasonCode, Pillar | null>> = {
  INCOME_BELOW_STANDARD: null,
  NOBODY_COUNTED: 'residence',
  INCOME_NOT_BELOW_STANDARD: 'income',
  FAMILY_INCOME_ABOVE_LIMIT: 'income',
  NO_MATCHING_TIER: 'income',
  MONETARY_ABOVE_LIMIT: 'assets',
  DWELLINGS_ABOVE_LIMIT: 'assets',
  VEHICLE_ABOVE_LIMIT: 'assets',
  NON_RESIDENTIAL_ABOVE_LIMIT: 'assets',
}

/** The finding that a reason of the assessment speaks against; null for the one that speaks for the household. */
export function pillarOfReason(code: ReasonCode): Pillar | null {
  return REASONS[code]
}

/** Label of an item of income. */
export function incomeLabel(item: string): string {
  return labelOf('income_item', item)
}
