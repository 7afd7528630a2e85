import type { Tx } from '#platform/db'

/** Answers kept under idempotency keys, and refusals counted by the hour. */

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

/** Refusals of one kind in one hour. */
export interface Refusal {
  readonly hour: string
  readonly action: string
  readonly code: string
  readonly actor: string
  readonly role: string
  readonly account: string
  readonly address: string
  readonly division_code: string
  readonly n: number
}

/** So many kinds of one actor (strangers are one) are told apart in an hour; what comes on top is counted by action and code. */
const KINDS_AN_HOUR = 200

/** Counts a refusal and gives the row it is counted in. */
export function countRefusal(tx: Tx, refusal: Omit<Refusal, 'n'>): Promise<Refusal> {
  const { hour, action, code, actor, role, account, address, division_code: division } = refusal
  return tx.one<Refusal>(
    `with own as (
       select exists (select from refusal_count where hour = $1 and action = $2 and code = $3 and actor = $4 and account = $6 and address = $7)
           or (select count(*) from refusal_count where hour = $1 and actor = $4) < $9 as apart)
     insert into refusal_count as c (hour, action, code, actor, role, account, address, division_code, n)
     select $1, $2, $3, $4, $5, case when apart then $6 else '*' end, case when apart then $7 else '*' end, $8, 1 from own
     on conflict (hour, action, code, actor, account, address) do update set n = c.n + 1
     returning *`,
    [hour, action, code, actor, role, account, address, division, KINDS_AN_HOUR],
  )
}

/** Takes out what was counted before an hour. */
export function takeRefusals(tx: Tx, before: string): Promise<Refusal[]> {
  return tx.query<Refusal>('delete from refusal_count where hour < $1 returning *', [before])
}
