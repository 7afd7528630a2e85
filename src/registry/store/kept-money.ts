/** SQL of what a staged package would change of money that the district keeps by itself: it is told, and left as it is. */
import type { Tx } from '#platform/db'

/** From which month a district's payments stand by themselves, and the month it is now. */
export interface MoneyKept {
  readonly month: string
  readonly now: string
}

/** A household that is on aid in the month it is now. */
export const onAid = (household: string, now: string): string =>
  `(${household}.aid_from is not null and (${household}.aid_to is null or ${household}.aid_to >= ${now}))`

/** A household that stays though a package has it not: on aid now, or paid from the month on. */
export const keptHousehold = (household: string, now: string, month: string): string =>
  `(${onAid(household, now)} or exists (select from payment p where p.household_no = ${household}.household_no and p.month >= ${month}))`

/** A staged row, by its key, that is not taken as it is. */
export interface KeptRow {
  key: string
  householdNo: string
  divisionCode: string
}

const told = (key: string): string => `${key} as key, h.household_no as "householdNo", h.division_code as "divisionCode"`

/** Households whose grant stands otherwise in the package. */
export function listKeptAid(tx: Tx, { now }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.household_no')} from stage_household s join household h on h.household_no = s.household_no
     where (h.kept_aid or ${onAid('h', '$1')})
       and (h.kind, h.aid_from, h.aid_to, h.tier, h.approved_amount) is distinct from (s.kind, s.aid_from, s.aid_to, s.tier, s.approved_amount)`,
    [now],
  )
}

/** Households whose account stands otherwise in the package. */
export function listKeptAccounts(tx: Tx, { now }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.household_no')} from stage_household s join household h on h.household_no = s.household_no
     where (h.kept_account or ${onAid('h', '$1')})
       and (h.bank_name, h.account_holder, h.account_proxy_filed, h.account_index, h.account_holder_index)
         is distinct from (s.bank_name, s.account_holder, s.account_proxy_filed, s.account_index, s.account_holder_index)`,
    [now],
  )
}

/** Households on aid, or paid here, that the package has not. */
export function listMissingHouseholds(tx: Tx, { now, month }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.household_no')} from household h
     where ${keptHousehold('h', '$1', '$2')}
       and not exists (select from stage_household s where s.household_no = h.household_no) order by h.household_no`,
    [now, month],
  )
}

/** Takes staged payments away whose household and month a confirmed roll paid; gives those that are not the very payment. */
export async function dropPaidHere(tx: Tx): Promise<KeptRow[]> {
  const rows = await tx.query<KeptRow & { same: boolean }>(
    `delete from stage_payment s using payment h where h.roll_no is not null and h.household_no = s.household_no and h.month = s.month
     returning ${told('s.payment_no')}, s.payment_no = h.payment_no and s.amount = h.amount as same`,
  )
  return rows.filter(({ same }) => !same)
}

/** Registered payments from the month on that stand otherwise in the package. */
export function listKeptPayments(tx: Tx, { month }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.payment_no')} from stage_payment s join payment h on h.payment_no = s.payment_no
     where h.month >= $1 and h.content is distinct from s.content`,
    [month],
  )
}

/** Registered payments from the month on, of the other system, that the package has not. */
export function listMissingPayments(tx: Tx, { month }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.payment_no')} from payment h
     where h.month >= $1 and h.roll_no is null and not exists (select from stage_payment s where s.payment_no = h.payment_no) order by h.payment_no`,
    [month],
  )
}

export interface KeptIssue {
  file: string
  row: number
  householdNo: string | null
  code: string
  message: string
  total: number
}

/** The first warnings of an import about what stays as this system has it. */
export function listKeptIssues(tx: Tx, importId: string): Promise<KeptIssue[]> {
  return tx.query<KeptIssue>(
    `select file, row, household_no as "householdNo", code, message, count(*) over ()::int as total from import_issue
     where import_id = $1 and code in ('KEPT_AID', 'KEPT_ACCOUNT', 'KEPT_PAYMENT', 'PAID_HERE') order by file, row, code limit 200`,
    [importId],
  )
}
