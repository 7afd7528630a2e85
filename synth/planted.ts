/** A row of findings.csv that must be there. */
export interface ExpectedFinding {
  household_no: string
  person: string
  rule: string
  source: string
  source_record_id: string
  /** Only where the rule names it. */
  value?: string
  limit?: string
  note: string
}

/** A finding that must not be there; without a record number: none of the rule for this person. */
export interface ForbiddenFinding {
  household_no: string
  person: string
  rule: string
  source_record_id?: string
  note: string
}

/** A line of import-errors.csv that must be there. */
export interface PlantedIssue {
  file: string
  row: number
  column: string
  code: string
  severity: 'error' | 'warn'
}

export interface Planted {
  seed: number
  households: number
  as_of: string
  dirt: 'light' | 'heavy'
  expected: ExpectedFinding[]
  forbidden: ForbiddenFinding[]
  issues: PlantedIssue[]
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The plants as one flat table, for people. */
export function plantedCsv(planted: Planted): string {
  const lines = ['kind,household_no,person,rule,source,source_record_id,value,limit,file,row,column,code,severity,note']
  for (const f of planted.expected) {
    lines.push(
      [
        'expected',
        f.household_no,
        f.person,
        f.rule,
        f.source,
        f.source_record_id,
        f.value ?? '',
        f.limit ?? '',
        '',
        '',
        '',
        '',
        '',
        f.note,
      ]
        .map(cell)
        .join(','),
    )
  }
  for (const f of planted.forbidden) {
    lines.push(
      ['forbidden', f.household_no, f.person, f.rule, '', f.source_record_id ?? '', '', '', '', '', '', '', '', f.note]
        .map(cell)
        .join(','),
    )
  }
  for (const i of planted.issues) {
    lines.push(['issue', '', '', '', '', '', '', '', i.file, String(i.row), i.column, i.code, i.severity, ''].map(cell).join(','))
  }
  return `${lines.join('\n')}\n`
}
