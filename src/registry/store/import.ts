import type { CopyValue } from '#platform/copy-text'
import type { Tx } from '#platform/db'
import { keptHousehold, type MoneyKept, onAid } from './kept-money.ts'
import { STORED_TABLES, type StoredTable } from './stored-table.ts'

/** SQL of an import: temporary tables take the checked rows, then one statement per table brings the registry to the same state. */

const ISSUE_COLUMNS = ['file', 'row', 'column_name', 'code', 'severity', 'message', 'household_no', 'division_code']
const QUARANTINE_COLUMNS = [
  'row_id',
  'file',
  'row',
  'quarantined',
  'codes',
  'raw_sealed',
  'header',
  'row_key',
  'names',
  'refers_to',
  'household_no',
  'division_code',
]

/** Creates the temporary tables of an import; they vanish with the transaction. */
export async function createStages(tx: Tx): Promise<void> {
  for (const { name, columns } of STORED_TABLES) {
    await tx.query(`create temp table stage_${name} on commit drop as select ${columns.join(', ')} from ${name} with no data`)
  }
  await tx.query(
    `create temp table stage_issue on commit drop as select ${ISSUE_COLUMNS.join(', ')} from import_issue with no data`,
  )
  await tx.query(
    `create temp table stage_quarantine on commit drop as select ${QUARANTINE_COLUMNS.join(', ')} from quarantined_row with no data`,
  )
}

/** COPYs ready-made lines of rows of a table into its stage. */
export async function stageRows(tx: Tx, stored: StoredTable, chunks: AsyncIterable<string>): Promise<void> {
  await tx.copyInText(`copy stage_${stored.name} (${stored.columns.join(', ')}) from stdin`, chunks)
}

/** One line of import_issue without the import's id: file, row, column, code, severity, message, household, division. */
export type IssueLine = readonly [string, number, string, string, string, string, string | null, string]

export async function stageIssues(tx: Tx, lines: readonly IssueLine[]): Promise<void> {
  if (lines.length > 0) await tx.copyIn(`copy stage_issue (${ISSUE_COLUMNS.join(', ')}) from stdin`, lines)
}

export interface QuarantineLine {
  readonly rowId: string
  readonly file: string
  readonly row: number
  readonly quarantined: boolean
  readonly codes: readonly string[]
  readonly rawSealed: Uint8Array
  readonly header: readonly string[]
  readonly rowKey: string | null
  readonly names: readonly string[]
  readonly refersTo: readonly string[]
  readonly householdNo: string | null
  readonly divisionCode: string
}

function quarantineFields(line: QuarantineLine): CopyValue[] {
  return [
    line.rowId,
    line.file,
    line.row,
    line.quarantined,
    line.codes,
    line.rawSealed,
    line.header,
    line.rowKey,
    line.names,
    line.refersTo,
    line.householdNo,
    line.divisionCode,
  ]
}

export async function stageQuarantine(tx: Tx, lines: readonly QuarantineLine[]): Promise<void> {
  if (lines.length === 0) return
  await tx.copyIn(`copy stage_quarantine (${QUARANTINE_COLUMNS.join(', ')}) from stdin`, lines.map(quarantineFields))
}

/** Adds a code to staged rows that are doubtful already; gives the places of those there were. */
export async function addCodes(
  tx: Tx,
  doubts: readonly { readonly file: string; readonly row: number; readonly code: string }[],
): Promise<Set<string>> {
  const rows = await tx.query<{ file: string; row: number }>(
    `update stage_quarantine s set codes = s.codes || p.code
      from unnest($1::text[], $2::int[], $3::text[]) as p(file, row, code)
      where s.file = p.file and s.row = p.row returning s.file, s.row`,
    [doubts.map(({ file }) => file), doubts.map(({ row }) => row), doubts.map(({ code }) => code)],
    { named: false },
  )
  return new Set(rows.map(({ file, row }) => `${file} ${row}`))
}

/** Columns of a household that a person decided or confirmed here: a package does not change them. */
const KEPT: Readonly<Record<string, string>> = {
  kind: 'kept_aid',
  aid_from: 'kept_aid',
  aid_to: 'kept_aid',
  tier: 'kept_aid',
  approved_amount: 'kept_aid',
  bank_name: 'kept_account',
  account_holder: 'kept_account',
  account_proxy_filed: 'kept_account',
  sealed: 'kept_account',
  account_index: 'kept_account',
  account_holder_index: 'kept_account',
  account_card_fails: 'kept_account',
}

/** What a row that is there already takes over; nothing of its own money where rows are only corrected, or in the month `now` if it is on aid. */
function assignments({ name, key, columns }: StoredTable, corrects: boolean, now: string | undefined): string {
  const kept = name === 'household' ? KEPT : {}
  const also = now === undefined ? '' : ` or ${onAid('household', now)}`
  return columns
    .filter((column) => column !== key && !(corrects && kept[column] !== undefined))
    .map((column) => {
      const mark = kept[column]
      return mark === undefined
        ? `${column} = excluded.${column}`
        : `${column} = case when household.${mark}${also} then household.${column} else excluded.${column} end`
    })
    .join(', ')
}

function upsert(stored: StoredTable, corrects: boolean, now?: string): string {
  const { name, key, columns } = stored
  if (corrects && name === 'payment') {
    return `insert into payment (${columns.join(', ')}) select ${columns.join(', ')} from stage_payment on conflict (${key}) do nothing`
  }
  const set = assignments(stored, corrects, now)
  return `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from stage_${name}
    on conflict (${key}) do update set ${set} where ${name}.content is distinct from excluded.content`
}

const DECLARED =
  '(select from household h where h.household_no = t.household_no and (h.declared or h.kept_aid or h.kept_account))'

/** Households that the package has not, but that are on aid or were paid since the district pays by itself: nothing of them is removed. */
const STAYS = `(select from household h where h.household_no = t.household_no and ${keptHousehold('h', '$1', '$2')}
  and not exists (select from stage_household s where s.household_no = h.household_no))`

/** Writes the staged rows of a table; what the district keeps by itself stays as it is. */
function writeStage(tx: Tx, stored: StoredTable, kept: MoneyKept | undefined): Promise<number> {
  if (kept !== undefined && stored.name === 'household') return tx.execute(upsert(stored, false, '$1'), [kept.now])
  if (kept !== undefined && stored.name === 'payment') {
    return tx.execute(`${upsert(stored, false)} and payment.month < $1`, [kept.month])
  }
  return tx.execute(upsert(stored, false))
}

/** Removes rows of a table that the package has not. */
function removeGone(tx: Tx, { name, key, columns }: StoredTable, kept: MoneyKept | undefined): Promise<number> {
  const gone = `delete from ${name} t where not exists (select from stage_${name} s where s.${key} = t.${key})`
  if (!columns.includes('household_no')) return tx.execute(gone)
  const declared = `${gone} and not exists ${DECLARED}`
  if (kept === undefined) return tx.execute(declared)
  const money = name === 'payment' ? ' and t.month < $2' : ''
  return tx.execute(`${declared} and not exists ${STAYS}${money}`, [kept.now, kept.month])
}

/**
 * Brings the registry to the staged state: new and changed rows are written, rows the package no longer has are removed, but for
 * households that came by declaration, which no package had, or whose aid or account was settled here. Once the district pays by this
 * system, money of who is on aid and payments from its first month on stay as well.
 * Gives how many rows were written and removed.
 */
export async function mergeStages(tx: Tx, kept?: MoneyKept): Promise<{ changed: number; removed: number }> {
  let changed = 0
  let removed = 0
  await tx.query(`analyze ${STORED_TABLES.map(({ name }) => `stage_${name}`).join(', ')}`)
  for (const stored of STORED_TABLES) changed += await writeStage(tx, stored, kept)
  if (changed > 0) await analyseRegistry(tx)
  for (const stored of [...STORED_TABLES].reverse()) removed += await removeGone(tx, stored, kept)
  return { changed, removed }
}

/**
 * Writes staged rows beside what is there; nothing is removed, and no grant, account or payment of what is registered is changed. Gives how many rows
 * were new or changed.
 */
export async function addStages(tx: Tx): Promise<number> {
  let changed = 0
  for (const stored of STORED_TABLES) changed += await tx.execute(upsert(stored, true))
  return changed
}

/** Writes the issues and quarantined rows of an import. */
export async function saveIssues(tx: Tx, importId: string, at: string): Promise<void> {
  await tx.execute(
    `insert into import_issue (import_id, ${ISSUE_COLUMNS.join(', ')}) select $1, ${ISSUE_COLUMNS.join(', ')} from stage_issue`,
    [importId],
  )
  await tx.execute(
    `insert into quarantined_row (import_id, returned_at, ${QUARANTINE_COLUMNS.join(', ')})
      select $1, $2, ${QUARANTINE_COLUMNS.join(', ')} from stage_quarantine`,
    [importId, at],
  )
  await tx.query('analyze import_issue, quarantined_row')
}

/** Rows of earlier imports that were still open are settled: a newer package stands in their place. */
export async function supersedeQuarantine(tx: Tx, importId: string, at: string): Promise<void> {
  await tx.execute(
    `update quarantined_row set state = 'dismissed', settled_at = $2, settled_by = 'system:import'
      where state = 'open' and import_id <> $1`,
    [importId, at],
  )
}

/** One row per fact about a household, then one group per household: a plan that does not depend on how many there are. */
const REFRESH = `
  update household h set incomplete_members = f.members, incomplete_supporters = f.supporters, incomplete = f.refused,
    head_name = f.head, persons_count = f.persons
  from (
    select household_no, bool_or(file is not distinct from 'persons.csv') as members,
      bool_or(file is not distinct from 'supporters.csv') as supporters, bool_or(file is not null) as refused,
      count(name)::int as persons,
      coalesce((array_agg(name order by is_head desc, file_row) filter (where name is not null))[1], '') as head
    from (
      select household_no, null as file, null as name, false as is_head, 0 as file_row from household
      union all
      select n.household_no, q.file, null, false, 0 from quarantined_row q cross join unnest(q.names) as n(household_no)
        where q.state = 'open' and q.quarantined
          and q.file in ('persons.csv', 'supporters.csv', 'declared_income.csv', 'declared_assets.csv', 'declared_expenditure.csv')
      union all
      select household_no, null, name, relation is not distinct from 'head', file_row from person
    ) facts
    where $1::text[] is null or household_no = any($1)
    group by household_no
  ) f
  where f.household_no = h.household_no
    and (h.incomplete_members, h.incomplete_supporters, h.incomplete, h.head_name, h.persons_count)
      is distinct from (f.members, f.supporters, f.refused, f.head, f.persons)`

/** Computes marks, head and head-count anew, of all households or of those named. */
export async function refreshHouseholds(tx: Tx, householdNos: readonly string[] | null): Promise<void> {
  await tx.query(REFRESH, [householdNos], { named: false })
}

/** Tells the planner what the tables hold now; plans made while they were empty would be slow. */
async function analyseRegistry(tx: Tx): Promise<void> {
  await tx.query(`analyze ${STORED_TABLES.map(({ name }) => name).join(', ')}`)
}

/** The district the registry holds, six digits; undefined while it is empty. */
export async function findDistrict(tx: Tx): Promise<string | undefined> {
  const row = await tx.maybe<{ code: string }>(
    `select left(code, 6) as code from division where level = 'district' order by code limit 1`,
  )
  return row?.code
}
