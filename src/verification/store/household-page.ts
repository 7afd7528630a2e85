/** SQL of one household's page: its commission, answers as states, findings, clearing, reports, objections. */
import { nameOf } from '#platform/actor-name'
import type { Tx } from '#platform/db'
import { type ClockRow, clockColumns } from './clock.ts'

export interface CommissionRow extends ClockRow {
  campaign_id: string
  household_no: string
  batch_no: number
  ordinal: number
  /** of the run under way, or of the last one */
  version: number
  /** of the report in force: what the page shows until a run under way has its own */
  in_force: number
  division_code: string
  state: string
  state_reason: string | null
  state_at: string
  conclusion: string | null
  label: string
  as_of: string
  pack_id: string
  pack_hash: string
  created_at: string
  started_at: string | null
  created_by_name: string
  previous_no: string | null
  next_no: string | null
  township_name: string
  village_name: string
  /** record types without which the campaign's pack lets no conclusion stand */
  required_records: string[]
}

/** The commission of a household with its campaign and its neighbours in the frozen list. */
export function findCommission(tx: Tx, campaignId: string, householdNo: string): Promise<CommissionRow | undefined> {
  return tx.maybe<CommissionRow>(
    `select m.campaign_id, m.household_no, m.batch_no, m.ordinal, m.version, coalesce(r.version, m.version) as in_force, m.division_code, m.state,
       m.state_reason, m.state_at, m.conclusion, c.label, c.as_of, c.pack_id, c.created_at, c.started_at,
       ${nameOf('(select u.display_name from app_user u where u.user_id = c.created_by)', 'c.created_by')} as created_by_name,
       (select household_no from commission p where p.campaign_id = m.campaign_id and p.ordinal < m.ordinal order by p.ordinal desc limit 1) as previous_no,
       (select household_no from commission n where n.campaign_id = m.campaign_id and n.ordinal > m.ordinal order by n.ordinal limit 1) as next_no,
       coalesce(division_name_on(left(m.division_code, 9) || '000', c.as_of), left(m.division_code, 9) || '000') as township_name,
       coalesce(division_name_on(m.division_code, c.as_of), m.division_code) as village_name,
       c.parameters -> 'required_records' as required_records, c.pack_hash, ${clockColumns}
     from commission m join campaign c using (campaign_id) left join report r on r.report_no = m.report_no
     where m.campaign_id = $1 and m.household_no = $2`,
    [campaignId, householdNo],
  )
}

export interface SubjectResultRow {
  subject_no: string
  subject_kind: 'person' | 'supporter'
  statuses: string
  reasons: string | null
}

/** Version of the report in force of household $2 in campaign $1; of the run under way while there is none. */
const inForce = `(select coalesce(r.version, m.version) from commission m left join report r on r.report_no = m.report_no
  where m.campaign_id = $1 and m.household_no = $2)`

/** Answers the report in force rests on, as states. */
export function listSubjectResults(tx: Tx, campaignId: string, householdNo: string): Promise<SubjectResultRow[]> {
  return tx.query<SubjectResultRow>(
    `select subject_no, subject_kind, statuses, reasons from subject_result
     where campaign_id = $1 and household_no = $2 and version = ${inForce} order by subject_kind, subject_no`,
    [campaignId, householdNo],
  )
}

/** Letters of the subjects a report version rests on: those of the latest comparison up to it. */
export async function listReportLetters(tx: Tx, campaignId: string, householdNo: string, version: number): Promise<string[]> {
  const rows = await tx.query<{ statuses: string }>(
    `select statuses from subject_result r
     where campaign_id = $1 and household_no = $2 and version = (select max(version) from subject_result m
       where m.campaign_id = $1 and m.household_no = $2 and m.version <= $3)`,
    [campaignId, householdNo, version],
  )
  return rows.map((row) => row.statuses)
}

/** The key of a finding: what stays the same from one report version to the next. */
export interface FindingKey {
  campaignId: string
  householdNo: string
  person: string
  rule: string
  source: string
  recordId: string
}

export interface FindingRow {
  household_no: string
  person: string
  rule: string
  class: 'A' | 'B' | 'C'
  source: string
  source_record_id: string
  value: string
  limit_value: string
  message: string
  record_as_of: string
  division_code: string
}

/** Findings of the report in force. */
export function listFindingRows(tx: Tx, campaignId: string, householdNo: string): Promise<FindingRow[]> {
  return tx.query<FindingRow>(
    `select household_no, person, rule, class, source, source_record_id, value, limit_value, message, record_as_of, division_code
     from finding where campaign_id = $1 and household_no = $2 and version = ${inForce}
     order by class, rule, person, source_record_id, source`,
    [campaignId, householdNo],
  )
}

/** One finding in the report in force. */
export function findFindingRow(tx: Tx, key: FindingKey): Promise<FindingRow | undefined> {
  return tx.maybe<FindingRow>(
    `select f.household_no, f.person, f.rule, f.class, f.source, f.source_record_id, f.value, f.limit_value, f.message, f.record_as_of,
       f.division_code
     from finding f join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no
     join report r on r.report_no = c.report_no and r.version = f.version
     where f.campaign_id = $1 and f.household_no = $2 and f.person = $3 and f.rule = $4 and f.source = $5 and f.source_record_id = $6`,
    [key.campaignId, key.householdNo, key.person, key.rule, key.source, key.recordId],
  )
}

export interface EvidenceFile {
  sha256: string
  name: string
  size: number
  fileId: string | null
}

export interface ClearingRow {
  person: string
  rule: string
  source: string
  source_record_id: string
  step: 'first' | 'confirmed' | 'sent_back' | 'reopened'
  outcome: 'true' | 'not_true' | 'other_aid' | null
  reason: string
  evidence: EvidenceFile[]
  teach: boolean
  by_user: string
  by_name: string
  by_role: string
  at: string
}

export async function insertClearingStep(
  tx: Tx,
  key: FindingKey,
  step: Omit<ClearingRow, 'person' | 'rule' | 'source' | 'source_record_id'> & { divisionCode: string },
): Promise<void> {
  await tx.execute(
    `insert into clearing_step (campaign_id, household_no, person, rule, source, source_record_id, step, outcome, reason, evidence, teach,
       by_user, by_name, by_role, at, division_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      key.campaignId,
      key.householdNo,
      key.person,
      key.rule,
      key.source,
      key.recordId,
      step.step,
      step.outcome,
      step.reason,
      JSON.stringify(step.evidence),
      step.teach,
      step.by_user,
      step.by_name,
      step.by_role,
      step.at,
      step.divisionCode,
    ],
  )
}

/** Locks a household's commission so that two clerks cannot sign past each other. */
export async function lockCommission(tx: Tx, campaignId: string, householdNo: string): Promise<void> {
  await tx.query('select 1 from commission where campaign_id = $1 and household_no = $2 for update', [campaignId, householdNo])
}

/** Clearing steps of some households in order of time. */
export function listClearingOf(
  tx: Tx,
  campaignId: string,
  householdNos: readonly string[],
): Promise<(ClearingRow & { household_no: string })[]> {
  return tx.query(
    `select household_no, person, rule, source, source_record_id, step, outcome, reason, evidence, teach, by_user, by_name, by_role, at
     from clearing_step where campaign_id = $1 and household_no = any($2) order by step_no`,
    [campaignId, householdNos],
  )
}

/** Findings of some classes in the reports in force of some households. */
export function listFindingsOf(
  tx: Tx,
  campaignId: string,
  householdNos: readonly string[],
  classes: readonly FindingRow['class'][],
): Promise<FindingRow[]> {
  return tx.query<FindingRow>(
    `select f.household_no, f.person, f.rule, f.class, f.source, f.source_record_id, f.value, f.limit_value, f.message, f.record_as_of,
       f.division_code
     from commission c join report r on r.report_no = c.report_no
     join finding f on f.campaign_id = c.campaign_id and f.household_no = c.household_no and f.version = r.version
     where c.campaign_id = $1 and c.household_no = any($2) and f.class = any($3)`,
    [campaignId, householdNos, classes],
  )
}

/** Findings of a household that still wait for a person. */
export interface OpenCount {
  householdNo: string
  openA: number
  openB: number
}

/** Writes how many findings of class A and B still wait for a person. */
export async function saveOpenCounts(tx: Tx, campaignId: string, counts: readonly OpenCount[]): Promise<void> {
  await tx.execute(
    `update commission c set open_a = n.open_a, open_b = n.open_b
     from unnest($2::text[], $3::int[], $4::int[]) as n(household_no, open_a, open_b)
     where c.campaign_id = $1 and c.household_no = n.household_no`,
    [
      campaignId,
      counts.map((count) => count.householdNo),
      counts.map((count) => count.openA),
      counts.map((count) => count.openB),
    ],
  )
}

export interface ExemptionRow {
  exemption_id: string
  household_no: string
  person: string
  rule: string
  reason: string
  created_by_name: string
  created_on: string
  valid_to: string | null
  withdrawn_on: string | null
  division_code: string
}

const exemptionColumns = `exemption_id, household_no, person, rule, reason,
  ${nameOf('(select u.display_name from app_user u where u.user_id = created_by)', 'created_by')} as created_by_name, (created_at at time zone 'Asia/Shanghai')::date as created_on,
  valid_to, (withdrawn_at at time zone 'Asia/Shanghai')::date as withdrawn_on, division_code`

export function listExemptionRows(tx: Tx, householdNo: string | null): Promise<ExemptionRow[]> {
  return tx.query<ExemptionRow>(
    `select ${exemptionColumns} from exemption where $1::text is null or household_no = $1 order by created_at desc limit 500`,
    [householdNo],
  )
}

export function findExemptionRow(tx: Tx, exemptionId: string): Promise<ExemptionRow | undefined> {
  return tx.maybe<ExemptionRow>(`select ${exemptionColumns} from exemption where exemption_id = $1`, [exemptionId])
}

export async function insertExemption(
  tx: Tx,
  key: FindingKey,
  facts: { exemptionId: string; reason: string; by: string; at: string; divisionCode: string },
): Promise<void> {
  await tx.execute(
    `insert into exemption (exemption_id, household_no, person, rule, source, source_record_id, reason, created_by, created_at, division_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      facts.exemptionId,
      key.householdNo,
      key.person,
      key.rule,
      key.source,
      key.recordId,
      facts.reason,
      facts.by,
      facts.at,
      facts.divisionCode,
    ],
  )
}

export async function withdrawExemptionRow(tx: Tx, exemptionId: string, by: string, at: string, reason: string): Promise<void> {
  await tx.execute(
    'update exemption set withdrawn_by = $2, withdrawn_at = $3, withdrawn_reason = $4 where exemption_id = $1 and withdrawn_at is null',
    [exemptionId, by, at, reason],
  )
}

export interface ReportHeadRow {
  report_no: string
  version: number
  kind: string
  conclusion: 'consistent' | 'inconsistent' | 'undetermined'
  signed_at: string
  valid_to: string
  superseded: boolean
}

/** Reports of a household, newest first. */
export function listReportHeads(tx: Tx, campaignId: string, householdNo: string): Promise<ReportHeadRow[]> {
  return tx.query<ReportHeadRow>(
    `select r.report_no, r.version, r.kind, r.conclusion, r.signed_at, r.valid_to, r.report_no <> c.report_no as superseded
     from report r join commission c using (campaign_id, household_no)
     where r.campaign_id = $1 and r.household_no = $2 order by r.version desc`,
    [campaignId, householdNo],
  )
}

/** Quarantined rows that name the household, with the sentences of their issues. */
export function listHouseholdQuarantine(
  tx: Tx,
  householdNo: string,
): Promise<{ row_id: string; file: string; row: number; message: string }[]> {
  return tx.query(
    `select q.row_id, q.file, q.row, coalesce((select string_agg(i.message, ' ' order by i.column_name, i.code) from import_issue i
       where i.import_id = q.import_id and i.file = q.file and i.row = q.row), '') as message
     from quarantined_row q where q.names @> array[$1] and q.quarantined and q.state = 'open' order by q.file, q.row limit 100`,
    [householdNo],
  )
}
