/** SQL of the interchange files of a run. Order is by Unicode code point: collation C over UTF-8. */
import type { Tx } from '#platform/db'
import { unpackText } from '#platform/pack'

/** Findings of the reports in force; those beyond the roll have no household. */
const currentFindings = `
  select f.* from finding f
  left join commission c on c.campaign_id = f.campaign_id and c.household_no = f.household_no
  where f.campaign_id = $1 and (f.household_no = '' or f.version = c.version)`

const numbered = `
  select 'F' || lpad((row_number() over (order by household_no, person, rule, source_record_id, source))::text, 8, '0') as finding_id, f.*
  from (${currentFindings}) f`

/** COPY takes no parameters: the id is a UUID the program made, checked here before it stands in the text. */
function withCampaign(text: string, campaignId: string): string {
  if (!/^[0-9a-f-]{36}$/.test(campaignId)) throw new RangeError('not a campaign id')
  return text.replaceAll('$1', `'${campaignId}'`)
}

/** findings.csv without its header, as bytes. */
export function copyFindingsCsv(tx: Tx, campaignId: string): AsyncIterable<Buffer> {
  return tx.copyOut(
    withCampaign(
      `copy (select finding_id, nullif(household_no, ''), nullif(person, ''), rule, class, nullif(source, ''),
         nullif(source_record_id, ''), nullif(value, ''), nullif(limit_value, ''), message
       from (${numbered}) n order by finding_id) to stdout (format csv)`,
      campaignId,
    ),
  )
}

/** import-errors.csv without its header: the roll's own issues and those the units stated about their files. */
export function copyIssuesCsv(tx: Tx, campaignId: string, runId: string): AsyncIterable<Buffer> {
  if (!/^[0-9a-f-]{36}$/.test(runId)) throw new RangeError('not an import run id')
  return tx.copyOut(
    withCampaign(
      `copy (select file, row, nullif(column_name, ''), code, severity, message from (
         select file, row, column_name, code, severity, message from import_issue where import_id = '${runId}'
         union all
         select file, row, column_name, code, severity, message from source_issue where campaign_id = $1
       ) i order by file collate "C", row, column_name collate "C", code collate "C") to stdout (format csv)`,
      campaignId,
    ),
  )
}

/** One report with the numbers of its findings. */
export interface ReportRow {
  document: string
  findings: string[]
}

/** Reports in force in order of household number, read in pages of `limit` after a number. */
export async function listReports(tx: Tx, campaignId: string, after: string, limit: number): Promise<ReportRow[]> {
  const rows = await tx.query<{ document: Buffer; findings: string[] }>(
    `with n as (select household_no, finding_id from (${numbered}) n where household_no > $2)
     select r.document, coalesce((select array_agg(finding_id order by finding_id) from n where n.household_no = r.household_no), '{}') as findings
     from report r join commission c on c.campaign_id = r.campaign_id and c.household_no = r.household_no and c.version = r.version
     where r.campaign_id = $1 and r.household_no > $2
     order by r.household_no limit $3`,
    [campaignId, after, limit],
  )
  return rows.map(({ document, findings }) => ({ document: unpackText(document), findings }))
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
