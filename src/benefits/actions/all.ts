/** Every action of monthly payment. */
import type { Action } from '#platform/action'
import { decideClearancesAction, proposeClearancesAction } from './clearances.ts'
import { decideDoublesAction, listDoublesAction, proposeDoublesAction, undoDoublesAction } from './doubles.ts'
import { decideGoLiveAction, proposeGoLiveAction, readGoLiveAction } from './go-live.ts'
import { comparePaymentMonthsAction, listPaymentChangesAction } from './payment-changes.ts'
import { downloadRollAction, openRollAction, printRollAction } from './payment-rolls.ts'
import {
  confirmRollsAction,
  listDifferencesAction,
  listRollsAction,
  makeRollsAction,
  readPaymentMonthAction,
  withdrawRollAction,
} from './payments.ts'

export const benefitsActions: readonly Action[] = [
  readPaymentMonthAction,
  listRollsAction,
  comparePaymentMonthsAction,
  listPaymentChangesAction,
  listDifferencesAction,
  makeRollsAction,
  confirmRollsAction,
  openRollAction,
  downloadRollAction,
  printRollAction,
  withdrawRollAction,
  readGoLiveAction,
  proposeGoLiveAction,
  decideGoLiveAction,
  proposeClearancesAction,
  decideClearancesAction,
  listDoublesAction,
  proposeDoublesAction,
  decideDoublesAction,
  undoDoublesAction,
]
