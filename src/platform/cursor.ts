import { timingSafeEqual } from 'node:crypto'
import { Problem } from '#kernel/problem'
import type { Keys } from './crypto.ts'

/**
 * Where the next page of a list begins: the last row's place, opaque to whoever asks. It carries a keyed digest over list and place, so
 * that what comes back is a place that this installation gave out for this very list, and the store need not doubt its form.
 */

const MARK_BYTES = 8

function markOf(keys: Keys, list: string, place: string): Buffer {
  return keys.blindIndex('cursor', `${list}\n${place}`).subarray(0, MARK_BYTES)
}

/** The cursor of a place, given as the texts that the list is sorted by. `list` names the list, and its order if it has several. */
export function writeCursor(keys: Keys, list: string, place: readonly string[]): string {
  const text = JSON.stringify(place)
  return Buffer.concat([markOf(keys, list, text), Buffer.from(text)]).toString('base64url')
}

function refuse(): never {
  throw new Problem('request.cursor', '翻页位置无效，请从第一页重新查询', { status: 400 })
}

/** The place that `writeCursor` wrote for the same list; null without a cursor. Throws Problem 400 for any other text. */
export function readCursor(keys: Keys, list: string, cursor: string | undefined): readonly [string, ...string[]] | null {
  if (cursor === undefined) return null
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(MARK_BYTES).toString('utf8')
  if (bytes.length <= MARK_BYTES) refuse()
  if (!timingSafeEqual(bytes.subarray(0, MARK_BYTES), markOf(keys, list, text))) refuse()
  return JSON.parse(text) as [string, ...string[]]
}
