import type { Tx } from '#platform/db'

/** Answers kept under idempotency keys. */

export interface KeptAnswer {
  readonly input_hash: Buffer
  /** Sealed JSON; null while the first call is still running. */
  readonly output: Buffer | null
}

/** True when the key was free and now belongs to this call. Waits for another call with the same key that is still running. */
export async function claimKey(tx: Tx, actor: string, key: string, action: string, inputHash: Buffer): Promise<boolean> {
  const claimed = await tx.execute(
    'insert into idempotency (actor, key, action, input_hash) values ($1, $2, $3, $4) on conflict do nothing',
    [actor, key, action, inputHash],
  )
  return claimed === 1
}

export function getAnswer(tx: Tx, actor: string, key: string): Promise<KeptAnswer> {
  return tx.one<KeptAnswer>('select input_hash, output from idempotency where actor = $1 and key = $2', [actor, key])
}

export async function keepAnswer(tx: Tx, actor: string, key: string, output: Buffer): Promise<void> {
  await tx.execute('update idempotency set output = $3 where actor = $1 and key = $2', [actor, key, output])
}

/** Forgets answers older than an instant; gives how many. */
export function forgetAnswers(tx: Tx, before: string): Promise<number> {
  return tx.execute('delete from idempotency where created_at < $1', [before])
}
