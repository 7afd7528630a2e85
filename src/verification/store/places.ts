/** SQL of what the reports say about places and sources: one statement each, read once per campaign. */
import type { Tx } from '#platform/db'

/** Names of all divisions by code. */
export async function loadDivisionNames(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.query<{ code: string; name: string }>('select code, name from division')
  return new Map(rows.map((row) => [row.code, row.name]))
}

/** Date of the data behind each record type, as the units stated it. */
export async function loadSourceDates(tx: Tx, campaignId: string): Promise<Map<string, string>> {
  const rows = await tx.query<{ record: string; as_of: string }>(
    `select r ->> 'record' as record, r ->> 'asOfDate' as as_of
     from source_statement s cross join jsonb_array_elements(s.records) r
     where s.campaign_id = $1 and r ->> 'asOfDate' is not null and r ->> 'state' = 'answered'`,
    [campaignId],
  )
  return new Map(rows.map((row) => [row.record, row.as_of]))
}
