/** The pack a district goes by: the built-in one with every published revision laid over it. */
import type { Sql } from '#platform/db'
import { builtInPack, type Pack, REVISION_ORIGIN, revisedPack } from '#policy'
import { listPublishedRevisions } from '../store/packs.ts'

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
