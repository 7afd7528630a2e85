/** What stands beside planted cases: notices with their lines, sessions of the villages, draws of the district, decisions. */
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { AMOUNT, EXEMPLARS } from './case-exemplars.ts'

const notices = [
  `create temporary table hung on commit drop as
   select p.case_no, p.division_code, p.name, p.members, e.amount, l.level, s.state in ('posted', 'paused') as hangs,
     'GS-' || l.level || '-' || a.area || case when s.state in ('posted', 'paused') then '-2' else '-1' end as notice_no, a.area
   from planted p join casefile e on e.case_no = p.exemplar
   join case_move m on m.case_no = p.exemplar and m.command = 'publish' join case_step s on s.case_no = p.exemplar and s.step = m.step
   cross join lateral (select substr(m.step, 8) as level) l
   cross join lateral (select case l.level when 'village' then p.division_code when 'township' then left(p.division_code, 9) || '000'
     else left(p.division_code, 6) || '000000' end as area) a`,
  `insert into notice (notice_no, division_code, level, stage, title, from_on, to_on, telephone, state, published_by, published_at)
   select distinct notice_no, area, level, 'review', '低保审核公示', $1::date - 3, $1::date + 4, '0000-0000000',
     case when hangs then 'posted' else 'closed' end, 'demo-township', $1::date - 3 from hung`,
  `insert into notice_line (notice_no, case_no, division_code, name, members, amount, closed_at)
   select notice_no, case_no, division_code, name, members, amount, case when not hangs then $1::date end from hung`,
  `insert into notice_posting (posting_id, notice_no, division_code, posted_on, place, sha256, by_user, at)
   select gen_random_uuid(), notice_no, division_code, from_on, '公示栏', repeat('a', 64), 'demo-village', published_at from notice`,
]

const sessions = [
  `insert into deliberation_session (session_id, division_code, planned_on, place, seed, pool, drawn, chair, ballot, held_on, present, state,
     by_user, at)
   select gen_random_uuid(), p.division_code, $1::date - 60, '村委会', '0', '[]',
     (select jsonb_agg(jsonb_build_object('memberId', 'm' || i, 'name', '代表' || i, 'kind', 'representative')) from generate_series(1, 11) i),
     '代表1', 'secret', $1::date - 60, '[]', 'held', 'demo-township', $1::date - 70
   from (select distinct division_code from planted) p`,
  `insert into session_case (session_id, case_no, division_code, yes, no, abstain, invalid, outcome)
   select s.session_id, p.case_no, p.division_code, 10, 1, 0, 0, 'passed'
   from planted p join deliberation_session s on s.division_code = p.division_code
   where exists (select from case_move m where m.case_no = p.exemplar and m.step = 'deliberation')`,
]

const draws = `insert into sample_draw (draw_id, division_code, seed, method, cases, drawn, share, by_user, at)
   select gen_random_uuid(), left(p.division_code, 6) || '000000', '0', '虚构', array_agg(p.case_no order by p.case_no), '{}', '0/1', 'demo-approver',
     $1::date - 5
   from planted p join case_step s on s.case_no = p.exemplar and s.step = 'approval' and s.state <> 'waiting' group by left(p.division_code, 6), p.n / 500`

const decisions = `insert into case_decision (decision_no, case_no, household_no, division_code, result, base, top_up, amount, persons, from_month, valid_to,
     certificate_no, grounds, by_user, at, notified_at)
   select 'JD' || substr(p.case_no, 3), p.case_no, p.household_no, p.division_code, d.result, d.base, d.top_up, d.base + d.top_up, p.members,
     case when d.result = 'granted' then to_char(m.at, 'YYYY-MM') end, case when d.result = 'granted' then m.at::date + 365 end,
     case when d.result = 'granted' then 'ZS' || substr(p.case_no, 3) end, $1, m.by_user, m.at + p.shift * interval '1 day',
     m.at + (p.shift + 1) * interval '1 day'
   from planted p join unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) as d(exemplar, result, base, top_up) on d.exemplar = p.exemplar
   join lateral (select m.at, m.by_user from case_move m where m.case_no = p.exemplar and m.by_role = 'district_approver'
     order by m.seq desc limit 1) m on true`

/** Copies the papers of the exemplars in the temporary table `planted`. Some statements, whatever the number of cases. */
export async function plantPapers(tx: Tx, keys: Keys, today: string): Promise<void> {
  const [made = '', ...rows] = notices
  await tx.execute(made)
  for (const text of rows) await tx.execute(text, text.includes('$1') ? [today] : [])
  for (const text of sessions) await tx.execute(text, text.includes('$1') ? [today] : [])
  await tx.execute(draws, [today])
  const decided = EXEMPLARS.flatMap(({ id, decided: result }) => (result === undefined ? [] : [{ id, result }]))
  const fen = (amount: number): number[] => decided.map(({ result }) => (result === 'granted' ? amount : 0))
  await tx.execute(decisions, [
    keys.seal(JSON.stringify({ planted: true })),
    decided.map(({ id }) => id),
    decided.map(({ result }) => result),
    fen(AMOUNT.base),
    fen(AMOUNT.topUp),
  ])
}
