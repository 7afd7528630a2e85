/** Files named in sealed records before files had rows of their own: read once, after an upgrade. */
import type { CarriedFile } from '#files'
import { wholeScope, withTransaction } from '#platform/db'
import type { JobContext } from '#platform/job'
import { filesIn } from '../../procedure/rules/files-in-form.ts'
import { listRecordPage, type SealedRecord } from '../../procedure/store/records.ts'

const PAGE = 500
const system = wholeScope('system:files')

function filesOf({ keys }: Pick<JobContext, 'keys'>, row: SealedRecord): CarriedFile[] {
  const body: unknown = JSON.parse(keys.openText(row.sealed))
  const { case_no: caseNo, by_user: by, at, division_code: divisionCode } = row
  return filesIn(body).map(({ file: { sha256, name, size } }) => ({ caseNo, sha256, name, size, by, at, divisionCode }))
}

/** Every file that the records of cases name, a page of records at a time. */
export async function* listCarriedFiles(context: Pick<JobContext, 'workerDb' | 'keys'>): AsyncGenerator<readonly CarriedFile[]> {
  const pageBehind = (after: string | null): Promise<SealedRecord[]> =>
    withTransaction(context.workerDb, system, (tx) => listRecordPage(tx, after, PAGE))
  let rows = await pageBehind(null)
  while (rows.length > 0) {
    yield rows.flatMap((row) => filesOf(context, row))
    rows = await pageBehind(rows.at(-1)?.record_id ?? null)
  }
}
