/** Moves that make sense for many cases at once, by step. The server decides each by itself; a test holds the list against the procedures. */
export interface BatchMove {
  readonly step: string
  readonly command: string
  readonly label: string
  readonly by: readonly string[]
  /** one text for all cases: the field of the record it goes into, and what it usually says */
  readonly text?: { readonly field: string; readonly label: string; readonly preset: string; readonly beside?: object }
}

const clerk = ['township_clerk'] as const
const district = ['district_approver'] as const
const opinion = {
  field: 'text',
  label: '意见（对所选各件相同）',
  preset: '经审核，情况属实，程序完备，同意上报。',
  beside: { agrees: true },
} as const

function notices(level: 'village' | 'township' | 'district', by: readonly string[]): BatchMove[] {
  return [{ step: `notice_${level}`, command: 'close', label: '公示期满', by }]
}

export const batchMoves: readonly BatchMove[] = [
  { step: 'verification', command: 'commission', label: '委托核对', by: ['township_clerk', 'verification_centre'] },
  { step: 'verification', command: 'conclude', label: '核对办结', by: ['township_clerk', 'verification_centre'] },
  { step: 'opinion', command: 'agree', label: '签署意见', by: clerk, text: opinion },
  { step: 'leader', command: 'agree', label: '签署意见', by: ['township_leader'], text: opinion },
  { step: 'head', command: 'agree', label: '签署意见', by: ['township_head'], text: opinion },
  ...notices('village', clerk),
  ...notices('township', clerk),
  ...notices('district', district),
  {
    step: 'approval',
    command: 'approve',
    label: '同意',
    by: ['district_approver', 'township_head'],
    text: { field: 'text', label: '审批意见（对所选各件相同）', preset: '符合条件，同意。' },
  },
  { step: 'decision', command: 'decide', label: '作出决定', by: ['district_approver', 'township_head'] },
  { step: 'payment', command: 'pay', label: '列入发放名册', by: ['payment_officer'] },
]

/** What a role may do to many cases of one step. */
export function batchMovesOf(step: string, roles: readonly string[]): BatchMove[] {
  return batchMoves.filter((move) => move.step === step && move.by.some((role) => roles.includes(role)))
}

type Preview = { caseNo: string; applicantName: string; refusal: string | null }

/** Refused cases of a dry run by their reason, the most frequent first. */
export function refusalsOf(rows: readonly Preview[]): { reason: string; names: string[] }[] {
  const byReason = new Map<string, string[]>()
  for (const { refusal, applicantName } of rows) {
    if (refusal !== null) byReason.set(refusal, [...(byReason.get(refusal) ?? []), applicantName])
  }
  return [...byReason].map(([reason, names]) => ({ reason, names })).sort((a, b) => b.names.length - a.names.length)
}
