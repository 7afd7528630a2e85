import type { Sql } from '#platform/db'

/** Figures of one division: a township, or a village of a township. */
export interface QualityFigures {
  code: string
  name: string
  entries: number
  doubtful: number
  returned: number
  corrected: number
  by_rule: Record<string, number>
}

/** Groups by township, or by village where $2 names a township. */
const GROUP = (code: string): string => `case when $2::text is null then left(${code}, 9) || '000' else ${code} end`
const INSIDE = (code: string): string => `($2::text is null or left(${code}, 9) = left($2, 9))`

/** Entries are persons and supporters, accepted or refused. IDQ-10 is a household's division that the table does not have. */
const FIGURES = `
  with accepted as (
    select division_code from person where ${INSIDE('division_code')}
    union all select division_code from supporter where ${INSIDE('division_code')}
  ), refused as (
    select division_code, state from quarantined_row
    where import_id = $1 and quarantined and file in ('persons.csv', 'supporters.csv') and ${INSIDE('division_code')}
  ), doubtful as (
    select distinct file, row, division_code from import_issue
    where import_id = $1 and file in ('persons.csv', 'supporters.csv') and ${INSIDE('division_code')}
  ), facts as (
    select ${GROUP('division_code')} as code, count(*)::int as entries, 0 as doubtful, 0 as returned, 0 as corrected from accepted group by 1
    union all
    select ${GROUP('division_code')}, count(*) filter (where state <> 'corrected')::int, 0, count(*)::int,
      count(*) filter (where state = 'corrected')::int from refused group by 1
    union all
    select ${GROUP('division_code')}, 0, count(*)::int, 0, 0 from doubtful group by 1
  ), figures as (
    select code, sum(entries)::int as entries, sum(doubtful)::int as doubtful, sum(returned)::int as returned,
      sum(corrected)::int as corrected
    from facts group by code
  ), broken as (
    select ${GROUP('division_code')} as code,
      case code when 'DIVISION_UNKNOWN' then 'IDQ-10' else code end as rule, count(*)::int as rows
    from import_issue
    where import_id = $1 and (code like 'IDQ-%' or (code = 'DIVISION_UNKNOWN' and file = 'households.csv')) and ${INSIDE('division_code')}
    group by 1, 2
  )
  select f.code, coalesce(d.name, f.code) as name, f.entries, f.doubtful, f.returned, f.corrected,
    coalesce((select jsonb_object_agg(b.rule, b.rows) from broken b where b.code = f.code), '{}') as by_rule
  from figures f left join division d on d.code = f.code
  order by f.code`

/** Data quality of the newest import by township, or by village of one township. */
export async function listQualityFigures(sql: Sql, importId: string, township: string | null): Promise<QualityFigures[]> {
  return await sql.query<QualityFigures>(FIGURES, [importId, township], { named: false })
}

/** When each corrected row was returned and settled, as dates in China, by division of the figures. */
export async function listSettlements(
  sql: Sql,
  importId: string,
  township: string | null,
): Promise<{ code: string; returned_on: string; settled_on: string }[]> {
  return await sql.query<{ code: string; returned_on: string; settled_on: string }>(
    `select ${GROUP('division_code')} as code, (returned_at at time zone 'Asia/Shanghai')::date as returned_on,
       (settled_at at time zone 'Asia/Shanghai')::date as settled_on
     from quarantined_row
     where import_id = $1 and quarantined and state = 'corrected' and settled_at is not null and ${INSIDE('division_code')}`,
    [importId, township],
    { named: false },
  )
}
