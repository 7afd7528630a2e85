/** Every action of the policy officer's desk. */
import type { Action } from '#platform/action'
import { comparePacksAction, listPolicyPacksAction, readPolicyPackAction } from './packs.ts'
import { listReplayHouseholdsAction, listReplaysAction, type ReplayDoor, readReplayAction, startReplayAction } from './replays.ts'
import {
  changeValueAction,
  createRevisionAction,
  deleteRevisionAction,
  dropValueAction,
  listRevisionsAction,
  openRevisionAction,
  publishRevisionAction,
  returnRevisionAction,
  submitRevisionAction,
  withdrawRevisionAction,
} from './revisions.ts'

/** What the desk asks of the server around it; `packId` is the pack new cases are opened under. */
export interface PolicyDoor extends ReplayDoor {
  readonly packId: string
}

export function policyActions(door: PolicyDoor): Action[] {
  return [
    listPolicyPacksAction(door),
    readPolicyPackAction,
    comparePacksAction,
    listRevisionsAction,
    openRevisionAction,
    createRevisionAction,
    changeValueAction,
    dropValueAction,
    submitRevisionAction,
    returnRevisionAction,
    publishRevisionAction,
    withdrawRevisionAction,
    deleteRevisionAction,
    listReplaysAction,
    startReplayAction(door),
    readReplayAction,
    listReplayHouseholdsAction,
  ]
}
