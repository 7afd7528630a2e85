/** SQL of what the district pays by this system: its payments beside the imported ones, and the month from which packages leave money alone. */
import type { Sql, Tx } from '#platform/db'

/** Imports and confirmations wait for one another, so that neither overlooks what the other writes. */
export async function lockPayments(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('registry.payments'))`)
}

/** A payment that a confirmed roll makes. */
export interface OwnPayment {
  readonly rollNo: string
  readonly householdNo: string
  readonly month: string
  /** fen */
  readonly amount: number
  readonly accountHolder: string | null
  /** account as the roll has it, sealed */
  readonly sealed: Uint8Array
}

/** Enters payments in one statement, each where its household stands. */
export function insertOwnPayments(tx: Tx, payments: readonly OwnPayment[], paidOn: string): Promise<number> {
  return tx.execute(
    `insert into payment (payment_no, household_no, division_code, month, amount, paid_on, account_holder, sealed, account_index, content, roll_no)
     select r.roll_no || '-' || r.household_no, h.household_no, h.division_code, r.month, r.amount, $7, r.account_holder, r.sealed,
       case when h.sealed = r.sealed then h.account_index end, ''::bytea, r.roll_no
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[]) r(roll_no, household_no, month, amount, account_holder, sealed)
     join household h on h.household_no = r.household_no`,
    [
      payments.map(({ rollNo }) => rollNo),
      payments.map(({ householdNo }) => householdNo),
      payments.map(({ month }) => month),
      payments.map(({ amount }) => amount),
      payments.map(({ accountHolder }) => accountHolder),
      payments.map(({ sealed }) => sealed),
      paidOn,
    ],
  )
}

/** Whether a confirmed roll paid a household for a month. */
export async function isPaidHere(sql: Sql, householdNo: string, month: string): Promise<boolean> {
  const { paid } = await sql.one<{ paid: boolean }>(
    'select exists (select from payment where household_no = $1 and month = $2 and roll_no is not null) as paid',
    [householdNo, month],
  )
  return paid
}

export async function insertMoneyKept(tx: Tx, fromMonth: string, at: string): Promise<void> {
  await tx.execute('insert into money_kept (from_month, said_at) values ($1, $2)', [fromMonth, at])
}

/** The month from which no package changes money of who is on aid; undefined where there is none. */
export async function findMoneyKept(sql: Sql): Promise<string | undefined> {
  const row = await sql.maybe<{ month: string }>('select from_month as month from money_kept order by kept_no desc limit 1')
  return row?.month
}
