import type { Action } from '#platform/action'
import {
  addPoolMemberAction,
  conveneSessionAction,
  endPoolMemberAction,
  listPoolAction,
  readVillageDeliberationAction,
} from './deliberation.ts'
import { listCasesAction, listTasksAction } from './lists.ts'
import { assignCaseAction, moveCaseAction, moveCasesAction, previewMovesAction } from './move-case.ts'
import { openCaseAction } from './open-case.ts'

/** What casework asks of the server around it. */
export interface CaseworkDoor {
  /** Built-in pack new cases are opened under. */
  readonly packId: string
}

/** Every action behind casework's routes. */
export function caseworkActions(_door: CaseworkDoor): Action[] {
  return [
    listTasksAction,
    listCasesAction,
    openCaseAction,
    moveCaseAction,
    previewMovesAction,
    moveCasesAction,
    assignCaseAction,
    listPoolAction,
    addPoolMemberAction,
    endPoolMemberAction,
    readVillageDeliberationAction,
    conveneSessionAction,
  ]
}
