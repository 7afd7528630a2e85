/**
 * The photo of a notice board: P1 its day lies neither before the notice nor in the future; P2 once the notice is over, a photo of an earlier
 * day proves only what somebody says of it, so that it takes a reason, which stays beside it.
 */
import { chineseDate } from '#kernel/chinese-date'

export interface ProofFault {
  readonly field: 'postedOn' | 'lateReason'
  readonly message: string
}

const SHORTEST_REASON = 4

/** What is wrong with the photo of a notice that hangs from `fromOn` to `toOn`; null when it may be taken. */
export function proofFault(
  { postedOn, lateReason }: { readonly postedOn: string; readonly lateReason: string },
  { fromOn, toOn }: { readonly fromOn: string; readonly toOn: string },
  today: string,
): ProofFault | null {
  if (postedOn > today) return { field: 'postedOn', message: '张贴日期晚于今天，请核对' }
  if (postedOn < fromOn) return { field: 'postedOn', message: `张贴日期早于公示起始日 ${chineseDate(fromOn)}，请核对` }
  if (!isLateProof(postedOn, toOn, today) || lateReason.trim().length >= SHORTEST_REASON) return null
  const message = `公示已于 ${chineseDate(toOn)} 期满，补登以前日期（${chineseDate(postedOn)}）的照片须写明为什么没有在公示期内登记，至少 ${SHORTEST_REASON} 个字`
  return { field: 'lateReason', message }
}

/** Whether a photo is dated back after the notice was over. */
export function isLateProof(postedOn: string, toOn: string, today: string): boolean {
  return today > toOn && postedOn < today
}
