/** SQL of subscriptions and of what units noticed. Every statement takes lists. */

import type { Sql } from '#platform/db'
import type { NoticeKind, RecordName } from '#sources/contract'

/** Whom a unit is to watch, for what, until when. */
export interface Wanted {
  unit: string
  subjectNo: string
  householdNo: string
  bornOn: string
  guardianAge: number
  /** bits of record types */
  asked: number
  papers: readonly string[]
  until: string
}

/** A watch is made longer when so few days are left of it. */
const RENEW_DAYS = 30

/**
 * Makes the watches of some households what is wanted: new ones, others, and none where nothing is wanted any more. Two
 * statements; gives how many changed.
 */
export async function replaceSubscriptions(
  sql: Sql,
  householdNos: readonly string[],
  wanted: readonly Wanted[],
  on: string,
  at: string,
): Promise<number> {
  const of = <T>(pick: (each: Wanted) => T): T[] => wanted.map(pick)
  const rows = JSON.stringify(of(({ papers }) => papers))
  const list = `w as (
      select t.*, array(select jsonb_array_elements_text($1::jsonb -> (t.n::int - 1))) as papers
        from unnest($2::text[], $3::text[], $4::text[], $5::date[], $6::int[], $7::int[], $8::date[]) with ordinality
          as t(unit, subject_no, household_no, born_on, guardian_age, asked, until, n))`
  const values = [
    rows,
    of((each) => each.unit),
    of((each) => each.subjectNo),
    of((each) => each.householdNo),
    of((each) => each.bornOn),
    of((each) => each.guardianAge),
    of((each) => each.asked),
    of((each) => each.until),
  ]
  const changed = await sql.execute(
    `with ${list}, s as (
       select e.no, w.asked, w.papers, w.household_no, w.born_on, w.guardian_age,
              case when w.until < e.until or e.until < $9::date + ${RENEW_DAYS} then w.until else e.until end as until
         from exchange_subscription e left join w on w.unit = e.unit and w.subject_no = e.subject_no and w.household_no = e.household_no
        where e.ended_at is null and e.household_no = any($10)
     )
     update exchange_subscription e
        set asked = coalesce(s.asked, 0), papers = coalesce(s.papers, e.papers), until = coalesce(s.until, e.until),
            born_on = coalesce(s.born_on, e.born_on), guardian_age = coalesce(s.guardian_age, e.guardian_age), checked_on = $9::date,
            ended_at = case when s.asked is null then $11::timestamptz end
       from s
      where e.no = s.no and (s.asked is null or (e.asked, e.papers, e.until) is distinct from (s.asked, s.papers, s.until))`,
    [...values, on, householdNos, at],
  )
  const made = await sql.execute(
    `with ${list}
     insert into exchange_subscription (unit, subject_no, household_no, born_on, guardian_age, asked, papers, until, checked_on, made_at)
     select unit, subject_no, household_no, born_on, guardian_age, asked, papers, until, $9::date, $10::timestamptz from w
     on conflict (unit, subject_no) where ended_at is null do nothing`,
    [...values, on, at],
  )
  return changed + made
}

/** A watch whose unit has not been told how it stands. */
export interface DueRow {
  no: string
  unit: string
  subject_no: string
  household_no: string
  asked: number
  papers: string[]
  until: string
}

/** Watches that units are to be told of, unit by unit; locked. Units that are shut out are told nothing. */
export function lockDue(sql: Sql, limit: number): Promise<DueRow[]> {
  return sql.query<DueRow>(
    `select s.no, s.unit, s.subject_no, s.household_no, s.asked, s.papers, s.until from exchange_subscription s
      where (s.asked <> s.sent_asked or s.asked <> 0 and (s.papers <> s.sent_papers or s.until is distinct from s.sent_until))
        and exists (select from exchange_node n where n.unit = s.unit and n.state = 'active')
      order by s.unit, s.subject_no limit $1 for update of s skip locked`,
    [limit],
  )
}

/** Notes that units are told how watches stand. */
export async function markTold(sql: Sql, nos: readonly string[]): Promise<void> {
  await sql.execute(
    'update exchange_subscription set sent_asked = asked, sent_papers = papers, sent_until = until where no = any($1::uuid[])',
    [nos],
  )
}

/** What each active node may be asked for a purpose: an authorisation item by line. */
export function listRightsFor(sql: Sql, purpose: string): Promise<{ unit: string; item: string }[]> {
  return sql.query(
    `select r.unit, r.item from exchange_right r join exchange_node n using (unit) where r.purpose = $1 and n.state = 'active'`,
    [purpose],
  )
}

/** Households somebody of which is watched, after a place, in order. */
export async function listWatchedHouseholds(sql: Sql, after: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ no: string }>(
    `select distinct household_no as no from exchange_subscription where ended_at is null and household_no > $1 order by 1 limit $2`,
    [after, limit],
  )
  return rows.map(({ no }) => no)
}

/** A change as it came in. */
export interface NewNotice {
  no: string
  unit: string
  messageId: string
  /** place of its line in the message, from 1 */
  line: number
  record: RecordName
  /** bit of the record type */
  bit: number
  what: NoticeKind
  key: string
  before: string
  after: string
  on: string
}

/**
 * Keeps changes of what is watched and still authorised today, each once; gives the messages something of which is new. What is not
 * watched any more is not kept. One statement.
 */
export async function insertNotices(sql: Sql, notices: readonly NewNotice[], today: string, at: string): Promise<string[]> {
  const of = <T>(pick: (each: NewNotice) => T): T[] => notices.map(pick)
  const rows = await sql.query<{ message_id: string }>(
    `with n as (
       select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[],
           $11::date[]) as t(no, unit, message_id, line, record, bit, what, row_key, before_digest, after_digest, seen_on)
     ), kept as (
       insert into exchange_notice (no, unit, message_id, line, record, what, row_key, before_digest, after_digest, seen_on, received_at)
       select n.no, n.unit, n.message_id, n.line, n.record, n.what, n.row_key, n.before_digest, n.after_digest, n.seen_on, $13::timestamptz
         from n join exchange_subscription s on s.no = n.no and s.unit = n.unit and s.ended_at is null
        where s.asked & n.bit <> 0 and authorised_mask(s.subject_no, s.born_on, $12::date, s.guardian_age) & n.bit <> 0
        order by n.message_id, n.line
       on conflict do nothing returning message_id
     )
     select distinct message_id from kept`,
    [
      of((each) => each.no),
      of((each) => each.unit),
      of((each) => each.messageId),
      of((each) => each.line),
      of((each) => each.record),
      of((each) => each.bit),
      of((each) => each.what),
      of((each) => each.key),
      of((each) => each.before),
      of((each) => each.after),
      of((each) => each.on),
      today,
      at,
    ],
  )
  return rows.map((row) => row.message_id)
}

/** A noticed change with whom it is about. */
export interface NoticeRow {
  notice_no: number
  line: number
  subject_no: string
  household_no: string
  record: RecordName
  what: NoticeKind
  seen_on: string
  received_at: string
  papers: string[]
  guardian_age: number
}

/** What was kept of a message. */
export function listNoticesOf(sql: Sql, unit: string, messageId: string): Promise<NoticeRow[]> {
  return sql.query<NoticeRow>(
    `select n.notice_no, n.line, s.subject_no, s.household_no, n.record, n.what, n.seen_on, n.received_at, s.papers, s.guardian_age
       from exchange_notice n join exchange_subscription s using (no) where n.unit = $1 and n.message_id = $2 order by n.line`,
    [unit, messageId],
  )
}

/** A message that came in, as it is kept. */
export function findIncoming(sql: Sql, unit: string, id: string): Promise<{ header: string; body: Buffer } | undefined> {
  return sql.maybe(`select header, body from exchange_message where unit = $1 and direction = 'in' and id = $2`, [unit, id])
}
