/** The closed word lists of verification that travel over the API. */
import { z } from 'zod'

/**
 * The eight states of an answer about (subject, record type). Only NO_RECORD means "has none"; SOURCE_ERROR, TIMEOUT and
 * PENDING are what the package contract gathers as NOT_ANSWERED.
 */
export const AnswerState = z.enum([
  'HIT',
  'NO_RECORD',
  'NAME_MISMATCH',
  'ID_NOT_FOUND',
  'NOT_AUTHORISED',
  'SOURCE_ERROR',
  'TIMEOUT',
  'PENDING',
])
export type AnswerState = z.infer<typeof AnswerState>

/** States of one household's commission; suspended and terminated are different things and counted apart. */
export const CommissionState = z.enum([
  'drafted',
  'commissioned',
  'accepted',
  'returned',
  'querying',
  'collected',
  'compared',
  'report_drafted',
  'report_signed',
  'delivered',
  'objected',
  'reviewed',
  'closed',
  'suspended',
  'terminated',
])
export type CommissionState = z.infer<typeof CommissionState>

/** A renewal follows clearing, late answers or a correction; a review only an objection. */
export const ReportKind = z.enum(['result', 'renewal', 'review', 'suspension'])
export type ReportKind = z.infer<typeof ReportKind>

export const Conclusion = z.enum(['consistent', 'inconsistent', 'undetermined'])
export type Conclusion = z.infer<typeof Conclusion>

/** A must be cleared by two persons, B answered with a reason, C is information. */
export const FindingClass = z.enum(['A', 'B', 'C'])
export type FindingClass = z.infer<typeof FindingClass>

export const ClearingState = z.enum(['open', 'awaiting_second', 'cleared'])
export type ClearingState = z.infer<typeof ClearingState>

/** What the field check found: the machine's question was right, wrong, or points to another aid. */
export const ClearingOutcome = z.enum(['true', 'not_true', 'other_aid'])
export type ClearingOutcome = z.infer<typeof ClearingOutcome>
