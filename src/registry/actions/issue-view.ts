import type { z } from 'zod'
import type { RowIssue } from '../contract/quarantine.ts'
import type { Told } from './correction.ts'

/** Splits the sentence of an issue into what is wrong and how to mend it. */
export function splitMessage(message: string): { message: string; remedy: string } {
  const start = message.indexOf('：') + 1
  const comma = message.indexOf('，', start)
  if (comma < 0) return { message: message.slice(start).replace(/。$/, ''), remedy: '' }
  return { message: message.slice(start, comma), remedy: message.slice(comma + 1) }
}

export function rowIssueView(issue: Pick<Told, 'column' | 'label' | 'code' | 'severity' | 'message'>): z.infer<typeof RowIssue> {
  return {
    column: issue.column,
    columnLabel: issue.label,
    code: issue.code,
    severity: issue.severity,
    ...splitMessage(issue.message),
  }
}
