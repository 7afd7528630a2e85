/** The account a household is paid to, as it stands in the registry: masked, with what is wrong or doubtful about it. */
import { maskAccount } from '#kernel/bank-account'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { accountDoubts, accountFaults } from '../rules/account.ts'
import { type AccountRow, listAccounts, listSharing } from '../store/accounts.ts'
import { accountIndex } from '../store/stored-table.ts'
import { inWholeDistrict } from '../store/whole-district.ts'
import { notFound } from './households.ts'

export interface AccountView {
  readonly bankName: string
  /** empty when there is none */
  readonly accountMasked: string
  readonly holder: string
  readonly proxyFiled: boolean
  /** why no money can go there; empty when it can */
  readonly faults: readonly string[]
  /** what a person looks at first; none of it stops the money */
  readonly doubts: readonly string[]
}

/** What is doubtful about accounts households are or would be paid to; other households are named where the caller sees them. */
export async function listDoubts(
  tx: Tx,
  keys: Keys,
  accounts: readonly { readonly householdNo: string; readonly accountNo: string }[],
): Promise<string[][]> {
  const indexes = accounts.map(({ accountNo }) => accountIndex(keys, accountNo))
  const known = indexes.filter((index) => index !== null)
  const sharing = known.length === 0 ? [] : await inWholeDistrict(tx, () => listSharing(tx, known))
  const byIndex = Map.groupBy(sharing, ({ index }) => index.toString('hex'))
  return accounts.map(({ householdNo, accountNo }, at) => {
    const others = (byIndex.get(indexes[at]?.toString('hex') ?? '') ?? []).filter((row) => row.household_no !== householdNo)
    const seen = others.filter(({ division_code: code }) => code >= tx.scope.lo && code < tx.scope.hi)
    return accountDoubts(
      accountNo,
      seen.map((row) => row.household_no),
      others.length - seen.length,
    )
  })
}

/** The accounts of households in scope, by number. A constant number of statements; a read of the households: journal it. */
export async function readAccounts(
  tx: Tx,
  keys: Keys,
  householdNos: readonly string[],
): Promise<ReadonlyMap<string, AccountView>> {
  const rows = await listAccounts(tx, keys, householdNos)
  const doubts = await listDoubts(tx, keys, rows)
  return new Map(rows.map((row, at) => [row.householdNo, viewOf(row, doubts[at] ?? [])]))
}

/** An account as it may be shown, with what is wrong with it. */
export function viewOf(row: AccountRow, doubts: readonly string[]): AccountView {
  return {
    bankName: row.bankName,
    accountMasked: maskAccount(row.accountNo),
    holder: row.holder,
    proxyFiled: row.proxyFiled,
    faults: accountFaults(row),
    doubts,
  }
}

/** The account of one household. Problem 404 when it is not in scope. */
export async function readAccount(tx: Tx, keys: Keys, householdNo: string): Promise<AccountView> {
  const account = (await readAccounts(tx, keys, [householdNo])).get(householdNo)
  if (account === undefined) throw notFound('这一户')
  return account
}
