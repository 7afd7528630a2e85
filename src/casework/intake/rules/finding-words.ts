/** How the findings of a report stand, in words: settled only when no class of them waits for a person. */

/** Findings of a report that wait, by what they stop, and how many there are at all. */
export interface FindingCounts {
  readonly openFindings: number
  readonly openOthers: number
  readonly findings: number
}

/** What still waits, else that all is settled, else that nothing was found. */
export function findingsWord({ openFindings, openOthers, findings }: FindingCounts): {
  readonly label: string
  readonly tone: 'red' | 'amber' | 'green'
} {
  const open = [
    openFindings > 0 ? `${openFindings} 项 A 类疑点待处置` : '',
    openOthers > 0 ? `${openOthers} 项 B 类疑点待处置` : '',
  ].filter((text) => text !== '')
  if (open.length > 0) return { label: open.join('，'), tone: openFindings > 0 ? 'red' : 'amber' }
  return { label: findings > 0 ? '疑点已处置' : '报告未列疑点', tone: 'green' }
}
