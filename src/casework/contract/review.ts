/** Routes of the sheet, the district's sample and the serving of decisions. */
import { compareCase } from './comparison.ts'
import { notifyDecision, printReviewPaper } from './decision.ts'
import { drawSample, listSamples } from './sample.ts'
import { readSheet, trySheet } from './sheet.ts'

export const reviewRoutes = { readSheet, trySheet, compareCase, drawSample, listSamples, notifyDecision, printReviewPaper }
