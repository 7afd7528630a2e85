/** Actions of the sheet, the district's sample and decisions. */
import type { Action } from '#platform/action'
import { compareCaseAction } from '../../assessment/actions/comparison.ts'
import { readSheetAction, trySheetAction } from '../../assessment/actions/sheet.ts'
import { notifyDecisionAction } from './notify-decision.ts'
import { printReviewPaperAction } from './print.ts'
import { drawSampleAction, listSamplesAction } from './samples.ts'

export const reviewActions: readonly Action[] = [
  readSheetAction,
  trySheetAction,
  compareCaseAction,
  drawSampleAction,
  listSamplesAction,
  notifyDecisionAction,
  printReviewPaperAction,
]
