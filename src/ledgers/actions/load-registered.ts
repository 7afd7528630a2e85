import { digitsOf } from '#kernel/text'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { registeredRows } from '#registry'
import type { Registered, RegisteredHousehold, RegisteredPayment, RegisteredPerson, Wanted } from '../rules/registered.ts'

function pushTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** What the registry has of the households and persons that a workbook names, set by set. */
export async function loadRegistered(tx: Tx, keys: Keys, wanted: Wanted, withPayments: boolean): Promise<Registered> {
  const byNumber = new Map<string, RegisteredPerson[]>()
  const members = new Map<string, RegisteredPerson[]>()
  const byAccount = new Map<string, string[]>()
  const households = new Map<string, RegisteredHousehold>()
  const payments = new Map<string, RegisteredPayment>()
  const nos = new Set(wanted.householdNos)
  for await (const { householdNo, given, key } of registeredRows(tx, keys, 'persons', 'id_number', wanted.idNumbers)) {
    const person = { personNo: key, householdNo: householdNo ?? '', idNumber: given.id_number ?? '', given }
    pushTo(byNumber, person.idNumber, person)
    nos.add(person.householdNo)
  }
  for await (const { key, given } of registeredRows(tx, keys, 'households', 'account_no', wanted.accounts)) {
    pushTo(byAccount, digitsOf(given.account_no ?? ''), key)
    nos.add(key)
  }
  const all = [...nos]
  for await (const { key, given } of registeredRows(tx, keys, 'households', 'household_no', all))
    households.set(key, { householdNo: key, given })
  for await (const { key, householdNo, given } of registeredRows(tx, keys, 'persons', 'household_no', all)) {
    pushTo(members, householdNo ?? '', { personNo: key, householdNo: householdNo ?? '', idNumber: given.id_number ?? '', given })
  }
  if (withPayments) {
    for await (const { key, householdNo, given } of registeredRows(tx, keys, 'payments', 'household_no', all)) {
      payments.set(`${householdNo ?? ''}\n${given.month ?? ''}`, { paymentNo: key, given })
    }
  }
  return { households, byNumber, members, payments, byAccount }
}
