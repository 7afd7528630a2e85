/** Rows of a dropped file that are not used: where, what, and how to mend it. */

import { issueMessage } from '#kernel/import-issue'
import { type Basis, type RecordName, recordTypeOf } from '#sources/contract'
import { readSourceFile } from '../store/source-file.ts'
import type { LostRow } from './to-catalogue.ts'

/** A row that is not used. `raw` names persons and is shown to nobody but the unit. */
export interface SetAside {
  row: number
  /** one sentence for each fault */
  why: string[]
  raw: string
}

const lostSentence = ({ label }: LostRow): string =>
  `${label}：单元格是数字格式，表格软件只保留 15 位有效数字，号码的末位已经失真。请把该列设为“文本”格式后重新录入号码`

/** The rows set aside of the file in use. */
export async function listSetAside(
  record: RecordName,
  inUse: { path: string; lost: readonly LostRow[] },
  basis: Basis,
): Promise<SetAside[]> {
  const { table, file } = recordTypeOf(record)
  const source = { path: inUse.path, name: file, table, columns: {}, codes: {} }
  const outcome = await readSourceFile(source, { ...basis, isCore: false }, () => undefined)
  if (outcome.kind !== 'read') return []
  const issues = Map.groupBy(outcome.issues, (issue) => issue.row)
  const lost = new Map(inUse.lost.map((each) => [each.row, each]))
  return outcome.quarantine.map(({ row, raw }) => {
    const digits = lost.get(row)
    if (digits !== undefined) return { row, raw, why: [lostSentence(digits)] }
    const faults = (issues.get(row) ?? []).filter((issue) => issue.severity === 'error')
    const why = faults.map((issue) => {
      const label = table.columns.find((column) => column.name === issue.column)?.label
      return issueMessage(issue, { ...(label === undefined ? {} : { label }), empty: issue.empty ?? false })
    })
    return { row, raw, why }
  })
}
