/** Facts of the home visit. */
import type { Facts } from '../../procedure/actions/fact.ts'
import { type CaseFile, standingRecords } from '../../procedure/actions/file-model.ts'
import type { Visit, VisitPlan } from '../contract/moves.ts'

function visitOf(file: CaseFile): Visit | undefined {
  const found = standingRecords(file, 'visit').find((record) => (record.body as Visit).absent !== true)
  return found?.body as Visit | undefined
}

/** Both sides signed: two investigators, and the household — or a witness where it refused. */
export function isSigned(visit: Pick<Visit, 'investigators' | 'household' | 'witness'>): boolean {
  const names = new Set(visit.investigators.filter((each) => each.kind !== 'refused').map((each) => each.name))
  const household = visit.household
  if (names.size < 2 || household === null) return false
  return household.kind !== 'refused' || visit.witness !== null
}

export const visitFacts: Facts = {
  'two-investigators': (_context, file) => {
    const plan = standingRecords(file, 'visit_plan')[0]?.body as VisitPlan | undefined
    return plan !== undefined && new Set(plan.investigators.map((each) => each.name)).size >= 2
  },
  'visit-planned': (_context, file) => standingRecords(file, 'visit_plan').length > 0,
  'visit-signed': (_context, file) => {
    const visit = visitOf(file)
    return visit !== undefined && isSigned(visit)
  },
}
