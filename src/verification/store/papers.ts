/** SQL of the signed papers a plan rests on, as the guard of the query lines counts them. */
import type { Tx } from '#platform/db'
import type { BatchKey } from './results.ts'

/** Holds the papers of a batch's households until the transaction ends: a withdrawal waits, and then halts the lines registered meanwhile. */
export async function holdPapers(tx: Tx, batch: BatchKey): Promise<void> {
  await tx.execute(
    `select 1 from authorisation where household_no in (select household_no from commission where campaign_id = $1 and batch_no = $2)
     order by authorisation_no for share`,
    [batch.campaignId, batch.batchNo],
  )
}

/** Bits the papers allow of each subject, in the order given. One statement. */
export async function listAuthorisedMasks(
  tx: Tx,
  subjects: readonly { subjectNo: string; bornOn: string }[],
  asOf: string,
  guardianAge: number,
): Promise<number[]> {
  const rows = await tx.query<{ mask: number }>(
    `select authorised_mask(s.no, s.born, $3::date, $4::int) as mask
     from unnest($1::text[], $2::date[]) with ordinality as s(no, born, n) order by s.n`,
    [subjects.map((subject) => subject.subjectNo), subjects.map((subject) => subject.bornOn), asOf, guardianAge],
  )
  return rows.map((row) => row.mask)
}
