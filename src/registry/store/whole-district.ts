/** The reach of a transaction's statements, where one household's matter rests on rows of others. */
import type { Tx } from '#platform/db'

function reach(tx: Tx, lo: string, hi: string): Promise<unknown> {
  return tx.query(`select set_config('app.scope_lo', $1, true), set_config('app.scope_hi', $2, true)`, [lo, hi])
}

/**
 * Runs `work` with the whole district in sight and goes back to the caller's scope, also when the work ends with an error. Only for what
 * does not show a household beyond the scope: putting one household's result together after it was found within the scope, or telling
 * that a number stands elsewhere in the district. Needs a transaction.
 */
export async function inWholeDistrict<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await reach(tx, '0', ':')
  let result: T
  try {
    result = await work()
  } catch (error) {
    // In an aborted transaction nothing can be set, nor read any more.
    await reach(tx, tx.scope.lo, tx.scope.hi).catch(() => undefined)
    throw error
  }
  await reach(tx, tx.scope.lo, tx.scope.hi)
  return result
}
