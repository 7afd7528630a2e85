/** Facts of the notice steps. */
import { isFullOn } from '#kernel/dates'
import type { ActionContext } from '#platform/action'
import { listObjectionStates } from '../../objection/store/objections.ts'
import type { Fact, Facts } from '../../procedure/actions/fact.ts'
import type { CaseFile } from '../../procedure/actions/file-model.ts'
import type { NoticeLevel } from '../contract/notice.ts'
import { noticeStep } from '../rules/notice.ts'
import { findHanging, type Hanging } from '../store/notices.ts'
import { dueSincePosting } from './handlers.ts'
import { loadListing } from './listing.ts'

/** The case can stand on a list: its figures agree. */
async function listed(context: ActionContext, file: CaseFile, level: NoticeLevel): Promise<boolean> {
  const { fault } = await loadListing(context.tx, file, level, { today: context.today, fromMonth: null })
  return fault === null
}

/** The last day lies behind us: of the case, and counted from the day its notice was hung up. */
export function isNoticeOver(file: CaseFile, level: NoticeLevel, hanging: Hanging | undefined, today: string): boolean {
  const due = file.steps.find((each) => each.step === noticeStep(level))?.due_on ?? null
  if (hanging === undefined || due === null) return false
  const last = hanging.firstProofOn === null ? due : dueSincePosting(file, hanging, hanging.firstProofOn, due)
  return last !== null && isFullOn(last, today)
}

/** Somebody showed a photo of the notice where it hangs. */
export function isNoticeProved(hanging: Hanging | undefined): boolean {
  return hanging !== undefined && hanging.firstProofOn !== null
}

const noOpenObjection: Fact = async ({ tx }, file) =>
  (await listObjectionStates(tx, file.row.case_no)).every(({ outcome }) => outcome !== null)

const objectionAnswered: Fact = async ({ tx }, file) => {
  const objections = await listObjectionStates(tx, file.row.case_no)
  return objections.length > 0 && objections.every(({ outcome }) => outcome !== null)
}

function ofLevel(level: NoticeLevel): Facts {
  const step = noticeStep(level)
  return {
    [`${step}-listed`]: (context, file) => listed(context, file, level),
    [`${step}-over`]: async ({ tx, today }, file) =>
      isNoticeOver(file, level, await findHanging(tx, file.row.case_no, level), today),
    [`${step}-proved`]: async ({ tx }, file) => isNoticeProved(await findHanging(tx, file.row.case_no, level)),
  }
}

export const noticeFacts: Facts = {
  ...ofLevel('village'),
  ...ofLevel('township'),
  ...ofLevel('district'),
  'no-open-objection': noOpenObjection,
  'objection-answered': objectionAnswered,
}
