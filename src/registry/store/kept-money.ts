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

/** Whose aid stays as it is here: decided by a person, and once the district pays by this system all that are on aid or would be. */
const AID_STAYS = (now: boolean): string => `(h.kept_aid${now ? ` or ${onAid('h', '$1')} or ${onAid('s', '$1')}` : ''})`
const ACCOUNT_STAYS = (now: boolean): string => `(h.kept_account${now ? ` or ${onAid('h', '$1')}` : ''})`

const AID = ['kind', 'aid_from', 'aid_to', 'tier', 'approved_amount']
const ACCOUNT = ['bank_name', 'account_holder', 'account_proxy_filed', 'account_index', 'account_holder_index']
const list = (alias: string, columns: readonly string[]): string => columns.map((column) => `${alias}.${column}`).join(', ')

function listKept(tx: Tx, stays: string, columns: readonly string[], now: string): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select ${told('h.household_no')} from stage_household s join household h on h.household_no = s.household_no
     where ${stays} and (${list('h', columns)}) is distinct from (${list('s', columns)})`,
    [now],
    { named: false },
  )
}

/** Households that are on aid, or whose aid a person decided, and whose grant stands otherwise in the package. */
export function listKeptAid(tx: Tx, { now }: MoneyKept): Promise<KeptRow[]> {
  return listKept(tx, `(h.kept_aid or ${onAid('h', '$1')})`, AID, now)
}

/** A grant in the package that only a case gives: of a registered household that is not on aid, or of an unknown one from the month on. */
const BY_CASE = `${onAid('s', '$1')} and case when h.household_no is null then s.aid_from >= $2 else not h.kept_aid and not ${onAid('h', '$1')} end`

/** Households that the package would put on aid, which from the month on only a case does. */
export function listAidByCase(tx: Tx, { now, month }: MoneyKept): Promise<KeptRow[]> {
  return tx.query<KeptRow>(
    `select s.household_no as key, s.household_no as "householdNo", s.division_code as "divisionCode"
     from stage_household s left join household h on h.household_no = s.household_no where ${BY_CASE}`,
    [now, month],
  )
}

/** Households whose account stands otherwise in the package. */
export function listKeptAccounts(tx: Tx, { now }: MoneyKept): Promise<KeptRow[]> {
  return listKept(tx, ACCOUNT_STAYS(true), ACCOUNT, now)
}

function keepColumns(tx: Tx, stays: string, columns: readonly string[], now: string | undefined): Promise<number> {
  return tx.execute(
    `update stage_household s set ${columns.map((column) => `${column} = h.${column}`).join(', ')}
     from household h where h.household_no = s.household_no and ${stays} and (${list('h', columns)}) is distinct from (${list('s', columns)})`,
    now === undefined ? [] : [now],
  )
}

/** Staged households take over what stays as it is here; unknown ones come without aid that begins from the month on; payments that stay are not staged. */
export async function keepStaged(tx: Tx, kept: MoneyKept | undefined): Promise<void> {
  await keepColumns(tx, AID_STAYS(kept !== undefined), AID, kept?.now)
  await keepColumns(tx, ACCOUNT_STAYS(kept !== undefined), [...ACCOUNT, 'sealed', 'account_card_fails'], kept?.now)
  if (kept === undefined) return
  await tx.execute(
    `update stage_household s set kind = 'new', aid_from = null, aid_to = null, tier = null, approved_amount = null
     where ${onAid('s', '$1')} and s.aid_from >= $2 and not exists (select from household h where h.household_no = s.household_no)`,
    [kept.now, kept.month],
  )
  await tx.execute(
    'delete from stage_payment s using payment h where h.payment_no = s.payment_no and h.month >= $1 and h.content is distinct from s.content',
    [kept.month],
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
     where import_id = $1 and code in ('KEPT_AID', 'AID_BY_CASE', 'KEPT_ACCOUNT', 'KEPT_PAYMENT', 'PAID_HERE') order by file, row, code limit 200`,
    [importId],
  )
}
