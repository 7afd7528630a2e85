/**
 * The catalogue of what member units answer: 18 units, 30 record types, the columns of each, the item of the
 * authorisation that covers it. A new record type of a unit is one entry here, plus the unit's mapping file.
 */
import type { Table } from '#kernel/table'
import { type Category, coded, plain, type RecordSpec } from './columns.ts'
import type { RecordName } from './record-rows.ts'
import { recordsPerson } from './records-person.ts'
import { recordsProperty } from './records-property.ts'
import { recordsWelfare } from './records-welfare.ts'

/** A record type of the catalogue. */
export interface RecordType extends RecordSpec {
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

/** A member unit (成员单位). */
export interface Unit {
  name: UnitName
  label: string
  records: readonly RecordName[]
}

const unitLabels = {
  police: '公安',
  hrss: '人力资源社会保障',
  finance: '财政',
  tax: '税务',
  natural_resources: '自然资源',
  housing: '住房城乡建设',
  market: '市场监管',
  housing_fund: '住房公积金',
  agriculture: '农业农村',
  civil_affairs: '民政',
  disabled_federation: '残联',
  medical_security: '医疗保障',
  education: '教育',
  banks: '银行',
  securities: '证券',
  insurance: '保险',
  utilities: '水电气通讯',
  third_party_payment: '第三方支付',
} as const

/** Name of a member unit, as in the folder names of a district package. */
export type UnitName = keyof typeof unitLabels

/** Chinese labels of the authorisation categories. */
export const categoryLabels: Readonly<Record<Category, string>> = {
  identity: '户籍身份',
  vehicle: '车辆',
  employment: '社保公积金',
  fiscal: '财政',
  tax: '税务',
  property: '不动产住房',
  business: '市场主体与经营',
  welfare: '残联医保教育',
  finance: '金融资产',
  living: '水电气通讯',
  own: '民政自有数据（无需授权）',
}

const specs: readonly RecordSpec[] = [...recordsPerson, ...recordsProperty, ...recordsWelfare]

const marriageParties = [
  { id: 'party_a_id', name: 'party_a_name' },
  { id: 'party_b_id', name: 'party_b_name' },
]
const oneParty = [{ id: 'id_number', name: 'name' }]

function isUnitName(text: string): text is UnitName {
  return Object.hasOwn(unitLabels, text)
}

function recordType(spec: RecordSpec): RecordType {
  const [unit = '', short = ''] = spec.name.split('/')
  if (!isUnitName(unit)) throw new Error(`catalogue: ${spec.name} names no unit`)
  const parties = spec.table.columns.some((column) => column.name === 'id_number') ? oneParty : marriageParties
  const answerColumns = spec.table.columns.map((column) => column.name).filter((name) => name !== 'id_number')
  return { ...spec, unit, short, file: `sources/${spec.name}.csv`, parties, answerColumns }
}

const catalogue = new Map<string, RecordType>(specs.map((spec) => [spec.name, recordType(spec)]))

/** Names of the 30 record types in the order of the catalogue. */
export const recordNames: readonly RecordName[] = specs.map((spec) => spec.name)

/** The 18 member units in the order of the catalogue, each with its record types. */
export const units: readonly Unit[] = Object.entries(unitLabels).flatMap(([name, label]) =>
  isUnitName(name) ? [{ name, label, records: recordNames.filter((record) => record.startsWith(`${name}/`)) }] : [],
)

/** Whether a text names a record type. */
export function isRecordName(text: string): text is RecordName {
  return catalogue.has(text)
}

/** Whether a text names a member unit. */
export const isUnit = isUnitName

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
  return unitLabels[name]
}

/** Chinese label of a record type with its unit, e.g. 公安·机动车. */
export function recordLabel(name: RecordName): string {
  const type = recordTypeOf(name)
  return `${unitLabels[type.unit]}·${type.label}`
}

/** The unit's statement of what it answered: `sources/<unit>/manifest.csv`. */
export const manifestTable: Table = {
  name: 'manifest',
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
  key: null,
  columns: [
    plain('record', '记录类型', 'text', 'required'),
    plain('id_number', '公民身份号码', 'id', 'required'),
    coded('state', '未反馈状态', 'unanswered_state', 'required'),
    plain('note', '说明', 'text'),
  ],
}
