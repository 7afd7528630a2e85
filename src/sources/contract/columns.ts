/** Builders for the catalogue's tables: one line per column of a record type. */
import type { Column } from '#kernel/column'
import { RECORD_TYPES } from '#kernel/record-types'
import { column, type Table } from '#kernel/table'
import type { CodeListName } from '#kernel/terms'
import type { RecordName } from './record-rows.ts'

/** What must hold of a column: it has a value, its date is not after the as-of date, or both. */
export type Demand = 'optional' | 'required' | 'past' | 'required-past'

/** The table of one record type. */
export interface RecordSpec {
  name: RecordName
  table: Table
}

type PlainType = Exclude<Column['type'], 'code' | 'codes'>

const flags = (demand: Demand) => ({
  required: demand.startsWith('required'),
  notAfterAsOf: demand.endsWith('past'),
})

/** A column without a code list. `label` is what a Chinese reader sees. */
export function plain(name: string, label: string, type: PlainType, demand: Demand = 'optional'): Column {
  return column(name, type, label, flags(demand))
}

/** A column that holds one code of a list of the kernel's terms. */
export function coded(name: string, label: string, codes: CodeListName, demand: Demand = 'optional'): Column {
  return column(name, 'code', label, { codes, ...flags(demand) })
}

const head = [
  plain('source_record_id', '来源记录号', 'key', 'required'),
  plain('as_of_date', '数据时点', 'date', 'required-past'),
]

const person = [plain('id_number', '公民身份号码', 'id', 'required'), plain('name', '姓名', 'person', 'required')]

/** A record type whose rows name one person by `id_number` and `name`. */
export function personRecord(name: RecordName, columns: readonly Column[]): RecordSpec {
  return partiesRecord(name, [...person, ...columns])
}

/** A record type that names its persons in columns of its own (civil_affairs/marriages: two parties). */
export function partiesRecord(name: RecordName, columns: readonly Column[]): RecordSpec {
  return { name, table: { name, label: RECORD_TYPES[name].label, key: 'source_record_id', columns: [...head, ...columns] } }
}
