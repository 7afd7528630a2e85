/** A hint in words: what a unit noticed, with the facts of its row. */
import { type Cell, type NoticeKind, type RecordName, recordTypeOf, unitLabel, watchedRecord } from '#exchange/contract'
import { formatYuan } from '#kernel/money'
import { labelOf } from '#kernel/terms'

export const changeWords: Readonly<Record<NoticeKind, string>> = { new: '新增', changed: '变更', gone: '不再存在' }

/** What stands behind every hint. */
export const HINT_NOTE = '这是成员单位推送的提示，不是决定。请核实后由您决定如何处理，系统不会自行停发或调整待遇。'

/** What a kind of record is called in a hint. */
export function changeLabel(record: RecordName): string {
  return watchedRecord(record)?.label ?? recordTypeOf(record).label
}

type ColumnOf = ReturnType<typeof recordTypeOf>['table']['columns'][number]

function valueText(column: ColumnOf, value: Cell): string {
  if (value === null || value === '') return ''
  if (column.codes !== undefined && typeof value === 'string') return labelOf(column.codes, value)
  if (column.type === 'money' && typeof value === 'number') return `${formatYuan(value)} 元`
  if (column.type === 'decimal' && typeof value === 'number') return formatYuan(value)
  return String(value)
}

/** The watched facts of a row, with their names; empty ones left out. */
export function changeFacts(record: RecordName, row: readonly Cell[] | null): { label: string; value: string }[] {
  const watched = watchedRecord(record)
  if (row === null || watched === undefined) return []
  const { table, answerColumns } = recordTypeOf(record)
  const shown = [...watched.by, ...watched.columns].filter((name) => name !== 'source_record_id')
  return shown.flatMap((name) => {
    const column = table.columns.find((each) => each.name === name)
    const value = column === undefined ? '' : valueText(column, row[answerColumns.indexOf(name)] ?? null)
    return column === undefined || value === '' ? [] : [{ label: column.label, value }]
  })
}

/** One sentence: 死亡登记（公安）新增. */
export function changeTitle(record: RecordName, what: NoticeKind): string {
  return `${changeLabel(record)}（${unitLabel(recordTypeOf(record).unit)}）${changeWords[what]}`
}
