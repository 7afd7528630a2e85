/**
 * The review dates of a campaign's pack. A passed one warns, and no person signs a report on the pack until the values are
 * confirmed; what is computed, and what a campaign draws up by itself, stays as it is.
 */
import { isProblem, Problem } from '#kernel/problem'
import type { Tx } from '#platform/db'
import { findPackSnapshot, type Pack, packAt, packInForce, packOfSnapshot, type ResolvedPack, signable } from '#policy'

/** Which pack, as of which date, with which values. */
export interface PackUse {
  packId: string
  packHash: string
  asOf: string
}

/** A pack as of a date; only those without revisions are the same object again. */
const known = new WeakMap<Pack, Map<string, ResolvedPack | null>>()

function asOfDate(pack: Pack, asOf: string): ResolvedPack | null {
  const dates = known.get(pack) ?? new Map<string, ResolvedPack | null>()
  known.set(pack, dates)
  const held = dates.get(asOf)
  if (held !== undefined) return held
  let resolved: ResolvedPack | null = null
  try {
    resolved = packAt(pack, asOf)
  } catch (error) {
    if (!isProblem(error)) throw error
  }
  dates.set(asOf, resolved)
  return resolved
}

async function findInForce(tx: Tx, packId: string): Promise<Pack | null> {
  try {
    return await packInForce(tx, packId)
  } catch (error) {
    if (isProblem(error)) return null
    throw error
  }
}

/** The pack with its review dates of today, revisions among them, while it still says what the campaign used, else as it was kept. */
async function packOf(tx: Tx, use: PackUse): Promise<ResolvedPack | null> {
  const pack = await findInForce(tx, use.packId)
  const current = pack === null ? null : asOfDate(pack, use.asOf)
  if (current?.hash === use.packHash) return current
  const snapshot = await findPackSnapshot(tx, use.packHash)
  return snapshot === undefined ? null : packOfSnapshot(snapshot)
}

/** Values of the verification whose review date had passed on a day, in one sentence; null when there are none. */
export async function passedReview(tx: Tx, use: PackUse, on: string): Promise<string | null> {
  const pack = await packOf(tx, use)
  if (pack === null) return null
  const { ok, overdue } = signable({ ...pack, assess: null }, on)
  if (ok) return null
  const [first] = overdue.map((value) => value.reviewed_until).sort()
  return `政策包“${pack.label}”有 ${overdue.length} 项核对参数的复核期限已过（最早 ${first}）`
}

/** Problem 409 when a value the report would rest on wants a person's confirmation. */
export async function refuseUnreviewed(tx: Tx, use: PackUse, on: string): Promise<void> {
  const passed = await passedReview(tx, use, on)
  if (passed === null) return
  throw new Problem('verification.pack-review', `${passed}：核算不受影响，复核确认前不得签发新报告`, { status: 409 })
}
