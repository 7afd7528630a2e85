/** Writing down what a step found. */
import type { ActionContext } from '#platform/action'
import { nowIso } from '#platform/clock'
import { insertRecord } from '../store/records.ts'
import type { CaseFile } from './file-model.ts'

/** Writes a record of a step in the case's own words; for handlers. */
export async function keepRecord(
  context: ActionContext,
  file: CaseFile,
  record: { step: string; kind: string; body: object },
): Promise<string> {
  const { tx, keys, actor, clock } = context
  return insertRecord(tx, keys, {
    ...record,
    caseNo: file.row.case_no,
    divisionCode: file.row.division_code,
    caseVersion: file.row.version,
    byUser: actor.userId,
    at: nowIso(clock),
  })
}
