/**
 * The dossier: everything the rules may see of one household. It is built from the registry (what was declared)
 * and from the answers of the member units (what was found), and it is the only input of the rules.
 *
 * Invariants:
 * D1 `usable` holds rows only for pairs whose status is HIT (a row matches by citizen number and name);
 * D2 every list of rows is in order of `source_record_id` by Unicode code points;
 * D3 look-ups beyond the household's own subjects carry the fewest columns a rule needs.
 */

import type {
  AuthorisationRow,
  DeclaredAssetRow,
  DeclaredExpenditureRow,
  DeclaredIncomeRow,
  MarkedHousehold,
  OfficialRow,
  PaymentRow,
  PersonRow,
  QueryLogRow,
  RelativeFilingRow,
  SameNumberPerson,
  SupporterRow,
} from '#registry'
import type { RecordName, RecordRows } from '#sources/contract'

/** The six states a pair of subject and record type ends in; only NO_RECORD means "has none". */
export type PairStatus = 'HIT' | 'NO_RECORD' | 'NAME_MISMATCH' | 'ID_NOT_FOUND' | 'NOT_ANSWERED' | 'NOT_AUTHORISED'

/** What the units said about one subject (a listed person or a supporter). */
export interface SubjectAnswers {
  /** status of each of the thirty record types */
  status: Readonly<Record<RecordName, PairStatus>>
  /** matching rows of the record types whose status is HIT */
  usable: { readonly [R in RecordName]?: readonly RecordRows[R][] }
  /** with NAME_MISMATCH for police/register: the smallest record id of the accepted register rows with the number (IDQ-5) */
  registerMismatch: { source_record_id: string; as_of_date: string } | null
}

/** A normal register row of a person beyond the roll, with the columns FAM-3 and FAM-5 need. */
export interface RegisterExtract {
  source_record_id: string
  as_of_date: string
  id_number: string
  name: string
  register_household_no: string
  father_id: string | null
  mother_id: string | null
}

/** The register links of an official: normal rows of police/register with the official's number and same name (FIS-2). */
export interface OfficialLinks {
  official: OfficialRow
  rows: readonly { father_id: string | null; mother_id: string | null; spouse_id: string | null }[]
}

/** Look-ups beyond the household's own subjects. */
export interface DossierLookups {
  /** normal family rows of the register book, by `register_household_no` (FAM-3) */
  registerBook(registerHouseholdNo: string): readonly RegisterExtract[]
  /** normal register rows whose father or mother carries this number (FAM-5 a) */
  registerChildren(parentId: string): readonly RegisterExtract[]
  /** normal register rows of this number (FAM-5 b) */
  registerPerson(idNumber: string): readonly RegisterExtract[]
  /** a row of police/deaths or civil_affairs/funerals with that number and same name */
  dead(idNumber: string, name: string): boolean
  /** the number belongs to a listed person of any household of the district */
  listedAnywhere(idNumber: string): boolean
  /** officials in office at the as-of date that share a number with `links` of the household, or all of them */
  officials: readonly OfficialLinks[]
}

/** One household with all that was declared and found. */
export interface Dossier {
  asOf: string
  districtCode: string
  household: MarkedHousehold
  /** listed persons, counted or not, in order of person_no */
  persons: readonly PersonRow[]
  supporters: readonly SupporterRow[]
  /** by person_no */
  answers: ReadonlyMap<string, SubjectAnswers>
  /** by supporter_no; apart from the persons, because a supporter may carry the number a person carries */
  supporterAnswers: ReadonlyMap<string, SubjectAnswers>
  authorisations: readonly AuthorisationRow[]
  incomes: readonly DeclaredIncomeRow[]
  assets: readonly DeclaredAssetRow[]
  expenditures: readonly DeclaredExpenditureRow[]
  payments: readonly PaymentRow[]
  filings: readonly RelativeFilingRow[]
  /**
   * query log entries of the household's persons, and of its supporters unless a person of the district carries the
   * same number (then the entry is that person's)
   */
  queries: readonly QueryLogRow[]
  /** listed persons of other households that carry a number of a listed person of this one (FAM-4 c, DUP-1) */
  sameNumber: readonly SameNumberPerson[]
  /** numbers of the other existing households whose account has the same digits (DUP-5 a) */
  sameAccount: readonly string[]
  lookups: DossierLookups
}

/** A row of disabled_federation/certificates as the federation pushes it to the bureau for MIS-1, with the fewest columns. */
export interface ListedCertificate {
  source_record_id: string
  as_of_date: string
  id_number: string
  name: string
  grade: string
  state: string
  valid_to: string
  division_code: string
}

/** What MIS-1 looks up about a person of the federation's list. */
export interface MissedLookups {
  /** an accepted row of persons carries this number */
  listedAnywhere(idNumber: string): boolean
  /** a row of police/deaths or civil_affairs/funerals with that number and same name */
  dead(idNumber: string, name: string): boolean
  /**
   * a row of civil_affairs/other_aid with that number and same name: project in `mis1_aid_projects`, state active, in
   * force in the month of the as-of date (the bureau's own unit answers yes or no)
   */
  caredFor(idNumber: string, name: string): boolean
}

/** A finding (疑点): a machine's question, never a verdict. One row of findings.csv without its number. */
export interface Finding {
  household_no: string
  person: string
  rule: string
  class: 'A' | 'B' | 'C'
  source: RecordName | ''
  source_record_id: string
  /** what was found, as written in findings.csv (two decimals for amounts and areas, counts plain), or empty */
  value: string
  /** what it was held against */
  limit: string
  /** Chinese explanation with the record and its as-of date */
  message: string
  /** as-of date of the record the finding rests on; empty when it rests on none */
  recordAsOf: string
}
