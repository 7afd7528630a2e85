/** For tests that hold the files of a run against an answer key: both as rows of column → text. */
import { readFileSync } from 'node:fs'
import { CsvParser } from '#kernel/csv'

export type Cells = Record<string, string>

/** A CSV file as rows of column → text. */
export function readTable(path: string): Cells[] {
  const parser = new CsvParser()
  const [header, ...rows] = [...parser.push(readFileSync(path)), ...parser.end()]
  return rows.map(({ fields }) => Object.fromEntries((header?.fields ?? []).map((name, i) => [name, fields[i] ?? ''])))
}

/** The row with only these columns, in their order. */
export function only(row: Cells, columns: readonly string[]): Cells {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? '']))
}

interface ReportLine {
  readonly household_no: string
  readonly members: number
  readonly incomplete: boolean
  readonly declared: Record<string, string>
  readonly verified: Record<string, string | null>
  readonly statuses: Record<string, number>
  readonly conclusion: string
}

function totalsRow(line: ReportLine): Cells {
  return {
    household_no: line.household_no,
    members: String(line.members),
    incomplete: line.incomplete ? 'yes' : 'no',
    ...Object.fromEntries(Object.entries(line.declared).map(([name, amount]) => [`declared_${name}`, amount])),
    ...Object.fromEntries(Object.entries(line.verified).map(([name, amount]) => [`verified_${name}`, amount ?? ''])),
    ...Object.fromEntries(Object.entries(line.statuses).map(([state, n]) => [`status_${state.toLowerCase()}`, String(n)])),
    conclusion: line.conclusion,
  }
}

/** reports.jsonl in the columns of an answer key's totals.csv. */
export function readTotals(path: string): Cells[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => totalsRow(JSON.parse(line) as ReportLine))
}
