/**
 * Quarantine marks of households: what the import could not read about them, so that rules which count heads or lines
 * stay silent. A quarantined row names a household if its household_no does, or, with the wrong number of fields, if
 * any of its fields does.
 */

import type { Value } from '#kernel/table'
import { clean } from '#kernel/text'
import type { CoreTable, CoreTableName } from '../tables.ts'
import { textOf } from './roll.ts'

const MARKING: ReadonlySet<CoreTableName> = new Set([
  'persons',
  'supporters',
  'declared_income',
  'declared_assets',
  'declared_expenditure',
])

/** Tables whose quarantined rows mark the household they name. */
export function marksHousehold(table: CoreTableName): boolean {
  return MARKING.has(table)
}

/** Household numbers a quarantined row may name. `values` is empty for a row with the wrong number of fields. */
export function namedHouseholds(table: CoreTable, values: readonly Value[], fields: readonly string[]): string[] {
  if (values.length === 0) return [...new Set(fields.map(clean).filter((field) => field !== ''))]
  const named = textOf(table, values, 'household_no')
  return named === null ? [] : [named]
}
