import type { Sql } from '#platform/db'

export interface DivisionListRow {
  code: string
  name: string
  level: 'district' | 'township' | 'village'
  kind: 'district' | 'township' | 'street' | 'village' | 'community'
  parent_code: string | null
  parent_name: string | null
  households: number
}

export interface DivisionFilter {
  readonly parent: string | null
  readonly level: string | null
  /** Part of a name, or initials. */
  readonly word: string | null
  /** Only divisions within [lo, hi) or above it. */
  readonly lo: string
  readonly hi: string
  readonly limit: number
}

/** Divisions of the filter with the households in the caller's scope below each. */
export async function listDivisionRows(sql: Sql, filter: DivisionFilter): Promise<DivisionListRow[]> {
  return await sql.query<DivisionListRow>(
    `with area as materialized (
       select d.code, d.name, d.level, d.kind, d.parent_code,
         case d.level when 'district' then 6 when 'township' then 9 else 12 end as digits
       from division d
       where d.code >= $4 and d.code < $5 and ($1::text is null or d.parent_code = $1) and ($2::text is null or d.level = $2)
         and ($3::text is null or position($3 in d.name) > 0 or d.initials like lower($3) || '%')
       order by d.code limit $6
     ), held as materialized (
       select division_code, count(*)::int as households from household group by division_code
     )
     select a.code, a.name, a.level, a.kind, a.parent_code, p.name as parent_name,
       coalesce((select sum(h.households)::int from held h where left(h.division_code, a.digits) = left(a.code, a.digits)), 0) as households
     from area a left join division p on p.code = a.parent_code
     order by a.code`,
    [filter.parent, filter.level, filter.word, filter.lo, filter.hi, filter.limit],
    { named: false },
  )
}

/** Names of divisions by code. */
export async function divisionNamesOf(sql: Sql, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ code: string; name: string }>('select code, name from division where code = any($1)', [codes])
  return new Map(rows.map(({ code, name }) => [code, name]))
}

/** Name of an official by number, as households name their handler; null if unknown. */
export async function findOfficialName(sql: Sql, officialNo: string): Promise<string | null> {
  const row = await sql.maybe<{ name: string }>('select name from official where official_no = $1', [officialNo])
  return row?.name ?? null
}
