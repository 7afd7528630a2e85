/** SQL of the interchange files of a run. Order is by Unicode code point: collation C over UTF-8. */
import type { Tx } from '#platform/db'
import { unpackText } from '#platform/pack'

/** COPY and CREATE TABLE AS take no parameters: the ids are UUIDs the program made, checked here before they stand in the text. */
function literal(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new RangeError('not an id')
  return `'${id}'`
}

/**
 * Numbers the findings of the reports in force (those beyond the roll have no household) into a table of the transaction:
 * once, whatever is read of them afterwards.
 */
export async function numberFindings(tx: Tx, campaignId: string): Promise<void> {
  await tx.execute(
    `create temp table run_finding on commit drop as
     select row_number() over (order by f.household_no, f.person, f.rule, f.source_record_id, f.source) as n,
       f.household_no, f.person, f.rule, f.class, f.source, f.source_record_id, f.value, f.limit_value, f.message
     from finding f left join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no
     where f.campaign_id = ${literal(campaignId)} and (f.household_no = '' or f.version = c.version)`,
  )
  await tx.execute('create index on run_finding (household_no, n)')
  await tx.execute('analyze run_finding')
}

const findingId = `'F' || lpad(n::text, 8, '0')`

/** findings.csv without its header, as bytes; the findings are numbered before. */
export function copyFindingsCsv(tx: Tx): AsyncIterable<Buffer> {
  return tx.copyOut(
    `copy (select ${findingId}, nullif(household_no, ''), nullif(person, ''), rule, class, nullif(source, ''),
       nullif(source_record_id, ''), nullif(value, ''), nullif(limit_value, ''), message
     from run_finding order by n) to stdout (format csv)`,
  )
}

/** import-errors.csv without its header: the roll's own issues and those the units stated about their files. */
export function copyIssuesCsv(tx: Tx, campaignId: string, runId: string): AsyncIterable<Buffer> {
  return tx.copyOut(
    `copy (select file, row, nullif(column_name, ''), code, severity, message from (
       select file, row, column_name, code, severity, message from import_issue where import_id = ${literal(runId)}
       union all
       select file, row, column_name, code, severity, message from source_issue where campaign_id = ${literal(campaignId)}
     ) i order by file collate "C", row, column_name collate "C", code collate "C") to stdout (format csv)`,
  )
}

/** A household of the frozen list with the document of its report in force, if it has one, and the numbers of its findings. */
export interface ReportRow {
  householdNo: string
  document: string | null
  findings: string[]
}

/**
 * Households in order of number, in pages of `limit` after a number; the findings are numbered before. A page reads its own
 * rows and no others: each is looked up by its key, so its cost does not depend on how many pages there are.
 */
export async function listReports(tx: Tx, campaignId: string, after: string, limit: number): Promise<ReportRow[]> {
  const rows = await tx.query<{ householdNo: string; document: Buffer | null; findings: string[] }>(
    `with page as materialized (
       select household_no, version from commission where campaign_id = $1 and household_no > $2 order by household_no limit $3)
     select p.household_no as "householdNo", r.document, coalesce(f.ids, '{}') as findings
     from page p
     left join lateral (select document from report r
       where r.campaign_id = $1 and r.household_no = p.household_no and r.version = p.version limit 1) r on true
     left join lateral (select array_agg(${findingId} order by n) as ids from run_finding f
       where f.household_no = p.household_no) f on true
     order by p.household_no`,
    [campaignId, after, limit],
  )
  return rows.map(({ document, ...row }) => ({ ...row, document: document === null ? null : unpackText(document) }))
}

/** Quarantined rows of the roll and of the units' files, sealed. */
export function listQuarantine(
  tx: Tx,
  campaignId: string,
  runId: string,
): Promise<{ file: string; row: number; codes: string; raw: Buffer }[]> {
  return tx.query(
    `select file, row, codes, raw_sealed as raw from (
       select file, row, array_to_string(codes, ';') as codes, raw_sealed from quarantined_row where import_id = $2 and quarantined
       union all
       select file, row, codes, raw_sealed from source_quarantine where campaign_id = $1
     ) q order by file collate "C", row`,
    [campaignId, runId],
  )
}
