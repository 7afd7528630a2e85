/** Moves of deliberation that hold a form. */
import { z } from 'zod'
import { Problem } from '#kernel/problem'
import type { ActionContext } from '#platform/action'
import { chinaDate } from '#platform/clock'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { type Effect, handler, type MoveHandlers } from '../../procedure/actions/handler.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { daysOf, keeping } from '../../procedure/actions/keeping.ts'
import { refuseDay } from '../../procedure/actions/typed-days.ts'
import { needText } from '../../procedure/rules/needs.ts'
import { Consultation, SessionResult } from '../contract/moves.ts'
import { outcomeOf, voteFault } from '../rules/hearing.ts'
import { findSession, listSessionCases, type SessionRow, saveSessionResult } from '../store/sessions.ts'
import { isVoted } from './facts.ts'
import { checkRecusals, findRecusals } from './recusals.ts'

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

export const deliberationHandlers: MoveHandlers = {
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
}
