/** What the district pays by this system, told by the rolls that were confirmed. */
import type { Tx } from '#platform/db'
import { insertMoneyKept, insertOwnPayments, lockPayments, type OwnPayment } from '../store/own-payments.ts'

/** Holds imports back until the transaction ends: what was paid elsewhere does not change while rolls are confirmed. */
export function holdPayments(tx: Tx): Promise<void> {
  return lockPayments(tx)
}

/**
 * Enters what confirmed rolls pay beside the imported payments, marked as the district's own: no package changes or repeats it. A household and month are paid
 * once. One statement.
 */
export async function recordPayments(tx: Tx, payments: readonly OwnPayment[], paidOn: string): Promise<void> {
  if (payments.length > 0) await insertOwnPayments(tx, payments, paidOn)
}

/** From this month on no package changes grant, account or payments of who is on aid. */
export function keepMoneyFrom(tx: Tx, month: string, at: string): Promise<void> {
  return insertMoneyKept(tx, month, at)
}
