/** SQL of the packs campaigns were started with. */
import type { Sql, Tx } from '#platform/db'
import type { PackChange } from './revision.ts'

/** Keeps a pack as a campaign uses it; the same values are kept once. */
export async function savePackSnapshot(tx: Tx, packHash: string, snapshot: string): Promise<void> {
  await tx.execute('insert into pack_snapshot (pack_hash, snapshot) values ($1, $2) on conflict do nothing', [packHash, snapshot])
}

export async function findPackSnapshot(tx: Tx, packHash: string): Promise<string | undefined> {
  const row = await tx.maybe<{ snapshot: string }>('select snapshot from pack_snapshot where pack_hash = $1', [packHash])
  return row?.snapshot
}

/** Published revisions of a pack, in order of their publication. */
export function listPublishedRevisions(
  tx: Sql,
  packId: string,
): Promise<{ revisionId: string; changes: readonly PackChange[] }[]> {
  return tx.query(
    `select revision_id as "revisionId", changes from policy_revision where pack_id = $1 and state = 'published'
     order by published_at, revision_id`,
    [packId],
  )
}
