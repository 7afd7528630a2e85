import type { ActionContext } from '#platform/action'
import { isoInstant } from '#platform/clock'
import { equalBytes, random } from '#platform/crypto'
import { type Sql, wholeScope, withTransaction } from '#platform/db'
import { claimGuess, forgetGuess, type GuessKey, giveBackGuess } from '../store/guesses.ts'

/** A guess at a password is counted before it is looked at: however many come at once, no more than allowed are. */

const scope = wholeScope('system:sign-in')

/** What came of a guess. */
export type Guessed = 'right' | 'wrong' | 'locked'

interface Looked {
  readonly guessed: Guessed
  /** This guess was the last that was allowed. */
  readonly lockedNow: boolean
}

/** Counts by every key, until one is locked; the keys after it are not touched. */
async function claimAll(tx: Sql, keys: readonly GuessKey[], now: string): Promise<{ held: boolean; lockedNow: boolean }> {
  let lockedNow = false
  for (const key of keys) {
    const claimed = await claimGuess(tx, key, now)
    if (claimed === undefined) return { held: false, lockedNow }
    lockedNow ||= claimed.locked && key.userId !== null && key.kind !== 'address'
  }
  return { held: true, lockedNow }
}

/** Looks at a guess when the counts allow it. `look` says whether the password fits. */
export async function lookAtGuess(
  context: ActionContext,
  keys: readonly GuessKey[],
  look: () => Promise<boolean>,
): Promise<Looked> {
  const inside = <T>(work: (tx: Sql) => Promise<T>): Promise<T> => withTransaction(context.db, scope, work)
  const { held, lockedNow } = await inside((tx) => claimAll(tx, keys, isoInstant(context.clock.nowMs())))
  if (!held) return { guessed: 'locked', lockedNow }
  const giveBack = async (tx: Sql, forgets: boolean): Promise<void> => {
    for (const key of keys) await (forgets && key.kind !== 'address' ? forgetGuess(tx, key) : giveBackGuess(tx, key))
  }
  let fits: boolean
  try {
    fits = await look()
  } catch (error) {
    await inside((tx) => giveBack(tx, false))
    throw error
  }
  if (!fits) return { guessed: 'wrong', lockedNow }
  await inside((tx) => giveBack(tx, true))
  return { guessed: 'right', lockedNow: false }
}

const keyOf = (context: ActionContext, ...parts: readonly string[]): Buffer => context.keys.blindIndex('guess', parts.join('\0'))

/** A device is known by a number of its own, which is good for one account. */
function proofOf(context: ActionContext, userId: string, number: string): Buffer {
  return context.keys.blindIndex('device', `${userId}\0${number}`)
}

/** What a device is given when somebody signed in on it; kept as a cookie. */
export function newDevice(context: ActionContext, userId: string): string {
  const number = random(12).toString('base64url')
  return `${number}.${proofOf(context, userId, number).toString('base64url')}`
}

/** The number of a device on which this user signed in before. */
function knownDevice(context: ActionContext, userId: string): string | undefined {
  const [, number, proof] = /^([\w-]{16})\.([\w-]{10,90})$/.exec(context.session.device ?? '') ?? []
  if (number === undefined || proof === undefined) return undefined
  return equalBytes(proofOf(context, userId, number), Buffer.from(proof, 'base64url')) ? number : undefined
}

/** By what a sign-in is counted: a device that is known by itself alone, everybody else by account and address, address, and account. */
export function signInKeys(context: ActionContext, account: string, userId: string | null): GuessKey[] {
  const device = userId === null ? undefined : knownDevice(context, userId)
  if (device !== undefined) return [{ kind: 'device', key: keyOf(context, 'device', device), userId }]
  const typed = account.toLowerCase()
  const { address } = context.session
  return [
    { kind: 'pair', key: keyOf(context, 'pair', typed, address), userId },
    { kind: 'address', key: keyOf(context, 'address', address), userId: null },
    { kind: 'account', key: keyOf(context, 'account', typed), userId },
  ]
}

/** By what guesses at one's own present password are counted. */
export function changeKeys(context: ActionContext, userId: string): GuessKey[] {
  return [{ kind: 'change', key: keyOf(context, 'change', userId), userId }]
}

/** How the journal names what was typed as an account: itself when there is such an account, otherwise (it may be a password) by an index. */
export function typedAccount(context: ActionContext, account: string, isKnown: boolean): string {
  return isKnown ? account : `?${keyOf(context, 'account', account.toLowerCase()).toString('hex').slice(0, 12)}`
}
