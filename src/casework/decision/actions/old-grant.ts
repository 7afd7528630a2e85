/** A grant from before a decision: it runs on until something is decided, and ends with the month of that day. */
import { monthOf } from '#kernel/dates'
import type { ActionContext } from '#platform/action'
import { loadHouseholdFile, setAid } from '#registry'

function laterMonth(a: string, b: string): string {
  return a > b ? a : b
}

/** Stops the aid of a household: the present month is its last. */
export async function stopAid(context: ActionContext, householdNo: string): Promise<void> {
  const { tx, keys, today } = context
  const { aidFrom, aidTo, tier, approvedAmount } = await loadHouseholdFile(tx, keys, householdNo, today)
  const month = monthOf(today)
  if (aidFrom === null || (aidTo !== null && aidTo <= month)) return
  await setAid(tx, householdNo, { aidFrom, aidTo: laterMonth(month, aidFrom), tier, approvedAmount })
}
