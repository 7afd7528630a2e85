/** What the verification does about news of the registry: only what a correction touches is asked again. */
import { type ExchangeDeps, revokeAuthorisations, unitStates } from '#exchange'
import { nowIso } from '#platform/clock'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { EventPayloads } from '#platform/events'
import { findCampaign, findNewestCampaignId } from '../store/campaigns.ts'
import { addHouseholds, followHouseholds, listStandings, reopenHouseholds, type Standing } from '../store/reopened.ts'
import { tellWatches, type WatchDeps } from './keep-watched.ts'
import { takeUpNotices } from './take-up-notices.ts'

/**
 * Households with corrected rows are asked and compared again in the newest campaign; one that was returned before and is accepted now gets a
 * commission of its own, once somebody of it authorised it. A household whose batch has not read the registry yet needs nothing; neither does one
 * whose verification is suspended or ended, nor one in no campaign that declared anew what the registry had: a case commissions it.
 */
async function takeUpCorrection(
  tx: Tx,
  { householdNos, known }: EventPayloads['registry.corrected'],
  { clock }: ExchangeDeps,
): Promise<void> {
  const campaignId = await findNewestCampaignId(tx)
  const campaign = campaignId === undefined ? undefined : await findCampaign(tx, campaignId)
  if (campaign === undefined || (campaign.state !== 'running' && campaign.state !== 'finished')) return
  const standings = await listStandings(tx, campaign.campaignId, householdNos)
  const those = (standing: Standing['standing']): string[] =>
    standings.filter((row) => row.standing === standing).map((row) => row.householdNo)
  const [open, absent] = [those('open'), known === true ? [] : those('absent')]
  const at = nowIso(clock)
  if (open.length > 0) await reopenHouseholds(tx, campaign.campaignId, open, at)
  if (absent.length > 0) await addHouseholds(tx, campaign.campaignId, absent, at)
}

/**
 * The database has halted the open lines of a withdrawn authorisation with the withdrawal itself; here every enrolled unit
 * is told, so that what is on its way or waits at a gateway is not answered either.
 */
async function takeUpWithdrawal(
  tx: Tx,
  { withdrawals }: EventPayloads['registry.authorisation-withdrawn'],
  deps: WatchDeps,
): Promise<void> {
  const units = (await unitStates(tx)).filter((row) => row.state === 'active' && row.kind !== 'relay').map((row) => row.unit)
  const grounds = { purpose: '授权撤回', legalBasis: '个人信息保护法第十五条', operator: 'system:events' }
  const revocations = withdrawals.map(({ authorisationNo: no, withdrawnOn }) => ({ no, withdrawnOn }))
  await revokeAuthorisations(tx, revocations, units, grounds, deps)
  await tellWatches(tx, deps)
}

/** Handlers of the registry's news, for the table of subscriptions. */
export function verificationNews(deps: ExchangeDeps & { readonly keys: Keys }) {
  return {
    corrected: (tx: Tx, payload: EventPayloads['registry.corrected']) => takeUpCorrection(tx, payload, deps),
    moved: followHouseholds,
    noticed: (tx: Tx, payload: EventPayloads['exchange.noticed']) => takeUpNotices(tx, payload, deps),
    withdrawn: (tx: Tx, payload: EventPayloads['registry.authorisation-withdrawn']) => takeUpWithdrawal(tx, payload, deps),
  }
}
