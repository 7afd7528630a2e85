/** What a reading must have come to before its seconds are a figure. */
import type { ImportDetail } from '#registry/contract'

/** Throws unless the ledger was read with every question answered, checked, and found to change the register. */
export function requireChecked(run: Pick<ImportDetail, 'state' | 'failure' | 'changed'>, unknown: readonly string[]): void {
  if (unknown.length > 0) throw new Error(`the key does not answer: ${unknown.join('; ')}`)
  if (run.state !== 'checked') throw new Error(`the ledger is ${run.state}, not checked: ${run.failure ?? 'no failure told'}`)
  if (run.changed === 0) throw new Error('the ledger was compared with a register that it does not change')
}
