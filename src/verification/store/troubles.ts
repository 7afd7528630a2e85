/** SQL of failures: noted at the batch or the campaign they happened to, listed for people, tried again at their word. */
import type { Sql } from '#platform/db'

/** A failure as it is noted. */
export interface Failure {
  /** failures in a row, with this one */
  failures: number
  /** why, for people */
  reason: string
  code: string | null
  at: string
  /** when it is tried again; null: when a person says so */
  retryAt: string | null
}

/** Notes that a step of a batch failed; nothing when the batch has moved meanwhile. */
export async function noteBatchFailure(
  tx: Sql,
  batch: { campaignId: string; batchNo: number; step: string },
  { failures, reason, code, at, retryAt }: Failure,
): Promise<void> {
  await tx.execute(
    `update batch set failures = $4, failure = $5, failure_code = $6, failed_at = $7, retry_at = $8
     where campaign_id = $1 and batch_no = $2 and step = $3`,
    [batch.campaignId, batch.batchNo, batch.step, failures, reason, code, at, retryAt],
  )
}

/** Notes that a campaign cannot go on for a reason that lies in none of its batches. */
export async function noteCampaignFailure(tx: Sql, campaignId: string, failure: Failure): Promise<void> {
  const { failures, reason, code, at, retryAt } = failure
  await tx.execute(
    `update campaign set failures = $2, failure = $3, failure_code = $4, failed_at = $5, retry_at = $6 where campaign_id = $1`,
    [campaignId, failures, reason, code, at, retryAt],
  )
}

/** The campaign goes on: what was noted of it is over. */
export async function clearCampaignFailure(tx: Sql, campaignId: string): Promise<void> {
  await tx.execute(
    `update campaign set failures = 0, failure = null, failure_code = null, failed_at = null, retry_at = null where campaign_id = $1`,
    [campaignId],
  )
}

/** What does not go on at present. */
export interface TroubleRow {
  campaign_id: string
  label: string
  kind: 'district' | 'single'
  /** what a single commission is for */
  reference: string | null
  /** null: the units' statements, or the end, of the campaign itself */
  batch_no: number | null
  batch_kind: 'district' | 'households' | 'rerun' | null
  step: string | null
  households: number
  /** the households when they are few */
  household_nos: string[]
  failures: number
  failure: string
  failure_code: string | null
  failed_at: string
  retry_at: string | null
}

/** Most rows of the list, and most households named in one. */
const MOST_TROUBLES = 200
const MOST_NAMED = 5

/** Failures noted of all campaigns, those that wait for a person first; households only as far as the reader sees them. */
export function listTroubleRows(tx: Sql): Promise<TroubleRow[]> {
  return tx.query<TroubleRow>(
    `select t.*, c.label, c.kind, c.reference,
       coalesce((select array_agg(m.household_no order by m.ordinal) from (select household_no, ordinal from commission m
         where m.campaign_id = t.campaign_id and m.batch_no = t.batch_no order by ordinal limit ${MOST_NAMED}) m
         where t.households <= ${MOST_NAMED}), '{}') as household_nos
     from (
       select campaign_id, batch_no, kind as batch_kind, step, households, failures, failure, failure_code, failed_at, retry_at
       from batch where failure is not null
       union all
       select campaign_id, null, null, null, households, failures, failure, failure_code, failed_at, retry_at
       from campaign where failure is not null) t
     join campaign c using (campaign_id)
     where c.kind = 'district' or exists (select 1 from commission m where m.campaign_id = t.campaign_id)
       or exists (select 1 from household h where h.household_no = any(c.household_nos))
     order by t.retry_at nulls first, t.failed_at, t.campaign_id, t.batch_no limit ${MOST_TROUBLES}`,
  )
}

/** Lets everything of a campaign that failed be tried at once; gives how many batches (and the campaign itself) that are. */
export async function retryCampaign(tx: Sql, campaignId: string, at: string): Promise<number> {
  const batches = await tx.execute(
    `update batch set failures = 1, retry_at = $2 where campaign_id = $1 and failure is not null`,
    [campaignId, at],
  )
  const itself = await tx.execute(
    `update campaign set failures = 1, retry_at = $2 where campaign_id = $1 and failure is not null`,
    [campaignId, at],
  )
  return batches + itself
}

/** The failure of a campaign that matters most: one that waits for a person before one that is tried again by itself; undefined when there is none. */
export function findTrouble(tx: Sql, campaignId: string): Promise<{ reason: string; stopped: boolean } | undefined> {
  return tx.maybe(
    `select failure as reason, retry_at is null as stopped from (
       select failure, failed_at, retry_at from campaign where campaign_id = $1 and failure is not null
       union all
       select failure, failed_at, retry_at from batch where campaign_id = $1 and failure is not null) t
     order by retry_at is null desc, failed_at limit 1`,
    [campaignId],
  )
}

/** Whether what others rest on (the units' statements, the officials' links) waits for a person. */
export async function isGroundStopped(tx: Sql, campaignId: string): Promise<boolean> {
  const row = await tx.one<{ stopped: boolean }>(
    `select exists (select 1 from campaign where campaign_id = $1 and state = 'preparing' and failure is not null and retry_at is null)
       or exists (select 1 from batch where campaign_id = $1 and batch_no = 0 and failure is not null and retry_at is null) as stopped`,
    [campaignId],
  )
  return row.stopped
}
