/** SQL of deliberations: the pool of a village, sessions with their drawn bodies, and the cases called for. */
import type { Tx } from '#platform/db'
import type { MemberKind, PoolMemberView } from '../contract/deliberation.ts'

const poolColumns = `member_id as "memberId", name, kind, from_on as "fromOn", to_on as "toOn"`

/** The pool of a village on a day. */
export function listPoolMembers(tx: Tx, villageCode: string, on: string): Promise<PoolMemberView[]> {
  return tx.query<PoolMemberView>(
    `select ${poolColumns} from pool_member
     where division_code = $1 and from_on <= $2 and (to_on is null or to_on >= $2) order by kind, name, member_id`,
    [villageCode, on],
  )
}

export interface NewPoolMember {
  memberId: string
  villageCode: string
  name: string
  kind: MemberKind
  sealed: Buffer
  idIndex: Buffer | null
  fromOn: string
}

/** Enters members of pools; one statement, however many. */
export function insertPoolMembers(tx: Tx, members: readonly NewPoolMember[]): Promise<PoolMemberView[]> {
  return tx.query<PoolMemberView>(
    `insert into pool_member (member_id, division_code, name, kind, sealed, id_number_index, from_on)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::date[]) returning ${poolColumns}`,
    [
      members.map((each) => each.memberId),
      members.map((each) => each.villageCode),
      members.map((each) => each.name),
      members.map((each) => each.kind),
      members.map((each) => each.sealed),
      members.map((each) => each.idIndex),
      members.map((each) => each.fromOn),
    ],
  )
}

/** Everybody in the pools within the scope on a day, for comparing lists that are handed in. */
export function listAllPoolMembers(
  tx: Tx,
  on: string,
): Promise<{ villageCode: string; name: string; kind: MemberKind; idIndex: Buffer | null }[]> {
  return tx.query(
    `select division_code as "villageCode", name, kind, id_number_index as "idIndex" from pool_member
     where to_on is null or to_on >= $1`,
    [on],
  )
}

/** Villages without anybody in their pool. */
export async function listVillagesWithoutPool(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ code: string }>(
    `select d.code from division d where d.level = 'village'
       and not exists (select from pool_member m where m.division_code = d.code) order by d.code`,
  )
  return rows.map((row) => row.code)
}

export function endPoolMemberOn(
  tx: Tx,
  villageCode: string,
  memberId: string,
  toOn: string,
): Promise<PoolMemberView | undefined> {
  return tx.maybe<PoolMemberView>(
    `update pool_member set to_on = $3 where division_code = $1 and member_id = $2 and from_on <= $3 returning ${poolColumns}`,
    [villageCode, memberId, toOn],
  )
}

export interface WaitingCase {
  caseNo: string
  applicantName: string
  members: number
  version: number
  related: boolean
  householdNo: string | null
}

/** Cases of a village whose deliberation is open and was not voted on since it was opened. */
export function listWaiting(tx: Tx, villageCode: string): Promise<WaitingCase[]> {
  return tx.query<WaitingCase>(
    `select c.case_no as "caseNo", c.applicant_name as "applicantName", c.members, c.version, c.related, c.household_no as "householdNo"
     from casefile c join case_step s on s.case_no = c.case_no and s.step = 'deliberation'
     where c.division_code = $1 and s.state = 'open' and c.result is null
       and not exists (select from session_case k join deliberation_session d on d.session_id = k.session_id
         where k.case_no = c.case_no and k.outcome in ('passed', 'failed') and d.state <> 'cancelled' and d.at >= coalesce(
           (select max(m.at) from case_move m where m.case_no = c.case_no and m.reopened is not null), '-infinity'))
     order by c.case_no`,
    [villageCode],
  )
}

export interface Drawn {
  memberId: string
  name: string
  kind: MemberKind
}

export interface SessionRow {
  sessionId: string
  villageCode: string
  villageName: string
  plannedOn: string
  heldOn: string | null
  place: string
  chair: string
  ballot: 'secret' | 'hands'
  seed: string
  pool: Drawn[]
  drawn: Drawn[]
  present: string[]
  state: 'convened' | 'held' | 'cancelled'
  at: string
}

const sessionColumns = `s.session_id as "sessionId", s.division_code as "villageCode", coalesce(v.name, s.division_code) as "villageName",
  s.planned_on as "plannedOn", s.held_on as "heldOn", s.place, coalesce(s.chair, '') as chair, s.ballot, s.seed, s.pool, s.drawn,
  coalesce(s.present, '[]'::jsonb) as present, s.state, s.at`

export function listSessions(tx: Tx, villageCode: string, limit: number): Promise<SessionRow[]> {
  return tx.query<SessionRow>(
    `select ${sessionColumns} from deliberation_session s left join division v on v.code = s.division_code
     where s.division_code = $1 order by s.planned_on desc, s.at desc limit $2`,
    [villageCode, limit],
  )
}

export function findSession(tx: Tx, sessionId: string): Promise<SessionRow | undefined> {
  return tx.maybe<SessionRow>(
    `select ${sessionColumns} from deliberation_session s left join division v on v.code = s.division_code where s.session_id = $1`,
    [sessionId],
  )
}

export async function insertSession(
  tx: Tx,
  session: Omit<SessionRow, 'villageName' | 'heldOn' | 'present' | 'state'> & { byUser: string },
): Promise<void> {
  await tx.execute(
    `insert into deliberation_session (session_id, division_code, planned_on, place, seed, pool, drawn, chair, ballot, state, by_user, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'convened', $10, $11)`,
    [
      session.sessionId,
      session.villageCode,
      session.plannedOn,
      session.place,
      session.seed,
      JSON.stringify(session.pool),
      JSON.stringify(session.drawn),
      session.chair,
      session.ballot,
      session.byUser,
      session.at,
    ],
  )
}

export interface SessionCaseRow {
  sessionId: string
  caseNo: string
  applicantName: string
  members: number
  version: number
  recused: { memberId: string; name: string; relation: string }[]
  /** who was there when this family was voted on */
  present: string[]
  yes: number | null
  no: number | null
  abstain: number | null
  invalid: number | null
  outcome: 'passed' | 'failed' | 'no_quorum' | null
  at: string
}

/** The cases of some sessions, or (with `caseNo`) the sessions of one case; the newest session last. */
export function listSessionCases(
  tx: Tx,
  where: { sessionIds: readonly string[] } | { caseNo: string },
): Promise<SessionCaseRow[]> {
  const byCase = 'caseNo' in where
  return tx.query<SessionCaseRow>(
    `select k.session_id as "sessionId", k.case_no as "caseNo", c.applicant_name as "applicantName", c.members, c.version, k.recused,
       coalesce(k.present, s.present, '[]'::jsonb) as present,
       k.yes, k.no, k.abstain, k.invalid, k.outcome, s.at
     from session_case k join casefile c on c.case_no = k.case_no join deliberation_session s on s.session_id = k.session_id
     where ${byCase ? 'k.case_no = $1' : 'k.session_id = any ($1)'} and s.state <> 'cancelled' order by s.at, k.case_no`,
    [byCase ? where.caseNo : where.sessionIds],
  )
}

/** Calls a session for cases, each with who of the pool sits out. */
export async function insertSessionCases(
  tx: Tx,
  sessionId: string,
  cases: readonly { caseNo: string; recused: SessionCaseRow['recused'] }[],
): Promise<void> {
  await tx.execute(
    `insert into session_case (session_id, case_no, division_code, recused)
     select $1, c.case_no, c.division_code, n.recused::jsonb
     from unnest($2::text[], $3::text[]) as n(case_no, recused) join casefile c on c.case_no = n.case_no`,
    [sessionId, cases.map(({ caseNo }) => caseNo), cases.map(({ recused }) => JSON.stringify(recused))],
  )
}

/**
 * Writes what became of one family of a session: who was there for it, who stood aside, the votes. The first family gives the day and the roll of
 * the session, which others begin from.
 */
export async function saveSessionResult(
  tx: Tx,
  result: {
    sessionId: string
    caseNo: string
    heldOn: string
    present: readonly string[]
    recused: readonly { memberId: string; name: string; relation: string }[]
    yes: number
    no: number
    abstain: number
    invalid: number
    outcome: string
  },
): Promise<void> {
  await tx.execute(
    `with held as (
       update deliberation_session set held_on = coalesce(held_on, $3), present = case when state = 'held' then present else $4::jsonb end, state = 'held'
       where session_id = $1
     )
     update session_case set present = $4::jsonb, recused = $5, yes = $6, no = $7, abstain = $8, invalid = $9, outcome = $10 where session_id = $1 and case_no = $2`,
    [
      result.sessionId,
      result.caseNo,
      result.heldOn,
      JSON.stringify(result.present),
      JSON.stringify(result.recused),
      result.yes,
      result.no,
      result.abstain,
      result.invalid,
      result.outcome,
    ],
  )
}
