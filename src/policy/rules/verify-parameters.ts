import { type Fraction, fraction } from '#kernel/fraction'
import type { RecordType } from '#kernel/record-types'
import { type CodeListName, type CodeOf, isRecordType } from '#kernel/terms'
import {
  codeOf,
  listOf,
  mapOf,
  moneyFen,
  object,
  oneOf,
  type Read,
  type Reader,
  ReadingFault,
  text,
  whole,
  writtenDecimal,
} from './reader.ts'

/**
 * The parameters of the verification rules, named as the rules quote them. Amounts are whole fen, areas hundredths of
 * a square metre; months, days, counts, ages and percentages whole numbers.
 */

/** n ÷ d with whole numbers in lowest terms. */
export interface WholeFraction {
  readonly num: number
  readonly den: number
}

/**
 * A published standard: `value` fen per `unit`, and S, the monthly standard, as `num` ÷ `den` fen per month. A yearly
 * figure is divided by 12 and never rounded.
 */
export interface MonthlyStandard extends WholeFraction {
  readonly value: number
  readonly unit: 'month' | 'year'
}

const MONTHS_PER_YEAR = 12

function wholeFraction(x: Fraction): WholeFraction {
  return { num: Number(x.n), den: Number(x.d) }
}

const publishedStandard = object({ value: moneyFen, unit: oneOf('month', 'year') })

const standard: Reader<MonthlyStandard> = (value, place) => {
  const published = publishedStandard(value, place)
  const monthly = fraction(published.value, published.unit === 'year' ? MONTHS_PER_YEAR : 1)
  return { ...published, ...wholeFraction(monthly) }
}

const multiple: Reader<WholeFraction> = (value, place) => wholeFraction(writtenDecimal(value, place))

/** Hundredths of a square metre, with at most two decimals. */
const area: Reader<number> = (value, place) => moneyFen(value, place)

const codes = <L extends CodeListName>(list: L) => listOf(codeOf(list))

const recordType: Reader<RecordType> = (value, place) => {
  const name = text(value, place)
  if (!isRecordType(name)) throw new ReadingFault(place, `“${place}”不是已知的记录类型：${name}`)
  return name
}

/** Which income item each code of a list counts as. */
const itemsOf = (list: CodeListName): Reader<Readonly<Record<string, CodeOf<'income_item'>>>> => {
  return (value, place) => Object.fromEntries(mapOf(codeOf(list), codeOf('income_item'))(value, place))
}

const count = whole()

const HUNDREDTHS = 100

/** Per cent, with at most two decimals. */
const percent: Reader<number> = (value, place) => moneyFen(value, place) / HUNDREDTHS

/** Text that may be empty. */
const anyText: Reader<string> = (value, place) => (value === '' ? '' : text(value, place))

export const readVerifyParameters = object({
  standard_urban: standard,
  standard_rural: standard,
  income_months: whole({ least: 1, most: 120 }),
  recent_months: whole({ least: 1, most: 120 }),
  stale_days: count,
  guardian_age: count,
  max_age: count,
  district_prefix_digits: whole({ least: 1, most: 12 }),
  required_records: listOf(recordType),
  conclusion_ignores: listOf(text),

  dea2_grace_months: count,
  dea3_days: count,
  pri1_min_days: count,
  custody_states: codes('custody_state'),
  reg1_exempt_relations: codes('relation'),
  reg1_exempt_register_types: codes('register_type'),
  reg2_exempt_reasons: codes('cancel_reason'),
  adult_age: count,
  fam6_dwellings: count,
  fam6_vehicle_price: moneyFen,
  dependent_study_levels: codes('student_level'),
  fam7_max_age: count,
  fam7_grace_days: count,

  veh_exempt_types: codes('vehicle_type'),
  veh_exempt_status: codes('vehicle_status'),
  veh_commercial_uses: codes('vehicle_use'),
  mobility_disability_classes: codes('disability_class'),
  veh2_price_limit: moneyFen,
  veh3_min_count: count,
  veh4_machine_price: moneyFen,

  hou1_min_count: count,
  hou1_area_per_head_urban: area,
  hou1_area_per_head_rural: area,
  hou2_uses: codes('house_use'),
  hou3_months_before: count,
  hou3_exempt_acquisition: codes('acquired_by'),
  hou4_months_before: count,
  hou4_exempt_kinds: codes('transfer_kind'),
  hou5_rebuild_months: count,

  bus_exempt_enterprise_types: codes('enterprise_type'),
  bus2_posts: codes('officer_post'),
  bus3_capital_limit: moneyFen,

  fis1_post_kinds: codes('post_kind'),
  emp1_insurance_kinds: codes('insurance_kind'),
  emp1_payer_kinds: codes('payer_kind'),
  emp2_tolerance_percent: percent,
  emp2_tolerance_amount: moneyFen,
  emp3_items: codes('tax_item'),

  inc1_tolerance: moneyFen,
  inc2_kinds: codes('benefit_kind'),
  income_excluded_items: codes('income_item'),
  subsidy_items: itemsOf('subsidy_project'),
  tax_items: itemsOf('tax_item'),
  wage_tax_items: codes('tax_item'),
  wage_insurance_kinds: codes('insurance_kind'),
  wage_payer_kinds: codes('payer_kind'),
  wage_fund_states: codes('fund_state'),
  support_threshold_multiple: multiple,
  support_rate_percent: percent,

  fin1_months: count,
  fin_exempt_account_kinds: codes('account_kind'),
  fin2_limit: moneyFen,
  fin2_exempt_purposes: codes('outflow_purpose'),
  fin3_limit: moneyFen,
  fin4_limit: moneyFen,
  fin4_health_exempt: moneyFen,
  fin4_exempt_kinds: codes('policy_kind'),

  dup2_projects: codes('aid_project'),
  liv1_trips: count,
  liv1_months: count,
  liv1_trip_reasons: codes('trip_reason'),
  liv1_school_fee: moneyFen,
  mis1_grades: codes('disability_grade'),
  mis1_aid_projects: codes('aid_project'),
  mis2_elder_age: count,
  mis2_minor_age: count,
  mis2_disability_grades: codes('disability_grade'),

  idq9_min_gap: count,
  idq9_max_gap: count,
  idq9_spouse_min_age: count,
  name_variants: anyText,
})

export type VerifyParameters = Read<typeof readVerifyParameters>
