/** Fields a column of a ledger may be taken for: columns of the registry's tables, and a few that help to understand the rest. */
import type { ColumnType } from '#kernel/column'
import type { CodeListName } from '#kernel/terms'

/** What the rules need to know of a table of the registry. */
export interface LedgerTable {
  readonly name: string
  readonly label: string
  readonly columns: readonly { name: string; type: ColumnType; label: string; required: boolean; codes?: CodeListName }[]
}

export interface LedgerField {
  /** `<table>.<column>`, or one of the special ones. */
  readonly field: string
  readonly label: string
  readonly group: string
  readonly name: string
  readonly type: ColumnType
  readonly codes?: CodeListName
}

const SPECIAL: readonly LedgerField[] = [
  { field: 'head.name', label: '户主姓名', group: '户主', name: '', type: 'person' },
  { field: 'head.id_number', label: '户主公民身份号码', group: '户主', name: '', type: 'id' },
  { field: 'place.township', label: '乡镇街道', group: '区划', name: '', type: 'text' },
  { field: 'place.village', label: '村（社区）', group: '区划', name: '', type: 'text' },
  { field: 'place.group', label: '组', group: '区划', name: '', type: 'text' },
  { field: 'persons.age', label: '年龄（只作核对）', group: '家庭成员', name: '', type: 'text' },
  { field: 'count.persons', label: '家庭人口（只作核对）', group: '家庭', name: '', type: 'text' },
  { field: 'row.no', label: '序号（不导入）', group: '家庭', name: '', type: 'text' },
]

/** Columns that are never in a ledger: they are made. */
const MADE: ReadonlySet<string> = new Set(['persons.household_no', 'payments.household_no'])

/** Tables a ledger feeds. */
export const LEDGER_TABLES = ['divisions', 'households', 'persons', 'payments'] as const
export type LedgerTableName = (typeof LEDGER_TABLES)[number]

/** The fields, for the tables that are handed in. */
export function ledgerFields(tables: readonly LedgerTable[]): LedgerField[] {
  const own = tables.flatMap(({ name, label, columns }) =>
    columns
      .map(
        (column): LedgerField => ({
          field: `${name}.${column.name}`,
          label: column.label,
          group: label,
          name: column.name,
          type: column.type,
          ...(column.codes === undefined ? {} : { codes: column.codes }),
        }),
      )
      .filter(({ field }) => !MADE.has(field)),
  )
  return [...own, ...SPECIAL]
}
