/**
 * Before anybody is asked about: every unit gets its data ready as of the date and states what it can answer, with its
 * own faulty rows. A unit's statement is about its data, never about a person who is asked about.
 */
import { type ExchangeDeps, enqueueRequests, loadAnswers, pendingRequests } from '#exchange'
import type { Tx } from '#platform/db'
import { type Basis, units } from '#sources/contract'
import { type CampaignFacts, freezeHouseholds, lockCampaign, markReady } from '../store/campaigns.ts'
import { copyStatements, dropBase, isBaseReady } from '../store/single.ts'
import { copySourceIssues, copySourceQuarantine, hasStatements, insertStatements } from '../store/statements.ts'
import { isGroundStopped } from '../store/troubles.ts'
import { groundsOf } from './send.ts'
import { campaignContext, instantOf, type Workshop } from './workshop.ts'

/** Statements belong to no batch: they carry batch 0 and round 0. */
const place = { batch: 0, round: 0 }

/** Asks all units to prepare for a campaign. */
export async function askStatements(
  tx: Tx,
  campaign: Pick<CampaignFacts, 'campaignId' | 'kind' | 'reference' | 'legalBasis' | 'createdBy'>,
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
    groundsOf(campaign, '成员单位数据准备与质量说明'),
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

/**
 * Takes a single commission on once the campaign it rests on has the statements and the officials' links; when that one waits for a
 * person, the units are asked for this one alone.
 */
async function stepOnBase(shop: Workshop, tx: Tx, campaign: CampaignFacts, baseId: string): Promise<boolean> {
  if (!(await isBaseReady(tx, baseId))) {
    if (!(await isGroundStopped(tx, baseId)) || !(await dropBase(tx, campaign.campaignId))) return false
    await askStatements(tx, campaign, campaignContext(campaign).basis, shop)
    return true
  }
  if ((await lockCampaign(tx, campaign.campaignId)) !== 'preparing') return false
  await copyStatements(tx, baseId, campaign.campaignId)
  await freezeHouseholds(tx, campaign, shop.batchSize, instantOf(shop))
  return true
}

/** Takes a campaign from preparing to running once every unit has stated its data; true when it moved. */
export async function stepPreparing(shop: Workshop, tx: Tx, campaign: CampaignFacts): Promise<boolean> {
  if (campaign.baseId !== null) return stepOnBase(shop, tx, campaign, campaign.baseId)
  const open = await pendingRequests(tx, { campaign: campaign.campaignId, ...place })
  if (open.some((request) => !request.cancelled)) return false
  const state = await lockCampaign(tx, campaign.campaignId)
  if (state !== 'preparing' || (await hasStatements(tx, campaign.campaignId))) return false
  await storeStatements(shop, tx, campaign)
  if (campaign.held) await markReady(tx, campaign.campaignId)
  else await freezeHouseholds(tx, campaign, shop.batchSize, instantOf(shop))
  return true
}
