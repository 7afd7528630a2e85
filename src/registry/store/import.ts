import type { CopyValue } from '#platform/copy-text'
import type { CopyChunks, Tx } from '#platform/db'
import type { SourcePlace } from '../package-source.ts'
import { STORED_TABLES, type StoredTable } from './stored-table.ts'

/** SQL of an import's reading: temporary tables take the checked rows and every doubt. */

const ISSUE_COLUMNS = [
  'file',
  'row',
  'column_name',
  'code',
  'severity',
  'message',
  'household_no',
  'division_code',
  'place_sheet',
  'place_row',
]
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
  'raw_index',
  'place_sheet',
  'place_row',
]

/** Whether the registry holds no row at all. */
export async function isRegistryEmpty(tx: Tx): Promise<boolean> {
  const tables = STORED_TABLES.map(({ name }) => `exists (select from ${name})`)
  return (await tx.maybe(`select 1 where ${tables.join(' or ')}`)) === undefined
}

/**
 * Creates the temporary tables of an import; they vanish with the transaction. `straight`: accepted rows are written where they stay, as
 * nothing stands there, and their stage is a view of the table.
 */
export async function createStages(tx: Tx, straight: boolean): Promise<void> {
  for (const { name, columns } of STORED_TABLES) {
    const rows = `select ${columns.join(', ')} from ${name}`
    if (straight) await tx.query(`create temp view stage_${name} as ${rows}`)
    else await tx.query(`create temp table stage_${name} on commit drop as ${rows} with no data`)
  }
  await tx.query(
    `create temp table stage_issue on commit drop as select ${ISSUE_COLUMNS.join(', ')} from import_issue with no data`,
  )
  await tx.query(
    `create temp table stage_change on commit drop as
     select table_name, row_key, household_no, division_code, kind, columns, flags, before, after, null::bytea as content
     from import_change with no data`,
  )
  await tx.query(`alter table stage_change alter column columns set default '{}', alter column flags set default '{}'`)
  await tx.query(
    `create temp table stage_quarantine on commit drop as select ${QUARANTINE_COLUMNS.join(', ')} from quarantined_row with no data`,
  )
}

/** Drops the views that stood for stages: unlike temporary tables they outlast the transaction. */
export async function dropStraight(tx: Tx): Promise<void> {
  await tx.query(`drop view ${STORED_TABLES.map(({ name }) => `stage_${name}`).join(', ')}`)
}

/** COPYs ready-made lines of rows of a table into its stage, or straight where they stay. */
export async function stageRows(tx: Tx, stored: StoredTable, chunks: CopyChunks, straight: boolean): Promise<void> {
  await tx.copyInText(`copy ${straight ? '' : 'stage_'}${stored.name} (${stored.columns.join(', ')}) from stdin`, chunks)
}

/** One line of import_issue without the import's id: file, row, column, code, severity, message, household, division, sheet and row of a workbook. */
export type IssueLine = readonly [
  string,
  number,
  string,
  string,
  string,
  string,
  string | null,
  string,
  (string | undefined)?,
  (number | undefined)?,
]

export async function stageIssues(tx: Tx, lines: readonly IssueLine[]): Promise<void> {
  if (lines.length === 0) return
  const whole = lines.map((line) => ISSUE_COLUMNS.map((_, i) => line[i]))
  await tx.copyIn(`copy stage_issue (${ISSUE_COLUMNS.join(', ')}) from stdin`, whole)
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
  /** Keyed digest of the file and the row as it stands there. */
  readonly rawIndex: Uint8Array
  readonly place: SourcePlace | null
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
    line.rawIndex,
    line.place?.sheet,
    line.place?.row,
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

/** Writes the issues and doubtful rows of an import that is only compared: they mark nothing yet. */
export async function saveIssues(tx: Tx, importId: string, at: string): Promise<void> {
  await tx.execute('delete from import_issue where import_id = $1', [importId])
  await tx.execute('delete from quarantined_row where import_id = $1', [importId])
  await tx.execute(
    `insert into import_issue (import_id, ${ISSUE_COLUMNS.join(', ')}) select $1, ${ISSUE_COLUMNS.join(', ')} from stage_issue`,
    [importId],
  )
  await tx.execute(
    `insert into quarantined_row (import_id, returned_at, state, ${QUARANTINE_COLUMNS.join(', ')})
      select $1, $2, 'checked', ${QUARANTINE_COLUMNS.join(', ')} from stage_quarantine`,
    [importId, at],
  )
  await tx.query('analyze import_issue, quarantined_row')
}

/** Tells the planner what the tables hold now; plans made while they were empty would be slow. */
export async function analyseRegistry(tx: Tx): Promise<void> {
  await tx.query(`analyze ${STORED_TABLES.map(({ name }) => name).join(', ')}`)
}

/** The district the registry holds, six digits; undefined while it is empty. */
export async function findDistrict(tx: Tx): Promise<string | undefined> {
  const row = await tx.maybe<{ code: string }>(
    `select left(code, 6) as code from division where level = 'district' order by code limit 1`,
  )
  return row?.code
}
