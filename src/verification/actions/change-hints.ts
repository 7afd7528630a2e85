/** Hints as they are shown: facts only while an authorisation covers them. */

import type { Keys } from '#platform/crypto'
import type { Tx } from '#platform/db'
import type { Cell } from '#sources/contract'
import type { ChangeHint } from '../contract/change-hint.ts'
import { changeFacts, changeTitle } from '../rules/found/change-text.ts'
import { type HintRow, listHints } from '../store/watched.ts'

/** A hint in words. */
export function hintView(row: HintRow, keys: Keys): ChangeHint {
  const { covered, sealed, record, what } = row
  const cells = covered && sealed !== null ? (JSON.parse(keys.openText(sealed)) as Cell[]) : null
  return {
    hintNo: row.hint_no,
    subjectNo: row.subject_no,
    subjectName: row.subject_name,
    record,
    title: changeTitle(record, what),
    facts: changeFacts(record, cells),
    covered,
    seenOn: row.seen_on,
    receivedAt: row.received_at,
  }
}

/** Hints by number, in words; those out of sight are left out. One statement. */
export async function loadHints(tx: Tx, keys: Keys, hintNos: readonly number[], on: string): Promise<Map<number, ChangeHint>> {
  if (hintNos.length === 0) return new Map()
  const rows = await listHints(tx, hintNos, on)
  return new Map(rows.map((row) => [row.hint_no, hintView(row, keys)]))
}
