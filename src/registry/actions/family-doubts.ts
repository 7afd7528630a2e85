import { formatCsvRow } from '#kernel/csv'
import type { FamilyIssue } from '../rules/family-checks.ts'
import { fieldText } from '../rules/field-text.ts'
import { addCodes, type QuarantineLine, stageQuarantine } from '../store/import.ts'
import { rawIndex, storedTableOf } from '../store/stored-table.ts'
import { listStored } from '../store/values.ts'

import { type CoreTable, tableOfFile } from '../tables.ts'
import type { ImportState } from './import-file.ts'

const PAGE = 1000

/** One line per row: a row may raise several doubts. */
function byRow(doubts: readonly FamilyIssue[]): FamilyIssue[][] {
  return [...Map.groupBy(doubts, ({ file, row }) => `${file} ${row}`).values()]
}

async function linesOf(state: ImportState, table: CoreTable, doubts: readonly FamilyIssue[][]): Promise<QuarantineLine[]> {
  const stored = storedTableOf(table.name)
  const keys = doubts.map(([first]) => first?.key ?? '')
  const rows = new Map(
    (await listStored(state.tx, state.keys, stored, stored.key, keys, `stage_${stored.name}`)).map((row) => [row.key, row]),
  )
  return doubts.flatMap((issues): QuarantineLine[] => {
    const [first] = issues
    const row = rows.get(first?.key ?? '')
    if (first === undefined || row === undefined) return []
    const fields = table.columns.map((column, i) => fieldText(column, row.values[i] ?? null))
    return [
      {
        rowId: state.newId(),
        file: first.file,
        row: first.row,
        quarantined: false,
        codes: issues.map(({ code }) => code),
        rawSealed: state.keys.seal(formatCsvRow(fields)),
        header: table.columns.map(({ name }) => name),
        rowKey: first.key,
        names: [],
        refersTo: [],
        householdNo: first.householdNo,
        divisionCode: row.divisionCode,
        rawIndex: rawIndex(state.keys, first.file, fields.join('\u001f')),
        place: state.origin?.placeOf(first.file, first.row) ?? null,
      },
    ]
  })
}

/** Keeps the rows that are doubtful only because of their family. They are accepted and staged by now, so their text is written anew from there. */
export async function keepFamilyDoubts(state: ImportState, doubts: readonly FamilyIssue[]): Promise<void> {
  if (doubts.length === 0) return
  const known = await addCodes(state.tx, doubts)
  const fresh = byRow(doubts.filter(({ file, row }) => !known.has(`${file} ${row}`)))
  for (const file of ['persons.csv', 'households.csv'] as const) {
    const table = tableOfFile(file)
    const own = fresh.filter(([first]) => first?.file === file)
    for (let i = 0; table !== undefined && i < own.length; i += PAGE) {
      await stageQuarantine(state.tx, await linesOf(state, table, own.slice(i, i + PAGE)))
    }
  }
}
