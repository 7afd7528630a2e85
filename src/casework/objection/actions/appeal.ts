/** What follows from a complaint against a decision that granted nothing (申诉): the remedies beside it, and a new case once it is upheld. */
import { Problem } from '#kernel/problem'
import { type Action, type ActionContext, routeAction } from '#platform/action'
import { clauseOf } from '#policy'
import { type IntakeDoor, openCaseFor } from '../../intake/actions/open.ts'
import { loadCaseFile } from '../../procedure/actions/case-file.ts'
import { noteOn, remember } from '../../procedure/actions/case-note.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import { openAfterAppeal } from '../contract/objection.ts'
import { findCaseAfter, readObjection, type StoredObjection } from '../store/objections.ts'

/** Whether a complaint is one against the outcome of an ended case in which its household was granted nothing. */
export function isAppeal({ kind }: Pick<StoredObjection, 'kind'>, file: CaseFile | null): file is CaseFile {
  return kind === 'complaint' && file !== null && file.state.result === 'refused'
}

/** What the page of an appeal says of remedies and of the case opened after it; null for any other objection. */
export async function appealView(
  { tx }: ActionContext,
  stored: StoredObjection,
  file: CaseFile | null,
): Promise<{ remedies: string; openedNo: string | null } | null> {
  if (!isAppeal(stored, file)) return null
  const { reconsideration_days: days, litigation_months: months } = file.parameters.remedies
  const clause = clauseOf(file.pack, 'remedies')
  const remedies = `申诉不影响法定救济：自收到告知书之日起 ${days} 日内可以申请行政复议，${months} 个月内可以提起行政诉讼（${clause}）`
  return { remedies, openedNo: (await findCaseAfter(tx, stored.objectionNo)) ?? null }
}

function refuse(message: string): never {
  throw new Problem('casework.appeal', message, { status: 409 })
}

/** Opens the new case; the time a refused household otherwise waits does not count against it. */
export function openAfterAppealAction({ packId }: IntakeDoor): Action {
  return routeAction(openAfterAppeal, {
    async run(context, { objectionNo, reason }) {
      const stored = await readObjection(context.tx, objectionNo)
      const file = stored?.caseNo == null ? null : await loadCaseFile(context, stored.caseNo, true)
      if (stored === undefined) throw new Problem('casework.not-found', '没有这件投诉申诉，或不在您的辖区内', { status: 404 })
      if (!isAppeal(stored, file)) refuse('只有针对不予批准决定的申诉可以据此重新开案；其他情形请在“受理申请”中办理')
      if (stored.outcome !== 'upheld') refuse('申诉还没有答复为“成立”，不能据此重新开案')
      const openedNo = await findCaseAfter(context.tx, objectionNo)
      if (openedNo !== undefined) refuse(`已据此重新开立案件 ${openedNo}，请在该案中办理`)
      const { case_no: caseNo, household_no: householdNo, programme } = file.row
      const opened = await openCaseFor(context, packId, {
        householdNo: householdNo ?? undefined,
        programme,
        origin: 'application',
        barReason: reason,
        appeal: { objectionNo, caseNo },
      })
      const reply = { caseNo: opened.caseNo }
      await remember(context, reply, await loadCaseFile(context, opened.caseNo))
      return reply
    },
    journal: ({ objectionNo }, output) =>
      noteOn(output, (output as { caseNo: string }).caseNo, '申诉成立，重新开立案件', { objectionNo }),
  })
}
