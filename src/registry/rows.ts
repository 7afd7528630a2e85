/**
 * Typed rows of the core tables of a district package, one interface per table, fields named as the columns.
 * Money is whole fen, decimals are hundredths, dates `YYYY-MM-DD`, months `YYYY-MM`, an empty field is null.
 */

/** 行政区划 */
export interface DivisionRow {
  code: string
  name: string
  level: string
  kind: string
  parent_code: string | null
}

/** 经办人员、村干部、财政供养人员（须近亲属备案） */
export interface OfficialRow {
  official_no: string
  name: string
  id_number: string
  role: string
  post: string | null
  unit: string | null
  division_code: string
  in_office_from: string
  in_office_to: string | null
}

/** 家庭 */
export interface HouseholdRow {
  household_no: string
  programme: string
  kind: string
  division_code: string
  address: string | null
  applied_on: string
  aid_from: string | null
  aid_to: string | null
  tier: string | null
  /** fen */ approved_amount: number | null
  single_applicant: string | null
  bank_name: string | null
  account_no: string | null
  account_holder: string | null
  account_holder_id: string | null
  account_proxy_filed: string | null
  handler_no: string | null
}

/** 家庭成员 */
export interface PersonRow {
  person_no: string
  household_no: string
  name: string
  id_number: string
  gender: string
  birth_date: string
  relation: string | null
  marital_status: string | null
  health: string | null
  work_status: string | null
  student_level: string | null
  counted: string
  aid_from: string | null
  aid_to: string | null
  top_ups: readonly string[]
  phone: string | null
}

/** 赡养、抚养、扶养义务人 */
export interface SupporterRow {
  supporter_no: string
  household_no: string
  supported_person_no: string
  relation: string
  name: string
  id_number: string
  work_unit: string | null
  /** fen */ monthly_income: number | null
  /** count */ household_persons: number | null
  /** count */ supported_count: number | null
  /** fen */ support_agreed: number | null
  /** fen */ support_paid: number | null
}

/** 授权书 */
export interface AuthorisationRow {
  authorisation_no: string
  subject_no: string
  signature: string
  signed_on: string | null
  valid_to: string | null
  withdrawn_on: string | null
  items: readonly string[]
  /** SHA-256 of the scan in use, lower-case hexadecimal; null while there is none */
  doc_hash: string | null
}

/** 申报收入 */
export interface DeclaredIncomeRow {
  line_no: string
  household_no: string
  person_no: string
  item: string
  /** fen */ amount: number
  period_from: string
  period_to: string
}

/** 申报财产 */
export interface DeclaredAssetRow {
  line_no: string
  household_no: string
  person_no: string
  kind: string
  identifier: string | null
  /** hundredths */ area: number | null
  /** fen */ amount: number | null
}

/** 申报支出 */
export interface DeclaredExpenditureRow {
  line_no: string
  household_no: string
  person_no: string
  kind: string
  /** fen */ amount: number
  period_from: string
  period_to: string
}

/** 低保金发放 */
export interface PaymentRow {
  payment_no: string
  household_no: string
  month: string
  /** fen */ amount: number
  paid_on: string
}

/** 近亲属备案 */
export interface RelativeFilingRow {
  filing_no: string
  official_no: string
  household_no: string
  relation: string
  filed_on: string
}

/** 核对前的单笔查询日志 */
export interface QueryLogRow {
  query_no: string
  subject_no: string
  record: string
  queried_on: string
  operator: string | null
  purpose: string | null
}

/** A household with its quarantine marks: what the import could not read about it. */
export interface MarkedHousehold extends HouseholdRow {
  /** a row of persons that names the household is quarantined */
  incomplete_members: boolean
  /** a row of supporters that names the household is quarantined */
  incomplete_supporters: boolean
  /** a row of persons, supporters, declared income, assets or expenditure that names it is quarantined */
  incomplete: boolean
}

/** Another accepted person with the same citizen number, with the programme and kind of that person's household. */
export interface SameNumberPerson {
  id_number: string
  person_no: string
  household_no: string
  programme: string
  kind: string
  counted: string
}

/** Everything the registry holds of the households of a verification batch, and the facts across households they share. */
export interface HouseholdBatch {
  households: MarkedHousehold[]
  /** in the order of the file */
  persons: PersonRow[]
  supporters: SupporterRow[]
  /** authorisations of all persons and supporters of the batch */
  authorisations: AuthorisationRow[]
  incomes: DeclaredIncomeRow[]
  assets: DeclaredAssetRow[]
  expenditures: DeclaredExpenditureRow[]
  payments: PaymentRow[]
  filings: RelativeFilingRow[]
  /** single queries about persons and supporters of the batch */
  queries: QueryLogRow[]
  /** every accepted person of the district that shares a number of the batch with another accepted person */
  sameNumber: SameNumberPerson[]
  /** for a household of the batch, the other existing households whose account has the same digits */
  sameAccount: { household_no: string; others: string[] }[]
}
