/** Clearing a double membership, and stopping acceptance while one is open. */
import { Problem } from '#kernel/problem'
import { type Action, routeAction } from '#platform/action'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import { keepRecord } from '../../procedure/actions/keep-record.ts'
import { clearMembership, type DoubleMember } from '../contract/membership.ts'
import { draftDoubles } from './double-members.ts'
import { getDraft } from './draft.ts'

/** Problem 409 naming who is concerned and the other household. */
export function refuseDoubles(doubles: readonly DoubleMember[]): void {
  const open = doubles.filter(({ cleared }) => cleared === null)
  if (open.length === 0) return
  const who = open.map(({ name, where }) => `${name}同时是${where}的成员`).join('；')
  throw new Problem('casework.member-elsewhere', `${who}。请在“检查与受理”中逐人核实，写明理由后再受理`, { status: 409 })
}

export const clearMembershipAction: Action = routeAction(clearMembership, {
  async run(context, { caseNo, key, outcome, reason }) {
    const file = await loadCaseFile(context, caseNo, true)
    if (file.state.result !== null) throw new Problem('casework.ended', '该案已经办结，不必再核实', { status: 409 })
    const { draft } = await getDraft(context, file)
    const found = (await draftDoubles(context, file, draft)).find((each) => each.key === key)
    if (found === undefined || found.cleared !== null) {
      throw new Problem('casework.no-double', '这一项已经核实，或不再是两处的成员，请刷新页面', { status: 409 })
    }
    const { name, where } = found
    await keepRecord(context, file, { step: 'intake', kind: 'membership', body: { key, name, where, outcome, reason } })
    const reply = { doubles: await draftDoubles(context, await loadCaseFile(context, caseNo), draft) }
    await remember(context, reply, file)
    return reply
  },
  journal: ({ caseNo, outcome }, output) => noteOn(output, caseNo, '核实两处登记的成员', { outcome }),
})
