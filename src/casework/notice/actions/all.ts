/** Every action behind the routes of notices and objections. */
import type { Action } from '#platform/action'
import { openAfterAppealAction } from '../../objection/actions/appeal.ts'
import {
  answerObjectionAction,
  assignObjectionAction,
  listObjectionsAction,
  openObjectionAction,
  registerObjectionAction,
  takeComplaintAction,
} from '../../objection/actions/objections.ts'
import { closeNoticeAction, listNoticesAction, openNoticeAction, proveNoticeAction, readProofAction } from './notices.ts'
import { printNoticeAction, printNoticesAction } from './papers.ts'
import { listNoticePlansAction, previewNoticeAction, publishNoticeAction } from './publish.ts'
import { printStandingListsAction, readStandingListAction } from './standing-list.ts'

/** Notices, objections, reports and complaints; `packId` is the pack in force for what concerns no case. */
export function noticeActions(door: { readonly packId: string }): Action[] {
  return [
    listNoticePlansAction,
    previewNoticeAction,
    publishNoticeAction,
    listNoticesAction,
    openNoticeAction,
    readProofAction,
    proveNoticeAction,
    closeNoticeAction,
    printNoticeAction,
    printNoticesAction,
    readStandingListAction(door),
    printStandingListsAction(door),
    registerObjectionAction,
    takeComplaintAction(door),
    listObjectionsAction(door),
    openObjectionAction,
    assignObjectionAction,
    answerObjectionAction,
    openAfterAppealAction(door),
  ]
}
