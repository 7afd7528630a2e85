/** SQL of objections to reports and their answers. */
import type { Tx } from '#platform/db'
import type { EvidenceFile } from './household-page.ts'

export interface ObjectionRow {
  objection_id: string
  campaign_id: string
  household_no: string
  report_no: string
  raised_by: string
  reason: string
  raised_at: string
  outcome: 'upheld' | 'rejected' | null
  answer: string | null
  answered_at: string | null
  division_code: string
  evidence: EvidenceFile[]
}

const objectionColumns = `objection_id, campaign_id, household_no, report_no, raised_by, reason, raised_at, outcome, answer, answered_at, division_code,
  evidence`

export function listObjectionRows(tx: Tx, campaignId: string, householdNo: string): Promise<ObjectionRow[]> {
  return tx.query<ObjectionRow>(
    `select ${objectionColumns} from objection where campaign_id = $1 and household_no = $2 order by raised_at desc`,
    [campaignId, householdNo],
  )
}

/** An objection in the reader's sight. */
export function findObjectionRow(tx: Tx, objectionId: string): Promise<(ObjectionRow & { entered_by: string }) | undefined> {
  return tx.maybe(`select ${objectionColumns}, entered_by from objection where objection_id = $1`, [objectionId])
}

/** What is entered when an objection comes in. */
export interface NewObjection {
  objectionId: string
  campaignId: string
  householdNo: string
  reportNo: string
  raisedBy: string
  reason: string
  evidence: readonly EvidenceFile[]
  enteredBy: string
  at: string
  divisionCode: string
}

export async function insertObjection(tx: Tx, objection: NewObjection): Promise<void> {
  await tx.execute(
    `insert into objection (objection_id, campaign_id, household_no, report_no, raised_by, reason, evidence, entered_by, raised_at, division_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      objection.objectionId,
      objection.campaignId,
      objection.householdNo,
      objection.reportNo,
      objection.raisedBy,
      objection.reason,
      JSON.stringify(objection.evidence),
      objection.enteredBy,
      objection.at,
      objection.divisionCode,
    ],
  )
}

/** Answers an open objection; false when it was answered meanwhile. */
export async function answerObjection(
  tx: Tx,
  objectionId: string,
  reply: { outcome: 'upheld' | 'rejected'; answer: string; by: string; at: string },
): Promise<boolean> {
  const touched = await tx.execute(
    `update objection set outcome = $2, answer = $3, answered_by = $4, answered_at = $5 where objection_id = $1 and outcome is null`,
    [objectionId, reply.outcome, reply.answer, reply.by, reply.at],
  )
  return touched > 0
}

/** Households of which an objection was answered since their newest report: the next version is the answer's. */
export async function listReviewed(tx: Tx, campaignId: string): Promise<Set<string>> {
  const rows = await tx.query<{ household_no: string }>(
    `select distinct o.household_no from objection o
     where o.campaign_id = $1 and o.answered_at > (select max(r.signed_at) from report r
       where r.campaign_id = o.campaign_id and r.household_no = o.household_no)`,
    [campaignId],
  )
  return new Set(rows.map((row) => row.household_no))
}

/** Users who signed under a finding of the household. */
export async function listSigners(tx: Tx, campaignId: string, householdNo: string): Promise<string[]> {
  const rows = await tx.query<{ by_user: string }>(
    'select distinct by_user from clearing_step where campaign_id = $1 and household_no = $2',
    [campaignId, householdNo],
  )
  return rows.map((row) => row.by_user)
}
