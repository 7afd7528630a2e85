/** How an asking of a far node stands: what was said, or why nothing was. Not answered is never "has none". */
import type { LoadedAnswer, RequestStanding } from '#exchange'
import type { FarAskingState } from '../../contract/far.ts'

/** The state of a request, and why it is not answered as far as known. */
export interface FarStanding {
  state: FarAskingState
  note: string | null
}

const stopped = '对方已确认停止查询'
const unconfirmed = '对方还没有确认；它此前作出的答复仍会在这里显示'

function waiting({ is_revoked: isRevoked, parked, parked_reason: reason }: RequestStanding): FarStanding {
  if (parked === 'open') return { state: 'sent', note: `未能送达：${reason ?? '原因不明'}。请在线路页面处理` }
  if (isRevoked) return { state: 'sent', note: '该节点已吊销，不会再有答复。请在线路页面放弃此查询' }
  return { state: 'sent', note: null }
}

/** @param answers what came in answer to the request, corrections last */
export function farStanding(request: RequestStanding, answers: readonly LoadedAnswer[], now: string): FarStanding {
  if (answers.some((answer) => answer.kind === 'records')) return { state: 'answered', note: null }
  const { parked, parked_reason: reason, cancelled_at: cancelledAt, expires_at: expiresAt } = request
  const confirmsCancelling = (answer: LoadedAnswer) =>
    cancelledAt !== null && answer.kind === 'refused' && answer.code === 'cancelled'
  const last = answers.findLast((answer) => !confirmsCancelling(answer))
  if (last?.kind === 'refused') return { state: 'refused', note: last.message }
  if (last !== undefined) return { state: 'refused', note: last.kind === 'unusable' ? last.message : '答复的内容与所问不符' }
  if (parked === 'given_up') return { state: 'given_up', note: reason }
  if (cancelledAt !== null) return { state: 'cancelled', note: answers.some(confirmsCancelling) ? stopped : unconfirmed }
  if (expiresAt !== null && expiresAt <= now) return { state: 'expired', note: null }
  return waiting(request)
}
