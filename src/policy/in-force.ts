/** The pack a district goes by: the built-in one with every published revision laid over it. */
import type { Sql } from '#platform/db'
import { builtInPack } from './pack-list.ts'
import { packAt, type ResolvedPack } from './resolve.ts'
import { reviewedAs } from './review.ts'
import { REVISION_ORIGIN, revisedPack } from './revision.ts'
import type { Pack } from './rules/pack-model.ts'
import { listPublishedRevisions } from './store.ts'

/**
 * A pack with its published revisions, the later publication over the earlier one. New cases and new campaigns take their values from it as of
 * their day; what runs keeps the snapshot it began with. One statement. Throws as `loadPack`.
 */
export async function packInForce(tx: Sql, packId: string): Promise<Pack> {
  const revisions = await listPublishedRevisions(tx, packId)
  return revisions.reduce(
    (pack, { revisionId, changes }) => revisedPack(pack, changes, `${REVISION_ORIGIN}${revisionId}`),
    builtInPack(packId),
  )
}

/**
 * A pack as it was kept, with the review dates of today: a value that the pack in force still states alike, of the same day and on the same
 * clause, was confirmed for as long as that one. Values and hash stay what they were. One statement.
 */
export async function confirmedPack(tx: Sql, kept: ResolvedPack): Promise<ResolvedPack> {
  const pack = await packInForce(tx, kept.id)
  return kept.on < pack.effective_from ? kept : reviewedAs(kept, packAt(pack, kept.on))
}
