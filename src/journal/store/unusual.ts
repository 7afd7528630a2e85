/** SQL of unusual looks: the looks of the last weeks, gathered by person and hour or day. */
import type { Sql } from '#platform/db'
import type { UnusualKind } from '../contract.ts'

/** Persons that are staff or their kin, by the account of the staff. */
export interface StaffKin {
  readonly userId: string
  readonly index: Buffer
}

export interface UnusualRow {
  kind: UnusualKind
  actor: string
  role: string
  from: string
  until: string
  persons: number
  looks: number
  total: number
}

export interface UnusualTerms {
  readonly since: string
  readonly looking: string
  readonly many: number
  readonly firstHour: number
  readonly lastHour: number
  readonly daysOff: readonly string[]
  readonly kin: readonly StaffKin[]
  readonly limit: number
}

const china = `at time zone 'Asia/Shanghai'`
const isLook = `at >= $1 and cardinality(subjects) > 0 and role not in ('system', 'partner') and action ~ $2`

/** What is unusual since an instant, newest first. One statement. */
export function listUnusualRows(sql: Sql, terms: UnusualTerms): Promise<UnusualRow[]> {
  return sql.query<UnusualRow>(
    `with look as materialized (
       select entry_id, actor, role, at, s.person from journal cross join lateral unnest(subjects) as s(person) where ${isLook}
     ), kin as (
       select k.user_id, decode(k.person, 'hex') as person from unnest($7::text[], $8::text[]) as k(user_id, person)
     ), found as (
       select 'many' as kind, actor, role, date_trunc('hour', at) as part, min(at) as from_at, max(at) as until_at,
         count(distinct person)::int as persons, count(distinct entry_id)::int as looks
       from look group by actor, role, date_trunc('hour', at) having count(distinct person) > $3
       union all
       select 'hours', actor, role, date_trunc('day', at ${china}) at time zone 'Asia/Shanghai', min(at), max(at),
         count(distinct person)::int, count(distinct entry_id)::int
       from look where extract(hour from at ${china}) < $4 or extract(hour from at ${china}) >= $5 or (at ${china})::date = any ($6::date[])
       group by actor, role, date_trunc('day', at ${china})
       union all
       select case when k.user_id = l.actor then 'own' else 'colleague' end, actor, role, date_trunc('day', at ${china}) at time zone 'Asia/Shanghai',
         min(at), max(at), count(distinct l.person)::int, count(distinct entry_id)::int
       from look l join kin k on k.person = l.person group by 1, actor, role, date_trunc('day', at ${china})
     )
     select kind, actor, role, from_at as "from", until_at as until, persons, looks, count(*) over ()::int as total
     from found order by until_at desc, actor, kind limit $9`,
    [
      terms.since,
      terms.looking,
      terms.many,
      terms.firstHour,
      terms.lastHour,
      terms.daysOff,
      terms.kin.map(({ userId }) => userId),
      terms.kin.map(({ index }) => index.toString('hex')),
      terms.limit,
    ],
    { named: false },
  )
}

/** How many looks there were since an instant, and since the begin of today. */
export function countLooks(
  sql: Sql,
  since: string,
  looking: string,
  todayFrom: string,
): Promise<{ looks: number; today: number }> {
  return sql.one(`select count(*)::int as looks, count(*) filter (where at >= $3)::int as today from journal where ${isLook}`, [
    since,
    looking,
    todayFrom,
  ])
}

export interface ActorLookRow {
  entry_id: number
  at: string
  role: string
  action: string
  purpose: string
  subjects: Buffer[]
  persons: number
}

/** What somebody looked at within a time, newest first; the first of the persons of each look. */
export function listActorRows(
  sql: Sql,
  actor: string,
  span: { readonly from: string; readonly until: string },
  page: { readonly looking: string; readonly before: number | null; readonly limit: number; readonly shown: number },
): Promise<ActorLookRow[]> {
  return sql.query<ActorLookRow>(
    `select entry_id, at, role, action, purpose, subjects[1:$6] as subjects, cardinality(subjects) as persons from journal
     where ${isLook} and at <= $3 and actor = $4 and ($5::bigint is null or entry_id < $5) order by entry_id desc limit $7`,
    [span.from, page.looking, span.until, actor, page.before, page.shown, page.limit],
    { named: false },
  )
}

export async function countActorRows(
  sql: Sql,
  actor: string,
  span: { readonly from: string; readonly until: string },
  looking: string,
): Promise<number> {
  const { n } = await sql.one<{ n: number }>(
    `select count(*)::int as n from journal where ${isLook} and at <= $3 and actor = $4`,
    [span.from, looking, span.until, actor],
  )
  return n
}
