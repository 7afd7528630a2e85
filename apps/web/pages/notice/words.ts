/** Words and tones of notices. */

import type { NoticeLevel, NoticeLineView, NoticeRow } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import type { Tone } from '../../wording.ts'

type Word = { readonly label: string; readonly tone: Tone }

export const levelWords: Readonly<Record<NoticeLevel, string>> = {
  village: '村（社区）',
  township: '乡镇（街道）',
  district: '区级',
}

export const stageWords: Readonly<Record<NoticeRow['stage'], string>> = { review: '首次', again: '再次', long_term: '长期' }

export const noticeStateWords: Readonly<Record<NoticeRow['state'], Word>> = {
  posted: { label: '公示中', tone: 'blue' },
  closed: { label: '已期满', tone: 'green' },
  withdrawn: { label: '已撤下', tone: 'grey' },
}

export const lineWords: Readonly<Record<NoticeLineView['state'], Word>> = {
  running: { label: '公示中', tone: 'blue' },
  objected: { label: '有异议，停表', tone: 'red' },
  closed: { label: '期满无异议', tone: 'green' },
  withdrawn: { label: '撤下', tone: 'grey' },
}

/** What is left of a notice in words. */
export function leftWord({ left, state, provisional }: Pick<NoticeRow, 'left' | 'state' | 'provisional'>): Word {
  if (left === null) return noticeStateWords[state]
  const tail = provisional ? '（暂定）' : ''
  if (left === -1) return { label: `期满，今日可办结${tail}`, tone: 'amber' }
  if (left < 0) return { label: `期满未办结，超期 ${-left - 1} 天${tail}`, tone: 'red' }
  return left === 0 ? { label: `最后一天${tail}`, tone: 'amber' } : { label: `剩 ${left} 天${tail}`, tone: 'blue' }
}

/** Whether it is proved that a notice hung. */
export function proofWord({ firstProofOn, lastProofOn, toOn }: Pick<NoticeRow, 'firstProofOn' | 'lastProofOn' | 'toOn'>): Word {
  if (firstProofOn === null || lastProofOn === null) return { label: '没有照片', tone: 'red' }
  return lastProofOn >= toOn
    ? { label: '首末日照片齐', tone: 'green' }
    : { label: `有照片（${chineseDate(firstProofOn)}）`, tone: 'blue' }
}

/** Fields a refusal names, by the last part of their path. */
export function fieldProblems(fields: readonly { path: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ path, message }) => [path.split('.').at(-1) ?? path, message]))
}
