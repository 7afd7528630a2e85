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

/** A page of differences in the order of the files, then by key, in one statement: of every table the primary key gives no more than a page. */
export function listChanges(
  sql: Sql,
  importId: string,
  filter: ChangeFilter,
  after: { readonly order: number; readonly key: string } | null,
  limit: number,
): Promise<PlacedChange[]> {
  return sql.query<PlacedChange>(
    `select c.position, c.table_name, c.row_key, c.household_no, d.name as division_name, c.kind, c.columns, c.flags, c.before, c.after,
       coalesce(c.after ->> 'name', c.before ->> 'name', nullif(c.before ->> 'head_name', ''), nullif(h.head_name, ''), (
         select p.after ->> 'name' from import_change p where p.import_id = c.import_id and p.table_name = 'persons' and p.household_no = c.household_no
         order by p.after ->> 'relation' = 'head' desc nulls last, p.row_key limit 1), '') as head_name
     from (
       select t.position::int, c.* from unnest($2::text[]) with ordinality as t(name, position) cross join lateral (
         select * from import_change c where c.import_id = $1 and c.table_name = t.name and c.row_key > case when t.position = $5 then $6 else '' end
           and ($3::text is null or c.kind = $3) and ($4::text is null or $4 = any(c.flags))
         order by c.row_key limit $7
       ) c
       where t.position >= $5 and ($8::text is null or t.name = $8)
       order by t.position, c.row_key limit $7
     ) c
     left join household h on h.household_no = c.household_no left join division d on d.code = c.division_code
     order by c.position, c.row_key`,
    [importId, NAMES, filter.kind, filter.flag, after?.order ?? 1, after?.key ?? '', limit, filter.table],
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
