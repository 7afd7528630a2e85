import type { Sql } from '#platform/db'
import type { DivisionListRow } from './divisions.ts'

/** SQL of changes to single divisions. */

export type DatedDivisionRow = Omit<DivisionListRow, 'households'> & { since: string | null }

export interface HistoryFilter {
  readonly parent: string | null
  readonly level: string | null
  readonly word: string | null
  readonly lo: string
  readonly hi: string
  readonly limit: number
}

const FORMERLY = `coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'name', c.name, 'until', c.changed_on)
    order by c.changed_on desc, c.code)
  from division_change c where c.successor_code = d.code and (c.code <> d.code or c.name <> d.name)), '[]') as formerly`

/** Divisions in force of the filter, with earlier names. */
export function listDatedDivisions(sql: Sql, filter: HistoryFilter): Promise<DatedDivisionRow[]> {
  return sql.query<DatedDivisionRow>(
    `select d.code, d.name, d.level, d.kind, d.parent_code, p.name as parent_name, d.since, ${FORMERLY}
     from division d left join division p on p.code = d.parent_code
     where d.code >= $4 and d.code < $5 and ($1::text is null or d.parent_code = $1) and ($2::text is null or d.level = $2)
       and ($3::text is null or position($3 in d.name) > 0 or d.initials like lower($3) || '%' or exists (
         select from division_change c where c.successor_code = d.code and position($3 in c.name) > 0))
     order by d.code limit $6`,
    [filter.parent, filter.level, filter.word, filter.lo, filter.hi, filter.limit],
    { named: false },
  )
}

export interface EndedDivisionRow {
  readonly code: string
  readonly name: string
  readonly level: string
  readonly from: string | null
  readonly until: string
  readonly successor_code: string | null
  readonly successor_name: string | null
}

/** Codes of the filter that are in no list in force any more, with their last state. */
export function listEndedDivisions(sql: Sql, filter: HistoryFilter): Promise<EndedDivisionRow[]> {
  return sql.query<EndedDivisionRow>(
    `select distinct on (c.code) c.code, c.name, c.level, c.valid_from as "from", c.changed_on as until, c.successor_code,
       division_name_on(c.successor_code, 'infinity') as successor_name
     from division_change c
     where c.code >= $4 and c.code < $5 and not exists (select from division d where d.code = c.code)
       and ($1::text is null or c.parent_code = $1) and ($2::text is null or c.level = $2)
       and ($3::text is null or position($3 in c.name) > 0)
     order by c.code, c.changed_on desc limit $6`,
    [filter.parent, filter.level, filter.word, filter.lo, filter.hi, filter.limit],
    { named: false },
  )
}

export interface DivisionStateRow {
  readonly code: string
  readonly name: string
  readonly level: string
  readonly kind: string
  readonly parent_code: string | null
  readonly since: string | null
}

/** A division in force, held until the transaction ends; undefined if the code is not in use within the scope. */
export function findDivisionState(sql: Sql, code: string): Promise<DivisionStateRow | undefined> {
  return sql.maybe<DivisionStateRow>(
    `select code, name, level, kind, parent_code, since from division
     where code = $1 and division_code >= app_scope_lo() and division_code < app_scope_hi() for update`,
    [code],
  )
}

/** Keeps the state a division is in as ended on a day, continued by `successor` (itself when only its name changes). */
export async function insertEndedState(sql: Sql, state: DivisionStateRow, on: string, successor: string): Promise<void> {
  await sql.execute(
    `insert into division_change (code, changed_on, valid_from, name, level, kind, parent_code, successor_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [state.code, on, state.since, state.name, state.level, state.kind, state.parent_code, successor],
  )
}

export async function dateDivision(sql: Sql, code: string, since: string): Promise<void> {
  await sql.execute('update division set since = $2 where code = $1', [code, since])
}

export async function deleteDivision(sql: Sql, code: string): Promise<void> {
  await sql.execute('delete from division where code = $1', [code])
}

/** True when a code is or was in use. */
export async function isCodeTaken(sql: Sql, code: string): Promise<boolean> {
  const { taken } = await sql.one<{ taken: boolean }>(
    'select exists (select from division where code = $1) or exists (select from division_change where code = $1) as taken',
    [code],
  )
  return taken
}

/** Returned rows that still wait in a division go on in another one, so that its clerks see them. */
export async function moveOpenRows(sql: Sql, from: string, to: string): Promise<void> {
  await sql.execute(`update quarantined_row set division_code = $2 where division_code = $1 and state = 'open'`, [from, to])
}
