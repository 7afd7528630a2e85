/** Puts the questions of a step into the outbox, in the step's own transaction; do it last, it holds the channels. */
import { enqueueRequests, type Grounds } from '#exchange'
import type { Question } from '../rules/asking/questions.ts'
import type { CampaignFacts } from '../store/campaigns.ts'
import type { BatchWork } from './workshop.ts'

/**
 * Why and in whose name a campaign asks. What is asked for a single case goes by the lane of single cases and names the
 * case; what is asked for a district names the campaign.
 */
export function groundsOf(
  facts: Pick<CampaignFacts, 'campaignId' | 'kind' | 'reference' | 'legalBasis' | 'createdBy'>,
  purpose: string,
): Grounds {
  const { campaignId, kind, reference, legalBasis, createdBy } = facts
  const isSingle = kind === 'single'
  const caseNo = (isSingle ? reference : null) ?? campaignId
  return { purpose, legalBasis, operator: createdBy, caseNo, lane: isSingle ? 'single' : 'batch' }
}

export async function sendQuestions(
  work: BatchWork,
  questions: readonly Question[],
  purpose = work.context.facts.purpose,
): Promise<void> {
  await enqueueRequests(work.tx, questions, groundsOf(work.context.facts, purpose), work.shop)
}
