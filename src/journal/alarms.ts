/** Alarms: a stored document or the journal itself is not what was sealed or signed. Raised by whoever sees it, settled by a person. */
import { type Db, wholeScope, withTransaction } from '#platform/db'
import { appendAll } from './append.ts'
import { type Alarm, insertAlarms } from './store/alarms.ts'

export type { Alarm } from './store/alarms.ts'

const scope = wholeScope('system:proofs')

/** An alarm of the whole installation. */
export const EVERYWHERE = '000000000000'

/**
 * Raises alarms in a transaction of their own, so that they outlive the refusal they lead to. One that is open already is not raised again,
 * so a page that is looked at often leaves one alarm and one entry.
 */
export async function raiseAlarms(db: Db, alarms: readonly Alarm[]): Promise<void> {
  if (alarms.length === 0) return
  await withTransaction(db, scope, async (tx) => {
    const fresh = await insertAlarms(tx, alarms)
    const divisionOf = new Map(alarms.map(({ kind, subject, divisionCode }) => [`${kind} ${subject}`, divisionCode]))
    await appendAll(
      tx,
      fresh.map(({ kind, subject, fault }) => ({
        chain: 'system:proofs',
        action: 'journal.raise-alarm',
        divisionCode: divisionOf.get(`${kind} ${subject}`) ?? EVERYWHERE,
        basis: '网络安全法第二十一条',
        purpose: '存证异常',
        detail: { kind, subject, fault },
      })),
    )
  })
}
