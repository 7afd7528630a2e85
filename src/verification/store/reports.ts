/** SQL of signed reports: one by number, those of a village, the newest of a campaign. */
import type { Tx } from '#platform/db'

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

const select = `
  select r.campaign_id, r.household_no, r.version, r.report_no, r.document, r.content_hash, r.signature, r.key_id, r.conclusion, r.signed_at,
    r.issued_on, r.valid_to, r.report_no <> m.report_no as superseded, c.label, r.division_code,
    coalesce(v.name, r.division_code) as village_name, coalesce(t.name, '') as township_name, coalesce(d.name, '') as district_name
  from report r
  join commission m using (campaign_id, household_no)
  join campaign c using (campaign_id)
  left join division v on v.code = r.division_code
  left join division t on t.code = left(r.division_code, 9) || '000'
  left join division d on d.code = c.district_code || '000000'`

export function findReport(tx: Tx, reportNo: string): Promise<StoredReport | undefined> {
  return tx.maybe<StoredReport>(`${select} where r.report_no = $1`, [reportNo])
}

/** Reports in force of one village, in order of household number. */
export function listVillageReports(tx: Tx, campaignId: string, village: string): Promise<StoredReport[]> {
  return tx.query<StoredReport>(
    `${select} where r.campaign_id = $1 and r.division_code = $2 and r.report_no = m.report_no order by r.household_no`,
    [campaignId, village],
  )
}

/** Some reports in force of a campaign. */
export function listSomeReports(tx: Tx, campaignId: string, limit: number): Promise<StoredReport[]> {
  return tx.query<StoredReport>(
    `${select} where r.campaign_id = $1 and r.report_no = m.report_no order by r.household_no limit $2`,
    [campaignId, limit],
  )
}
