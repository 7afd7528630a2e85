/** What fields of rows were before: a file that brings such a value back is an older export, or undoes a correction. */
import type { Value } from '#kernel/table'
import type { CoreTable } from '../tables.ts'
import { fieldText } from './field-text.ts'

/** Earlier texts by row and field. */
export class EarlierValues {
  readonly #texts = new Map<string, Set<string>>()

  add(key: string, column: string, text: string): void {
    const name = `${key}\u0000${column}`
    const known = this.#texts.get(name)
    if (known === undefined) this.#texts.set(name, new Set([text]))
    else known.add(text)
  }

  /** Whether one of these fields would get back a text that it had. */
  bringsBack(table: CoreTable, key: string, columns: readonly string[], values: readonly Value[]): boolean {
    return columns.some((name) => {
      const at = table.columns.findIndex((column) => column.name === name)
      const column = table.columns[at]
      return column !== undefined && this.#texts.get(`${key}\u0000${name}`)?.has(fieldText(column, values[at] ?? null)) === true
    })
  }
}

/** Fields of a row that differ, and `division_code` where the row is to stand in another division. */
export function changedColumns(
  table: CoreTable,
  row: {
    readonly before: readonly Value[]
    readonly after: readonly Value[]
    readonly movedFrom: string
    readonly movedTo: string
  },
): string[] {
  const columns = table.columns.flatMap((column, i) =>
    fieldText(column, row.before[i] ?? null) === fieldText(column, row.after[i] ?? null) ? [] : [column.name],
  )
  if (row.movedFrom !== row.movedTo && !columns.includes('division_code')) columns.push('division_code')
  return columns
}
