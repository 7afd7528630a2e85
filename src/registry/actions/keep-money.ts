/** What a package may not change once the district pays by this system: left as it stands, and told with the place and the way to change it. */
import { type IssueCode, issueMessage } from '#kernel/import-issue'
import type { Tx } from '#platform/db'
import { unusable } from '../package-source.ts'
import { type IssueLine, stageIssues } from '../store/import.ts'
import {
  dropPaidHere,
  type KeptRow,
  keepStaged,
  listAidByCase,
  listKeptAccounts,
  listKeptAid,
  listKeptPayments,
  listMissingHouseholds,
  listMissingPayments,
  type MoneyKept,
} from '../store/kept-money.ts'
import { findMoneyKept, lockPayments } from '../store/own-payments.ts'
import { type CoreTableName, coreTable } from '../tables.ts'
import type { ImportState } from './import-file.ts'

/** How the money of a district is kept now; undefined before it pays by this system. */
export async function moneyKeptAt(tx: Tx, thisMonth: string): Promise<MoneyKept | undefined> {
  const month = await findMoneyKept(tx)
  return month === undefined || thisMonth < month ? undefined : { month, now: thisMonth }
}

interface Told {
  readonly table: CoreTableName
  readonly column: string
  readonly code: IssueCode
}

const AID: Told = { table: 'households', column: 'approved_amount', code: 'KEPT_AID' }
const BY_CASE: Told = { table: 'households', column: 'aid_from', code: 'AID_BY_CASE' }
const ACCOUNT: Told = { table: 'households', column: 'account_no', code: 'KEPT_ACCOUNT' }
const PAID: Told = { table: 'payments', column: 'month', code: 'PAID_HERE' }
const PAYMENT: Told = { table: 'payments', column: 'payment_no', code: 'KEPT_PAYMENT' }

function linesOf(state: ImportState, { table, column, code }: Told, rows: readonly KeptRow[]): IssueLine[] {
  const { file, columns } = coreTable(table)
  const label = columns.find(({ name }) => name === column)?.label ?? column
  const message = issueMessage({ column, code, severity: 'warn' }, { label })
  return rows.map(({ key, householdNo, divisionCode }) => [
    file,
    state.lines?.get(`${table} ${key}`) ?? 0,
    column,
    code,
    'warn',
    message,
    householdNo,
    divisionCode,
  ])
}

const NAMED = 10

/** One line for the whole file: a row that is not there has no place. */
function missingLine(state: ImportState, { table, code }: Told, rows: readonly KeptRow[]): IssueLine[] {
  if (rows.length === 0) return []
  const named = rows.slice(0, NAMED).map(({ key }) => key)
  const message = `${issueMessage({ column: '', code, severity: 'warn' })}共 ${rows.length} 条：${named.join('、')}${rows.length > NAMED ? ' 等' : ''}。`
  return [[coreTable(table).file, 0, '', code, 'warn', message, null, state.districtDivision]]
}

/**
 * Keeps out of the staged rows what stays as it is here, each with a warning: aid and accounts that persons decided or confirmed, and once
 * the district pays by this system money of who is on aid and what confirmed rolls paid.
 */
export async function keepMoney(
  state: ImportState,
  kept: MoneyKept | undefined,
  thisMonth: string,
  complete: boolean,
): Promise<void> {
  const { tx } = state
  await lockPayments(tx)
  if ((await moneyKeptAt(tx, thisMonth))?.month !== kept?.month) throw unusable('导入期间启用月份有变动，请重新导入')
  const paid = await dropPaidHere(tx)
  const lines = [
    ...linesOf(state, PAID, paid),
    ...linesOf(state, AID, kept === undefined ? [] : await listKeptAid(tx, kept)),
    ...linesOf(state, BY_CASE, kept === undefined ? [] : await listAidByCase(tx, kept)),
    ...linesOf(state, ACCOUNT, kept === undefined ? [] : await listKeptAccounts(tx, kept)),
    ...linesOf(state, PAYMENT, kept === undefined ? [] : await listKeptPayments(tx, kept)),
    ...(complete && kept !== undefined ? missingLine(state, AID, await listMissingHouseholds(tx, kept)) : []),
    ...(complete && kept !== undefined ? missingLine(state, PAYMENT, await listMissingPayments(tx, kept)) : []),
  ]
  await keepStaged(tx, kept)
  state.severities.warn += lines.length
  await stageIssues(tx, lines)
}
