/**
 * The catalogue of what member units answer: 18 units, 30 record types, the columns of each, the item of the
 * authorisation that covers it. A new record type of a unit is one entry here, plus the unit's mapping file.
 */
import { RECORD_TYPES, UNITS, type Unit, unitOf } from '#kernel/record-types'
import type { Table } from '#kernel/table'
import { coded, plain, type RecordSpec } from './columns.ts'
import type { RecordName } from './record-rows.ts'
import { recordsPerson } from './records-person.ts'
import { recordsProperty } from './records-property.ts'
import { recordsWelfare } from './records-welfare.ts'

/** Authorisation items that cover record types; `own` marks the bureau's own data, which needs none. */
export type Category = (typeof RECORD_TYPES)[RecordName]['category']

/** A record type of the catalogue. */
export interface RecordType {
  name: RecordName
  label: string
  category: Category
  table: Table
  /** the unit that answers it, e.g. police */
  unit: UnitName
  /** record name without the unit, e.g. vehicles: how the unit's manifest calls it */
  short: string
  /** path of its file in a district package */
  file: string
  /** where a row names persons: pairs of columns (number, name); two for marriages, else one */
  parties: readonly { id: string; name: string }[]
  /** columns an answer row carries, in this order; the asker's own number is left out except for marriages */
  answerColumns: readonly string[]
}

/** Name of a member unit, as in the folder names of a district package. */
export type UnitName = Unit

/** A member unit (成员单位) with its record types. */
export interface MemberUnit {
  name: UnitName
  label: string
  records: readonly RecordName[]
}

const specs: readonly RecordSpec[] = [...recordsPerson, ...recordsProperty, ...recordsWelfare]

const marriageParties = [
  { id: 'party_a_id', name: 'party_a_name' },
  { id: 'party_b_id', name: 'party_b_name' },
]
const oneParty = [{ id: 'id_number', name: 'name' }]

function recordType(spec: RecordSpec): RecordType {
  const parties = spec.table.columns.some((each) => each.name === 'id_number') ? oneParty : marriageParties
  const answerColumns = spec.table.columns.map((each) => each.name).filter((name) => name !== 'id_number')
  const short = spec.name.slice(spec.name.indexOf('/') + 1)
  return {
    ...RECORD_TYPES[spec.name],
    ...spec,
    unit: unitOf(spec.name),
    short,
    file: `sources/${spec.name}.csv`,
    parties,
    answerColumns,
  }
}

const catalogue = new Map<string, RecordType>(specs.map((spec) => [spec.name, recordType(spec)]))

/** Names of the 30 record types in the order of the catalogue. */
export const recordNames: readonly RecordName[] = specs.map((spec) => spec.name)

/** Whether a text names a member unit. */
export function isUnit(text: string): text is UnitName {
  return Object.hasOwn(UNITS, text)
}

/** The 18 member units in the order of the catalogue, each with its record types. */
export const units: readonly MemberUnit[] = Object.keys(UNITS)
  .filter(isUnit)
  .map((name) => ({ name, label: UNITS[name], records: recordNames.filter((record) => unitOf(record) === name) }))

/** Whether a text names a record type. */
export function isRecordName(text: string): text is RecordName {
  return catalogue.has(text)
}

/** The record type of a name. Throws for a text that is none: callers check with `isRecordName`. */
export function recordTypeOf(name: string): RecordType {
  const found = catalogue.get(name)
  if (!found) throw new Error(`catalogue: no record type ${name}`)
  return found
}

/** The catalogue by record name. */
export const recordCatalogue: ReadonlyMap<string, RecordType> = catalogue

/** Chinese label of a unit. */
export function unitLabel(name: UnitName): string {
  return UNITS[name]
}

/** The unit's statement of what it answered: `sources/<unit>/manifest.csv`. */
export const manifestTable: Table = {
  name: 'manifest',
  label: '反馈清单',
  key: 'record',
  columns: [
    plain('record', '记录类型', 'text', 'required'),
    coded('state', '反馈状态', 'answer_state', 'required'),
    plain('answered_on', '反馈日期', 'date'),
    plain('as_of_date', '数据时点', 'date'),
    plain('period_from', '覆盖起始月份', 'month'),
    plain('period_to', '覆盖截止月份', 'month'),
    plain('row_count', '记录条数', 'int'),
    plain('note', '说明', 'text'),
  ],
}

/** Persons the unit was asked about and could not answer: `sources/<unit>/unanswered.csv`; it has no key. */
export const unansweredTable: Table = {
  name: 'unanswered',
  label: '未能反馈的人员',
  key: '',
  columns: [
    plain('record', '记录类型', 'text', 'required'),
    plain('id_number', '公民身份号码', 'id', 'required'),
    coded('state', '未反馈状态', 'unanswered_state', 'required'),
    plain('note', '说明', 'text'),
  ],
}
