/** The reach of a transaction's statements, where one household's result rests on rows of others. */
import type { Tx } from '#platform/db'

function reach(tx: Tx, lo: string, hi: string): Promise<unknown> {
  return tx.query(`select set_config('app.scope_lo', $1, true), set_config('app.scope_hi', $2, true)`, [lo, hi])
}

/**
 * Runs `work` with the whole district in sight and goes back to the caller's scope: the item numbers of a batch count the
 * lines of all its households, and some rules look for the same number elsewhere in the district. Only for putting one
 * household's result together after the household itself was found within the caller's scope; needs a transaction.
 */
export async function inWholeDistrict<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await reach(tx, '0', ':')
  const result = await work()
  await reach(tx, tx.scope.lo, tx.scope.hi)
  return result
}
