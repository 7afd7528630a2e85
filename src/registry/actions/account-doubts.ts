import { type FieldIssue, issueMessage } from '#kernel/import-issue'
import type { FamilyIssue } from '../rules/family-checks.ts'
import { listAccountDoubles, type StagedDouble } from '../store/account-doubles.ts'
import { type IssueLine, stageIssues } from '../store/import.ts'
import { coreTable } from '../tables.ts'
import { keepFamilyDoubts } from './family-doubts.ts'
import type { ImportState } from './import-file.ts'

const NAMED = 3

/** The other households: those within the importing area by number, the rest only by how many. */
function othersOf({ area }: ImportState, { others, many }: StagedDouble): string {
  const seen = others.filter(({ division }) => area === null || division.startsWith(area)).slice(0, NAMED)
  const named = seen.map(({ no }) => no).join('、')
  if (named === '') return `其他辖区的 ${many} 户`
  return many > seen.length ? `${named} 等 ${many} 户` : named
}

/** Warns of households on aid that stand with the account of another one. What is staged is what would stand. */
export async function doubtAccounts(state: ImportState, month: string, complete: boolean): Promise<void> {
  const rows = await listAccountDoubles(state.tx, month, complete)
  const { file, columns } = coreTable('households')
  const label = columns.find(({ name }) => name === 'account_no')?.label ?? ''
  const doubts: FamilyIssue[] = []
  const lines: IssueLine[] = []
  for (const row of rows) {
    const at = state.lines?.get(`households ${row.householdNo}`)
    if (at === undefined) continue
    const issue: FieldIssue = { column: 'account_no', code: 'ACCOUNT_DOUBLE', severity: 'warn', note: othersOf(state, row) }
    const { householdNo, divisionCode } = row
    const place = state.origin?.placeOf(file, at) ?? null
    const said = [issue.column, issue.code, issue.severity, issueMessage(issue, { label })] as const
    doubts.push({ ...issue, file: 'households.csv', row: at, key: householdNo, householdNo })
    lines.push([file, at, ...said, householdNo, divisionCode, place?.sheet, place?.row])
  }
  state.severities.warn += lines.length
  await stageIssues(state.tx, lines)
  await keepFamilyDoubts(state, doubts)
}
