/** SQL of households that are asked again, or taken into a campaign behind its frozen list. */
import type { Sql, Tx } from '#platform/db'
import type { EventPayloads } from '#platform/events'

/** Opens a further batch behind the others; the campaign stays locked until the transaction ends. */
async function openFurtherBatch(tx: Sql, campaignId: string, households: number, at: string): Promise<number> {
  await tx.query('select 1 from campaign where campaign_id = $1 for update', [campaignId])
  const { batchNo } = await tx.one<{ batchNo: number }>(
    `insert into batch (campaign_id, batch_no, kind, households, updated_at)
     select $1::uuid, max(batch_no) + 1, 'rerun', $2::int, $3::timestamptz from batch where campaign_id = $1::uuid returning batch_no as "batchNo"`,
    [campaignId, households, at],
  )
  return batchNo
}

/** Opens households again in a batch of their own, each with the next version; gives how many. Three statements. */
export async function reopenHouseholds(
  tx: Sql,
  campaignId: string,
  householdNos: readonly string[],
  at: string,
): Promise<number> {
  const batchNo = await openFurtherBatch(tx, campaignId, householdNos.length, at)
  return tx.execute(
    `update commission set batch_no = $3, version = version + 1, state = 'querying', state_at = $4
     where campaign_id = $1 and household_no = any($2) and state not in ('suspended', 'terminated')`,
    [campaignId, householdNos, batchNo, at],
  )
}

/**
 * How households stand in a campaign: `waits` when their batch has not read the registry yet, `ended` when nothing is asked any more, `unauthorised`
 * when they are absent and nobody of them was ever authorised to be asked about.
 */
export interface Standing {
  householdNo: string
  standing: 'absent' | 'unauthorised' | 'waits' | 'ended' | 'open'
}

/** Standing of those of the households that are in the registry and in the campaign's areas. */
export function listStandings(tx: Sql, campaignId: string, householdNos: readonly string[]): Promise<Standing[]> {
  return tx.query<Standing>(
    `select h.household_no as "householdNo", case
         when m.household_no is null and not exists (select from authorisation a where a.household_no = h.household_no) then 'unauthorised'
         when m.household_no is null then 'absent'
         when m.state in ('suspended', 'terminated') then 'ended'
         when b.step = 'planned' then 'waits'
         else 'open' end as standing
     from campaign c
     join household h on h.household_no = any($2)
     left join commission m on m.campaign_id = c.campaign_id and m.household_no = h.household_no
     left join batch b on b.campaign_id = c.campaign_id and b.batch_no = m.batch_no
     where c.campaign_id = $1 and exists (select 1 from jsonb_to_recordset(c.areas) as a(lo text, hi text)
       where h.division_code >= a.lo collate "C" and h.division_code < a.hi collate "C")
     order by 1`,
    [campaignId, householdNos],
  )
}

/** Takes households that were not in the frozen list into the campaign, each with a commission of its own. Five statements. */
export async function addHouseholds(tx: Sql, campaignId: string, householdNos: readonly string[], at: string): Promise<void> {
  const batchNo = await openFurtherBatch(tx, campaignId, householdNos.length, at)
  await tx.execute(
    `insert into commission (campaign_id, household_no, batch_no, ordinal, division_code, state_at)
     select $1::uuid, h.household_no, $3::int, l.last + row_number() over (order by h.division_code, h.household_no)::int,
       h.division_code, $4::timestamptz
     from household h cross join (select max(ordinal) as last from commission where campaign_id = $1::uuid) l
     where h.household_no = any($2)`,
    [campaignId, householdNos, batchNo, at],
  )
  await tx.execute('update campaign set households = households + $2, batches = batches + 1 where campaign_id = $1', [
    campaignId,
    householdNos.length,
  ])
}

/** Lets one worker at a time open households again, until the transaction ends. */
export async function lockLateLook(tx: Sql): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('verification.late'))`)
}

/**
 * Households whose report was issued without a unit that has answered since: only they are opened again. A household that
 * was opened again stands in another batch and is not given twice.
 */
export function listLateHouseholds(tx: Sql): Promise<{ campaignId: string; householdNo: string }[]> {
  return tx.query(
    `select c.campaign_id as "campaignId", c.household_no as "householdNo"
     from batch b join commission c using (campaign_id, batch_no)
     where b.late and b.step = 'compared' and c.state not in ('suspended', 'terminated')
       and exists (select 1 from exchange_message m where m.campaign = b.campaign_id::text and m.batch = b.batch_no
         and m.direction = 'out' and m.type = 'request' and m.answered_at > b.updated_at)
       and exists (select 1 from subject_result r where r.campaign_id = c.campaign_id and r.household_no = c.household_no
         and r.version = c.version and position('T' in r.statuses) > 0)
     order by 1, 2`,
  )
}

/** A second answer to a request of a batch that was compared. */
export interface Correction {
  campaignId: string
  batchNo: number
  round: number
  request: string
}

/** Corrections of compared batches that were not looked at yet; they count as looked at from then on. One statement. */
export function takeCorrections(tx: Sql, at: string): Promise<Correction[]> {
  return tx.query<Correction>(
    `update exchange_message m set answered_at = $1 from batch b
     where m.type = 'correction' and m.direction = 'in' and m.answered_at is null
       and m.campaign = b.campaign_id::text and m.batch = b.batch_no and b.step = 'compared'
     returning b.campaign_id as "campaignId", b.batch_no as "batchNo", m.round, m.corr as request`,
    [at],
  )
}

/** Households that stand in a batch and are verified on: neither suspended nor ended. */
export async function listReopenable(tx: Sql, campaignId: string, batchNo: number): Promise<string[]> {
  const rows = await tx.query<{ no: string }>(
    `select household_no as no from commission
     where campaign_id = $1 and batch_no = $2 and state not in ('suspended', 'terminated')`,
    [campaignId, batchNo],
  )
  return rows.map(({ no }) => no)
}

/** What was commissioned, asked, found and reported of households follows them into another village. */
export async function followHouseholds(tx: Tx, { householdNos }: EventPayloads['registry.households-moved']): Promise<void> {
  await tx.query('select follow_commissions($1)', [householdNos])
}
