import { append, appendAll, type Entry } from '#journal'
import type { Problem } from '#kernel/problem'
import { type Action, type Actor, refusalDetail } from '#platform/action'
import { type Clock, isoInstant } from '#platform/clock'
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { countRefusal, type Refusal, takeRefusals } from './store.ts'

/**
 * Refused sign-ins and calls without permission stand in the journal: what was tried, by whom, from where. The first of its kind in an hour
 * at once, all others as one entry with their number when the hour is over; so a flood of them makes some hundred entries an hour, and
 * none is lost.
 */

const HOUR_MS = 3_600_000

function entryOf(refusal: Refusal, more: Readonly<Record<string, unknown>>): Entry {
  const { code, address, account } = refusal
  return {
    chain: 'system:refused',
    actor: refusal.actor,
    role: refusal.role,
    action: refusal.action,
    divisionCode: refusal.division_code,
    basis: '网络安全法第二十一条',
    purpose: '被拒绝的操作',
    detail: { code, address, ...(account === '' ? {} : { account }), ...more },
  }
}

/** Counts a refusal, and journals it when it is the first of its kind in this hour. */
export async function journalRefusal(
  deps: { readonly db: Db; readonly clock: Clock },
  refused: { readonly action: Action; readonly actor: Actor; readonly address: string; readonly problem: Problem },
): Promise<void> {
  const { action, actor, address, problem } = refused
  const now = deps.clock.nowMs()
  await withTransaction(deps.db, wholeScope(actor.userId), async (tx) => {
    const counted = await countRefusal(tx, {
      hour: isoInstant(now - (now % HOUR_MS)),
      action: action.name,
      code: problem.code,
      actor: actor.userId,
      role: actor.role === '' ? 'anonymous' : actor.role,
      account: refusalDetail(problem).account ?? '',
      address,
      division_code: actor.divisionCode === '' ? '000000000000' : actor.divisionCode,
    })
    if (counted.n === 1) await append(tx, entryOf(counted, {}))
  })
}

/** Journals how many more there were of each kind in the hours that are over; gives of how many kinds. */
export function journalCounts(db: Db, clock: Clock): Promise<number> {
  const now = clock.nowMs()
  return withTransaction(db, wholeScope('system:refused'), async (tx) => {
    const rows = await takeRefusals(tx, isoInstant(now - (now % HOUR_MS)))
    const more = rows.filter((row) => row.n > 1)
    await appendAll(
      tx,
      more.map((row) => entryOf(row, { hour: row.hour, more: row.n - 1 })),
    )
    return more.length
  })
}
