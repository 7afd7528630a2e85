/** SQL of revisions of packs: drafts, submissions, publications. The rules of who may do what when stand in the table's trigger too. */
import type { Sql, Tx } from '#platform/db'
import type { PackChange } from '#policy'
import type { RevisionState } from '../contract/revision.ts'

export interface RevisionRow {
  revision_id: string
  pack_id: string
  base_hash: string
  title: string
  from_on: string | null
  changes: readonly PackChange[]
  makers: readonly string[]
  state: RevisionState
  version: number
  made_by: string
  made_by_name: string
  made_at: string
  submitted_by: string | null
  submitted_at: string | null
  published_by: string | null
  published_by_name: string | null
  published_at: string | null
  pack_hash: string | null
  withdrawn_by_name: string | null
  withdrawn_at: string | null
  reason: string | null
}

const columns = `revision_id, pack_id, base_hash, title, from_on, changes, makers, state, version, made_by, made_by_name, made_at, submitted_by,
  submitted_at, published_by, published_by_name, published_at, pack_hash, withdrawn_by_name, withdrawn_at, reason`

/** Revisions of a pack, or of every pack, newest first. */
export function listRevisionRows(tx: Sql, packId: string | null): Promise<RevisionRow[]> {
  return tx.query<RevisionRow>(
    `select ${columns} from policy_revision where $1::text is null or pack_id = $1 order by made_at desc, revision_id limit 500`,
    [packId],
  )
}

export function findRevision(tx: Sql, revisionId: string, lock = false): Promise<RevisionRow | undefined> {
  return tx.maybe<RevisionRow>(`select ${columns} from policy_revision where revision_id = $1${lock ? ' for update' : ''}`, [
    revisionId,
  ])
}

export async function insertRevision(
  tx: Tx,
  row: { revisionId: string; packId: string; baseHash: string; title: string; by: string; byName: string; at: string },
): Promise<void> {
  await tx.execute(
    `insert into policy_revision (revision_id, pack_id, base_hash, title, makers, made_by, made_by_name, made_at, changed_by, changed_at)
     values ($1, $2, $3, $4, array[$5], $5, $6, $7, $5, $7)`,
    [row.revisionId, row.packId, row.baseHash, row.title, row.by, row.byName, row.at],
  )
}

/** Writes the values of a draft; the writer is from then on one of its makers. */
export async function saveChanges(
  tx: Tx,
  revisionId: string,
  change: { changes: readonly PackChange[]; fromOn: string | null; baseHash: string; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `update policy_revision set changes = $2, from_on = $3, base_hash = $4, changed_by = $5, changed_at = $6 where revision_id = $1`,
    [revisionId, JSON.stringify(change.changes), change.fromOn, change.baseHash, change.by, change.at],
  )
}

interface Doer {
  readonly by: string
  readonly byName: string
  readonly at: string
}

export async function submitRow(tx: Tx, revisionId: string, { by, at }: Doer): Promise<void> {
  await tx.execute(
    `update policy_revision set state = 'submitted', submitted_by = $2, submitted_at = $3, reason = null where revision_id = $1`,
    [revisionId, by, at],
  )
}

export async function returnRow(tx: Tx, revisionId: string, reason: string): Promise<void> {
  await tx.execute(`update policy_revision set state = 'draft', reason = $2 where revision_id = $1`, [revisionId, reason])
}

export async function publishRow(tx: Tx, revisionId: string, packHash: string, { by, byName, at }: Doer): Promise<void> {
  await tx.execute(
    `update policy_revision set state = 'published', published_by = $2, published_by_name = $3, published_at = $4, pack_hash = $5
     where revision_id = $1`,
    [revisionId, by, byName, at, packHash],
  )
}

export async function withdrawRow(tx: Tx, revisionId: string, reason: string, { by, byName, at }: Doer): Promise<void> {
  await tx.execute(
    `update policy_revision set state = 'withdrawn', withdrawn_by = $2, withdrawn_by_name = $3, withdrawn_at = $4, reason = $5
     where revision_id = $1`,
    [revisionId, by, byName, at, reason],
  )
}

export async function deleteRow(tx: Tx, revisionId: string): Promise<void> {
  await tx.execute('delete from policy_revision where revision_id = $1', [revisionId])
}
