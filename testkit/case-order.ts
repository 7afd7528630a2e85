/** What the order of a case's verification says as a paper. */
import type { Actor } from '#platform/action'
import { caseDocument } from '../src/casework/intake/actions/print.ts'
import { loadCaseFile } from '../src/casework/procedure/actions/case-file.ts'
import type { VerifiedDistrict } from './verified-district.ts'

/** The document behind 核对委托书, as text. */
export function orderOf({ db, runtime }: VerifiedDistrict, caseNo: string, actor: Actor, today: string): Promise<string> {
  return db.as(undefined, async (tx) => {
    const context = { ...runtime, tx, today, actor } as never
    return JSON.stringify(await caseDocument(context, await loadCaseFile(context, caseNo), 'verification-order', 'no'))
  })
}
