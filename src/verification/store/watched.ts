/** SQL of whom units watch, and of hints that came of it. Every statement takes lists. */

import type { Sql } from '#platform/db'
import type { NoticeKind, RecordName } from '#sources/contract'
import type { WatchablePerson } from '../rules/household/watched-persons.ts'

/** On aid in the month of the day $n. */
const onAid = (day: string): string =>
  `h.aid_from is not null and h.aid_from <= left(${day}, 7) and (h.aid_to is null or h.aid_to >= left(${day}, 7))`

/** Households on aid, after a place, in order. */
export async function listOnAid(sql: Sql, on: string, after: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ no: string }>(
    `select h.household_no as no from household h where h.household_no > $2 and ${onAid('$1::text')} order by 1 limit $3`,
    [on, after, limit],
  )
  return rows.map(({ no }) => no)
}

/**
 * Members of those of the households that are on aid or among `running`, with what their signed papers cover today: by the same
 * terms as every question (0004_verification.sql).
 */
export function listWatchable(
  sql: Sql,
  householdNos: readonly string[],
  running: readonly string[],
  on: string,
  guardianAge: number,
): Promise<WatchablePerson[]> {
  return sql.query<WatchablePerson>(
    `with p as materialized (
       select p.person_no, p.household_no, p.birth_date, case when h.household_no = any($2) then null else h.aid_to end as aid_to
         from household h join person p using (household_no)
        where h.household_no = any($1) and (h.household_no = any($2) or ${onAid('$3::text')})
     ), a as (
       select p.person_no, bit_or(m.mask) as mask, array_agg(distinct a.authorisation_no order by a.authorisation_no) as papers,
              case when bool_or(a.valid_to is null) then null else max(a.valid_to) end as papers_to
         from p join authorisation a on a.subject_no = p.person_no
              cross join unnest(a.items) as i(item) join auth_item_mask m on m.item = i.item
        where a.signature in ('signed', 'guardian') and a.signed_on <= $3::date and (a.valid_to is null or $3::date <= a.valid_to)
          and (a.withdrawn_on is null or $3::date < a.withdrawn_on)
          and (a.signature = 'guardian' or extract(year from a.signed_on) - extract(year from p.birth_date)
                 - (to_char(a.signed_on, 'MMDD') < to_char(p.birth_date, 'MMDD'))::int >= $4)
        group by p.person_no
     )
     select p.person_no, p.household_no, p.birth_date as born_on, coalesce(a.mask, 0) | own.mask as mask, coalesce(a.papers, '{}') as papers,
            a.papers_to, p.aid_to
       from p left join a using (person_no) cross join (select mask from auth_item_mask where item = 'own') own
      order by p.household_no, p.person_no`,
    [householdNos, running, on, guardianAge],
  )
}

/** Whom a noticed change is about. */
export interface NoticedPerson {
  person_no: string
  household_no: string
  division_code: string
  id_number_index: Buffer
}

/** The persons with these numbers. */
export function listNoticedPersons(sql: Sql, personNos: readonly string[]): Promise<NoticedPerson[]> {
  return sql.query<NoticedPerson>(
    'select person_no, household_no, division_code, id_number_index from person where person_no = any($1)',
    [personNos],
  )
}

/** A hint before it is kept. */
export interface NewHint {
  hintNo: number
  householdNo: string
  subjectNo: string
  divisionCode: string
  unit: string
  record: RecordName
  what: NoticeKind
  seenOn: string
  receivedAt: string
  bit: number
  guardianAge: number
  sealed: Buffer | null
}

/** Keeps hints, each once. */
export async function insertHints(sql: Sql, hints: readonly NewHint[]): Promise<void> {
  const of = <T>(pick: (each: NewHint) => T): T[] => hints.map(pick)
  await sql.execute(
    `insert into change_hint (hint_no, household_no, subject_no, division_code, unit, record, what, seen_on, received_at, bit, guardian_age, sealed)
     select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[],
       $9::timestamptz[], $10::int[], $11::int[], $12::bytea[]) on conflict do nothing`,
    [
      of((each) => each.hintNo),
      of((each) => each.householdNo),
      of((each) => each.subjectNo),
      of((each) => each.divisionCode),
      of((each) => each.unit),
      of((each) => each.record),
      of((each) => each.what),
      of((each) => each.seenOn),
      of((each) => each.receivedAt),
      of((each) => each.bit),
      of((each) => each.guardianAge),
      of((each) => each.sealed),
    ],
  )
}

/** A hint as it is shown. */
export interface HintRow {
  hint_no: number
  household_no: string
  subject_no: string
  subject_name: string
  unit: string
  record: RecordName
  what: NoticeKind
  seen_on: string
  received_at: string
  sealed: Buffer | null
  /** an authorisation covers it today */
  covered: boolean
}

const hintColumns = `c.hint_no, c.household_no, c.subject_no, coalesce(p.name, '') as subject_name, c.unit, c.record, c.what, c.seen_on,
  c.received_at, c.sealed, coalesce(authorised_mask(c.subject_no, p.birth_date, $2::date, c.guardian_age) & c.bit <> 0, false) as covered`

/** Hints about a household, newest first. */
export function listHouseholdHints(sql: Sql, householdNo: string, on: string): Promise<HintRow[]> {
  return sql.query<HintRow>(
    `select ${hintColumns} from change_hint c left join person p on p.person_no = c.subject_no
      where c.household_no = $1 order by c.hint_no desc limit 100`,
    [householdNo, on],
  )
}

/** Hints by number. */
export function listHints(sql: Sql, hintNos: readonly number[], on: string): Promise<HintRow[]> {
  return sql.query<HintRow>(
    `select ${hintColumns} from change_hint c left join person p on p.person_no = c.subject_no where c.hint_no = any($1::bigint[])`,
    [hintNos, on],
  )
}
