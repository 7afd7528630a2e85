/** SQL of facts of many cases at once, for the dry run before many moves: one statement each, whatever the number of cases. */
import type { Tx } from '#platform/db'
import type { NoticeLevel } from '../../notice/contract/notice.ts'
import type { Hanging } from '../../notice/store/notices.ts'

/** Which of the cases took part in a draw of the district. */
export async function listTookPart(tx: Tx, caseNos: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ case_no: string }>(
    `select distinct c.case_no from sample_draw d cross join unnest(d.cases) as c(case_no)
     where d.cases && $1::text[] and c.case_no = any ($1)`,
    [caseNos],
  )
  return rows.map((row) => row.case_no)
}

/** Cases with an objection that nobody has answered. */
export async function listOpenlyObjected(tx: Tx, caseNos: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ case_no: string }>(
    `select distinct case_no from case_objection where case_no = any ($1) and kind = 'objection' and outcome is null`,
    [caseNos],
  )
  return rows.map((row) => row.case_no)
}

/** Cases whose standing decision is on a confirmed roll. */
export async function listOnRoll(tx: Tx, caseNos: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ case_no: string }>(
    `select distinct d.case_no from case_decision d join payment_roll_line l on l.decision_no = d.decision_no
     join payment_roll r on r.roll_no = l.roll_no
     where d.case_no = any ($1) and d.undone_at is null and r.confirmed_at is not null`,
    [caseNos],
  )
  return rows.map((row) => row.case_no)
}

/** The notice of a level on which each case hangs now. */
export async function listHangingOf(tx: Tx, caseNos: readonly string[], level: NoticeLevel): Promise<Map<string, Hanging>> {
  const rows = await tx.query<Hanging & { caseNo: string }>(
    `select distinct on (l.case_no) l.case_no as "caseNo", n.notice_no as "noticeNo", n.level, n.stage, n.from_on as "fromOn",
       (select min(p.posted_on) from notice_posting p where p.notice_no = n.notice_no) as "firstProofOn"
     from notice_line l join notice n on n.notice_no = l.notice_no
     where l.case_no = any ($1) and n.level = $2 and l.closed_at is null and l.withdrawn_at is null
     order by l.case_no, n.published_at desc`,
    [caseNos, level],
  )
  return new Map(rows.map(({ caseNo, ...hanging }) => [caseNo, hanging]))
}
