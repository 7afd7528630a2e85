/** Rows of the result tables, in the order their COPY statements name the columns. */
import type { CopyValue } from '#platform/db'
import type { Finding } from '../rules/household/dossier.ts'

export interface ResultPlace {
  campaignId: string
  batchNo: number
  version: number
  divisionCode: string
}

export function findingRow(finding: Finding, place: ResultPlace): CopyValue[] {
  return [
    place.campaignId,
    place.version,
    finding.household_no,
    finding.person,
    finding.rule,
    finding.class,
    finding.source,
    finding.source_record_id,
    finding.value,
    finding.limit,
    finding.message,
    finding.recordAsOf,
    place.batchNo,
    place.divisionCode,
  ]
}
