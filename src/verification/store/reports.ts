/** SQL of signed reports: one by number, those of a village, the newest of a campaign. */
import type { Sql, Tx } from '#platform/db'
import { unpackText } from '#platform/pack'

export interface StoredReport {
  campaign_id: string
  household_no: string
  version: number
  report_no: string
  document: string
  content_hash: Buffer
  signature: Buffer
  key_id: string
  conclusion: 'consistent' | 'inconsistent' | 'undetermined'
  signed_at: string
  issued_on: string
  valid_to: string
  superseded: boolean
  label: string
  division_code: string
  village_name: string
  township_name: string
  district_name: string
}

/** The parts of a stored report that its hash and signature hold together. */
export type SignedReport = Pick<
  StoredReport,
  | 'report_no'
  | 'household_no'
  | 'version'
  | 'document'
  | 'content_hash'
  | 'signature'
  | 'key_id'
  | 'conclusion'
  | 'issued_on'
  | 'valid_to'
  | 'division_code'
>

/** Places are named as they were on the as-of date. */
const select = `
  select r.campaign_id, r.household_no, r.version, r.report_no, r.document, r.content_hash, r.signature, r.key_id, r.conclusion, r.signed_at,
    r.issued_on, r.valid_to, r.report_no <> m.report_no as superseded, c.label, r.division_code,
    coalesce(division_name_on(r.division_code, c.as_of), r.division_code) as village_name,
    coalesce(division_name_on(left(r.division_code, 9) || '000', c.as_of), '') as township_name,
    coalesce(division_name_on(c.district_code || '000000', c.as_of), '') as district_name
  from report r
  join commission m using (campaign_id, household_no)
  join campaign c using (campaign_id)`

type PackedReport = Omit<StoredReport, 'document'> & { document: Buffer }

/** The text of a stored document; bytes that are damaged give an empty text, which no hash and no signature fits. */
export function documentText(bytes: Buffer): string {
  try {
    return unpackText(bytes)
  } catch {
    return ''
  }
}

function unpacked(row: PackedReport): StoredReport {
  return { ...row, document: documentText(row.document) }
}

async function list(tx: Tx, rest: string, values: readonly unknown[]): Promise<StoredReport[]> {
  return (await tx.query<PackedReport>(`${select} ${rest}`, values)).map(unpacked)
}

export async function findReport(tx: Tx, reportNo: string): Promise<StoredReport | undefined> {
  return (await list(tx, 'where r.report_no = $1', [reportNo]))[0]
}

/** Reports in force of one village, in order of household number. */
export function listVillageReports(tx: Tx, campaignId: string, village: string): Promise<StoredReport[]> {
  return list(tx, 'where r.campaign_id = $1 and r.division_code = $2 and r.report_no = m.report_no order by r.household_no', [
    campaignId,
    village,
  ])
}

/** Some reports in force of a campaign. */
export function listSomeReports(tx: Tx, campaignId: string, limit: number): Promise<StoredReport[]> {
  return list(tx, 'where r.campaign_id = $1 and r.report_no = m.report_no order by r.household_no limit $2', [campaignId, limit])
}

/** Reports of all campaigns with what their signatures cover, after a number, in order. */
export async function listSignedReports(sql: Sql, after: string, limit: number): Promise<SignedReport[]> {
  const rows = await sql.query<Omit<SignedReport, 'document'> & { document: Buffer }>(
    `select report_no, household_no, version, document, content_hash, signature, key_id, conclusion, issued_on, valid_to, division_code
     from report where report_no > $1 order by report_no limit $2`,
    [after, limit],
  )
  return rows.map((row) => ({ ...row, document: documentText(row.document) }))
}
