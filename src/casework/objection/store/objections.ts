/** SQL of objections, reports and complaints. What was said is sealed; it is opened only by the actions that show it. */

import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { ObjectionKind } from '../contract/objection.ts'

/** What somebody said, as it is sealed. */
export interface Said {
  readonly from: string
  readonly contact: string
  readonly text: string
}

export interface NewObjection {
  objectionNo: string
  caseNo: string | null
  noticeNo: string | null
  divisionCode: string
  kind: ObjectionKind
  named: boolean
  said: Said
  receivedOn: string
  dueOn: string | null
  takenBy: string
  takenAt: string
}

export async function insertObjection(tx: Tx, keys: Keys, objection: NewObjection): Promise<void> {
  await tx.execute(
    `insert into case_objection (objection_no, case_no, notice_no, division_code, kind, named, sealed, received_on, due_on, taken_by, taken_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      objection.objectionNo,
      objection.caseNo,
      objection.noticeNo,
      objection.divisionCode,
      objection.kind,
      objection.named,
      keys.seal(JSON.stringify(objection.said)),
      objection.receivedOn,
      objection.dueOn,
      objection.takenBy,
      objection.takenAt,
    ],
  )
}

export interface StoredObjection {
  objectionNo: string
  kind: ObjectionKind
  caseNo: string | null
  noticeNo: string | null
  divisionCode: string
  placeName: string
  named: boolean
  receivedOn: string
  dueOn: string | null
  handler: string | null
  handlerName: string | null
  takenBy: string
  takenByName: string
  outcome: 'upheld' | 'rejected' | null
  answeredAt: string | null
  answeredByName: string | null
  sealed: Buffer
  answer: Buffer | null
  /** orders the list: open first, then the day it is due */
  key: string
}

const key = `case when o.outcome is null then '0' || coalesce(o.due_on::text, '9999-12-31') else '1' || to_char(date '9999-12-31' - (o.received_on - date '2000-01-01'), 'YYYY-MM-DD') end`

const columns = `o.objection_no as "objectionNo", o.kind, o.case_no as "caseNo", o.notice_no as "noticeNo", o.division_code as "divisionCode",
  coalesce(d.name, division_name_on(o.division_code, 'infinity'), o.division_code) as "placeName", o.named, o.received_on as "receivedOn",
  o.due_on as "dueOn", o.handler, h.display_name as "handlerName", o.taken_by as "takenBy", ${nameOf('t.display_name', 'o.taken_by')} as "takenByName",
  o.outcome, o.answered_at as "answeredAt", a.display_name as "answeredByName", o.sealed, o.answer`

const names = `left join division d on d.code = o.division_code left join app_user h on h.user_id = o.handler
  left join app_user t on t.user_id = o.taken_by left join app_user a on a.user_id = o.answered_by`

export interface ObjectionFilter {
  readonly kind: string | null
  readonly state: 'open' | 'overdue' | 'answered' | null
  readonly lo: string | null
  readonly hi: string | null
  readonly handler: string | null
  readonly q: string | null
  readonly today: string
  readonly after: { readonly key: string; readonly objectionNo: string } | null
  readonly limit: number
}

const conditions = `($1::text is null or o.kind = $1) and ($2::text is null or o.division_code >= $2 and o.division_code < $3)
  and ($4::text is null or o.handler = $4) and ($5::text is null or o.objection_no = $5 or o.case_no = $5 or o.notice_no = $5)`

const conditionValues = ({ kind, lo, hi, handler, q }: ObjectionFilter): unknown[] => [kind, lo, hi, handler, q]

/** One page: what is open first, the most urgent on top. */
export function listObjectionRows(tx: Tx, filter: ObjectionFilter): Promise<StoredObjection[]> {
  return tx.query<StoredObjection>(
    `with page as (
       select o.*, ${key} as key from case_objection o
       where ${conditions} and ($6::text is null or $6 = 'open' and o.outcome is null or $6 = 'overdue' and o.outcome is null and o.due_on < $7::date
           or $6 = 'answered' and o.outcome is not null)
         and ($8::text is null or (${key}, o.objection_no) > ($8, $9))
       order by ${key}, o.objection_no limit $10)
     select ${columns}, o.key from page o ${names} order by o.key, o.objection_no`,
    [
      ...conditionValues(filter),
      filter.state,
      filter.today,
      filter.after?.key ?? null,
      filter.after?.objectionNo ?? null,
      filter.limit,
    ],
  )
}

/** Figures over all that the filter leaves, whatever its state. */
export function countObjections(tx: Tx, filter: ObjectionFilter): Promise<{ open: number; overdue: number; answered: number }> {
  return tx.one(
    `select count(*) filter (where o.outcome is null)::int as open, count(*) filter (where o.outcome is null and o.due_on < $6::date)::int as overdue,
       count(*) filter (where o.outcome is not null)::int as answered from case_objection o where ${conditions}`,
    [...conditionValues(filter), filter.today],
  )
}

export function findObjection(tx: Tx, objectionNo: string): Promise<StoredObjection | undefined> {
  return tx.maybe<StoredObjection>(
    `select ${columns}, '' as key from case_objection o ${names} where o.objection_no = $1 for update of o`,
    [objectionNo],
  )
}

export function readObjection(tx: Tx, objectionNo: string): Promise<StoredObjection | undefined> {
  return tx.maybe<StoredObjection>(`select ${columns}, '' as key from case_objection o ${names} where o.objection_no = $1`, [
    objectionNo,
  ])
}

/** The case that was opened after an upheld complaint. */
export async function findCaseAfter(tx: Tx, objectionNo: string): Promise<string | undefined> {
  const row = await tx.maybe<{ case_no: string }>('select case_no from casefile where appeal_no = $1', [objectionNo])
  return row?.case_no
}

export interface ObjectionState {
  objectionNo: string
  noticeNo: string | null
  outcome: 'upheld' | 'rejected' | null
  takenBy: string
  handler: string | null
  handlerName: string | null
}

/** Objections to notices of a case, the oldest first. */
export function listObjectionStates(tx: Tx, caseNo: string): Promise<ObjectionState[]> {
  return tx.query<ObjectionState>(
    `select o.objection_no as "objectionNo", o.notice_no as "noticeNo", o.outcome, o.taken_by as "takenBy", o.handler, h.display_name as "handlerName"
     from case_objection o left join app_user h on h.user_id = o.handler where o.case_no = $1 and o.kind = 'objection' order by o.taken_at`,
    [caseNo],
  )
}

/** Writes the answer; the database refuses one by whoever took it or handled the case, and a second one. */
export async function saveAnswer(
  tx: Tx,
  keys: Keys,
  answer: { objectionNo: string; outcome: 'upheld' | 'rejected'; text: string; by: string; at: string },
): Promise<void> {
  await tx.execute(
    'update case_objection set outcome = $2, answer = $3, answered_by = $4, answered_at = $5 where objection_no = $1',
    [answer.objectionNo, answer.outcome, keys.seal(answer.text), answer.by, answer.at],
  )
}

export async function saveHandler(tx: Tx, objectionNo: string, userId: string): Promise<void> {
  await tx.execute('update case_objection set handler = $2 where objection_no = $1', [objectionNo, userId])
}

/** Officers of `roles` whose area holds the place and who made no move in the case, by name. */
export function listFreeOfficers(
  tx: Tx,
  order: { roles: readonly string[]; places: readonly string[]; caseNo: string | null; notUser: string },
): Promise<{ userId: string; name: string; role: string }[]> {
  return tx.query(
    `select u.user_id as "userId", u.display_name as name, u.role from app_user u
     where u.role = any ($1) and u.division_code = any ($2) and not u.disabled and u.user_id <> $4
       and not exists (select from case_move k where k.case_no = $3 and k.by_user = u.user_id and k.command not in ('answer', 'uphold'))
     order by u.division_code desc, u.display_name`,
    [order.roles, order.places, order.caseNo, order.notUser],
  )
}
