/** Words of the case page that no contract carries: tones of results, steps for filters. */
import { resultLabels } from '#casework/words'
import type { Word } from '../../wording.ts'

/** How a case ended. */
export const resultWords = {
  granted: { label: resultLabels.granted, tone: 'green' },
  refused: { label: resultLabels.refused, tone: 'red' },
  rejected_at_intake: { label: resultLabels.rejected_at_intake, tone: 'red' },
  discarded: { label: resultLabels.discarded, tone: 'grey' },
  withdrawn: { label: resultLabels.withdrawn, tone: 'grey' },
  terminated: { label: resultLabels.terminated, tone: 'grey' },
} as const satisfies Record<keyof typeof resultLabels, Word>

/** Every step a procedure may have, in the usual order. */
export const stepWords: Readonly<Record<string, string>> = {
  intake: '申请受理',
  verification: '家庭经济状况核对',
  visit: '入户调查',
  deliberation: '民主评议（听证）',
  notice_village: '村（社区）公示',
  sheet: '综合测评（3+1）',
  opinion: '乡镇经办审核意见',
  leader: '分管领导审核',
  head: '主要负责人签批',
  notice_township: '乡镇（街道）公示',
  approval: '审批',
  notice_district: '区级公示',
  decision: '决定与告知',
  payment: '资金发放',
}

export const signatureWords = { signed: '本人签字', fingerprint: '按指纹', guardian: '监护人代签', refused: '拒绝签字' } as const
export const noticeStateWords = {
  posted: { label: '公示中', tone: 'blue' },
  closed: { label: '期满', tone: 'green' },
  withdrawn: { label: '已撤下', tone: 'grey' },
} as const
export const levelWords = { village: '村（社区）', township: '乡镇（街道）', district: '区级' } as const
export const objectionWords = { objection: '异议', report: '举报', complaint: '投诉、申诉' } as const
export const sessionWords = {
  passed: { label: '通过', tone: 'green' },
  failed: { label: '未通过', tone: 'red' },
  no_quorum: { label: '不够法定人数', tone: 'amber' },
} as const
