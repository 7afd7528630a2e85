/** Routes of the sheet, the district's sample and the serving of decisions. */
import { compareCase } from '../../assessment/contract/comparison.ts'
import { readSheet, trySheet } from '../../assessment/contract/sheet.ts'
import { notifyDecision, printReviewPaper } from './decision.ts'
import { drawSample, listSamples } from './sample.ts'

export const reviewRoutes = { readSheet, trySheet, compareCase, drawSample, listSamples, notifyDecision, printReviewPaper }
