import { failsAsCard } from '#kernel/bank-account'
import { columnPosition, type Value } from '#kernel/table'
import { digitsOf } from '#kernel/text'
import type { CopyValue } from '#platform/copy-text'
import type { Keys } from '#platform/crypto'
import { nameIndex } from '../names.ts'
import { CORE_TABLES, type CoreTable, type CoreTableName } from '../tables.ts'

/** Where a row stands: its household's division, its household, and its number in the file. */
export interface Place {
  readonly divisionCode: string
  readonly householdNo: string | null
  readonly row: number
}

/** How a core table is kept in the database. */
export interface StoredTable {
  readonly table: CoreTable
  /** Name of the database table. */
  readonly name: string
  readonly key: string
  /** Columns written, in the order of an encoded row. */
  readonly columns: readonly string[]
  /** Columns of the package that are kept as they are, and those that are sealed. */
  readonly plain: readonly string[]
  readonly sealed: readonly string[]
  encode(keys: Keys, values: readonly Value[], place: Place): CopyValue[]
}

type Named = (column: string) => Value

interface Extra {
  readonly columns: readonly string[]
  values(keys: Keys, named: Named, place: Place): CopyValue[]
}

interface Shape {
  readonly name: string
  readonly sealed: readonly string[]
  readonly extras: readonly Extra[]
}

/** 16-byte index of a citizen number. */
export function numberIndex(keys: Keys, idNumber: string): Buffer {
  return keys.blindIndex('id', idNumber)
}

/** 16-byte index of the digits of an account (NFKC); null if there are none. */
export function accountIndex(keys: Keys, account: string): Buffer | null {
  const digits = digitsOf(account)
  return digits === '' ? null : keys.blindIndex('account', digits)
}

/** 16-byte index of the digits of a telephone number; null if there are none. */
export function phoneIndex(keys: Keys, phone: string): Buffer | null {
  const digits = digitsOf(phone)
  return digits === '' ? null : keys.blindIndex('phone', digits)
}

/** 16-byte digest of a row as it stands in a file. */
export function rawIndex(keys: Keys, file: string, text: string): Buffer {
  return keys.blindIndex('raw', `${file}\n${text}`)
}

function indexed(column: string, as: string, index: (keys: Keys, text: string) => Buffer | null): Extra {
  return {
    columns: [as],
    values: (keys, named) => {
      const value = named(column)
      return [typeof value === 'string' ? index(keys, value) : null]
    },
  }
}

const ID = indexed('id_number', 'id_number_index', numberIndex)
const ACCOUNT = indexed('account_no', 'account_index', accountIndex)
/** Whether the account looks like a bank card and fails its check digit. */
const CARD: Extra = {
  columns: ['account_card_fails'],
  values: (_, named) => {
    const account = named('account_no')
    return [typeof account === 'string' && failsAsCard(account)]
  },
}
const HOLDER = indexed('account_holder_id', 'account_holder_index', numberIndex)
const PHONE = indexed('phone', 'phone_index', phoneIndex)
const DIVISION: Extra = { columns: ['division_code'], values: (_, __, place) => [place.divisionCode] }
const HOUSEHOLD: Extra = {
  columns: ['household_no', 'division_code'],
  values: (_, __, place) => [place.householdNo, place.divisionCode],
}
const FILE_ROW: Extra = { columns: ['file_row'], values: (_, __, place) => [place.row] }
const NAME: Extra = {
  columns: ['pinyin', 'initials', 'name_chars'],
  values: (_, named) => {
    const index = nameIndex(String(named('name') ?? ''))
    return [index.pinyin, index.initials, index.chars]
  },
}
const INITIALS: Extra = {
  columns: ['initials'],
  values: (_, named) => [nameIndex(String(named('name') ?? '')).initials],
}

const SHAPES: Readonly<Record<CoreTableName, Shape>> = {
  divisions: { name: 'division', sealed: [], extras: [INITIALS] },
  officials: { name: 'official', sealed: ['id_number'], extras: [ID] },
  households: { name: 'household', sealed: ['account_no', 'account_holder_id'], extras: [ACCOUNT, CARD, HOLDER] },
  persons: {
    name: 'person',
    sealed: ['id_number', 'health', 'top_ups', 'phone'],
    extras: [DIVISION, ID, PHONE, FILE_ROW, NAME],
  },
  supporters: { name: 'supporter', sealed: ['id_number'], extras: [DIVISION, ID, NAME] },
  authorisations: { name: 'authorisation', sealed: [], extras: [HOUSEHOLD] },
  declared_income: { name: 'declared_income', sealed: [], extras: [DIVISION] },
  declared_assets: { name: 'declared_asset', sealed: ['identifier'], extras: [DIVISION] },
  declared_expenditure: { name: 'declared_expenditure', sealed: [], extras: [DIVISION] },
  payments: { name: 'payment', sealed: ['account_no'], extras: [DIVISION, ACCOUNT] },
  relative_filings: { name: 'relative_filing', sealed: [], extras: [DIVISION] },
  query_log: { name: 'query_log', sealed: [], extras: [HOUSEHOLD] },
}

/** Tables whose `sealed` column is null when there is nothing to seal. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['declared_asset', 'payment'])

/** What was sealed last: payments of a household mostly stand one after another. */
interface LastSealed {
  readonly household: string
  readonly clear: string
  readonly bytes: Buffer
}

/** Sealed bytes of equal clear text of one household, so that its payments share them. Kept small. */
interface Shared {
  readonly byName: Map<string, Buffer>
  last: LastSealed
}

const shared = new WeakMap<Keys, Shared>()

function sealShared(keys: Keys, household: string, clear: string): Buffer {
  let known = shared.get(keys)
  if (known === undefined || known.byName.size > 5000) {
    known = { byName: new Map(), last: { household: '', clear: '', bytes: Buffer.alloc(0) } }
    shared.set(keys, known)
  }
  if (known.last.clear === clear && known.last.household === household) return known.last.bytes
  const name = `${household}\u0000${clear}`
  const bytes = known.byName.get(name) ?? keys.seal(clear)
  known.byName.set(name, bytes)
  known.last = { household, clear, bytes }
  return bytes
}

function storedTable(table: CoreTable): StoredTable {
  const shape = SHAPES[table.name]
  const plain = table.columns.map(({ name }) => name).filter((name) => !shape.sealed.includes(name))
  const positions = new Map(table.columns.map(({ name }) => [name, columnPosition(table, name)]))
  const plainAt = plain.map((name) => columnPosition(table, name))
  const columns = [
    ...plain,
    ...(shape.sealed.length > 0 ? ['sealed'] : []),
    ...shape.extras.flatMap((extra) => extra.columns),
    'content',
  ]
  const seal = (keys: Keys, named: Named, place: Place): Buffer | null => {
    const clear: Record<string, Value> = {}
    let empty = true
    for (const name of shape.sealed) {
      const value = named(name)
      if (value === null) continue
      clear[name] = value
      empty = false
    }
    if (empty && MAY_BE_EMPTY.has(shape.name)) return null
    const text = JSON.stringify(clear)
    return shape.name === 'payment' ? sealShared(keys, place.householdNo ?? '', text) : keys.seal(text)
  }
  return {
    table,
    name: shape.name,
    key: table.key,
    columns,
    plain,
    sealed: shape.sealed,
    encode(keys, values, place) {
      const named: Named = (column) => values[positions.get(column) ?? -1] ?? null
      const row: CopyValue[] = plainAt.map((at) => values[at] ?? null)
      if (shape.sealed.length > 0) row.push(seal(keys, named, place))
      for (const extra of shape.extras) row.push(...extra.values(keys, named, place))
      row.push(keys.blindIndex('row', `${place.divisionCode}${JSON.stringify(values)}`))
      return row
    },
  }
}

/** Every stored table in reading order: a table comes after those it refers to. */
export const STORED_TABLES: readonly StoredTable[] = CORE_TABLES.map(storedTable)

/** The stored form of a core table. Throws if there is none. */
export function storedTableOf(name: CoreTableName): StoredTable {
  const stored = STORED_TABLES.find((each) => each.table.name === name)
  if (stored === undefined) throw new RangeError(`no stored table ${name}`)
  return stored
}

/** Columns of a core table that rest sealed. */
export function sealedColumns(name: CoreTableName): readonly string[] {
  return storedTableOf(name).sealed
}

/** The sealed fields of a row as an object, column → value; null gives none. */
export function openSealed(keys: Keys, sealed: Uint8Array | null): Record<string, Value> {
  return sealed === null ? {} : (JSON.parse(keys.openText(sealed)) as Record<string, Value>)
}
