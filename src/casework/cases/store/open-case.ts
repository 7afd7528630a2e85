/** SQL of one case's page: papers, notices, objections, sessions, decisions. One statement each, whatever the case holds. */
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { DecisionView, ObjectionView, PaperView, SessionOfCase } from '../contract/case.ts'

export function findPlaces(tx: Tx, divisionCode: string): Promise<{ township: string; village: string } | undefined> {
  return tx.maybe(
    `select coalesce((select name from division where code = left($1, 9) || '000'), '') as township,
       coalesce((select name from division where code = $1), division_name_on($1, 'infinity'), $1) as village`,
    [divisionCode],
  )
}

export function listPapers(tx: Tx, caseNo: string): Promise<Omit<PaperView, 'formLabel'>[]> {
  return tx.query(
    `select paper_no as "paperNo", form, form_version as "formVersion", subject_no as "subjectNo", signature, signed_on as "signedOn",
       p.sha256, f.file_id as "fileId", p.file_name as "fileName", p.at
     from case_paper p left join stored_file f on f.owner_kind = 'case' and f.owner_no = p.case_no and f.sha256 = p.sha256
     where p.case_no = $1 order by p.at, p.paper_no`,
    [caseNo],
  )
}

export interface CaseNotice {
  noticeNo: string
  level: 'village' | 'township' | 'district'
  fromOn: string
  toOn: string
  provisional: boolean
  state: 'posted' | 'closed' | 'withdrawn'
  name: string
  members: number
  amount: number | null
  postings: number
}

export function listCaseNotices(tx: Tx, caseNo: string): Promise<CaseNotice[]> {
  return tx.query(
    `select n.notice_no as "noticeNo", n.level, n.from_on as "fromOn", n.to_on as "toOn", n.provisional, l.name, l.members, l.amount,
       case when l.closed_at is not null then 'closed' when l.withdrawn_at is not null then 'withdrawn' else n.state end as state,
       (select count(*)::int from notice_posting p where p.notice_no = n.notice_no) as postings
     from notice_line l join notice n on n.notice_no = l.notice_no where l.case_no = $1 order by n.published_at`,
    [caseNo],
  )
}

interface ObjectionRow extends Omit<ObjectionView, 'from' | 'text' | 'answer'> {
  sealed: Buffer
  answer: Buffer | null
}

/** Objections and reports about a case, in clear: only for whoever handles the case. */
export async function listCaseObjections(tx: Tx, keys: Keys, caseNo: string): Promise<ObjectionView[]> {
  const rows = await tx.query<ObjectionRow>(
    `select o.objection_no as "objectionNo", o.kind, o.notice_no as "noticeNo", o.named, o.sealed, o.received_on as "receivedOn", o.due_on as "dueOn",
       o.outcome, o.answer, o.answered_at as "answeredAt", c.case_no as "openedNo"
     from case_objection o left join casefile c on c.appeal_no = o.objection_no where o.case_no = $1 order by o.taken_at`,
    [caseNo],
  )
  return rows.map(({ sealed, answer, ...row }) => {
    const { from, text } = JSON.parse(keys.openText(sealed)) as { from: string; text: string }
    return { ...row, from: row.named ? from : '未署名', text, answer: answer === null ? null : keys.openText(answer) }
  })
}

export async function listCaseSessions(tx: Tx, caseNo: string): Promise<SessionOfCase[]> {
  return tx.query<SessionOfCase>(
    `select s.session_id as "sessionId", s.planned_on as "plannedOn", s.held_on as "heldOn", s.place, s.seed, s.drawn, c.recused,
       coalesce(c.present, s.present, '[]'::jsonb) as present, c.yes, c.no, c.abstain, c.invalid, c.outcome
     from session_case c join deliberation_session s on s.session_id = c.session_id
     where c.case_no = $1 and s.state <> 'cancelled' order by s.at`,
    [caseNo],
  )
}

export function listDecisions(tx: Tx, caseNo: string): Promise<DecisionView[]> {
  return tx.query<DecisionView>(
    `select d.decision_no as "decisionNo", d.result, d.base, d.top_up as "topUp", d.amount, d.persons, d.tier, d.from_month as "fromMonth",
       d.valid_to as "validTo", d.certificate_no as "certificateNo", coalesce(u.display_name, '上级办理人员') as "byName", d.at,
       d.undone_at as "undoneAt", d.notified_at as "notifiedAt"
     from case_decision d left join app_user u on u.user_id = d.by_user where d.case_no = $1 order by d.at`,
    [caseNo],
  )
}
