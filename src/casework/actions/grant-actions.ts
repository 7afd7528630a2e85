/** Actions of a running grant. */
import type { Action } from '#platform/action'
import { listGrantChangesAction, printGrantLetterAction, serveGrantLetterAction } from './grant-letters.ts'
import {
  decideGrantChangeAction,
  type GrantDoor,
  proposeGrantChangeAction,
  readGrantAction,
  withdrawGrantChangeAction,
} from './grants.ts'

export const grantActions = (door: GrantDoor): readonly Action[] => [
  readGrantAction(door),
  proposeGrantChangeAction(door),
  decideGrantChangeAction(door),
  withdrawGrantChangeAction(door),
  listGrantChangesAction(door),
  printGrantLetterAction,
  serveGrantLetterAction(door),
]
