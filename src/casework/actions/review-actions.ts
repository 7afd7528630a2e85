/** Actions of the sheet, the district's sample, decisions and payment. */
import type { Action } from '#platform/action'
import { decideClearancesAction, proposeClearancesAction } from './clearances.ts'
import { compareCaseAction } from './comparison.ts'
import { decideDoublesAction, listDoublesAction, proposeDoublesAction, undoDoublesAction } from './doubles.ts'
import { decideGoLiveAction, proposeGoLiveAction, readGoLiveAction } from './go-live.ts'
import { notifyDecisionAction } from './notify-decision.ts'
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
import { printReviewPaperAction } from './print-review.ts'
import { drawSampleAction, listSamplesAction } from './samples.ts'
import { readSheetAction, trySheetAction } from './sheet.ts'

export const reviewActions: readonly Action[] = [
  readSheetAction,
  trySheetAction,
  compareCaseAction,
  drawSampleAction,
  listSamplesAction,
  notifyDecisionAction,
  printReviewPaperAction,
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
