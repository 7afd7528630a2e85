import { columnPosition, type Value } from '#kernel/table'
import { owned } from '#kernel/text'
import { type CoreTable, type CoreTableName, coreTable } from '../tables.ts'
import { type AcceptedKeys, KeyLog } from './key-log.ts'

/** Limits of the checks on persons; they come from the pack. */
export interface CheckLimits {
  /** A citizen number that gives a higher age is refused. */
  readonly maxAge: number
  /** Least and most full years between parent and child. */
  readonly idq9MinGap: number
  readonly idq9MaxGap: number
  /** Least age of a spouse. */
  readonly idq9SpouseMinAge: number
  /** Most households that a complete package may take off, in percent of those registered; absent: none but a few. */
  readonly mostRemovedPercent?: number
}

export interface KnownHousehold {
  readonly row: number
  readonly divisionCode: string
}

export interface FamilyMember {
  readonly row: number
  readonly personNo: string
  readonly idNumber: string
  readonly relation: string | null
}

/**
 * What the checks of later rows need to know of the accepted rows: keys, who belongs to which household, numbers.
 * Filled row by row while a package is read, or from the database before a single row is corrected.
 */
export interface Roll {
  /** Accepted keys of each table with a digest of the row as it stands in the file. */
  readonly keys: ReadonlyMap<CoreTableName, AcceptedKeys>
  readonly households: Map<string, KnownHousehold>
  /** Household of each accepted person and supporter. */
  readonly personHousehold: Map<string, string>
  readonly supporterHousehold: Map<string, string>
  /** Accepted persons of a household in the order of the file. */
  readonly families: Map<string, FamilyMember[]>
  /** Households of the accepted persons that carry a citizen number. */
  readonly numbers: Map<string, string[]>
}

/** An empty roll. */
export function newRoll(tables: readonly CoreTable[]): Roll {
  const searched = new Set<CoreTableName>([
    'divisions',
    ...tables.flatMap((table) => table.references.flatMap((each) => each.tables)),
  ])
  const keysOf = (name: CoreTableName): AcceptedKeys => (searched.has(name) ? new Map<string, number>() : new KeyLog())
  return {
    keys: new Map(tables.map(({ name }) => [name, keysOf(name)])),
    households: new Map(),
    personHousehold: new Map(),
    supporterHousehold: new Map(),
    families: new Map(),
    numbers: new Map(),
  }
}

/** Digest of the table's fields as they stand in the file: equal rows have equal digests. */
export function digestOf(fields: readonly string[], positions: readonly number[]): number {
  let a = 7
  let b = 11
  for (const position of positions) {
    const field = fields[position] ?? ''
    for (let i = 0; i < field.length; i++) {
      const c = field.charCodeAt(i)
      a = (a * 31 + c) | 0
      b = (b * 65599 + c) | 0
    }
    a = (a * 31 + 0x10001) | 0
    b = (b * 65599 + 0x10001) | 0
  }
  return (a >>> 0) * 0x100000 + (b & 0xfffff)
}

type Positions = ReadonlyMap<string, number>

const positionsByTable = new WeakMap<CoreTable, Positions>()
/** Rows of one table are asked a dozen times each, one after another. */
let last: { readonly table: CoreTable | null; readonly positions: Positions } = { table: null, positions: new Map() }

function positionsOf(table: CoreTable): Positions {
  if (last.table === table) return last.positions
  const known = positionsByTable.get(table)
  const positions = known ?? new Map(table.columns.map(({ name }) => [name, columnPosition(table, name)]))
  if (known === undefined) positionsByTable.set(table, positions)
  last = { table, positions }
  return positions
}

/** The text value of a column, or null if it is empty or the table has no such column. */
export function textOf(table: CoreTable, values: readonly Value[], column: string): string | null {
  const value = values[positionsOf(table).get(column) ?? -1]
  return typeof value === 'string' ? value : null
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

/** Enters an accepted row. `digest` is that of the row in the file; NaN when it comes from the database. */
export function enter(roll: Roll, table: CoreTable, values: readonly Value[], row: number, digest: number): void {
  const key = owned(textOf(table, values, table.key) ?? '')
  roll.keys.get(table.name)?.set(key, digest)
  if (table.name === 'households') {
    roll.households.set(key, { row, divisionCode: owned(textOf(table, values, 'division_code') ?? '') })
  } else if (table.name === 'persons') {
    enterPerson(roll, key, values, row)
  } else if (table.name === 'supporters') {
    roll.supporterHousehold.set(key, owned(textOf(table, values, 'household_no') ?? ''))
  }
}

function enterPerson(roll: Roll, personNo: string, values: readonly Value[], row: number): void {
  const table = coreTable('persons')
  const householdNo = owned(textOf(table, values, 'household_no') ?? '')
  const idNumber = owned(textOf(table, values, 'id_number') ?? '')
  roll.personHousehold.set(personNo, householdNo)
  push(roll.families, householdNo, { row, personNo, idNumber, relation: textOf(table, values, 'relation') })
  push(roll.numbers, idNumber, householdNo)
}

function leavePerson(roll: Roll, key: string): () => void {
  const householdNo = roll.personHousehold.get(key) ?? ''
  const family = roll.families.get(householdNo) ?? []
  const at = family.findIndex(({ personNo }) => personNo === key)
  const gone = family[at]
  if (gone === undefined) return () => undefined
  const households = roll.numbers.get(gone.idNumber) ?? []
  family.splice(at, 1)
  households.splice(households.indexOf(householdNo), 1)
  if (households.length === 0) roll.numbers.delete(gone.idNumber)
  roll.personHousehold.delete(key)
  return () => {
    family.splice(at, 0, gone)
    roll.personHousehold.set(key, householdNo)
    push(roll.numbers, gone.idNumber, householdNo)
  }
}

interface Restorable<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): unknown
  delete(key: K): boolean
}

function restoring<K, V>(map: Restorable<K, V> | undefined, key: K): () => void {
  const value = map?.get(key)
  map?.delete(key)
  return () => {
    if (value !== undefined) map?.set(key, value)
  }
}

/**
 * Takes an accepted row out, so that its corrected form is judged as if the old one were not there. Gives the function
 * that puts it back if the corrected form is refused.
 */
export function leave(roll: Roll, table: CoreTable, key: string): () => void {
  const back = [restoring(roll.keys.get(table.name), key)]
  if (table.name === 'households') back.push(restoring(roll.households, key))
  if (table.name === 'supporters') back.push(restoring(roll.supporterHousehold, key))
  if (table.name === 'persons') back.push(leavePerson(roll, key))
  return () => {
    for (const each of back) each()
  }
}

/** True if the table has an accepted row with this key. */
export function isAccepted(roll: Roll, table: CoreTableName, key: string): boolean {
  return roll.keys.get(table)?.has(key) ?? false
}

/** The household a row belongs to: the one it names, or that of its subject (a person before a supporter); null if none. */
export function householdOf(roll: Roll, table: CoreTable, values: readonly Value[]): string | null {
  const named = textOf(table, values, 'household_no')
  if (named !== null) return named
  const subject = textOf(table, values, 'subject_no')
  return subject === null ? null : (roll.personHousehold.get(subject) ?? roll.supporterHousehold.get(subject) ?? null)
}

/** The person or supporter a row is or speaks of; null if none. */
export function subjectOf(table: CoreTable, values: readonly Value[]): string | null {
  if (table.name === 'persons' || table.name === 'supporters') return textOf(table, values, table.key)
  return textOf(table, values, 'person_no') ?? textOf(table, values, 'subject_no')
}
