/** Moves of home visit and deliberation that hold a form, and the end for want of cooperation. */
import { z } from 'zod'
import { chineseDate } from '#kernel/chinese-date'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { chinaDate } from '#platform/clock'
import { Consultation, Interview, NonCooperation, SessionResult, Visit, VisitPlan } from '../contract/moves-field.ts'
import { outcomeOf, voteFault } from '../rules/hearing.ts'
import { needText } from '../rules/needs.ts'
import { findSession, listSessionCases, type SessionRow, saveSessionResult } from '../store/sessions.ts'
import { checkAssignee } from './assignee.ts'
import { isVoted } from './facts-field.ts'
import type { CaseFile } from './file-model.ts'
import { type Effect, handler, type MoveHandler, type MoveHandlers } from './handler.ts'
import { keepRecord } from './keep-record.ts'
import { checkRecusals, findRecusals } from './recusals.ts'
import { appliedOn, refuseDay, type TypedDay } from './typed-days.ts'

/** A handler that only writes its form down as a record of `kind`. */
function keeping<T extends object>(
  { step, kind, provides = [] }: { step: string; kind: string; provides?: readonly string[] },
  form: z.ZodType<T>,
  check?: (form: T, context: ActionContext, file: CaseFile) => Promise<void>,
): MoveHandler<never> {
  return handler<T>({
    form,
    provides,
    async run(context, file, body): Promise<Effect> {
      await check?.(body, context, file)
      await keepRecord(context, file, { step, kind, body })
      return {}
    },
  })
}

/** Days of a form, each not before the application and not in the future. */
function daysOf<T>(pick: (form: T) => readonly TypedDay[]) {
  return async (form: T, context: ActionContext, file: CaseFile): Promise<void> => {
    const applied = await appliedOn(context, file)
    for (const each of pick(form)) refuseDay(context, { ...each, after: [applied] })
  }
}

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

/** The session a result is entered for, called for this case. */
async function getSession(context: ActionContext, file: CaseFile, sessionId: string): Promise<SessionRow> {
  const session = await findSession(context.tx, sessionId)
  const cases = session === undefined ? [] : await listSessionCases(context.tx, { sessionIds: [sessionId] })
  if (session === undefined || !cases.some((row) => row.caseNo === file.row.case_no)) {
    throw new Problem('casework.no-session', '没有为该户召集的这次评议会，请先抽取评议人员', { status: 404 })
  }
  if (cases.some((row) => row.caseNo === file.row.case_no && row.outcome !== null)) {
    throw new Problem('casework.session-held', '这次评议会已登记过该户的结果，不能改写；如需再次评议，请重新召集', {
      status: 409,
    })
  }
  if (await isVoted(context, file)) {
    throw new Problem('casework.voted', `该户${needText('not-voted')}`, { status: 409 })
  }
  return session
}

const hold = handler<SessionResult>({
  form: SessionResult,
  provides: ['session-held'],
  async run(context, file, form): Promise<Effect> {
    const session = await getSession(context, file, form.sessionId)
    const convened = { on: chinaDate(session.at), of: '抽取评议人员之日' }
    refuseDay(context, { day: form.heldOn, path: ['heldOn'], what: '评议日期', after: [convened] })
    if (form.postedOn !== null) {
      const held = { on: form.heldOn, of: '评议日期' }
      refuseDay(context, { day: form.postedOn, path: ['postedOn'], what: '评议结果张贴日期', after: [held] })
    }
    const names = new Map(session.drawn.map((member) => [member.memberId, member.name]))
    const called = (await listSessionCases(context.tx, { sessionIds: [form.sessionId] })).find(
      (row) => row.caseNo === file.row.case_no,
    )
    // what became known of kin since the body was drawn counts too
    const recusals = await findRecusals(context, { villageCode: session.villageCode, memberIds: [...names.keys()] }, [
      { caseNo: file.row.case_no, chairs: session.chair === '' ? [] : [session.chair] },
    ])
    checkRecusals(recusals, () => file.row.applicant_name)
    const found = (recusals.get(file.row.case_no)?.recused ?? []).map(({ key, ...each }) => ({ memberId: key, ...each }))
    const recused = [
      ...(called?.recused ?? []),
      ...found,
      ...form.recused.map((each) => ({ ...each, name: names.get(each.memberId) ?? '' })),
    ].filter((each, at, all) => all.findIndex((other) => other.memberId === each.memberId) === at)
    const out = new Set(recused.map((each) => each.memberId))
    const stranger = [...form.present, ...form.recused.map(({ memberId }) => memberId)].find((id) => !names.has(id))
    if (stranger !== undefined)
      throw new Problem('casework.not-drawn', '到会或回避名单中有未被抽中的人员，请按抽取名单登记', { status: 422 })
    const due = session.drawn.map((member) => member.memberId).filter((id) => !out.has(id))
    const present = [...new Set(form.present)].filter((id) => !out.has(id))
    const sitting = { due, present, vote: form }
    const fault = voteFault(sitting)
    if (fault !== null) throw new Problem('casework.votes', fault, { status: 422 })
    const outcome = outcomeOf(sitting, file.parameters.deliberation)
    const { yes, no, abstain, invalid } = form
    await saveSessionResult(context.tx, {
      sessionId: form.sessionId,
      caseNo: file.row.case_no,
      heldOn: form.heldOn,
      present: [...new Set(form.present)],
      recused,
      yes,
      no,
      abstain,
      invalid,
      outcome,
    })
    await keepRecord(context, file, { step: 'deliberation', kind: 'deliberation', body: { ...form, recused, outcome } })
    return { detail: { outcome, due: due.length, present: present.length, yes, no, abstain, invalid } }
  },
})

const overrule = keeping(
  { step: 'deliberation', kind: 'consultation', provides: ['district-consulted'] },
  Consultation,
  daysOf(({ on }) => [{ day: on, path: ['on'], what: '会商日期' }]),
)

const stepsThatEnd = ['verification', 'visit', 'deliberation', 'sheet', 'opinion', 'leader', 'head', 'approval']

export const fieldHandlers: MoveHandlers = {
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
  'deliberation.convene': handler<{ sessionId: string }>({
    form: z.object({ sessionId: z.uuid() }),
    provides: ['body-drawn'],
    async run(context, file, { sessionId }): Promise<Effect> {
      const session = await getSession(context, file, sessionId)
      return { detail: { seed: session.seed, drawn: session.drawn.length, pool: session.pool.length } }
    },
  }),
  'deliberation.hold': hold,
  'deliberation.overrule': overrule,
  ...Object.fromEntries(
    stepsThatEnd.map((step) => [
      `${step}.terminate`,
      keeping(
        { step, kind: 'non_cooperation', provides: ['refusal-recorded'] },
        NonCooperation,
        daysOf(({ occasions }) =>
          occasions.map(({ on }, at) => ({ day: on, path: ['occasions', at, 'on'], what: `第 ${at + 1} 次拒不配合的日期` })),
        ),
      ),
    ]),
  ),
}
