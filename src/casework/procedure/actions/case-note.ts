/** What the journal keeps of a reply about a case: whom it is about, never their values. */
import type { ActionContext, JournalNote } from '#platform/action'
import { listSubjectIndexes } from '#registry'
import type { CaseFile } from './file-model.ts'

const basis = '社会救助暂行办法 第十一条'

const subjectsOf = new WeakMap<object, { division: string; subjects: readonly Buffer[] }>()

/** Remembers, for the journal, whom a reply is about. */
export async function remember(context: ActionContext, reply: object, file: CaseFile): Promise<void> {
  const { household_no: householdNo, division_code: division } = file.row
  const subjects = householdNo === null ? [] : await listSubjectIndexes(context.tx, householdNo)
  subjectsOf.set(reply, { division, subjects })
}

/** The journal's note about a reply on a case. */
export function noteOn(reply: object, caseNo: string, purpose: string, detail: Record<string, unknown> = {}): JournalNote {
  const { division, subjects } = subjectsOf.get(reply) ?? { division: undefined, subjects: [] }
  return {
    chain: `case:${caseNo}`,
    ...(division === undefined ? {} : { divisionCode: division }),
    subjects,
    basis,
    purpose,
    detail,
  }
}
