/** SQL of the findings beyond the roll: they have a place and a record, and no household. */
import type { Tx } from '#platform/db'
import type { FindingKey, FindingRow } from './household-page.ts'
import type { Area } from './statistics.ts'

export interface MissedRow extends FindingRow {
  township_code: string
  township_name: string
  village_name: string
}

const select = `
  select f.household_no, f.person, f.rule, f.class, f.source, f.source_record_id, f.value, f.limit_value, f.message, f.record_as_of,
    f.division_code, left(f.division_code, 9) || '000' as township_code,
    coalesce(t.name, left(f.division_code, 9) || '000') as township_name, coalesce(v.name, division_name_on(f.division_code, 'infinity'), f.division_code) as village_name
  from finding f left join division t on t.code = left(f.division_code, 9) || '000' left join division v on v.code = f.division_code
  where f.campaign_id = $1 and f.household_no = ''`

/** In order of village and record. */
export function listMissedRows(tx: Tx, campaignId: string, { lo, hi }: Area): Promise<MissedRow[]> {
  return tx.query<MissedRow>(
    `${select} and f.division_code >= $2 and f.division_code < $3 order by f.division_code, f.source_record_id, f.rule`,
    [campaignId, lo, hi],
  )
}

export function findMissedRow(tx: Tx, key: FindingKey): Promise<MissedRow | undefined> {
  return tx.maybe<MissedRow>(`${select} and f.person = $2 and f.rule = $3 and f.source = $4 and f.source_record_id = $5`, [
    key.campaignId,
    key.person,
    key.rule,
    key.source,
    key.recordId,
  ])
}

/** Lets one clerk at a time note an outcome under a finding, until the transaction ends. */
export async function lockMissed(tx: Tx, key: FindingKey): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('verification.missed'), hashtext($1))`, [
    `${key.campaignId} ${key.rule} ${key.source} ${key.recordId}`,
  ])
}
