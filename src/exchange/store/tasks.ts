/** SQL of what waits for a person: outages and tasks, kept up as sets. */
import type { Sql } from '#platform/db'
import { lastStated, parkedOpen, seenAt } from './board.ts'
import { termsOn } from './terms.ts'

/**
 * Opens an outage for each node that is not heard any more and ends those of nodes that are heard again (or were revoked).
 * One statement.
 */
export async function noteOutages(sql: Sql, at: string, today: string): Promise<void> {
  await sql.execute(
    `with node as (
       select n.unit, n.state, ${seenAt} as seen_at, t.silent_minutes
         from exchange_node n cross join lateral (${termsOn('n.unit', '$2')}) t
     ), away as (
       select unit, seen_at from node where state = 'active' and seen_at < $1::timestamptz - make_interval(mins => silent_minutes)
     ), ended as (
       update exchange_outage o set until_at = $1 where o.until_at is null and not exists (select from away a where a.unit = o.unit)
     )
     insert into exchange_outage (unit, from_at)
     select unit, seen_at from away a where not exists (select from exchange_outage o where o.unit = a.unit and o.until_at is null)
     on conflict do nothing`,
    [at, today],
  )
}

/**
 * Counts the requests of each unit since an instant (and since the begin of today), the answered ones, and their delays in minutes.
 * Delays are gathered in steps of 2 %: nobody waits for some hundred thousand to be sorted. One statement.
 */
export async function countDelays(sql: Sql, at: string, from: string, todayFrom: string): Promise<void> {
  await sql.execute(
    `with step as (
       select unit, floor(ln(1 + abs(date_part('epoch', answered_at - created_at))) * 50) as step, count(*) as n,
              count(*) filter (where created_at >= $3) as today
         from exchange_message where type = 'request' and created_at >= $2 group by 1, 2
     ), spread as (
       select unit, step, n, today, (exp((step + 0.5) / 50) - 1) / 60 as minutes,
              sum(n) filter (where step is not null) over (partition by unit order by step nulls last)
                / nullif(sum(n) filter (where step is not null) over (partition by unit), 0) as reached
         from step
     ), figures as (
       select unit, sum(n) as asked, coalesce(sum(n) filter (where step is not null), 0) as answered, sum(today) as asked_today,
              min(minutes) filter (where reached >= 0.5) as median, min(minutes) filter (where reached >= 0.95) as p95
         from spread group by unit
     ), quiet as (
       delete from exchange_delay d where not exists (select from figures f where f.unit = d.unit)
     )
     insert into exchange_delay (unit, asked, answered, asked_today, median, p95, counted_at)
     select unit, asked, answered, asked_today, median, p95, $1 from figures
     on conflict (unit) do update set asked = excluded.asked, answered = excluded.answered, asked_today = excluded.asked_today,
       median = excluded.median, p95 = excluded.p95, counted_at = excluded.counted_at`,
    [at, from, todayFrom],
  )
}

/** What is wrong now: unit, cause, since when. Parameters: the instant, its day. */
const causes = `cause as (
  select n.unit, 'late' as cause, o.oldest + make_interval(hours => t.answer_hours) as since
    from (select unit, min(created_at) as oldest from exchange_message
           where type = 'request' and answered_at is null and cancelled_at is null group by unit) o
    join exchange_node n using (unit) cross join lateral (${termsOn('n.unit', '$2')}) t
   where o.oldest + make_interval(hours => t.answer_hours) < $1::timestamptz
  union all
  select n.unit, 'silent', coalesce(o.from_at, n.enrolled_at)
    from exchange_node n left join exchange_outage o on o.unit = n.unit and o.until_at is null
    cross join lateral (${termsOn('n.unit', '$2')}) t
   where n.state = 'active' and (o.unit is not null or ${seenAt} is null)
     and coalesce(o.from_at, n.enrolled_at) < $1::timestamptz - make_interval(mins => t.outage_minutes)
  union all
  select n.unit, 'difference', s.at
    from exchange_node n cross join lateral (${lastStated('n.unit')}) s
   where n.state = 'active' and (s.ours is null or jsonb_array_length(s.differences) > 0)
  union all
  select coalesce(unit, ''), 'parked', min(at) from (${parkedOpen}) p group by 1
)`

/**
 * Raises a task for each cause that has none, closes those whose cause is gone, and hands on what is open for long. One
 * statement; nothing is written when nothing changed.
 */
export async function keepTasks(sql: Sql, at: string, today: string, lastRank: number): Promise<void> {
  await sql.execute(
    `with ${causes}, gone as (
       update exchange_task k set closed_at = $1
        where k.closed_at is null and not exists (select from cause c where c.unit = k.unit and c.cause = k.cause)
     ), due as (
       select k.task_no, least($3::int, floor(extract(epoch from $1::timestamptz - k.raised_at) / 86400 / t.escalate_days)::int) as rank
         from exchange_task k cross join lateral (${termsOn('k.unit', '$2')}) t
        where k.closed_at is null and exists (select from cause c where c.unit = k.unit and c.cause = k.cause)
     ), handed as (
       update exchange_task k set rank = d.rank, escalated_at = $1 from due d where k.task_no = d.task_no and k.rank < d.rank
     )
     insert into exchange_task (unit, cause, since, raised_at)
     select c.unit, c.cause, c.since, $1 from cause c
      where not exists (select from exchange_task k where k.closed_at is null and k.unit = c.unit and k.cause = c.cause)
     on conflict do nothing`,
    [at, today, lastRank],
  )
}

/** An open task with who is responsible. */
export interface TaskRow {
  task_no: number
  unit: string
  name: string | null
  cause: 'late' | 'silent' | 'parked' | 'difference'
  since: string
  raised_at: string
  rank: number
  responsible: string | null
  responsible_name: string | null
}

/** The open tasks of every node, or of one: those handed on furthest first. */
export function listOpenTasks(sql: Sql, today: string, unit: string | null): Promise<TaskRow[]> {
  return sql.query<TaskRow>(
    `select k.task_no, k.unit, n.name, k.cause, k.since, k.raised_at, k.rank, t.responsible, t.responsible_name
       from exchange_task k left join exchange_node n using (unit) cross join lateral (${termsOn('k.unit', '$1')}) t
      where k.closed_at is null and ($2::text is null or k.unit = $2) order by k.rank desc, k.since, k.task_no limit 500`,
    [today, unit],
  )
}
