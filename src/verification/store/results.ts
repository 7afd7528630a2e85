/** SQL of query lines, answers as states, findings and reports: one statement per batch and table. */
import type { CopyValue, Tx } from '#platform/db'
import type { PlannedSubject } from '../rules/asking/plan.ts'
import type { TallyCount } from '../rules/found/answer-tally.ts'

export interface BatchKey {
  campaignId: string
  batchNo: number
}

/** A line as stored: what was asked about a subject under which papers. */
export interface StoredLine {
  subjectNo: string
  subjectKind: 'person' | 'supporter'
  householdNo: string
  asked: number
  state: 'asked' | 'halted'
  version: number
}

function* lineRows(
  batch: BatchKey,
  subjects: readonly PlannedSubject[],
  versions: ReadonlyMap<string, number>,
): Iterable<CopyValue[]> {
  for (const subject of subjects) {
    const papers = subject.authorisations.map((paper) => paper.authorisation_no)
    yield [
      batch.campaignId,
      versions.get(subject.householdNo) ?? 1,
      subject.subjectNo,
      batch.batchNo,
      subject.householdNo,
      subject.kind,
      subject.bornOn,
      subject.asked,
      papers,
      subject.divisionCode,
    ]
  }
}

/** Registers what is asked about each subject; the database refuses a line beyond the signed papers (error YB001). */
export async function insertQueryLines(
  tx: Tx,
  batch: BatchKey,
  subjects: readonly PlannedSubject[],
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.copyIn(
    `copy query_line (campaign_id, version, subject_no, batch_no, household_no, subject_kind, born_on, asked, authorisation_nos, division_code)
     from stdin`,
    lineRows(batch, subjects, versions),
  )
}

/** The lines of a batch in the order of its plan: their positions are the item numbers of its questions. */
export function listQueryLines(tx: Tx, batch: BatchKey): Promise<StoredLine[]> {
  return tx.query<StoredLine>(
    `select subject_no as "subjectNo", subject_kind as "subjectKind", household_no as "householdNo", asked, state, version
     from query_line where campaign_id = $1 and batch_no = $2
     order by household_no, subject_no, subject_kind collate "C"`,
    [batch.campaignId, batch.batchNo],
  )
}

/** Lines of a batch that a withdrawal has halted. */
export function listHaltedLines(tx: Tx, batch: BatchKey): Promise<{ subjectNo: string; subjectKind: 'person' | 'supporter' }[]> {
  return tx.query(
    `select subject_no as "subjectNo", subject_kind as "subjectKind" from query_line
     where campaign_id = $1 and batch_no = $2 and state = 'halted'`,
    [batch.campaignId, batch.batchNo],
  )
}

export async function copySubjectResults(tx: Tx, rows: Iterable<readonly CopyValue[]>): Promise<void> {
  await tx.copyIn(
    `copy subject_result (campaign_id, version, subject_no, subject_kind, household_no, batch_no, statuses, reasons, division_code) from stdin`,
    rows,
  )
}

const findingColumns = `campaign_id, version, household_no, person, rule, class, source, source_record_id, value, limit_value, message,
  record_as_of, batch_no, division_code`

export async function copyFindings(tx: Tx, rows: Iterable<readonly CopyValue[]>): Promise<void> {
  await tx.copyIn(`copy finding (${findingColumns}) from stdin`, rows)
}

const reportColumns = `campaign_id, household_no, version, report_no, batch_no, conclusion, findings_a, findings_b, findings_c, open_pairs,
  members, per_capita, kind, document, content_hash, signature, key_id, signed_at, issued_on, valid_to, division_code`

export async function copyReports(tx: Tx, rows: Iterable<readonly CopyValue[]>): Promise<void> {
  await tx.copyIn(`copy report (${reportColumns}) from stdin`, rows)
}

/** A further version of one household's results: the report given, the answers of the version before, the findings given. */
export interface NextVersion {
  campaignId: string
  householdNo: string
  from: number
  to: number
  findings: readonly (readonly CopyValue[])[]
  report: readonly CopyValue[]
}

/** Stores a further version drawn up without asking again. Four statements. */
export async function insertNextVersion(tx: Tx, next: NextVersion): Promise<void> {
  const key = [next.campaignId, next.householdNo]
  await tx.execute('update commission set version = $3 where campaign_id = $1 and household_no = $2', [...key, next.to])
  await tx.execute(
    `insert into subject_result (campaign_id, version, subject_no, subject_kind, household_no, batch_no, statuses, reasons, division_code)
     select campaign_id, $4, subject_no, subject_kind, household_no, batch_no, statuses, reasons, division_code
     from subject_result where campaign_id = $1 and household_no = $2 and version = $3`,
    [...key, next.from, next.to],
  )
  const column = (i: number): unknown[] => next.findings.map((row) => row[i])
  await tx.execute(
    `insert into finding (${findingColumns})
     select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::int[], $14::text[])`,
    Array.from({ length: 14 }, (_, i) => column(i)),
  )
  await tx.execute(
    `insert into report (${reportColumns}) values (${Array.from({ length: 21 }, (_, i) => `$${i + 1}`).join(', ')})`,
    next.report,
  )
}

/** Stores the counts of a batch. One statement. */
export async function insertAnswerCounts(tx: Tx, batch: BatchKey, counts: readonly TallyCount[]): Promise<void> {
  await tx.execute(
    `insert into answer_count (campaign_id, batch_no, township_code, record, state, subjects)
     select $1::uuid, $2::int, t.* from unnest($3::text[], $4::text[], $5::text[], $6::int[]) as t`,
    [
      batch.campaignId,
      batch.batchNo,
      counts.map((count) => count.townshipCode),
      counts.map((count) => count.record),
      counts.map((count) => count.state),
      counts.map((count) => count.subjects),
    ],
  )
}

/** What the results of the households of a re-run replace: the statuses of the version before, by division. */
export function listReplacedStatuses(tx: Tx, batch: BatchKey): Promise<{ divisionCode: string; statuses: string }[]> {
  return tx.query(
    `select o.division_code as "divisionCode", o.statuses from subject_result o
     join (
       select n.household_no, (select max(p.version) from subject_result p
         where p.campaign_id = $1 and p.household_no = n.household_no and p.version < n.version) as version
       from (select distinct household_no, version from subject_result
         where campaign_id = $1 and batch_no = $2 and version > 1) n
     ) b on b.household_no = o.household_no and b.version = o.version
     where o.campaign_id = $1`,
    [batch.campaignId, batch.batchNo],
  )
}

/** Reports stored so far. */
export async function countReports(tx: Tx, campaignId: string): Promise<number> {
  return (await tx.one<{ reports: number }>('select count(*) as reports from report where campaign_id = $1', [campaignId]))
    .reports
}
