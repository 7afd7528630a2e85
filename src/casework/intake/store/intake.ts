/** SQL of the intake: drafts, cases that run already, and refusals a new application follows. */
import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import { beginsWith, Values } from '../../cases/store/conditions.ts'
import type { Draft } from '../contract/draft.ts'
import type { OpenApplication } from '../contract/intake.ts'

export interface StoredDraft {
  readonly draft: Draft
  readonly revision: number
  readonly savedByName: string
  readonly savedAt: string
}

interface Row {
  sealed: Buffer
  revision: number
  saved_by_name: string
  saved_at: string
}

function opened(keys: Keys, row: Row | undefined): StoredDraft | undefined {
  if (row === undefined) return undefined
  return {
    draft: JSON.parse(keys.openText(row.sealed)) as Draft,
    revision: row.revision,
    savedByName: row.saved_by_name,
    savedAt: row.saved_at,
  }
}

/** The application of a case; with `lock` held until the transaction ends. */
export async function findDraft(tx: Tx, keys: Keys, caseNo: string, lock = false): Promise<StoredDraft | undefined> {
  const row = await tx.maybe<Row>(
    `select d.sealed, d.revision, ${nameOf('u.display_name', 'd.saved_by')} as saved_by_name, d.saved_at
     from case_draft d left join app_user u on u.user_id = d.saved_by where d.case_no = $1${lock ? ' for update of d' : ''}`,
    [caseNo],
  )
  return opened(keys, row)
}

/** Saves the application as its next revision. */
export async function saveDraft(
  tx: Tx,
  keys: Keys,
  { caseNo, divisionCode, draft, by, at }: { caseNo: string; divisionCode: string; draft: Draft; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `insert into case_draft as d (case_no, division_code, sealed, revision, saved_by, saved_at) values ($1, $2, $3, 1, $4, $5)
     on conflict (case_no) do update set sealed = excluded.sealed, revision = d.revision + 1, saved_by = excluded.saved_by,
       saved_at = excluded.saved_at`,
    [caseNo, divisionCode, keys.seal(JSON.stringify(draft)), by, at],
  )
}

/** Writes the first revision of many applications. One statement. */
export async function insertDrafts(
  tx: Tx,
  keys: Keys,
  drafts: readonly { caseNo: string; divisionCode: string; draft: Draft }[],
  { by, at }: { by: string; at: string },
): Promise<void> {
  await tx.execute(
    `insert into case_draft (case_no, division_code, sealed, revision, saved_by, saved_at)
     select n.case_no, n.division_code, n.sealed, 1, $4, $5 from unnest($1::text[], $2::text[], $3::bytea[]) as n(case_no, division_code, sealed)`,
    [
      drafts.map(({ caseNo }) => caseNo),
      drafts.map(({ divisionCode }) => divisionCode),
      drafts.map(({ draft }) => keys.seal(JSON.stringify(draft))),
      by,
      at,
    ],
  )
}

export interface HouseholdCases {
  household_no: string
  running_no: string | null
  running_on: string | null
  /** the newest refusal: the day it was made */
  refused_on: string | null
  refused_no: string | null
  clean_up_id: string | null
  clean_up_label: string | null
}

/** Cases of one household are opened one after the other: held until the transaction ends. */
export async function lockOpening(tx: Tx, householdNo: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('casework.open ' || $1, 0))`, [householdNo])
}

/** The same of many households, in the order of their numbers. */
export async function lockOpenings(tx: Tx, householdNos: readonly string[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('casework.open ' || no, 0)) from (select no from unnest($1::text[]) as n(no) order by no) o`,
    [householdNos],
  )
}

/** What stands for or against opening a case of some households: one row each. */
export function listHouseholdCases(tx: Tx, householdNos: readonly string[], scheme: string): Promise<HouseholdCases[]> {
  return tx.query<HouseholdCases>(
    `select h.no as household_no, r.case_no as running_no, (r.opened_at at time zone 'Asia/Shanghai')::date as running_on,
       f.case_no as refused_no, (f.ended_at at time zone 'Asia/Shanghai')::date as refused_on, u.clean_up_id, u.label as clean_up_label
     from unnest($1::text[]) as h(no)
     left join casefile r on r.household_no = h.no and r.scheme = $2 and r.result is null
     left join lateral (select case_no, ended_at from casefile c where c.household_no = h.no and c.scheme = $2 and c.result = 'refused'
       order by ended_at desc limit 1) f on true
     left join lateral (select l.clean_up_id, c.label from clean_up_household l join clean_up c on c.clean_up_id = l.clean_up_id
       left join casefile e on e.case_no = l.case_no
       where l.household_no = h.no and l.settled is null and (l.case_no is null or e.result not in ('granted', 'refused'))
       order by c.made_at desc limit 1) u on true`,
    [householdNos, scheme],
  )
}

/** A place an applicant may be opened in: a village in scope. */
export function findVillage(tx: Tx, code: string): Promise<{ name: string } | undefined> {
  return tx.maybe(`select name from division where code = $1 and level = 'village'`, [code])
}

/** Name of the district a place lies in. */
export async function findDistrictName(tx: Tx, divisionCode: string): Promise<string> {
  const row = await tx.maybe<{ name: string }>(
    `select coalesce((select name from division where code = left($1, 6) || '000000'), division_name_on(left($1, 6) || '000000', 'infinity'), '') as name`,
    [divisionCode],
  )
  return row?.name ?? ''
}

/** The case of a household that runs; undefined when none does. */
export function findRunningCase(tx: Tx, householdNo: string): Promise<{ case_no: string } | undefined> {
  return tx.maybe(`select case_no from casefile where household_no = $1 and result is null order by opened_at desc limit 1`, [
    householdNo,
  ])
}

/** Applications that are being written: `c` is the case, `d` its draft, `o` who opened it. */
const beingWritten = `from casefile c join case_draft d on d.case_no = c.case_no join case_step s on s.case_no = c.case_no and s.step = 'intake'
  left join app_user o on o.user_id = c.opened_by left join division v on v.code = c.division_code
  where c.result is null`
const applicationColumns = `c.case_no as "caseNo", c.version, c.applicant_name as "applicantName", coalesce(v.name, c.division_code) as "villageName",
  (c.opened_at at time zone 'Asia/Shanghai')::date as "openedOn", ${nameOf('o.display_name', 'c.opened_by')} as "openedByName",
  (d.saved_at at time zone 'Asia/Shanghai')::date as "savedOn"`

/** Most applications of one name that are shown; more of them need a longer word. */
const MOST_OF_NAME = 20

/** Applications without a household whose applicant's name begins with a word, or of this number. */
export function listApplicationsOf(tx: Tx, word: string): Promise<OpenApplication[]> {
  const values = new Values()
  return tx.query<OpenApplication>(
    `select ${applicationColumns} ${beingWritten} and c.household_no is null
       and (${beginsWith(values, 'c.applicant_name', word)} or c.case_no = ${values.put(word)})
     order by c.opened_at desc, c.case_no limit ${values.put(MOST_OF_NAME)}`,
    values.list,
    { named: false },
  )
}

/** The newest application that is being written for a name in a village; undefined when there is none. */
export function findSameApplication(
  tx: Tx,
  { village, name, scheme }: { village: string; name: string; scheme: string },
): Promise<{ case_no: string } | undefined> {
  return tx.maybe(
    `select case_no from casefile where result is null and household_no is null and division_code = $1 and applicant_name = $2 and scheme = $3
     order by opened_at desc limit 1`,
    [village, name, scheme],
  )
}

/** Applications of one user that nobody signed, and nobody wrote on since a day; the oldest first. */
const idle = `${beingWritten} and c.opened_by = $1 and s.state = 'open' and s.due_on is null
  and (d.saved_at at time zone 'Asia/Shanghai')::date <= $2`

export function listIdle(tx: Tx, userId: string, since: string, limit: number): Promise<OpenApplication[]> {
  return tx.query<OpenApplication>(`select ${applicationColumns} ${idle} order by d.saved_at, c.case_no limit $3`, [
    userId,
    since,
    limit,
  ])
}

export async function countIdle(tx: Tx, userId: string, since: string): Promise<number> {
  return (await tx.one<{ n: number }>(`select count(*)::int as n ${idle}`, [userId, since])).n
}
