/** Anchors: one signed root over the heads of all logs at a time, each naming the one before. */

import type { Sql } from '#platform/db'
import { type Anchor, canonicalJson, encodeLines, type Json, prepareLines, proveLine } from '#wire'
import { anchorHash, anchorText } from '../evidence/check.ts'
import { ANCHOR_NONCE, type AnchorFile } from '../evidence/files.ts'
import { centreKeys, type ExchangeDeps, instant } from '../node.ts'
import {
  findAnchorOver,
  findLastAnchor,
  type HeadsNow,
  insertAnchor,
  listAnchors,
  loadHeads,
  type NewAnchor,
} from '../store/anchors.ts'

const SUITE = 'ED1'

function linesOf({ channels, logs, journal }: HeadsNow): string[] {
  const list: Json[] = [
    ...channels.map((each) => ({ kind: 'channel', ...each })),
    ...logs.map((each) => ({ kind: 'log', ...each })),
    ...(journal === null ? [] : [{ kind: 'journal', ...journal }]),
  ]
  return list.map(canonicalJson)
}

/** The next anchor over heads; null when nothing has changed since the last one. */
export function nextAnchor(heads: HeadsNow, last: Anchor | undefined, deps: ExchangeDeps): NewAnchor | null {
  const lines = linesOf(heads)
  const { root, count } = encodeLines(lines, SUITE, ANCHOR_NONCE)
  if (count === 0 || root === last?.root) return null
  const at = instant(deps)
  const unsigned = {
    no: (last?.no ?? 0) + 1,
    at,
    suite: SUITE,
    count,
    root,
    prev: last === undefined ? '' : anchorHash(last),
  } as const
  return { ...unsigned, sig: centreKeys(deps, SUITE).sign(anchorText(unsigned)), heads: lines }
}

/** Reads the heads in one snapshot. Takes no lock that a writer needs, and waits for none. */
export async function readHeads(sql: Sql): Promise<{ heads: HeadsNow; last: Anchor | undefined }> {
  return { heads: await loadHeads(sql), last: await findLastAnchor(sql) }
}

/** Stores the next anchor; gives its number, null when there was nothing to anchor or another process was faster. */
export async function saveAnchor(sql: Sql, anchor: NewAnchor | null): Promise<number | null> {
  return anchor !== null && (await insertAnchor(sql, anchor)) ? anchor.no : null
}

/** The anchors over the logs that statements told, with the path of each; a statement that is not anchored yet is left out. */
export async function proveLogHeads(sql: Sql, statements: readonly string[]): Promise<AnchorFile> {
  const found = new Map<string, number>()
  for (const id of statements) {
    const no = await findAnchorOver(sql, id)
    if (no !== undefined) found.set(id, no)
  }
  if (found.size === 0) return { anchors: [], heads: [] }
  const anchors = await listAnchors(sql, Math.min(...found.values()), Math.max(...found.values()))
  const heads = [...found].flatMap(([statement, no]): AnchorFile['heads'] => {
    const lines = anchors.find((each) => each.no === no)?.heads ?? []
    const place = lines.findIndex((line) => line.includes(statement))
    if (place < 0) return []
    const { salt, steps } = proveLine({ ...prepareLines(lines, SUITE), nonce: ANCHOR_NONCE }, place)
    const shown = steps.map(({ children, position }) => ({ children: [...children], position }))
    return [{ anchor: no, statement, head: { line: lines[place] ?? '', salt, steps: shown } }]
  })
  return { anchors: anchors.map(({ heads: _, ...anchor }) => anchor), heads }
}
