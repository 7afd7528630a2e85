/** Registering that a decision was served (送达). */
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { chinaDate, nowIso } from '#platform/clock'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { attachMoveFiles } from '../../procedure/actions/move-files.ts'
import { refuseDay } from '../../procedure/actions/typed-days.ts'
import { notifyDecision } from '../contract/decision.ts'
import { findStandingDecision, markNotified } from '../store/decisions.ts'

export const notifyDecisionAction: Action = routeAction(notifyDecision, {
  async run(context, { caseNo, ...service }) {
    const file = await loadCaseFile(context, caseNo, true)
    const { tx, clock } = context
    if (service.way === 'left' && service.witness === '') {
      throw new Problem('casework.no-witness', '留置送达须填写见证人', { status: 422 })
    }
    const decision = await findStandingDecision(tx, caseNo)
    if (decision?.decision_no !== service.decisionNo) {
      throw new Problem('casework.no-decision', `该案没有编号为 ${service.decisionNo} 的有效决定`, { status: 404 })
    }
    const decided = { on: chinaDate(decision.at), of: '作出决定之日' }
    refuseDay(context, { day: service.servedOn, path: ['servedOn'], direct: true, what: '送达日期', after: [decided] })
    const notifiedAt = nowIso(clock)
    if (!(await markNotified(tx, service.decisionNo, notifiedAt))) {
      throw new Problem('casework.already-served', '该决定已经登记送达', { status: 409 })
    }
    const step = decision.result === 'granted' ? 'decision' : 'approval'
    const body = await attachMoveFiles(context, file, service)
    await keepRecord(context, file, { step, kind: 'service', body })
    const reply = { caseNo, decisionNo: service.decisionNo, notifiedAt }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, decisionNo, way }, output) => noteOn(output, caseNo, '登记决定送达', { decisionNo, way }),
})
