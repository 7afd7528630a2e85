/** SQL of the proofs of a case. */

import { randomUUID } from 'node:crypto'
import { nameOf } from '#platform/actor-name'
import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { ProofOf } from '../rules/proofs.ts'

interface Row {
  proofId: string
  code: string
  subject: string
  sha256: string | null
  fileId: string | null
  fileName: string | null
  reason: Buffer | null
  byName: string
  at: string
}

/** Proofs of a case that were not voided, oldest first. */
export async function readProofs(tx: Tx, keys: Keys, caseNo: string): Promise<ProofOf[]> {
  const rows = await tx.query<Row>(
    `select p.proof_id as "proofId", p.code, p.subject_no as subject, p.sha256, f.file_id as "fileId", p.file_name as "fileName",
       p.reason,
       ${nameOf('u.display_name', 'p.by_user')} as "byName", p.at
     from case_proof p left join app_user u on u.user_id = p.by_user
       left join stored_file f on f.owner_kind = 'case' and f.owner_no = p.case_no and f.sha256 = p.sha256
     where p.case_no = $1 and p.void_at is null order by p.at, p.proof_id`,
    [caseNo],
  )
  return rows.map((row) => ({ ...row, reason: row.reason === null ? null : keys.openText(row.reason) }))
}

export interface NewProof {
  readonly caseNo: string
  readonly code: string
  readonly subject: string
  readonly files: readonly { sha256: string; name: string }[]
  readonly reason: string | null
  readonly by: string
  readonly at: string
}

/** Keeps files of a line, or why there are none, in the case's area. One statement. */
export async function insertProofs(tx: Tx, keys: Keys, proof: NewProof): Promise<void> {
  const { caseNo, code, subject, files, reason, by, at } = proof
  const kept = files.length > 0 ? files : [null]
  await tx.execute(
    `insert into case_proof (proof_id, case_no, division_code, code, subject_no, sha256, file_name, reason, by_user, at)
     select n.id, c.case_no, c.division_code, $2, $3, n.sha256, n.name, $4, $5, $6
     from casefile c, unnest($7::uuid[], $8::text[], $9::text[]) as n(id, sha256, name) where c.case_no = $1`,
    [
      caseNo,
      code,
      subject,
      reason === null ? null : keys.seal(reason),
      by,
      at,
      kept.map(() => randomUUID()),
      kept.map((file) => file?.sha256 ?? null),
      kept.map((file) => file?.name ?? null),
    ],
  )
}

/** Voids a proof of a case; false when it has none that still counts. */
export async function voidProof(
  tx: Tx,
  keys: Keys,
  { caseNo, proofId, by, at, reason }: { caseNo: string; proofId: string; by: string; at: string; reason: string },
): Promise<boolean> {
  const n = await tx.execute(
    `update case_proof set void_by = $3, void_at = $4, void_reason = $5 where case_no = $1 and proof_id = $2 and void_at is null`,
    [caseNo, proofId, by, at, keys.seal(reason)],
  )
  return n === 1
}

/** Proofs about new rows go over to the numbers the registry gave. */
export async function renameProofSubjects(tx: Tx, caseNo: string, numbers: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(numbers)
  if (names.length === 0) return
  await tx.execute(
    `update case_proof p set subject_no = n.new from unnest($2::text[], $3::text[]) as n(old, new)
     where p.case_no = $1 and p.subject_no = n.old`,
    [caseNo, names, names.map((name) => numbers[name])],
  )
}
