/** Households as they are put together from the rows of a workbook, before they have numbers. */
import type { FieldIssue } from '#kernel/import-issue'
import type { SaidPlace } from './places.ts'

/** Where a row stands: position of its sheet, and its number. */
export interface At {
  readonly sheet: number
  readonly row: number
}

/** Values by name of the registry's column; a column that no sheet has is absent, a blank cell is ''. */
export type Given = Record<string, string>

export interface MemberDraft {
  readonly at: At
  readonly given: Given
  readonly issues: FieldIssue[]
  /** Age as the ledger says. */
  readonly age: string
}

export interface PaymentDraft {
  readonly at: At
  /** Month 'YYYY-MM', or the text that is none. */
  readonly month: string
  readonly given: Given
  readonly issues: FieldIssue[]
}

export interface HouseholdDraft {
  /** Number as the ledger says; '' where it has none. */
  no: string
  headName: string
  headId: string
  readonly at: At
  /** Set by rows that speak of the household; rows that only name it make no household. */
  isTold: boolean
  readonly given: Given
  /** Where each value was found first. */
  readonly foundAt: Map<string, At>
  readonly issues: FieldIssue[]
  place: SaidPlace
  readonly members: MemberDraft[]
  readonly payments: PaymentDraft[]
  /** Every row of it. */
  readonly rows: At[]
  /** First rows of other households that use the same number. */
  readonly clashes: At[]
  /** Members as the ledger counts them; '' where it does not. */
  count: string
}

export function newDraft(no: string, at: At): HouseholdDraft {
  return {
    no,
    headName: '',
    headId: '',
    at,
    isTold: false,
    given: {},
    foundAt: new Map(),
    issues: [],
    place: { township: '', village: '' },
    members: [],
    payments: [],
    rows: [],
    clashes: [],
    count: '',
  }
}

/** A head that only columns of the head speak of. */
export function headMember(at: At, name: string, id: string): MemberDraft {
  return { at, given: { name, id_number: id, relation: 'head' }, issues: [], age: '' }
}

/** A row of a list of payments: whom it is about is found later. */
export interface PaymentRow extends PaymentDraft {
  readonly no: string
  readonly idNumber: string
  readonly account: string
}

/** A row of a list of divisions. */
export interface DivisionDraft {
  readonly at: At
  readonly given: Given
}

/** What a workbook tells, in the order of its rows. */
export interface Told {
  readonly divisions: readonly DivisionDraft[]
  readonly households: readonly HouseholdDraft[]
  readonly payments: readonly PaymentRow[]
  /** Columns of the registry that any sheet has, as `<table>.<column>`. */
  readonly columns: ReadonlySet<string>
}
