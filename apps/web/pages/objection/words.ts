/** Words of objections, reports and complaints. */
import type { ObjectionKind } from '#casework/contract'
import type { Tone } from '../../wording.ts'

export const objectionKinds: Readonly<Record<ObjectionKind, string>> = {
  objection: '公示异议',
  report: '举报',
  complaint: '投诉、申诉',
}

export const objectionOutcomes: Readonly<Record<'upheld' | 'rejected', { label: string; tone: Tone }>> = {
  upheld: { label: '成立', tone: 'red' },
  rejected: { label: '不成立', tone: 'green' },
}
