/** A case for a test that begins in the middle: opened by a clerk, of a procedure in force, everything else as the test says. */
import type { Procedure } from '../src/casework/procedure/rules/model.ts'
import type { NewCase } from '../src/casework/procedure/store/cases.ts'
import { procedureVersion } from '../src/casework/procedure/store/procedures.ts'

/** The row of such a case. */
export function plantedCase(caseNo: string, procedure: Procedure, change: Partial<NewCase> = {}): NewCase {
  return {
    case_no: caseNo,
    household_no: null,
    division_code: '629901001001',
    scheme: 'dibao',
    programme: 'rural',
    origin: 'application',
    clean_up_id: null,
    procedure_id: procedure.id,
    procedure_version: procedureVersion(procedure),
    pack_id: 'reference',
    pack_hash: 'x',
    pack_on: '2026-06-21',
    applicant_name: '王秀英',
    members: 3,
    initials: 'wxy',
    opened_at: '2026-06-21T01:00:00Z',
    opened_by: 'clerk',
    ...change,
  }
}
