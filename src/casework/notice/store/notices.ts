/** SQL of notices: what waits, what hangs, the lists and their photos. Lists are read and written as sets. */

import { nameOf } from '#platform/actor-name'
import type { Tx } from '#platform/db'
import type { NoticeLevel, NoticePlan, NoticeRow, NoticeStage, PostingView } from '../contract/notice.ts'
import type { PublishedLine } from '../rules/notice.ts'

/** Place a case is published at, by level. */
const placeOf = `case s.step when 'notice_village' then c.division_code when 'notice_township' then c.township_code
  else left(c.division_code, 6) || '000000' end`

const again = `exists (select from notice_line l join notice n on n.notice_no = l.notice_no where l.case_no = c.case_no and n.level = substr(s.step, 8))`

const ready = `case_step s join casefile c on c.case_no = s.case_no
  where s.state = 'open' and s.step in ('notice_village', 'notice_township', 'notice_district') and c.result is null`

/** Cases that wait to be published, by place, level and stage. */
export function listPlans(tx: Tx, level: NoticeLevel | null, range: { lo: string; hi: string } | null): Promise<NoticePlan[]> {
  return tx.query<NoticePlan>(
    `with waiting as (
       select substr(s.step, 8) as level, case when ${again} then 'again' else 'review' end as stage, ${placeOf} as place, s.since
       from ${ready} and ($1::text is null or s.step = 'notice_' || $1) and ($2::text is null or s.division_code >= $2 and s.division_code < $3)
     ), plan as (
       select level, stage, place, count(*)::int as cases, min(since) as since from waiting group by level, stage, place
     )
     select p.level, p.stage, p.place as "divisionCode", p.cases, p.since, coalesce(d.name, division_name_on(p.place, 'infinity'), p.place) as "placeName",
       coalesce(t.name, '') as "townshipName"
     from plan p left join division d on d.code = p.place left join division t on t.code = left(p.place, 9) || '000'
     order by p.place, p.level, p.stage`,
    [level, range?.lo ?? null, range?.hi ?? null],
  )
}

/** Numbers of the cases of a plan. */
export async function listPlanCases(tx: Tx, level: NoticeLevel, stage: NoticeStage, place: string): Promise<string[]> {
  const rows = await tx.query<{ case_no: string }>(
    `select c.case_no from ${ready} and s.step = 'notice_' || $1 and ${placeOf} = $2 and ${again} = ($3 = 'again')
     order by c.applicant_name, c.case_no limit 500`,
    [level, place, stage],
  )
  return rows.map((row) => row.case_no)
}

/** What a list needs to know of its cases beyond their files, by case number. */
export interface CaseForList {
  case_no: string
  /** it was on a notice of the level before */
  again: boolean
  /** birth date of the member the case is named after; null when the registry has none */
  born: string | null
  subjects: Buffer[]
}

export function listForNotice(tx: Tx, caseNos: readonly string[], level: NoticeLevel): Promise<CaseForList[]> {
  return tx.query<CaseForList>(
    `select c.case_no,
       exists (select from notice_line l join notice n on n.notice_no = l.notice_no where l.case_no = c.case_no and n.level = $2) as again,
       (select max(p.birth_date) from person p where p.household_no = c.household_no and p.name = c.applicant_name) as born,
       coalesce((select array_agg(p.id_number_index) from person p where p.household_no = c.household_no), '{}') as subjects
     from casefile c where c.case_no = any ($1)`,
    [caseNos, level],
  )
}

export interface NewNotice {
  noticeNo: string
  divisionCode: string
  level: NoticeLevel
  stage: NoticeStage
  title: string
  fromOn: string
  toOn: string
  provisional: boolean
  telephone: string
  address: string
  by: string
  at: string
}

/** Writes a notice and all its lines: two statements, however many lines. */
export async function insertNotice(tx: Tx, notice: NewNotice, lines: readonly PublishedLine[]): Promise<void> {
  await tx.execute(
    `insert into notice (notice_no, division_code, level, stage, title, from_on, to_on, provisional, telephone, address, state, published_by, published_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $12, 'posted', $10, $11)`,
    [
      notice.noticeNo,
      notice.divisionCode,
      notice.level,
      notice.stage,
      notice.title,
      notice.fromOn,
      notice.toOn,
      notice.provisional,
      notice.telephone,
      notice.by,
      notice.at,
      notice.address,
    ],
  )
  await tx.execute(
    `insert into notice_line (notice_no, case_no, division_code, name, members, amount, tier, from_month)
     select $1, l.case_no, c.division_code, l.name, l.members, l.amount, l.tier, l.from_month
     from jsonb_to_recordset($2::jsonb) as l(case_no text, name text, members int, amount bigint, tier text, from_month text)
     join casefile c on c.case_no = l.case_no`,
    [
      notice.noticeNo,
      JSON.stringify(
        lines.map(({ caseNo, name, members, amount, tier, fromMonth }) => ({
          case_no: caseNo,
          name,
          members,
          amount,
          tier,
          from_month: fromMonth,
        })),
      ),
    ],
  )
}

export function findPlaceName(tx: Tx, code: string): Promise<{ name: string; township: string } | undefined> {
  return tx.maybe(
    `select coalesce((select name from division where code = $1), division_name_on($1, 'infinity'), $1) as name,
       coalesce((select name from division where code = left($1, 9) || '000'), '') as township`,
    [code],
  )
}

/** Telephone and address of the last notice of a township; '' where there was none. */
export async function findLastContact(tx: Tx, code: string): Promise<{ telephone: string; address: string }> {
  const row = await tx.maybe<{ telephone: string; address: string }>(
    `select telephone, address from notice where division_code >= left($1, 9) || '000' and division_code <= left($1, 9) || '999'
     order by published_at desc limit 1`,
    [code],
  )
  return row ?? { telephone: '', address: '' }
}

/** The telephone alone. */
export async function findLastTelephone(tx: Tx, code: string): Promise<string> {
  return (await findLastContact(tx, code)).telephone
}

/** Counts a printing of each of some papers; gives which one it is. Who prints the same paper at the same moment waits, so that no number is given twice. */
export async function takePrintings(
  tx: Tx,
  paperNos: readonly string[],
  { by, at }: { by: string; at: string },
): Promise<ReadonlyMap<string, number>> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('casework.notice-print ' || no, 0)) from (select no from unnest($1::text[]) as n(no) order by no) o`,
    [paperNos],
  )
  const rows = await tx.query<{ paper_no: string; print_no: number }>(
    `insert into notice_print (paper_no, print_no, by_user, at)
     select n.paper_no, coalesce((select max(p.print_no) from notice_print p where p.paper_no = n.paper_no), 0) + 1, $2, $3
     from unnest($1::text[]) as n(paper_no)
     returning paper_no, print_no`,
    [paperNos, by, at],
  )
  return new Map(rows.map((row) => [row.paper_no, row.print_no]))
}

export interface NoticeFilter {
  readonly state: string | null
  readonly level: string | null
  readonly lo: string | null
  readonly hi: string | null
  readonly unproved: boolean
  readonly q: string | null
  readonly noticeNo: string | null
  readonly after: { readonly at: string; readonly noticeNo: string } | null
  readonly limit: number
}

export type StoredNotice = Omit<NoticeRow, 'left' | 'totals'> & {
  households: number
  persons: number
  amount: number | null
  /** the publishing instant as the next page's key */
  key: string
}

const noticeConditions = `($1::text is null or n.state = $1) and ($2::text is null or n.level = $2)
  and ($3::text is null or n.division_code >= $3 and n.division_code < $4)
  and (not $5 or n.state = 'posted' and not exists (select from notice_posting p where p.notice_no = n.notice_no))
  and ($6::text is null or n.notice_no = $6 or n.title like '%' || $6 || '%') and ($7::text is null or n.notice_no = $7)`

const conditionValues = ({ state, level, lo, hi, unproved, q, noticeNo }: NoticeFilter): unknown[] => [
  state,
  level,
  lo,
  hi,
  unproved,
  q,
  noticeNo,
]

/** One page of notices with what became of their lines. */
export function listNoticeRows(tx: Tx, filter: NoticeFilter): Promise<StoredNotice[]> {
  const key = `to_char(n.published_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`
  return tx.query<StoredNotice>(
    `with page as (
       select n.*, ${key} as key from notice n
       where ${noticeConditions} and ($8::text is null or (${key}, n.notice_no) < ($8, $9))
       order by ${key} desc, n.notice_no desc limit $10)
     select n.notice_no as "noticeNo", n.title, n.level, n.stage, n.division_code as "divisionCode", n.from_on as "fromOn", n.to_on as "toOn",
       n.provisional, n.state, n.telephone, n.address, n.published_at as "publishedAt", n.key, ${nameOf('u.display_name', 'n.published_by')} as "publishedBy",
       coalesce(d.name, division_name_on(n.division_code, 'infinity'), n.division_code) as "placeName", coalesce(t.name, '') as "townshipName",
       l.*, p.*
     from page n
     left join lateral (select count(*)::int as households, coalesce(sum(l.members), 0)::int as persons, sum(l.amount)::bigint as amount,
         count(*) filter (where l.closed_at is null and l.withdrawn_at is null and s.state = 'posted')::int as running,
         count(*) filter (where l.closed_at is null and l.withdrawn_at is null and s.state = 'paused')::int as objected,
         count(l.closed_at)::int as closed, count(l.withdrawn_at)::int as withdrawn
       from notice_line l left join case_step s on s.case_no = l.case_no and s.step = 'notice_' || n.level where l.notice_no = n.notice_no) l on true
     left join lateral (select min(p.posted_on) as "firstProofOn", max(p.posted_on) as "lastProofOn"
       from notice_posting p where p.notice_no = n.notice_no) p on true
     left join app_user u on u.user_id = n.published_by
     left join division d on d.code = n.division_code left join division t on t.code = left(n.division_code, 9) || '000'
     order by n.key desc, n.notice_no desc`,
    [...conditionValues(filter), filter.after?.at ?? null, filter.after?.noticeNo ?? null, filter.limit],
  )
}

export async function countNotices(tx: Tx, filter: NoticeFilter): Promise<number> {
  const { n } = await tx.one<{ n: number }>(
    `select count(*)::int as n from notice n where ${noticeConditions}`,
    conditionValues(filter),
  )
  return n
}

export interface StoredLine {
  noticeNo: string
  caseNo: string
  name: string
  members: number
  amount: number | null
  tier: string | null
  fromMonth: string | null
  state: 'running' | 'objected' | 'closed' | 'withdrawn'
  dueOn: string | null
  objections: number
  version: number
  householdNo: string | null
  programme: 'urban' | 'rural'
  packId: string
  packHash: string
  packOn: string
}

/** Lines of notices in the order of the list. */
export function listNoticeLines(tx: Tx, noticeNos: readonly string[]): Promise<StoredLine[]> {
  return tx.query<StoredLine>(
    `select l.notice_no as "noticeNo", l.case_no as "caseNo", l.name, l.members, l.amount, l.tier, l.from_month as "fromMonth",
       case when l.closed_at is not null then 'closed' when l.withdrawn_at is not null then 'withdrawn'
         when s.state = 'paused' then 'objected' else 'running' end as state,
       case when l.closed_at is null and l.withdrawn_at is null then s.due_on end as "dueOn",
       (select count(*)::int from case_objection o where o.notice_no = l.notice_no and o.case_no = l.case_no) as objections,
       c.version, c.household_no as "householdNo", c.programme, c.pack_id as "packId", c.pack_hash as "packHash", c.pack_on as "packOn"
     from notice_line l join notice n on n.notice_no = l.notice_no join casefile c on c.case_no = l.case_no
     left join case_step s on s.case_no = l.case_no and s.step = 'notice_' || n.level
     where l.notice_no = any ($1) order by l.notice_no, l.name, l.case_no`,
    [noticeNos],
  )
}

export interface Hanging {
  noticeNo: string
  level: NoticeLevel
  stage: NoticeStage
  divisionCode: string
  fromOn: string
  toOn: string
  /** day of the first photo; null: none yet */
  firstProofOn: string | null
}

/** The notice that hangs for a case at a level now; undefined when none does. */
export function findHanging(tx: Tx, caseNo: string, level: NoticeLevel): Promise<Hanging | undefined> {
  return tx.maybe<Hanging>(
    `select n.notice_no as "noticeNo", n.level, n.stage, n.division_code as "divisionCode",
       n.from_on as "fromOn", n.to_on as "toOn", (select min(p.posted_on) from notice_posting p where p.notice_no = n.notice_no) as "firstProofOn"
     from notice_line l join notice n on n.notice_no = l.notice_no
     where l.case_no = $1 and n.level = $2 and l.closed_at is null and l.withdrawn_at is null order by n.published_at desc limit 1`,
    [caseNo, level],
  )
}

export async function insertPosting(
  tx: Tx,
  posting: {
    postingId: string
    noticeNo: string
    postedOn: string
    place: string
    sha256: string
    lateReason: string | null
    by: string
    at: string
  },
): Promise<void> {
  await tx.execute(
    `insert into notice_posting (posting_id, notice_no, division_code, posted_on, place, sha256, late_reason, by_user, at)
     select $1, n.notice_no, n.division_code, $3, $4, $5, $6, $7, $8 from notice n where n.notice_no = $2`,
    [
      posting.postingId,
      posting.noticeNo,
      posting.postedOn,
      posting.place,
      posting.sha256,
      posting.lateReason,
      posting.by,
      posting.at,
    ],
  )
}

export function listPostings(tx: Tx, noticeNo: string): Promise<PostingView[]> {
  return tx.query<PostingView>(
    `select p.posting_id as "postingId", p.posted_on as "postedOn", p.place, p.sha256, p.late_reason as "lateReason", ${nameOf('u.display_name', 'p.by_user')} as "byName", p.at
     from notice_posting p left join app_user u on u.user_id = p.by_user where p.notice_no = $1 order by p.posted_on, p.at`,
    [noticeNo],
  )
}

/** Cases whose notice may be over on a day: hanging, last day before it. Set-based; each is judged by its own move. */
export function listRipe(tx: Tx, today: string, noticeNo: string | null): Promise<{ case_no: string; step: string }[]> {
  return tx.query(
    `select s.case_no, s.step from case_step s join casefile c on c.case_no = s.case_no
     where s.state = 'posted' and c.result is null and s.step in ('notice_village', 'notice_township', 'notice_district')
       and ($2::text is null and s.due_on < $1 or exists (select from notice_line l join notice n on n.notice_no = l.notice_no
         where l.case_no = s.case_no and n.notice_no = $2 and s.step = 'notice_' || n.level and l.closed_at is null and l.withdrawn_at is null))
     order by s.due_on, s.case_no`,
    [today, noticeNo],
  )
}

/** Ends notices whose last line ended by a move that could not see them: a township does not write the district's. */
export async function settleNotices(tx: Tx): Promise<void> {
  await tx.execute(
    `update notice n set state = case when exists (select from notice_line l where l.notice_no = n.notice_no and l.closed_at is not null)
       then 'closed' else 'withdrawn' end
     where n.state = 'posted' and not exists (select from notice_line l where l.notice_no = n.notice_no and l.closed_at is null and l.withdrawn_at is null)`,
  )
}

export interface GrantRow {
  villageCode: string
  villageName: string
  townshipName: string
  name: string
  members: number
  amount: number
  tier: string | null
  programme: 'urban' | 'rural'
  fromMonth: string
  /** the pack of the case that decided it; null for an older grant that runs on */
  packId: string | null
  packOn: string | null
  packHash: string | null
  born: string | null
}

/** Who is on aid in an area in a month. */
export function listGrants(tx: Tx, range: { lo: string; hi: string }, month: string): Promise<GrantRow[]> {
  return tx.query<GrantRow>(
    `select g.division_code as "villageCode", coalesce(v.name, g.division_code) as "villageName", coalesce(t.name, '') as "townshipName",
       g.name, g.persons as members, g.amount, g.tier, coalesce(c.programme, h.programme) as programme, g.from_month as "fromMonth",
       c.pack_id as "packId", c.pack_on as "packOn", c.pack_hash as "packHash",
       (select max(p.birth_date) from person p where p.household_no = g.household_no and p.name = g.name) as born
     from standing_grants($3, $1, $2) g join household h on h.household_no = g.household_no left join casefile c on c.case_no = g.case_no
     left join division v on v.code = g.division_code left join division t on t.code = left(g.division_code, 9) || '000'
     where not g.stopped and not g.suspended order by g.division_code, g.name, g.household_no`,
    [range.lo, range.hi, month],
  )
}
