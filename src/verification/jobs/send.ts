/** Puts the questions of a step into the outbox, in the step's own transaction; do it last, it holds the channels. */
import { enqueueRequests } from '#exchange'
import type { Question } from '../rules/questions.ts'
import type { BatchWork } from './workshop.ts'

export async function sendQuestions(
  work: BatchWork,
  questions: readonly Question[],
  purpose = work.context.facts.purpose,
): Promise<void> {
  const { legalBasis, createdBy } = work.context.facts
  await enqueueRequests(work.tx, questions, { purpose, legalBasis, operator: createdBy }, work.shop)
}
