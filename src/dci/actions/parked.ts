import { Problem } from '#kernel/problem'
import { wholeScope, withTransaction } from '#platform/db'
import { listParked, sendAgain } from '../store/messages.ts'
import { type DciDeps, instant } from './deps.ts'

/** Messages that did not arrive and wait for a person. */
export function listParkedMessages(deps: DciDeps): ReturnType<typeof listParked> {
  return withTransaction(deps.db, wholeScope('system:dci'), (tx) => listParked(tx))
}

/** Puts a parked message on its way again. */
export async function sendParkedAgain(deps: DciDeps, messageId: string): Promise<void> {
  const sent = await withTransaction(deps.db, wholeScope('system:dci'), (tx) => sendAgain(tx, messageId, instant(deps)))
  if (!sent) throw new Problem('dci.not-parked', `没有待处理的报文“${messageId}”，或其内容已过保存期`, { status: 404 })
}
