/** Reads the fields of one row of a unit's database or service, by the same rules as a file's. */

import { foldName, type NameVariants, nameVariants } from '#kernel/person-name'
import { columnPosition, type HeaderIndex, isRefused, type ReadContext, readHeader, readRow } from '#kernel/table'
import { type Basis, type RecordName, recordTypeOf } from '#sources/contract'
import type { Found } from './unit-store.ts'

const register: RecordName = 'police/register'

/** The unit's codes by column of the catalogue. */
export type CodeMapping = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Reads rows of one record type as of a basis. */
export class RowReader {
  readonly #record: RecordName
  readonly #ctx: ReadContext
  readonly #variants: NameVariants
  readonly #header: HeaderIndex
  readonly #former: number
  readonly #parties: readonly { id: number; name: number }[]
  readonly #cells: readonly number[]
  readonly #codes: readonly { at: number; codes: Readonly<Record<string, string>> }[]

  constructor(record: RecordName, codes: CodeMapping, basis: Basis) {
    this.#record = record
    this.#ctx = { asOf: basis.asOf, maxAge: basis.maxAge, isCore: false }
    this.#variants = nameVariants(basis.nameVariants)
    const { table, parties, answerColumns } = recordTypeOf(record)
    const at = (name: string): number => columnPosition(table, name)
    this.#header = readHeader(
      table,
      table.columns.map((column) => column.name),
    ).index
    this.#former = record === register ? at('former_name') : -1
    this.#parties = parties.map((party) => ({ id: at(party.id), name: at(party.name) }))
    this.#cells = answerColumns.map(at)
    this.#codes = Object.entries(codes).map(([column, each]) => ({ at: at(column), codes: each }))
  }

  #translated(fields: readonly string[]): readonly string[] {
    if (this.#codes.length === 0) return fields
    const out = [...fields]
    for (const { at, codes } of this.#codes) out[at] = codes[out[at] ?? ''] ?? out[at] ?? ''
    return out
  }

  /**
   * One row as found, once for each person it names; a faulty row is marked, never dropped.
   * @param fields texts in the order of the catalogue's columns
   */
  read(fields: readonly string[]): Found[] {
    const reading = readRow(recordTypeOf(this.#record).table, this.#header, this.#translated(fields), this.#ctx)
    const text = (at: number): string => String(reading.values[at] ?? '')
    const former = this.#former < 0 ? '' : text(this.#former)
    const shared = {
      former: former === '' ? '' : foldName(former, this.#variants),
      cells: JSON.stringify(this.#cells.map((at) => reading.values[at] ?? null)),
      ...(isRefused(reading) ? { faulty: true as const } : {}),
    }
    return this.#parties.map((party) => ({ id: text(party.id), name: foldName(text(party.name), this.#variants), ...shared }))
  }
}
