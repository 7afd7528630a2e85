/** What a register holds, held against the keys of the ledgers that were brought into it. */
import { CORE_TABLES } from '#registry'
import type { KeyRow, KeyTable, LedgerKey } from '../../synth/ledgers/index.ts'
import type { Told } from './office.ts'

type Cells = Readonly<Record<string, string>>
export type Register = ReadonlyMap<string, readonly Cells[]>

/** Rows of the register by what a ledger knows of them. */
export class RegisterView {
  readonly #households: ReadonlyMap<string, Cells>
  readonly #persons = new Map<string, Cells[]>()
  readonly #payments = new Map<string, Cells[]>()

  constructor(register: Register) {
    this.#households = new Map((register.get('households') ?? []).map((row) => [row.household_no ?? '', row]))
    for (const row of register.get('persons') ?? []) push(this.#persons, row.id_number ?? '', row)
    for (const row of register.get('payments') ?? []) push(this.#payments, `${row.household_no} ${row.month}`, row)
  }

  /** Numbers of the households a household of a ledger may be: by its number, else by the persons in it. */
  numbersOf({ households, rows }: LedgerKey, household: string): string[] {
    const { no = '', head = '' } = households[household] ?? {}
    if (no !== '') return this.#households.has(no) ? [no] : []
    const headRows = this.#persons.get(head) ?? []
    const own = headRows.length > 0 ? headRows : this.#others(rows, household)
    return [...new Set(own.map((row) => row.household_no ?? ''))]
  }

  #others(rows: readonly KeyRow[], household: string): Cells[] {
    return rows
      .filter((row) => row.table === 'persons' && row.household === household)
      .flatMap((row) => this.#persons.get(row.key) ?? [])
  }

  /** What stands in the register for a row of a key. */
  found(key: LedgerKey, row: KeyRow): readonly Cells[] {
    const numbers = this.numbersOf(key, row.household)
    if (row.table === 'households') return numbers.flatMap((no) => [this.#households.get(no) ?? []].flat())
    if (row.table === 'payments') return numbers.flatMap((no) => this.#payments.get(`${no} ${row.key}`) ?? [])
    return (this.#persons.get(row.key) ?? []).filter(({ household_no: no }) => numbers.includes(no ?? ''))
  }
}

function push(map: Map<string, Cells[]>, key: string, row: Cells): void {
  const rows = map.get(key)
  if (rows === undefined) map.set(key, [row])
  else rows.push(row)
}

export interface Fault {
  readonly kind:
    | 'silent-wrong'
    | 'invented'
    | 'not-taken'
    | 'refused-in'
    | 'refused-untold'
    | 'refused-wrong'
    | 'not-warned'
    | 'spare-untold'
  readonly file: string
  readonly layout: string
  readonly dirt: readonly string[]
  readonly where: string
  readonly what: string
}

const NUMBER = /^-?\d+(\.\d+)?$/

/** The columns of a table that hold money: 0840 is not 840 in any other. */
const AMOUNTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  CORE_TABLES.map(({ name, columns }) => [
    name,
    new Set(columns.filter(({ type }) => type === 'money').map((column) => column.name)),
  ]),
)

function same(wanted: string, found: string, isAmount: boolean): boolean {
  if (wanted === found) return true
  return isAmount && NUMBER.test(wanted) && NUMBER.test(found) && Number(wanted) === Number(found)
}

/** Columns that stand otherwise in the register; money may be written with or without its fen. */
export function differing({ table, values }: Pick<KeyRow, 'table' | 'values'>, found: Cells): string[] {
  return Object.entries(values).flatMap(([column, wanted]) => {
    const own = found[column] ?? ''
    return same(wanted, own, AMOUNTS.get(table)?.has(column) === true) ? [] : [`${column}: ${own} instead of ${wanted}`]
  })
}

const isAt = (row: { sheet: string; from: number; to: number }, told: Told): boolean =>
  (told.sheet === row.sheet || told.sheet === '') && told.row >= row.from && told.row <= row.to

export interface Tally {
  good: number
  taken: number
  refused: number
  refusedRight: number
  refusedWrong: number
  silentWrong: number
  readonly faults: Fault[]
}

/** A share of what was counted; null where nothing was. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(4))
}

export function emptyTally(): Tally {
  return { good: 0, taken: 0, refused: 0, refusedRight: 0, refusedWrong: 0, silentWrong: 0, faults: [] }
}

/** Holds one ledger's key against the register and what was told when it was brought in. */
export function holdAgainst(key: LedgerKey, view: RegisterView, told: readonly Told[], tally: Tally): void {
  const fault = (kind: Fault['kind'], row: { sheet: string; from: number; to: number }, what: string): void => {
    const where = `${row.sheet} ${row.from}${row.to === row.from ? '' : `-${row.to}`}`
    tally.faults.push({ kind, file: key.file, layout: key.shape, dirt: key.dirt, where, what })
  }
  for (const row of key.rows) {
    const found = view.found(key, row)
    if (row.status === 'in') holdGood(row, found, told, tally, fault)
    else if (row.status === 'either') holdEither(row, found, tally, fault)
    else holdRefused(row, found, told, tally, fault)
  }
  for (const { sheet, row, codes } of key.spares) {
    const place = { sheet, from: row, to: row }
    if (!told.some((each) => isAt(place, each) && codes.includes(each.code))) fault('spare-untold', place, codes.join(' '))
  }
  holdErrors(key, told, tally, fault)
}

/** What tells a row of a table of the register from the others: a person stands in a household, a payment is of a month. */
const REGISTER_KEYS: Readonly<Record<KeyTable, (row: Cells) => string>> = {
  households: (row) => row.household_no ?? '',
  persons: (row) => `${row.household_no} ${row.id_number}`,
  payments: (row) => `${row.household_no} ${row.month}`,
}

/**
 * Holds the register against all keys of a run together: a row that no key names and that did not stand there before is silently wrong (a
 * line of totals taken for a household, a member or a payment that nobody has written down).
 */
export function holdInvented(keys: readonly LedgerKey[], before: Register, after: Register, tally: Tally): void {
  const view = new RegisterView(after)
  const named = new Set(keys.flatMap((key) => key.rows.flatMap((row) => view.found(key, row))))
  for (const [table, keyOf] of Object.entries(REGISTER_KEYS)) {
    const known = new Set((before.get(table) ?? []).map(keyOf))
    for (const row of after.get(table) ?? []) {
      if (named.has(row) || known.has(keyOf(row))) continue
      tally.silentWrong++
      tally.faults.push({ kind: 'invented', file: '', layout: '', dirt: [], where: table, what: keyOf(row) })
    }
  }
}

type SayFault = (kind: Fault['kind'], row: { sheet: string; from: number; to: number }, what: string) => void

function holdGood(row: KeyRow, found: readonly Cells[], told: readonly Told[], tally: Tally, fault: SayFault): void {
  tally.good++
  const [own] = found
  if (own === undefined) {
    const said = told.filter((each) => isAt(row, each)).map(({ file, column, code }) => `${file} ${column} ${code}`)
    fault('not-taken', row, `${row.table} ${said.join(', ')}`)
    return
  }
  const wrong = differing(row, own)
  if (wrong.length > 0 || found.length > 1) {
    tally.silentWrong++
    fault(
      'silent-wrong',
      row,
      found.length > 1 ? `${row.table} stands ${found.length} times` : `${row.table} ${wrong.join(', ')}`,
    )
    return
  }
  tally.taken++
  for (const codes of row.warns) {
    if (!told.some((each) => isAt(row, each) && codes.includes(each.code)))
      fault('not-warned', row, `${row.table} ${codes.join(' ')}`)
  }
}

function holdEither(row: KeyRow, found: readonly Cells[], tally: Tally, fault: SayFault): void {
  const wrong = found.flatMap((own) => differing(row, own))
  if (wrong.length === 0) return
  tally.silentWrong++
  fault('silent-wrong', row, `${row.table} ${wrong.join(', ')}`)
}

function holdRefused(row: KeyRow, found: readonly Cells[], told: readonly Told[], tally: Tally, fault: SayFault): void {
  if (found.length > 0) {
    tally.silentWrong++
    fault('refused-in', row, `${row.table} must stay out: ${row.codes.join(' ')}`)
    return
  }
  if (row.status === 'absent') return
  tally.refused++
  if (told.some((each) => each.severity === 'error' && isAt(row, each) && row.codes.includes(each.code))) tally.refusedRight++
  else {
    const said = told.filter((each) => isAt(row, each)).map(({ file, column, code }) => `${file} ${column} ${code}`)
    fault('refused-untold', row, `${row.table} wanted ${row.codes.join(' ')}, told ${said.join(', ')}`)
  }
}

/** Errors that were told of rows nothing is wrong with. */
function holdErrors(key: LedgerKey, told: readonly Told[], tally: Tally, fault: SayFault): void {
  const spoilt = key.rows.filter(({ status }) => status !== 'in')
  for (const each of told) {
    if (each.severity !== 'error' || spoilt.some((row) => isAt(row, each))) continue
    if (key.spares.some(({ sheet, row }) => sheet === each.sheet && row === each.row)) continue
    tally.refusedWrong++
    fault('refused-wrong', { sheet: each.sheet, from: each.row, to: each.row }, `${each.file} ${each.column} ${each.code}`)
  }
}
