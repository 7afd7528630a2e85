import type { Sql, Tx } from '#platform/db'
import type { FormerDivision } from '../rules/quality-checks.ts'

export interface DivisionListRow {
  code: string
  name: string
  level: 'district' | 'township' | 'village'
  kind: 'district' | 'township' | 'street' | 'village' | 'community'
  parent_code: string | null
  parent_name: string | null
  households: number
  /** earlier names of the same code, and codes it took the place of */
  formerly: { code: string; name: string; until: string }[]
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
         and ($3::text is null or position($3 in d.name) > 0 or d.initials like lower($3) || '%' or exists (
           select from division_change c where c.successor_code = d.code and position($3 in c.name) > 0))
       order by d.code limit $6
     ), held as materialized (
       select division_code, count(*)::int as households from household group by division_code
     )
     select a.code, a.name, a.level, a.kind, a.parent_code, p.name as parent_name,
       coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'until', c.changed_on) order by c.changed_on desc, c.code)
         from division_change c where c.successor_code = a.code and (c.code <> a.code or c.name <> a.name)), '[]') as formerly,
       coalesce((select sum(h.households)::int from held h where left(h.division_code, a.digits) = left(a.code, a.digits)), 0) as households
     from area a left join division p on p.code = a.parent_code
     order by a.code`,
    [filter.parent, filter.level, filter.word, filter.lo, filter.hi, filter.limit],
    { named: false },
  )
}

/** Names of divisions by code, as they were on a day; without one that nobody ever knew. */
export async function divisionNamesOn(sql: Sql, codes: readonly string[], on: string): Promise<Map<string, string>> {
  const rows = await sql.query<{ code: string; name: string | null }>(
    'select c.code, division_name_on(c.code, $2) as name from unnest($1::text[]) as c(code)',
    [codes, on],
  )
  return new Map(rows.flatMap(({ code, name }) => (name === null ? [] : [[code, name] as const])))
}

/** Name of a division on a day; null for a code that nobody ever knew. */
export async function divisionNameOn(sql: Sql, code: string, on: string): Promise<string | null> {
  return (await divisionNamesOn(sql, [code], on)).get(code) ?? null
}

const DIFFERS = '(d.name, d.level, d.kind, d.parent_code) is distinct from (s.name, s.level, s.kind, s.parent_code)'

/** Old states of divisions that a package renames, moves or (whole packages only) leaves out; $1 is the day, $2 whether it is whole. */
const KEEP = `
  with old as (
    select d.code, d.name, d.level, d.kind, d.parent_code, d.since, s.code is null as gone
    from division d left join stage_division s on s.code = d.code
    where case when s.code is null then $2::boolean and exists (select from stage_change c where c.table_name = 'divisions' and c.row_key = d.code) else ${DIFFERS} end
  ), moved as (
    select v.code, v.successor, count(*) as households
    from household h join stage_household t on t.household_no = h.household_no
    cross join lateral (values (h.division_code, t.division_code),
      (left(h.division_code, 9) || '000', left(t.division_code, 9) || '000')) as v(code, successor)
    where v.code in (select code from old where gone) and v.successor in (select code from stage_division)
    group by v.code, v.successor
  ), successor as (
    select distinct on (code) code, successor from moved order by code, households desc, successor
  )
  insert into division_change (code, changed_on, valid_from, name, level, kind, parent_code, successor_code, import_id)
  select o.code, $1::date, o.since, o.name, o.level, o.kind, o.parent_code, case when o.gone then n.successor else o.code end, $3::uuid
  from old o left join successor n on n.code = o.code
  where o.since is null or o.since < $1::date
  on conflict (code, changed_on) do nothing`

/**
 * Before staged rows are merged: keeps the states of divisions that end with this package, and gives the codes that begin with it.
 * The first package of a district begins nothing. A gone division is continued by the one most of its households moved to.
 */
export async function keepFormerDivisions(
  tx: Tx,
  on: string,
  { whole, importId }: { whole: boolean; importId: string },
): Promise<string[]> {
  await tx.execute(KEEP, [on, whole, importId])
  await tx.execute(
    `update division d set since = $1::date from stage_division s
      where s.code = d.code and ${DIFFERS} and (d.since is null or d.since < $1::date)`,
    [on],
  )
  const begun = await tx.query<{ code: string }>(
    `select s.code from stage_division s
     where exists (select from division) and not exists (select from division d where d.code = s.code)`,
  )
  return begun.map(({ code }) => code)
}

/** After the merge: the new codes begin on the day. */
export async function dateNewDivisions(tx: Tx, on: string, codes: readonly string[]): Promise<void> {
  if (codes.length > 0) await tx.execute('update division set since = $1 where code = any($2)', [on, codes])
}

/** The last known state of codes that are in no list in force any more. */
export async function listFormerDivisions(sql: Sql, codes: readonly string[]): Promise<Map<string, FormerDivision>> {
  const rows = await sql.query<FormerDivision & { code: string }>(
    `select distinct on (code) code, name, valid_from as "from", changed_on as "to", successor_code as successor
     from division_change where code = any($1) order by code, changed_on desc`,
    [codes],
  )
  return new Map(rows.map(({ code, ...former }) => [code, former]))
}

/** Name of an official by number, as households name their handler; null if unknown. */
export async function findOfficialName(sql: Sql, officialNo: string): Promise<string | null> {
  const row = await sql.maybe<{ name: string }>('select name from official where official_no = $1', [officialNo])
  return row?.name ?? null
}
