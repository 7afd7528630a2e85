/** SQL of campaigns and their batches: frozen lists, steps, progress. */
import type { Sql, Tx } from '#platform/db'

/** A campaign as the worker needs it. */
export interface CampaignFacts {
  campaignId: string
  /** counts the campaigns of this district: part of a report's number */
  campaignNo: number
  packLabel: string
  startedAt: string | null
  scheme: string
  purpose: string
  legalBasis: string
  asOf: string
  packId: string
  packHash: string
  /** resolved parameters of the pack on the as-of date, as stored when the campaign was made */
  parameters: unknown
  districtCode: string
  state: 'preparing' | 'ready' | 'running' | 'finished'
  /** waits in state ready until a person starts it */
  held: boolean
  /** ranges of divisions whose households are verified */
  areas: readonly { lo: string; hi: string }[]
  /** district: over areas; single: over households named one by one, for a case */
  kind: 'district' | 'single'
  householdNos: readonly string[] | null
  /** what a single commission is for, as its caller names it */
  reference: string | null
  /** the campaign whose statements of the units, and officials' links, this one rests on; null when it has its own */
  baseId: string | null
  /** failures in a row of what belongs to no batch */
  failures: number
  households: number
  batches: number
  createdBy: string
}

export type BatchStep = 'planned' | 'register' | 'records' | 'lookups' | 'compared'

export interface BatchRow {
  campaignId: string
  batchNo: number
  step: BatchStep
  kind: 'district' | 'households' | 'rerun'
  deadlineAt: string | null
  /** sealed list of the persons a look-up of this batch names by position */
  memo: Buffer | null
  /** failures in a row */
  failures: number
  /** failed, and not to be tried yet, or not before a person says so */
  rests: boolean
}

const batchColumns = `campaign_id as "campaignId", batch_no as "batchNo", step, kind, deadline_at as "deadlineAt", memo, failures`

const campaignColumns = `campaign_id as "campaignId", campaign_no as "campaignNo", pack_label as "packLabel",
  started_at as "startedAt", scheme, purpose, legal_basis as "legalBasis", as_of as "asOf",
  pack_id as "packId", pack_hash as "packHash", parameters, district_code as "districtCode", state, held, areas, failures, households, batches,
  created_by as "createdBy", kind, household_nos as "householdNos", reference, base_id as "baseId"`

/** Stores a new campaign in state preparing. */
export async function insertCampaign(
  tx: Sql,
  campaign: Omit<CampaignFacts, 'campaignNo' | 'startedAt' | 'state' | 'households' | 'batches' | 'failures'> & {
    label: string
    guardianAge: number
    createdAt: string
  },
): Promise<void> {
  await tx.execute(
    `insert into campaign (campaign_id, label, scheme, purpose, legal_basis, as_of, pack_id, pack_hash, parameters, guardian_age,
       district_code, state, created_by, created_at, held, areas, pack_label, kind, household_nos, reference, base_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'preparing', $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      campaign.campaignId,
      campaign.label,
      campaign.scheme,
      campaign.purpose,
      campaign.legalBasis,
      campaign.asOf,
      campaign.packId,
      campaign.packHash,
      JSON.stringify(campaign.parameters),
      campaign.guardianAge,
      campaign.districtCode,
      campaign.createdBy,
      campaign.createdAt,
      campaign.held,
      JSON.stringify(campaign.areas),
      campaign.packLabel,
      campaign.kind,
      campaign.householdNos,
      campaign.reference,
      campaign.baseId,
    ],
  )
}

export function findCampaign(tx: Sql, campaignId: string): Promise<CampaignFacts | undefined> {
  return tx.maybe<CampaignFacts>(`select ${campaignColumns} from campaign where campaign_id = $1`, [campaignId])
}

/** The newest campaign over areas, if there is one: single commissions are found by their households. */
export async function findNewestCampaignId(tx: Sql): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(
    `select campaign_id as id from campaign where kind = 'district' order by campaign_no desc limit 1`,
  )
  return row?.id
}

/** The newest campaign over areas when it has the household, otherwise the newest the household was asked in by itself. */
export async function findCampaignOf(tx: Sql, householdNo: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(
    `select campaign_id as id from commission m join campaign c using (campaign_id) where m.household_no = $1
     order by campaign_id = (select campaign_id from campaign where kind = 'district' order by campaign_no desc limit 1) desc, c.campaign_no desc
     limit 1`,
    [householdNo],
  )
  return row?.id
}

/** The newest campaign over areas that has run to its end. */
export function findFinishedCampaign(tx: Sql): Promise<{ campaignId: string; label: string; asOf: string } | undefined> {
  return tx.maybe(
    `select campaign_id as "campaignId", label, as_of as "asOf" from campaign
     where kind = 'district' and state = 'finished' order by campaign_no desc limit 1`,
  )
}

/** A household whose verification has a report and is not asked about anew. */
export interface VerifiedHousehold {
  householdNo: string
  divisionCode: string
  batchNo: number
  version: number
}

/** Every household of a campaign with a report in force. */
export function listVerified(tx: Sql, campaignId: string): Promise<VerifiedHousehold[]> {
  return tx.query(
    `select m.household_no as "householdNo", m.division_code as "divisionCode", m.batch_no as "batchNo", m.version
     from commission m join report r on r.report_no = m.report_no
     where m.campaign_id = $1 and m.conclusion is not null and r.version = m.version order by m.batch_no, m.household_no`,
    [campaignId],
  )
}

/** All campaigns over areas, newest first. */
export async function listCampaignIds(tx: Sql): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select campaign_id as id from campaign where kind = 'district' order by campaign_no desc`,
  )
  return rows.map((row) => row.id)
}

/** Campaigns the worker has something to do about at an instant: single commissions before districts, then the oldest first. */
export function listOpenCampaigns(tx: Sql, at: string): Promise<CampaignFacts[]> {
  return tx.query<CampaignFacts>(
    `select ${campaignColumns} from campaign where campaign_id in (
       select campaign_id from campaign where state in ('preparing', 'running') or failure is not null
       union
       select b.campaign_id from batch b join campaign f using (campaign_id) where b.step <> 'compared' and f.state = 'finished')
       and (failure is null or retry_at <= $1)
     order by kind = 'district', created_at, campaign_id`,
    [at],
  )
}

/**
 * Freezes the list of households (all accepted ones of the areas, or those named, in order of village and number), cuts it into batches
 * of `size` and opens batch 0, the district's own, unless the campaign rests on another one's. Four statements whatever the size.
 */
export async function freezeHouseholds(
  tx: Sql,
  campaign: Pick<CampaignFacts, 'campaignId' | 'areas' | 'householdNos' | 'baseId'>,
  size: number,
  at: string,
): Promise<void> {
  const { campaignId, areas, householdNos, baseId } = campaign
  await tx.execute(
    `insert into commission (campaign_id, household_no, batch_no, ordinal, division_code, state_at)
     select $1::uuid, household_no, 1 + (ordinal - 1) / $2::int, ordinal, division_code, $3::timestamptz
     from (select h.*, row_number() over (order by h.division_code, h.household_no)::int as ordinal from household h
       where $6::text[] is null or h.household_no = any($6)) h
     where $6 is not null
       or exists (select 1 from unnest($4::text[], $5::text[]) as s(lo, hi) where h.division_code >= s.lo and h.division_code < s.hi)`,
    [campaignId, size, at, areas.map((area) => area.lo), areas.map((area) => area.hi), householdNos],
  )
  await tx.execute(
    `insert into batch (campaign_id, batch_no, kind, households, updated_at)
     select $1::uuid, 0, 'district', 0, $2::timestamptz where $3::uuid is null
     union all
     select $1::uuid, batch_no, 'households', count(*), $2::timestamptz from commission where campaign_id = $1::uuid group by batch_no`,
    [campaignId, at, baseId],
  )
  await tx.execute(
    `update campaign set state = 'running', started_at = $2,
       households = (select count(*) from commission where campaign_id = $1),
       batches = (select count(*) from batch where campaign_id = $1)
     where campaign_id = $1`,
    [campaignId, at],
  )
  if (householdNos === null) await tx.execute('analyze commission')
}

/** Lets a held campaign wait for a person to start it. */
export async function markReady(tx: Sql, campaignId: string): Promise<void> {
  await tx.execute(`update campaign set state = 'ready' where campaign_id = $1 and state = 'preparing'`, [campaignId])
}

/** Marks a campaign finished when its last batch is compared; true when it was this call that did so. */
export async function finishCampaign(tx: Sql, campaignId: string, at: string): Promise<boolean> {
  const touched = await tx.execute(
    `update campaign set state = 'finished', finished_at = $2
     where campaign_id = $1 and state = 'running'
       and not exists (select 1 from batch where campaign_id = $1 and step <> 'compared')`,
    [campaignId, at],
  )
  return touched > 0
}

/**
 * Open batches of a campaign in order; the worker takes as many as it keeps in flight. One that rests is left out, but not the
 * district's own: others wait for its answers.
 */
export function listOpenBatches(tx: Sql, campaignId: string, limit: number, at: string): Promise<BatchRow[]> {
  return tx.query<BatchRow>(
    `select ${batchColumns}, failure is not null and (retry_at is null or retry_at > $3) as rests
     from batch where campaign_id = $1 and step <> 'compared' and (batch_no = 0 or failure is null or retry_at <= $3)
     order by batch_no limit $2`,
    [campaignId, limit, at],
  )
}

export function findBatch(tx: Sql, batch: { campaignId: string; batchNo: number }): Promise<Omit<BatchRow, 'rests'> | undefined> {
  return tx.maybe(`select ${batchColumns} from batch where campaign_id = $1 and batch_no = $2`, [batch.campaignId, batch.batchNo])
}

/** Moves one commission to a state with its reason. */
export async function moveCommission(
  tx: Sql,
  key: { campaignId: string; householdNo: string },
  to: { state: string; reason: string | null; at: string },
): Promise<void> {
  await tx.execute(
    'update commission set state = $3, state_reason = $4, state_at = $5 where campaign_id = $1 and household_no = $2',
    [key.campaignId, key.householdNo, to.state, to.reason, to.at],
  )
}

/**
 * Takes a batch for the rest of the transaction; false when it is no longer at this step. A worker that was killed while it
 * committed has let its advisory lock go before its commit is through: whoever follows waits here for the outcome.
 */
export async function lockBatch(tx: Sql, batch: BatchRow): Promise<boolean> {
  const touched = await tx.execute('select 1 from batch where campaign_id = $1 and batch_no = $2 and step = $3 for update', [
    batch.campaignId,
    batch.batchNo,
    batch.step,
  ])
  return touched > 0
}

/** Moves a batch from one step to the next, past what failed before; false when another worker has moved it meanwhile. */
export async function moveBatch(
  tx: Sql,
  batch: { campaignId: string; batchNo: number },
  from: BatchStep,
  to: BatchStep,
  facts: { at: string; subjects?: number; deadlineAt?: string | null; memo?: Buffer; late?: boolean },
): Promise<boolean> {
  const touched = await tx.execute(
    `update batch set step = $4, updated_at = $5, subjects = coalesce($6, subjects), deadline_at = coalesce($7, deadline_at),
       memo = coalesce($8, memo), late = coalesce($9, late),
       failures = 0, failure = null, failure_code = null, failed_at = null, retry_at = null
     where campaign_id = $1 and batch_no = $2 and step = $3`,
    [
      batch.campaignId,
      batch.batchNo,
      from,
      to,
      facts.at,
      facts.subjects ?? null,
      facts.deadlineAt ?? null,
      facts.memo ?? null,
      facts.late ?? null,
    ],
  )
  return touched > 0
}

export interface BatchHousehold {
  householdNo: string
  divisionCode: string
  version: number
  /** place in the frozen list */
  ordinal: number
}

/** Households of a batch with their version, in order of household number. */
export function listBatchHouseholds(tx: Sql, batch: { campaignId: string; batchNo: number }): Promise<BatchHousehold[]> {
  return tx.query(
    `select household_no as "householdNo", division_code as "divisionCode", version, ordinal
     from commission where campaign_id = $1 and batch_no = $2 order by household_no collate "C"`,
    [batch.campaignId, batch.batchNo],
  )
}

/** Holds a batch for this worker's connection until it is released or the connection is gone. */
export async function tryHoldBatch(session: Sql, batch: { campaignId: string; batchNo: number }): Promise<boolean> {
  const row = await session.one<{ held: boolean }>('select pg_try_advisory_lock(hashtext($1), $2) as held', [
    `batch:${batch.campaignId}`,
    batch.batchNo,
  ])
  return row.held
}

export async function releaseBatch(session: Sql, batch: { campaignId: string; batchNo: number }): Promise<void> {
  await session.query('select pg_advisory_unlock(hashtext($1), $2)', [`batch:${batch.campaignId}`, batch.batchNo])
}

/**
 * Takes the reports just stored into the commissions of a batch, or of one household of it: state, conclusion, counts, with
 * every finding open. One statement.
 */
export async function signCommissions(
  tx: Tx,
  batch: { campaignId: string; batchNo: number },
  state: string,
  at: string,
  householdNo: string | null = null,
): Promise<void> {
  await tx.execute(
    `update commission c set
       state = case when c.state in ('suspended', 'terminated') then c.state else $3 end, state_at = $4,
       conclusion = r.conclusion, findings = r.findings_a + r.findings_b + r.findings_c,
       open_a = r.findings_a, open_b = r.findings_b, open_pairs = r.open_pairs,
       per_capita = r.per_capita, report_no = r.report_no, reported_on = r.issued_on, reports = c.reports + 1
     from report r
     where c.campaign_id = $1 and r.campaign_id = $1 and r.batch_no = $2 and r.household_no = c.household_no and r.version = c.version
       and ($5::text is null or c.household_no = $5)`,
    [batch.campaignId, batch.batchNo, state, at, householdNo],
  )
}

/** Notes what a batch took: SQL statements and milliseconds by step. */
export async function noteEffort(
  tx: Sql,
  batch: { campaignId: string; batchNo: number },
  effort: { statements: number; spent: Readonly<Record<string, number>> },
): Promise<void> {
  await tx.execute('update batch set statements = $3, spent = $4 where campaign_id = $1 and batch_no = $2', [
    batch.campaignId,
    batch.batchNo,
    effort.statements,
    JSON.stringify(effort.spent),
  ])
}

/** Locks a campaign until the transaction ends and gives its state. */
export async function lockCampaign(tx: Sql, campaignId: string): Promise<string | undefined> {
  return (await tx.maybe<{ state: string }>('select state from campaign where campaign_id = $1 for update', [campaignId]))?.state
}
