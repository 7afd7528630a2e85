/** SQL that shows what an import adds, changes and takes off. */
import type { Sql } from '#platform/db'
import { CORE_TABLES } from '../tables.ts'

export interface ChangeFilter {
  readonly table: string | null
  readonly kind: string | null
  readonly flag: string | null
}

export interface ImportChangeRow {
  table_name: string
  row_key: string
  household_no: string | null
  division_name: string | null
  kind: 'new' | 'changed' | 'removed'
  columns: string[]
  flags: string[]
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  head_name: string
}

const FILTER = `c.import_id = $1 and ($2::text is null or c.table_name = $2) and ($3::text is null or c.kind = $3)
  and ($4::text is null or $4 = any(c.flags))`

const NAMES: readonly string[] = CORE_TABLES.map(({ name }) => name)

/** A row with the place of its table among the others. */
export type PlacedChange = ImportChangeRow & { position: number }

/** A page of the differences of one table by key: the primary key gives them in their order. */
async function listOfTable(
  sql: Sql,
  importId: string,
  table: string,
  filter: ChangeFilter,
  after: string | null,
  limit: number,
): Promise<PlacedChange[]> {
  const rows = await sql.query<ImportChangeRow>(
    `select c.table_name, c.row_key, c.household_no, d.name as division_name, c.kind, c.columns, c.flags, c.before, c.after,
       coalesce(c.after ->> 'name', c.before ->> 'name', nullif(c.before ->> 'head_name', ''), nullif(h.head_name, ''), (
         select p.after ->> 'name' from import_change p where p.import_id = c.import_id and p.table_name = 'persons' and p.household_no = c.household_no
         order by p.after ->> 'relation' = 'head' desc nulls last, p.row_key limit 1), '') as head_name
     from (select * from import_change c where c.import_id = $1 and c.table_name = $2 and ($5::text is null or c.row_key > $5)
         and ($3::text is null or c.kind = $3) and ($4::text is null or $4 = any(c.flags))
       order by c.row_key limit $6) c
     left join household h on h.household_no = c.household_no left join division d on d.code = c.division_code
     order by c.row_key`,
    [importId, table, filter.kind, filter.flag, after, limit],
    { named: false },
  )
  const position = NAMES.indexOf(table) + 1
  return rows.map((row) => ({ ...row, position }))
}

/** A page of differences in the order of the files, then by key: table by table, none of them asked for once the page is full. */
export async function listChanges(
  sql: Sql,
  importId: string,
  filter: ChangeFilter,
  after: { readonly order: number; readonly key: string } | null,
  limit: number,
): Promise<PlacedChange[]> {
  const tables = filter.table === null ? NAMES.slice(Math.max(0, (after?.order ?? 1) - 1)) : [filter.table]
  const rows: PlacedChange[] = []
  for (const table of tables) {
    if (rows.length >= limit) break
    const from = after !== null && NAMES[after.order - 1] === table ? after.key : null
    rows.push(...(await listOfTable(sql, importId, table, filter, from, limit - rows.length)))
  }
  return rows
}

export async function countListed(sql: Sql, importId: string, filter: ChangeFilter): Promise<number> {
  const { n } = await sql.one<{ n: number }>(`select count(*)::int as n from import_change c where ${FILTER}`, [
    importId,
    filter.table,
    filter.kind,
    filter.flag,
  ])
  return n
}
