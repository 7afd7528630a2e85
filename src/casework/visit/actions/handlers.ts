/** Moves of the home visit that hold a form. */
import { chineseDate } from '#kernel/chinese-date'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { checkAssignee } from '../../cases/actions/assignee.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { MoveHandlers } from '../../procedure/actions/handler.ts'
import { daysOf, keeping } from '../../procedure/actions/keeping.ts'
import { Interview, Visit, VisitPlan } from '../contract/moves.ts'

/** The next visit to a family that was not at home lies behind this one. */
function nextVisit({ absent, visitedOn, nextOn }: Visit): void {
  if (!absent || nextOn === null || nextOn > visitedOn) return
  const message = `下次入户日期 ${chineseDate(nextOn)} 不晚于这次入户（${chineseDate(visitedOn)}），请核对`
  throw new Problem('casework.day', message, { status: 422, details: { issues: [{ path: ['record', 'nextOn'], message }] } })
}

/** Whoever is named with an account is somebody who may go there. */
async function checkInvestigators(form: VisitPlan, context: ActionContext, file: CaseFile): Promise<void> {
  for (const [at, { userId }] of form.investigators.entries()) {
    if (userId !== null) await checkAssignee(context, file, userId, ['record', 'investigators', at, 'userId'])
  }
}

export const visitHandlers: MoveHandlers = {
  'visit.plan': keeping({ step: 'visit', kind: 'visit_plan', provides: ['two-investigators'] }, VisitPlan, checkInvestigators),
  'visit.record': keeping({ step: 'visit', kind: 'visit' }, Visit, async (form, context, file) => {
    await daysOf<Visit>(({ visitedOn }) => [{ day: visitedOn, path: ['visitedOn'], what: '入户日期' }])(form, context, file)
    nextVisit(form)
  }),
  'visit.interview': keeping(
    { step: 'visit', kind: 'interview' },
    Interview,
    daysOf(({ on }) => [{ day: on, path: ['on'], what: '访问日期' }]),
  ),
}
