/** Starting a verification: fixes the as-of date, the pack and the areas, and asks the units to get ready. */
import { randomUUID } from 'node:crypto'
import type { ExchangeDeps } from '#exchange'
import { Problem } from '#kernel/problem'
import { nowIso } from '#platform/clock'
import type { Tx } from '#platform/db'
import { type Pack, packAt, packSnapshot, resolveVerify, savePackSnapshot, type VerifyParameters } from '#policy'
import { askStatements } from '../jobs/prepare-sources.ts'
import { schemeOf } from '../rules/household/schemes.ts'
import { type CampaignFacts, findCampaign, freezeHouseholds, insertCampaign } from '../store/campaigns.ts'

/** What a person decides when a verification is started. */
export interface CampaignOrder {
  label: string
  scheme: string
  /** as-of date (核对时点), `YYYY-MM-DD` */
  asOf: string
  pack: Pack
  districtCode: string
  /** ranges of divisions whose households are verified; the whole district when left out */
  areas?: readonly { lo: string; hi: string }[]
  /** true: wait after the units have stated their data until `releaseCampaign` */
  held?: boolean
  createdBy: string
}

/** All divisions of the country: the registry holds one district. */
const everywhere = [{ lo: '0', hi: ':' }]

/** Over what a campaign runs, and what it rests on. */
type CampaignReach = Pick<CampaignFacts, 'kind' | 'householdNos' | 'reference' | 'baseId'>

const overAreas: CampaignReach = { kind: 'district', householdNos: null, reference: null, baseId: null }

/** Makes a campaign over areas and asks every unit for its statement. Gives the campaign's id. */
export function startCampaign(tx: Tx, order: CampaignOrder, deps: ExchangeDeps): Promise<string> {
  return makeCampaign(tx, order, overAreas, deps)
}

/** Makes a campaign; asks every unit for its statement, unless it rests on another campaign's. */
export async function makeCampaign(tx: Tx, order: CampaignOrder, reach: CampaignReach, deps: ExchangeDeps): Promise<string> {
  const parameters: VerifyParameters = resolveVerify(order.pack, order.asOf)
  const pack = packAt(order.pack, order.asOf)
  const scheme = schemeOf(order.scheme)
  const campaignId = randomUUID()
  const campaign = {
    campaignId,
    label: order.label,
    scheme: scheme.id,
    purpose: scheme.purpose,
    legalBasis: scheme.legalBasis,
    asOf: order.asOf,
    packId: order.pack.id,
    packLabel: order.pack.label,
    packHash: pack.hash,
    parameters,
    guardianAge: parameters.guardian_age,
    districtCode: order.districtCode,
    held: order.held ?? false,
    areas: order.areas ?? everywhere,
    createdBy: order.createdBy,
    createdAt: nowIso(deps.clock),
    ...reach,
  }
  await savePackSnapshot(tx, campaign.packHash, packSnapshot(pack))
  await insertCampaign(tx, campaign)
  if (reach.baseId !== null) return campaignId
  const basis = {
    asOf: order.asOf,
    maxAge: parameters.max_age,
    staleDays: parameters.stale_days,
    guardianAge: parameters.guardian_age,
    nameVariants: parameters.name_variants,
  }
  await askStatements(tx, campaign, basis, deps)
  return campaignId
}

/** Starts a campaign that was held until its units were ready: from here on its clock runs. */
export async function releaseCampaign(tx: Tx, campaignId: string, batchSize: number, at: string): Promise<void> {
  const campaign = await findCampaign(tx, campaignId)
  if (campaign?.state !== 'ready') {
    throw new Problem('verification.not_ready', '成员单位尚未全部就绪，或该批次已经开始，不能启动', { status: 409 })
  }
  await freezeHouseholds(tx, campaign, batchSize, at)
}
