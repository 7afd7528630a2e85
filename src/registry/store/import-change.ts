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

/** Place of a table among the others: rows are listed in the order in which files are read. */
const ORDER = `array_position(array[${CORE_TABLES.map(({ name }) => `'${name}'`).join(', ')}], c.table_name)`

/** A page of differences in the order of the files, then by key. */
export function listChanges(
  sql: Sql,
  importId: string,
  filter: ChangeFilter,
  after: { readonly order: number; readonly key: string } | null,
  limit: number,
): Promise<(ImportChangeRow & { position: number })[]> {
  return sql.query(
    `select c.table_name, c.row_key, c.household_no, d.name as division_name, c.kind, c.columns, c.flags, c.before, c.after,
       coalesce(c.after ->> 'name', c.before ->> 'name', nullif(c.before ->> 'head_name', ''), nullif(h.head_name, ''), (
         select p.after ->> 'name' from import_change p where p.import_id = c.import_id and p.table_name = 'persons' and p.household_no = c.household_no
         order by p.after ->> 'relation' = 'head' desc nulls last, p.row_key limit 1), '') as head_name, ${ORDER} as position
     from (select * from import_change c where ${FILTER} and ($5::int is null or (${ORDER}, c.row_key) > ($5, $6))
       order by ${ORDER}, c.row_key limit $7) c
     left join household h on h.household_no = c.household_no left join division d on d.code = c.division_code
     order by ${ORDER}, c.row_key`,
    [importId, filter.table, filter.kind, filter.flag, after?.order ?? null, after?.key ?? null, limit],
    { named: false },
  )
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
