/** A hint in words: what a unit noticed, with the facts of its row. */
import { type Cell, type NoticeKind, type RecordName, recordTypeOf, unitLabel, watchedRecord } from '#sources/contract'
import { shownValue } from '../findings/finding-facts.ts'

const changeWords: Readonly<Record<NoticeKind, string>> = { new: '新增', changed: '变更', gone: '不再存在' }

/** The watched facts of a row, with their names; empty ones left out. */
export function changeFacts(record: RecordName, row: readonly Cell[] | null): { label: string; value: string }[] {
  const watched = watchedRecord(record)
  if (row === null || watched === undefined) return []
  const { table, answerColumns } = recordTypeOf(record)
  const shown = [...watched.by, ...watched.columns].filter((name) => name !== 'source_record_id')
  return shown.flatMap((name) => {
    const column = table.columns.find((each) => each.name === name)
    const value = row[answerColumns.indexOf(name)] ?? ''
    return column === undefined || value === '' ? [] : [{ label: column.label, value: shownValue(column, value) }]
  })
}

/** One sentence: 死亡登记（公安）新增. */
export function changeTitle(record: RecordName, what: NoticeKind): string {
  const { label, unit } = recordTypeOf(record)
  return `${watchedRecord(record)?.label ?? label}（${unitLabel(unit)}）${changeWords[what]}`
}
