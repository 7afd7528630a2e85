/** What a ledger says and how it must be taken: made from the truth a ledger was written from, never by reading it. */

export type KeyTable = 'households' | 'persons' | 'payments'

/**
 * `in`: must come in with these values. `refused`: must stay out, for one of the reasons, at one of the rows. `either`: may come in or be
 * refused, but never with other values. `absent`: is not wanted (a hidden row that does not count), so neither in nor refused.
 */
export type KeyStatus = 'in' | 'refused' | 'either' | 'absent'

export interface KeyRow {
  readonly table: KeyTable
  readonly status: KeyStatus
  /** Household within this ledger. */
  readonly household: string
  /** Citizen number of a person, month of a payment, household number or '' of a household. */
  readonly key: string
  readonly sheet: string
  /** First and last row as the spreadsheet numbers them. */
  readonly from: number
  readonly to: number
  /** Column of the core table → text as it would stand in a package; only what the ledger says or leaves no doubt about. */
  readonly values: Readonly<Record<string, string>>
  /** Reasons of which one must be given when it is refused. */
  readonly codes: readonly string[]
  /** Each must be told when it comes in, by one of its codes. */
  readonly warns: readonly (readonly string[])[]
}

/** A row that holds nothing new and must not come in a second time: a repeated one. Its codes say how it may be told. */
export interface KeySpare {
  readonly sheet: string
  readonly row: number
  readonly codes: readonly string[]
}

/** What a person who knows the ledger answers when asked. */
export interface LedgerAnswers {
  /** Words of the header from the outermost group to the column, and the field; '' for not wanted. */
  readonly columns: readonly { readonly sheet: string; readonly path: readonly string[]; readonly field: string }[]
  /** Field → word → code; '' where the word says nothing. */
  readonly words: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Name of a place as written → division code. */
  readonly places: Readonly<Record<string, string>>
  /** Field → value, or a rule: `first-day-of-aid_from`, `last-day-of-month`. `year`: year of months that are written without one. */
  readonly constants: Readonly<Record<string, string>>
  /** Whether hidden rows count; null when there are none. */
  readonly hiddenRows: boolean | null
}

export interface LedgerKey {
  readonly file: string
  readonly layout: string
  /** Files of one shape have the same columns under the same words. */
  readonly shape: string
  readonly dirt: readonly string[]
  readonly asOf: string
  /** Household within this ledger → its number ('' where the ledger has none) and the citizen number of its head. */
  readonly households: Readonly<Record<string, { readonly no: string; readonly head: string }>>
  readonly rows: readonly KeyRow[]
  readonly spares: readonly KeySpare[]
  readonly answers: LedgerAnswers
}
