/** Actions of a running grant. */
import type { Action } from '#platform/action'
import {
  decideGrantChangeAction,
  type GrantDoor,
  proposeGrantChangeAction,
  readGrantAction,
  withdrawGrantChangeAction,
} from './grants.ts'
import { listGrantChangesAction, printGrantLetterAction, serveGrantLetterAction } from './letters.ts'

export const grantActions = (door: GrantDoor): readonly Action[] => [
  readGrantAction(door),
  proposeGrantChangeAction(door),
  decideGrantChangeAction(door),
  withdrawGrantChangeAction(door),
  listGrantChangesAction(door),
  printGrantLetterAction,
  serveGrantLetterAction(door),
]
