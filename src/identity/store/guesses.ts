import type { Sql } from '#platform/db'
import { GUESS_LIMITS, type GuessKind } from '../rules/guesses.ts'

/** All SQL of counted guesses. */

export interface GuessKey {
  readonly kind: GuessKind
  readonly key: Buffer
  readonly userId: string | null
}

/**
 * Counts a guess before it is looked at, and locks with the last that is allowed: whoever comes at the same time waits for this one
 * statement. Gives whether this guess locked; undefined when it was locked already, and may not be looked at.
 */
export async function claimGuess(sql: Sql, guess: GuessKey, now: string): Promise<{ readonly locked: boolean } | undefined> {
  const { most, windowMs, lockMs } = GUESS_LIMITS[guess.kind]
  return sql.maybe<{ locked: boolean }>(
    `insert into sign_in_count as c (kind, key, user_id, failed, since, until, locks) values ($1, $2, $3, 1, $4, null, 0)
     on conflict (kind, key) do update set user_id = excluded.user_id,
       failed = case when c.until is not null or c.since < $4::timestamptz - make_interval(secs => $6) then 1 else c.failed + 1 end,
       since = case when c.until is not null or c.since < $4::timestamptz - make_interval(secs => $6) then $4 else c.since end,
       until = case when c.until is null and c.since >= $4::timestamptz - make_interval(secs => $6) and c.failed + 1 >= $5
         then $4::timestamptz + make_interval(secs => $7 * (1 << least(c.locks, 4))) end,
       locks = case when c.since < $4::timestamptz - interval '1 day' then 0
         when c.until is null and c.since >= $4::timestamptz - make_interval(secs => $6) and c.failed + 1 >= $5 then c.locks + 1
         else c.locks end
     where c.until is null or c.until <= $4
     returning until is not null as locked`,
    [guess.kind, guess.key, guess.userId, now, most, windowMs / 1000, lockMs / 1000],
  )
}

/** Takes a guess off again that was none: the password was right, or nobody could look at it. */
export async function giveBackGuess(sql: Sql, guess: GuessKey): Promise<void> {
  await sql.execute(
    `update sign_in_count set failed = greatest(failed - 1, 0), until = case when failed - 1 >= $3 then until end
     where kind = $1 and key = $2`,
    [guess.kind, guess.key, GUESS_LIMITS[guess.kind].most],
  )
}

export async function forgetGuess(sql: Sql, guess: GuessKey): Promise<void> {
  await sql.execute('delete from sign_in_count where kind = $1 and key = $2', [guess.kind, guess.key])
}

/** Ends every lock of an account; gives whether there was one. */
export async function forgetGuessesAt(sql: Sql, userId: string): Promise<void> {
  await sql.execute('delete from sign_in_count where user_id = $1', [userId])
}

/** Forgets counts whose last window and lock are a day ago; gives how many. */
export function forgetOldGuesses(sql: Sql, dayAgo: string): Promise<number> {
  return sql.execute('delete from sign_in_count where since < $1 and (until is null or until < $1)', [dayAgo])
}
