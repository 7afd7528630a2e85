/** SQL that writes compared rows into the registry, settles what they stand in for, and takes all of it back. */
import type { Sql, Tx } from '#platform/db'
import { analyseRegistry } from './import.ts'
import { STORED_TABLES, type StoredTable } from './stored-table.ts'
import { alignDivisions } from './values.ts'

/** Runs that write wait for one another. */
export async function lockImports(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('registry.imports'))`)
}

/** Nobody else writes rows of the registry from here to the end of the transaction: what was compared is what is written over. */
export async function lockRegistry(tx: Tx): Promise<void> {
  await tx.query(`lock table ${STORED_TABLES.map(({ name }) => name).join(', ')} in share row exclusive mode`)
}

function write({ name, key, columns, table }: StoredTable): string {
  const set = columns.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
  return `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from stage_${name} s
    where exists (select from stage_change c where c.table_name = '${table.name}' and c.row_key = s.${key} and c.kind <> 'removed')
    on conflict (${key}) do update set ${set.join(', ')}`
}

/** Writes new and changed rows, then takes off those that go. */
export async function applyStages(tx: Tx): Promise<{ changed: number; removed: number }> {
  let changed = 0
  let removed = 0
  for (const stored of STORED_TABLES) changed += await tx.execute(write(stored))
  if (changed > 0) await analyseRegistry(tx)
  for (const { name, key, table } of [...STORED_TABLES].reverse()) {
    removed += await tx.execute(
      `delete from ${name} t using stage_change c where c.table_name = '${table.name}' and c.kind = 'removed' and c.row_key = t.${key}`,
    )
  }
  const moved = await tx.maybe(
    `select 1 from stage_change where table_name = 'households' and kind = 'changed' and 'division_code' = any(columns) limit 1`,
  )
  if (moved !== undefined) await alignDivisions(tx)
  return { changed, removed }
}

/** How many rows were written straight into an empty registry, which the planner then knows. */
export async function countStraight(tx: Tx): Promise<number> {
  const counts = STORED_TABLES.map(({ name }) => `(select count(*) from ${name})`)
  const { rows } = await tx.one<{ rows: number }>(`select (${counts.join(' + ')})::int as rows`)
  if (rows > 0) await analyseRegistry(tx)
  return rows
}

/** Opens the refused and doubtful rows of a run that is written; rows that were returned before as they are stay what they became. */
export async function openQuarantine(tx: Tx, importId: string): Promise<void> {
  await tx.execute(
    `with own as (select row_id, raw_index, file, row_key, codes from quarantined_row where import_id = $1),
     earlier as (
       select raw_index, file, row_key, codes from quarantined_row where import_id <> $1 and state in ('open', 'corrected', 'dismissed')
     )
     update quarantined_row q set state = case when q.row_id in (
         select o.row_id from own o join earlier e on e.raw_index = o.raw_index
         union all
         select o.row_id from own o join earlier e on e.raw_index is null and e.file = o.file and e.row_key = o.row_key and e.codes = o.codes)
       then 'known' else 'open' end
     where q.import_id = $1`,
    [importId],
  )
}

/** Settles open rows of earlier imports that rows of this one stand in for: accepted ones as corrected, rows refused anew as replaced. */
export async function settleNamed(tx: Tx, importId: string, by: string, at: string): Promise<void> {
  const accepted = STORED_TABLES.map(
    ({ name, key, table }) => `select '${table.file}' as file, ${key} as key, true from stage_${name}`,
  )
  await tx.execute(
    `with own as (select file, row_key as key, state, quarantined from quarantined_row where import_id = $1 and row_key is not null),
     earlier as (
       select row_id, file, row_key as key from quarantined_row q
       where state = 'open' and import_id <> $1 and row_key is not null
         and not exists (select from own k where k.state = 'known' and k.file = q.file and k.key = q.row_key)
     ), named as (
       select e.row_id, bool_or(n.accepted) as accepted from earlier e join (
         ${accepted.join(' union all ')} union all select file, key, false from own where state = 'open' and quarantined
       ) as n (file, key, accepted) using (file, key) group by 1
     )
     update quarantined_row q set settled_by = $2, settled_at = $3, settled_import = $1,
       state = case when n.accepted then 'corrected' else 'dismissed' end
     from named n where n.row_id = q.row_id`,
    [importId, by, at],
  )
}

/** Settles rows of earlier imports that were taken up with this one. */
export async function settleReleased(tx: Tx, importId: string, rowIds: readonly string[], at: string): Promise<void> {
  if (rowIds.length === 0) return
  await tx.execute(
    `update quarantined_row set state = 'corrected', settled_by = 'system:release', settled_at = $3, settled_import = $1
     where row_id = any($2) and state = 'open'`,
    [importId, rowIds, at],
  )
}

/** Households and subjects that the differences of a run touch. */
export async function listTouched(sql: Sql, importId: string): Promise<{ householdNos: string[]; subjectNos: string[] }> {
  const households = await sql.query<{ no: string }>(
    'select distinct household_no as no from import_change where import_id = $1 and household_no is not null order by 1',
    [importId],
  )
  const subjects = await sql.query<{ no: string }>(
    `select distinct case when table_name in ('persons', 'supporters') then row_key
         else coalesce(after ->> 'person_no', after ->> 'subject_no', before ->> 'person_no', before ->> 'subject_no') end as no
     from import_change where import_id = $1 and (table_name in ('persons', 'supporters')
       or coalesce(after ->> 'person_no', after ->> 'subject_no', before ->> 'person_no', before ->> 'subject_no') is not null) order by 1`,
    [importId],
  )
  return { householdNos: households.map(({ no }) => no), subjectNos: subjects.map(({ no }) => no) }
}

/** Columns of a table that can be written. */
async function writableColumns(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relname = any($1) and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname`,
    [STORED_TABLES.map(({ name }) => name)],
  )
  return new Map(rows.map(({ name, columns }) => [name, columns]))
}

/** Takes the rows of a run off again and puts back what stood before, each row as it was. */
export async function restoreBefore(tx: Tx, importId: string): Promise<void> {
  const columns = await writableColumns(tx)
  for (const { name, key, table } of [...STORED_TABLES].reverse()) {
    await tx.execute(
      `delete from ${name} t using import_change c
       where c.import_id = $1 and c.table_name = '${table.name}' and c.kind = 'new' and c.row_key = t.${key}`,
      [importId],
    )
  }
  for (const { name, key, table } of STORED_TABLES) {
    const all = columns.get(name) ?? []
    const set = all.filter((column) => column !== key).map((column) => `${column} = excluded.${column}`)
    await tx.execute(
      `insert into ${name} (${all.join(', ')}) select ${all.map((column) => `b.${column}`).join(', ')}
       from import_change c cross join jsonb_populate_record(null::${name}, c.before) b
       where c.import_id = $1 and c.table_name = '${table.name}' and c.kind <> 'new'
       on conflict (${key}) do update set ${set.join(', ')}`,
      [importId],
    )
  }
  await alignDivisions(tx)
}

/** Rows that the run settled are open again, its own are withdrawn, and states of divisions that it ended are forgotten. */
export async function restoreQuarantine(tx: Tx, importId: string): Promise<void> {
  await tx.execute(
    `update quarantined_row set state = 'open', settled_by = null, settled_at = null, settled_import = null where settled_import = $1`,
    [importId],
  )
  await tx.execute(`update quarantined_row set state = 'withdrawn' where import_id = $1`, [importId])
  await tx.query('select forget_division_changes($1)', [importId])
}

/** Throws away what was kept of a run that was never written. */
export async function forgetChecked(tx: Tx, importId: string): Promise<void> {
  await tx.execute('delete from import_change where import_id = $1', [importId])
  await tx.execute('delete from quarantined_row where import_id = $1', [importId])
  await tx.execute('delete from import_issue where import_id = $1', [importId])
}
