/**
 * Drawing persons or cases by lot so that anybody can draw again: every id gets the digest of `seed|id`, the smallest digests are drawn.
 * The seed is published with the pool before the draw; the same seed and pool always give the same persons. No id can be favoured without
 * another seed, and no order of the pool matters.
 */

/** Digest of a text as hexadecimal, e.g. SHA-256. Handed in, as rules do no I/O and know no cipher. */
export type Digest = (text: string) => string

/** The first `count` of `ids` by lot, in the order they were drawn; all of them when there are not more. */
export function draw(seed: string, ids: readonly string[], count: number, digest: Digest): string[] {
  return [...new Set(ids)]
    .map((id) => ({ id, lot: digest(`${seed}|${id}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : 0))
    .slice(0, count)
    .map(({ id }) => id)
}

/** How many of `all` a share asks for: rounded up, so that a share is never undercut. */
export function shareOf(all: number, share: { readonly num: number; readonly den: number }): number {
  return Number((BigInt(all) * BigInt(share.num) + BigInt(share.den) - 1n) / BigInt(share.den))
}
