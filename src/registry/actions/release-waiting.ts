/** Rows of earlier imports that were refused for want of a row which this one brings: judged again and staged with it. */
import type { ReadContext } from '#kernel/table'
import { copyLine } from '#platform/copy-text'
import { judgeRow } from '../rules/row-checks.ts'
import { stageRows } from '../store/import.ts'
import { listWaiting, type QuarantinedRow } from '../store/quarantine.ts'
import { storedTableOf } from '../store/stored-table.ts'
import { CORE_TABLES, type CoreTableName, tableOfFile } from '../tables.ts'
import { candidateOf, fieldsOf } from './correction.ts'
import { type ImportState, placeOf } from './import-file.ts'

const FILES = CORE_TABLES.map(({ file }) => file)

async function stage(state: ImportState, lines: ReadonlyMap<CoreTableName, string[]>): Promise<void> {
  for (const [name, rows] of lines) {
    await stageRows(state.tx, storedTableOf(name), [rows.join('')], state.straight)
  }
}

/** Judges one waiting row; its line for the stage if it is accepted now. */
function judgeWaiting(
  state: ImportState,
  read: ReadContext,
  returned: QuarantinedRow,
): { table: CoreTableName; line: string } | null {
  const table = tableOfFile(returned.file)
  if (table === undefined) return null
  const verdict = judgeRow(state.roll, table, candidateOf(table, fieldsOf(state.keys, returned), returned.row, null), read)
  if (verdict.state !== 'accepted') return null
  const place = placeOf(state, table, verdict, returned.row)
  if (state.area !== null && !place.divisionCode.startsWith(state.area)) return null
  return { table: table.name, line: copyLine(storedTableOf(table.name).encode(state.keys, verdict.values, place)) }
}

/** Waiting rows that are looked at together. */
const PAGE = 1000

/** Judges waiting rows once, page by page, and stages those that are accepted; gives their ids. */
async function releaseRound(state: ImportState, read: ReadContext, before: readonly string[]): Promise<string[]> {
  const released: string[] = []
  for (let after: QuarantinedRow | null = null; ; ) {
    const page: QuarantinedRow[] = await listWaiting(state.tx, FILES, before, after, PAGE)
    const lines = new Map<CoreTableName, string[]>()
    for (const returned of page) {
      const taken = judgeWaiting(state, read, returned)
      if (taken === null) continue
      const own = lines.get(taken.table)
      if (own === undefined) lines.set(taken.table, [taken.line])
      else own.push(taken.line)
      released.push(returned.row_id)
    }
    await stage(state, lines)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return released
    after = last
  }
}

/** Stages waiting rows that are accepted now, again and again until none is; gives their ids. */
export async function releaseWaiting(state: ImportState, read: ReadContext): Promise<string[]> {
  const released: string[] = []
  // a row waits for rows of files before its own: as many rounds as there are files are enough
  for (const _ of FILES) {
    const more = await releaseRound(state, read, released)
    if (more.length === 0) break
    for (const rowId of more) released.push(rowId)
  }
  return released
}
