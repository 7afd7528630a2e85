/** SQL of commissions of single households: what they rest on, and a household's reports over all campaigns. */
import type { Sql, Tx } from '#platform/db'
import { documentText } from './reports.ts'

/**
 * The newest campaign that asked the units to get ready as of a date under a pack, and waits for no person: a single commission of the
 * same date and pack rests on it and need not ask again.
 */
export async function findBaseCampaign(tx: Sql, asOf: string, packHash: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(
    `select campaign_id as id from campaign
     where as_of = $1 and pack_hash = $2 and base_id is null
       and (state in ('running', 'finished') or state = 'preparing' and not held and (failure is null or retry_at is not null))
     order by campaign_no desc limit 1`,
    [asOf, packHash],
  )
  return row?.id
}

/** Whether a campaign has the units' statements and the answer about the officials' links. */
export async function isBaseReady(tx: Sql, campaignId: string): Promise<boolean> {
  const row = await tx.one<{ ready: boolean }>(
    `select exists (select 1 from batch where campaign_id = $1 and batch_no = 0 and step in ('records', 'compared')) as ready`,
    [campaignId],
  )
  return row.ready
}

/** The commission rests on no other campaign any more; false when it did not before. */
export async function dropBase(tx: Sql, campaignId: string): Promise<boolean> {
  return (await tx.execute('update campaign set base_id = null where campaign_id = $1 and base_id is not null', [campaignId])) > 0
}

/** The units' statements of one campaign stand for another as well. */
export async function copyStatements(tx: Sql, from: string, to: string): Promise<void> {
  await tx.execute(
    `insert into source_statement (campaign_id, unit, received_at, files, records)
     select $2, unit, received_at, files, records from source_statement where campaign_id = $1`,
    [from, to],
  )
}

/** With what its signature covers, so that whoever uses it can check it. */
export interface NewestReportRow {
  campaign_id: string
  household_no: string
  division_code: string
  report_no: string
  version: number
  kind: string
  document: string
  content_hash: Buffer
  signature: Buffer
  key_id: string
  conclusion: 'consistent' | 'inconsistent' | 'undetermined'
  issued_on: string
  valid_to: string
  open_a: number
  open_b: number
  findings: number
  state: string
}

/** Of each household the report that `findNewestReport` gives: how its verification stands. One statement. */
export function listNewestReports(
  tx: Tx,
  householdNos: readonly string[],
  on: string,
): Promise<{ household_no: string; open_a: number; state: string }[]> {
  return tx.query(
    `select distinct on (c.household_no) c.household_no, c.open_a, c.state
     from commission c join report r on r.report_no = c.report_no join campaign g on g.campaign_id = r.campaign_id
     where c.household_no = any ($1) and r.issued_on <= $2 and r.valid_to >= $2
     order by c.household_no, g.as_of desc, g.campaign_no desc`,
    [householdNos, on],
  )
}

/**
 * The report in force of a household over all campaigns, signed by a day and valid on it: of the latest verification. One of an older that
 * was signed anew later does not take its place.
 */
export async function findNewestReport(tx: Tx, householdNo: string, on: string): Promise<NewestReportRow | undefined> {
  const row = await tx.maybe<Omit<NewestReportRow, 'document'> & { document: Buffer }>(
    `select r.campaign_id, r.household_no, r.division_code, r.report_no, r.version, r.kind, r.document, r.content_hash, r.signature, r.key_id,
       r.conclusion, r.issued_on, r.valid_to, c.open_a, c.open_b, c.findings, c.state
     from commission c join report r on r.report_no = c.report_no join campaign g on g.campaign_id = r.campaign_id
     where c.household_no = $1 and r.issued_on <= $2 and r.valid_to >= $2
     order by g.as_of desc, g.campaign_no desc limit 1`,
    [householdNo, on],
  )
  return row && { ...row, document: documentText(row.document) }
}
