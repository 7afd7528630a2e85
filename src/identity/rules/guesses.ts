/** How often a password may be guessed, by whom. */

/** What guesses are counted by. */
export type GuessKind = 'device' | 'pair' | 'address' | 'account' | 'change'

export interface GuessLimit {
  /** So many guesses within the window; the last one locks. */
  readonly most: number
  readonly windowMs: number
  /** First lock; each further one within a day lasts twice as long, up to sixteen times. */
  readonly lockMs: number
}

const MINUTE = 60_000
const QUARTER = 15 * MINUTE

/**
 * A person mistypes some times: five, then a pause. An address may be a whole office behind one line: fifty. All strangers together get
 * thirty guesses an hour at one account, which is nothing against any password that was taken here; devices that signed in before are
 * counted by themselves, so that strangers cannot lock them out.
 */
export const GUESS_LIMITS: Readonly<Record<GuessKind, GuessLimit>> = {
  device: { most: 5, windowMs: QUARTER, lockMs: QUARTER },
  pair: { most: 5, windowMs: QUARTER, lockMs: QUARTER },
  address: { most: 50, windowMs: QUARTER, lockMs: QUARTER },
  account: { most: 30, windowMs: 4 * QUARTER, lockMs: QUARTER },
  change: { most: 5, windowMs: QUARTER, lockMs: QUARTER },
}
