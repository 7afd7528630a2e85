/** SQL of reminders to late units. */
import { isoInstant } from '#platform/clock'
import type { Tx } from '#platform/db'

export function listReminders(tx: Tx, campaignId: string): Promise<{ unit: string; reminded_at: string }[]> {
  return tx.query('select unit, max(reminded_at) as reminded_at from unit_reminder where campaign_id = $1 group by unit', [
    campaignId,
  ])
}

export async function saveReminders(
  tx: Tx,
  campaignId: string,
  units: readonly string[],
  by: string,
  atMs: number,
): Promise<void> {
  await tx.execute(
    `insert into unit_reminder (campaign_id, unit, reminded_by, reminded_at)
     select $1::uuid, u, $3, $4::timestamptz from unnest($2::text[]) u`,
    [campaignId, units, by, isoInstant(atMs)],
  )
}
