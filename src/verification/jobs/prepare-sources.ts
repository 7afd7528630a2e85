/**
 * Before anybody is asked about: every unit gets its data ready as of the date and states what it can answer, with its
 * own faulty rows. A unit's statement is about its data, never about a person who is asked about.
 */
import { type ExchangeDeps, enqueueRequests, loadAnswers, pendingRequests } from '#exchange'
import { type Basis, units } from '#exchange/contract'
import type { Tx } from '#platform/db'
import { type CampaignFacts, freezeHouseholds, lockCampaign, markReady } from '../store/campaigns.ts'
import { copySourceIssues, copySourceQuarantine, hasStatements, insertStatements } from '../store/statements.ts'
import { instantOf, type Workshop } from './workshop.ts'

/** Statements belong to no batch: they carry batch 0 and round 0. */
const place = { batch: 0, round: 0 }

/** Asks all units to prepare for a campaign. */
export async function askStatements(
  tx: Tx,
  campaign: { campaignId: string; legalBasis: string; createdBy: string },
  basis: Basis,
  deps: ExchangeDeps,
): Promise<void> {
  await enqueueRequests(
    tx,
    units.map(({ name }) => ({
      unit: name,
      head: { kind: 'prepare', campaign: campaign.campaignId, ...place, basis },
      lines: [],
    })),
    { purpose: '成员单位数据准备与质量说明', legalBasis: campaign.legalBasis, operator: campaign.createdBy },
    deps,
  )
}

async function storeStatements(shop: Workshop, tx: Tx, campaign: CampaignFacts): Promise<void> {
  const answers = await loadAnswers(tx, { campaign: campaign.campaignId, ...place }, shop)
  const statements = answers.filter((answer) => answer.kind === 'statement')
  await insertStatements(tx, campaign.campaignId, statements, instantOf(shop))
  await copySourceIssues(tx, campaign.campaignId, statements)
  await copySourceQuarantine(tx, shop.keys, campaign.campaignId, statements)
}

/** Takes a campaign from preparing to running once every unit has stated its data; true when it moved. */
export async function stepPreparing(shop: Workshop, tx: Tx, campaign: CampaignFacts): Promise<boolean> {
  const open = await pendingRequests(tx, { campaign: campaign.campaignId, ...place })
  if (open.some((request) => !request.cancelled)) return false
  const state = await lockCampaign(tx, campaign.campaignId)
  if (state !== 'preparing' || (await hasStatements(tx, campaign.campaignId))) return false
  await storeStatements(shop, tx, campaign)
  if (campaign.held) await markReady(tx, campaign.campaignId)
  else await freezeHouseholds(tx, campaign, shop.batchSize, instantOf(shop))
  return true
}
