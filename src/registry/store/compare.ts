/** SQL that finds how staged rows differ from the registry: `stage_change` has a line for each row that is new, changed or to go. */
import type { Value } from '#kernel/table'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { keptHousehold, type MoneyKept, onAid } from './kept-money.ts'
import { STORED_TABLES, type StoredTable } from './stored-table.ts'
import { type Selected, selectText, toRow } from './values.ts'

/** Columns that other rows give a household, and that are computed anew whenever they may differ. */
export const DERIVED = ['incomplete_members', 'incomplete_supporters', 'incomplete', 'head_name', 'persons_count']

/** Columns that serve comparing and searching; a shown row does without. */
const UNSHOWN = [
  'content',
  'pinyin',
  'initials',
  'name_chars',
  'id_number_index',
  'phone_index',
  'account_index',
  'account_holder_index',
]

const DECLARED =
  '(select from household h where h.household_no = t.household_no and (h.declared or h.kept_aid or h.kept_account))'

/** Households that the package has not, but that are on aid or were paid since the district pays by itself: nothing of them is removed. */
const STAYS = `(select from household h where h.household_no = t.household_no and ${keptHousehold('h', '$1', '$2')}
  and not exists (select from stage_household s where s.household_no = h.household_no))`

/** Households that stay, of a division. */
const LIVED_IN = `(select from household h
  where left(h.division_code, case t.level when 'district' then 6 when 'township' then 9 else 12 end)
      = left(t.code, case t.level when 'district' then 6 when 'township' then 9 else 12 end)
    and not exists (select from stage_household s where s.household_no = h.household_no)
    and not exists (select from stage_change c where c.table_name = 'households' and c.kind = 'removed' and c.row_key = h.household_no))`

const householdOf = ({ columns }: StoredTable, alias: string): string =>
  columns.includes('household_no') ? `${alias}.household_no` : 'null'

async function collectWritten(tx: Tx, stored: StoredTable): Promise<void> {
  const { name, key } = stored
  const shown = `to_jsonb(s) - '{${UNSHOWN.join(',')}}'::text[]`
  await tx.execute(
    `insert into stage_change (table_name, row_key, household_no, division_code, kind, before, after, content)
     select '${stored.table.name}', s.${key}, ${householdOf(stored, 's')}, s.${name === 'division' ? 'code' : 'division_code'},
       case when t.${key} is null then 'new' else 'changed' end, to_jsonb(t), ${shown}, s.content
     from stage_${name} s left join ${name} t on t.${key} = s.${key}
     where t.${key} is null or t.content is distinct from s.content`,
  )
}

/** Rows and households that the package has, though what it has of them was refused: a file that is half read takes nothing of them. */
const REFUSED = `with refused as materialized (select file, row_key, names from stage_quarantine where quarantined),
  named as materialized (select distinct no from refused cross join unnest(names) as n(no))`

async function collectGone(tx: Tx, stored: StoredTable, kept: MoneyKept | undefined): Promise<void> {
  const { name, key, columns, table } = stored
  const own = columns.includes('household_no')
  const parts = [
    `not exists (select from stage_${name} s where s.${key} = t.${key})`,
    `not exists (select from refused r where r.file = '${table.file}' and r.row_key = t.${key})`,
  ]
  if (own) parts.push(`not exists (select from named n where n.no = t.household_no)`, `not exists ${DECLARED}`)
  if (own && kept !== undefined) parts.push(`not exists ${STAYS}`)
  if (own && kept !== undefined && name === 'payment') parts.push('t.month < $2')
  if (name === 'payment') parts.push('t.roll_no is null')
  // a household that stays keeps its village
  if (name === 'division') parts.push(`not exists ${LIVED_IN}`)
  await tx.query(
    `${REFUSED}
     insert into stage_change (table_name, row_key, household_no, division_code, kind, before)
     select '${table.name}', t.${key}, ${householdOf(stored, 't')}, t.${name === 'division' ? 'code' : 'division_code'}, 'removed', to_jsonb(t)
     from ${name} t where ${parts.join(' and ')}`,
    own && kept !== undefined ? [kept.now, kept.month] : [],
    { named: false },
  )
}

/** Fills `stage_change`; changed rows are those whose digest differs, to be looked at field by field. */
export async function collectChanges(tx: Tx, complete: boolean, kept: MoneyKept | undefined): Promise<void> {
  await tx.query(`analyze ${STORED_TABLES.map(({ name }) => `stage_${name}`).join(', ')}`)
  for (const stored of STORED_TABLES) await collectWritten(tx, stored)
  // divisions last: which households stay is known by then
  if (complete) for (const stored of [...STORED_TABLES].reverse()) await collectGone(tx, stored, kept)
  await tx.query('create index on stage_change (table_name, row_key)')
  await tx.query('analyze stage_change')
}

/** A changed row, opened on both sides. */
export interface ChangedRow {
  readonly key: string
  readonly before: readonly Value[]
  readonly after: readonly Value[]
  readonly movedFrom: string
  readonly movedTo: string
}

const PAGE = 5000

/** Changed rows of a table, opened, a page after another. */
export async function* eachChanged(tx: Tx, keys: Keys, stored: StoredTable): AsyncGenerator<ChangedRow[]> {
  let after = ''
  for (;;) {
    const among = `exists (select from stage_change c where c.table_name = '${stored.table.name}' and c.kind = 'changed' and c.row_key = x.${stored.key})`
    const text = (from: string) =>
      `${selectText(stored, `${from} x`)} where ${among} and x.${stored.key} > $1 order by x.${stored.key} limit ${PAGE}`
    const was = await tx.query<Selected>(text(stored.name), [after], { named: false })
    const now = await tx.query<Selected>(text(`stage_${stored.name}`), [after], { named: false })
    if (was.length !== now.length) throw new Error(`a changed row of ${stored.name} is not in both`)
    const rows = was.map((row, i): ChangedRow => {
      const before = toRow(keys, stored, row)
      const next = toRow(keys, stored, now[i] ?? row)
      return {
        key: before.key,
        before: before.values,
        after: next.values,
        movedFrom: before.divisionCode,
        movedTo: next.divisionCode,
      }
    })
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    after = rows[rows.length - 1]?.key ?? ''
  }
}

/** Enters which fields of changed rows differ and what is said of them; rows without a difference are taken off the list. */
export async function saveColumns(
  tx: Tx,
  table: string,
  rows: readonly { readonly key: string; readonly columns: readonly string[]; readonly older: boolean }[],
): Promise<void> {
  await tx.query(
    `update stage_change c set columns = string_to_array(p.columns, ','), flags = case when p.older then array['older'] else '{}' end
     from unnest($2::text[], $3::text[], $4::boolean[]) as p(key, columns, older)
     where c.table_name = $1 and c.row_key = p.key`,
    [table, rows.map(({ key }) => key), rows.map(({ columns }) => columns.join(',')), rows.map(({ older }) => older)],
    { named: false },
  )
}

/** Takes rows off the list whose fields do not differ. */
export async function dropUnchanged(tx: Tx): Promise<void> {
  await tx.execute(`delete from stage_change where kind = 'changed' and columns = '{}'`)
}

/** What rows of these keys were before earlier imports that stand, as stored rows. */
export function listEarlier(
  tx: Tx,
  table: string,
  rowKeys: readonly string[],
): Promise<{ key: string; columns: string[]; before: Record<string, unknown> }[]> {
  return tx.query(
    `select c.row_key as key, c.columns, c.before from import_change c join import_run r on r.import_id = c.import_id
     where c.table_name = $1 and c.row_key = any($2) and c.kind = 'changed' and r.state = 'done'`,
    [table, rowKeys],
    { named: false },
  )
}

/** What one person corrected in rows of these keys: sealed. */
export function listCorrected(tx: Tx, table: string, rowKeys: readonly string[]): Promise<{ key: string; changes: Buffer }[]> {
  return tx.query(
    'select row_key as key, changes from registry_correction where table_name = $1 and row_key = any($2)',
    [table, rowKeys],
    { named: false },
  )
}

const MONEY_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  households: [
    'programme',
    'kind',
    'aid_from',
    'aid_to',
    'tier',
    'approved_amount',
    'bank_name',
    'account_no',
    'account_holder',
    'account_holder_id',
    'account_proxy_filed',
  ],
  persons: ['counted', 'aid_from', 'aid_to', 'top_ups'],
}

/** Marks rows that hold money: new or changed amounts, grants, tiers, accounts, and every payment. */
export async function flagMoney(tx: Tx): Promise<void> {
  await tx.query(
    `update stage_change c set flags = c.flags || array['money'] where c.table_name = 'payments'
       or (c.kind = 'changed' and c.table_name = 'households' and c.columns && $1)
       or (c.kind = 'changed' and c.table_name = 'persons' and c.columns && $2)
       or (c.kind = 'new' and c.table_name = 'households' and (c.after ->> 'kind' = 'existing' or c.after ->> 'approved_amount' is not null
         or exists (select from stage_household s where s.household_no = c.row_key and s.account_index is not null)))
       or (c.kind = 'new' and c.table_name = 'persons' and c.after ->> 'aid_from' is not null)`,
    [MONEY_COLUMNS.households, MONEY_COLUMNS.persons],
    { named: false },
  )
}

export interface CountRow {
  readonly table_name: string
  readonly kind: 'new' | 'changed' | 'removed'
  readonly column_name: string | null
  readonly rows: number
  readonly money: number
  readonly older: number
}

/** Rows by table and kind (`column_name` null), and changed rows by table and field. */
export function countChanges(tx: Tx): Promise<CountRow[]> {
  return tx.query<CountRow>(
    `select table_name, kind, null as column_name, count(*)::int as rows, count(*) filter (where 'money' = any(flags))::int as money,
       count(*) filter (where 'older' = any(flags))::int as older from stage_change group by 1, 2
     union all
     select c.table_name, c.kind, n.name, count(*)::int, 0, 0 from stage_change c cross join unnest(c.columns) as n(name)
       where c.kind = 'changed' group by 1, 2, 3`,
  )
}

export interface GrantSums {
  readonly before_fen: number
  readonly before_households: number
  readonly gone_fen: number
  readonly gone_households: number
  readonly come_fen: number
  readonly come_households: number
}

/** Monthly amounts of who is on aid in a month: as they stand, those of rows that change or go, and what these rows become. */
export function sumGrants(tx: Tx, month: string): Promise<GrantSums> {
  const sums = (amount: string): string => `coalesce(sum(${amount}), 0)::bigint, count(*)::int`
  return tx.one<GrantSums>(
    `select b.fen as before_fen, b.n as before_households, g.fen as gone_fen, g.n as gone_households, c.fen as come_fen, c.n as come_households
     from (select ${sums('h.approved_amount')} from household h where ${onAid('h', '$1')}) b(fen, n),
       (select ${sums('h.approved_amount')} from stage_change x cross join jsonb_populate_record(null::household, x.before) h
        where x.table_name = 'households' and x.kind <> 'new' and ${onAid('h', '$1')}) g(fen, n),
       (select ${sums('s.approved_amount')} from stage_change x join stage_household s on s.household_no = x.row_key
        where x.table_name = 'households' and x.kind <> 'removed' and ${onAid('s', '$1')}) c(fen, n)`,
    [month],
  )
}

/** Payments by month, of the months in which some change. */
export function sumPayments(tx: Tx): Promise<{ month: string; before_fen: number; after_fen: number }[]> {
  return tx.query(
    `with moved as (
       select p.month, -p.amount as amount from stage_change x cross join jsonb_populate_record(null::payment, x.before) p
         where x.table_name = 'payments' and x.kind <> 'new'
       union all
       select s.month, s.amount from stage_change x join stage_payment s on s.payment_no = x.row_key
         where x.table_name = 'payments' and x.kind <> 'removed'
     ), by_month as (select month, sum(amount)::bigint as amount from moved group by month)
     select m.month, coalesce(p.amount, 0)::bigint as before_fen, (coalesce(p.amount, 0) + m.amount)::bigint as after_fen
     from by_month m left join (select month, sum(amount)::bigint as amount from payment where month in (select month from by_month) group by month) p
       on p.month = m.month order by m.month`,
  )
}

/** Registered households. */
export async function countHouseholds(tx: Tx): Promise<number> {
  return (await tx.one<{ n: number }>('select count(*)::int as n from household')).n
}

/** One digest for every difference: the same only where each row stands and becomes the same. */
export async function digestChanges(tx: Tx): Promise<string> {
  const { digest } = await tx.one<{ digest: string }>(
    `select md5(coalesce(string_agg(line, ',' order by table_name, row_key), '')) as digest from (
       select table_name, row_key, md5(concat_ws('|', kind, columns::text, flags::text, md5((before - $1::text[])::text), encode(content, 'hex'))) as line
       from stage_change) l`,
    [DERIVED],
  )
  return digest
}

/** Keeps the differences of a run in place of those it had. */
export async function saveChanges(tx: Tx, importId: string): Promise<void> {
  const columns = 'table_name, row_key, household_no, division_code, kind, columns, flags, before, after'
  await tx.execute('delete from import_change where import_id = $1', [importId])
  await tx.execute(`insert into import_change (import_id, ${columns}) select $1, ${columns} from stage_change`, [importId])
  await tx.query('analyze import_change')
}
