/** Column order of every table of a district package, as the generator writes it. Own copy: the generator shares no code with the product. */
export const coreTables = {
  divisions: 'code name level kind parent_code'.split(' '),
  officials: 'official_no name id_number role post unit division_code in_office_from in_office_to'.split(' '),
  households:
    'household_no programme kind division_code address applied_on aid_from aid_to tier approved_amount single_applicant bank_name account_no account_holder account_holder_id account_proxy_filed handler_no'.split(
      ' ',
    ),
  persons:
    'person_no household_no name id_number gender birth_date relation marital_status health work_status student_level counted aid_from aid_to top_ups phone'.split(
      ' ',
    ),
  supporters:
    'supporter_no household_no supported_person_no relation name id_number work_unit monthly_income household_persons supported_count support_agreed support_paid'.split(
      ' ',
    ),
  authorisations: 'authorisation_no subject_no signature signed_on valid_to withdrawn_on items'.split(' '),
  declared_income: 'line_no household_no person_no item amount period_from period_to'.split(' '),
  declared_assets: 'line_no household_no person_no kind identifier area amount'.split(' '),
  declared_expenditure: 'line_no household_no person_no kind amount period_from period_to'.split(' '),
  payments: 'payment_no household_no month amount paid_on account_no account_holder'.split(' '),
  relative_filings: 'filing_no official_no household_no relation filed_on'.split(' '),
  query_log: 'query_no subject_no record queried_on operator purpose'.split(' '),
} as const

export type CoreTable = keyof typeof coreTables

export const coreOrder = Object.keys(coreTables) as CoreTable[]

/** Key column of each core table: always the first one. */
export const keyOf = (table: CoreTable): string => coreTables[table][0] as string

interface RecordLayout {
  /** Letters in front of the unit's record numbers. */
  readonly prefix: string
  /** Authorisation item that covers the record type; `own` needs none. */
  readonly category: string
  readonly columns: readonly string[]
}

const start = 'source_record_id as_of_date id_number name'
const layout = (prefix: string, category: string, rest: string, head = start): RecordLayout => ({
  prefix,
  category,
  columns: `${head} ${rest}`.split(' '),
})

export const recordLayouts = {
  'police/register': layout(
    'HJ',
    'identity',
    'former_name gender birth_date nation register_household_no register_type relation_to_head address division_code state cancel_reason state_date father_id mother_id spouse_id',
  ),
  'police/deaths': layout('SW', 'identity', 'death_date cancelled_on station'),
  'police/vehicles': layout(
    'JD',
    'vehicle',
    'plate_no brand vehicle_type vehicle_use first_registered_on acquired_on inspection_valid_to purchase_price current_value status',
  ),
  'police/custody': layout('JY', 'identity', 'state from_date to_date place'),
  'police/exit_entry': layout('CR', 'identity', 'departed_on returned_on reason destination'),
  'hrss/contributions': layout('SB', 'employment', 'insurance_kind payer_unit payer_kind base month personal_amount unit_amount'),
  'hrss/benefits': layout('DY', 'employment', 'benefit_no kind monthly_amount base_part from_month last_paid_month state'),
  'finance/payroll': layout('GZ', 'fiscal', 'unit post_kind month net_pay'),
  'finance/subsidy_card': layout('YK', 'fiscal', 'project amount paid_on bank account_no'),
  'tax/personal_income': layout('GS', 'tax', 'payer item month income tax declared_on'),
  'natural_resources/titles': layout(
    'BD',
    'property',
    'certificate_no unit_no location house_use nature acquired_by area share_percent issued_on state',
  ),
  'natural_resources/transfers': layout('ZY', 'property', 'unit_no kind price transferred_on receiver'),
  'housing/presale_contracts': layout('WQ', 'property', 'contract_no unit_no location house_use area price signed_on state'),
  'housing/housing_aid': layout('ZB', 'property', 'project unit_no from_date to_date amount state'),
  'market/officers': layout('RY', 'business', 'credit_code enterprise enterprise_type enterprise_state post'),
  'market/investors': layout(
    'TZ',
    'business',
    'credit_code enterprise enterprise_type enterprise_state subscribed_capital paid_in_capital',
  ),
  'market/self_employed': layout('GT', 'business', 'credit_code shop_name scope state opened_on closed_on'),
  'housing_fund/accounts': layout(
    'GJ',
    'employment',
    'account_no unit_name state base monthly_deposit first_month last_month balance',
  ),
  'agriculture/machinery': layout('NJ', 'business', 'owner_kind machine_kind model price subsidy purchased_on'),
  'civil_affairs/marriages': layout(
    'HY',
    'own',
    'party_a_id party_a_name party_b_id party_b_name kind registered_on office state',
    'source_record_id as_of_date',
  ),
  'civil_affairs/funerals': layout('BZ', 'own', 'death_date cremated_on place'),
  'civil_affairs/other_aid': layout('JZ', 'own', 'project certificate_no amount from_month to_month state'),
  'disabled_federation/certificates': layout(
    'CL',
    'welfare',
    'certificate_no disability_class grade issued_on valid_to state division_code',
  ),
  'medical_security/settlements': layout(
    'YB',
    'welfare',
    'settlement_no enrolment hospital admitted_on discharged_on total reimbursed medical_aid',
  ),
  'education/enrolments': layout('XJ', 'welfare', 'school level state entered_on leaving_on annual_fee fee_payer'),
  'banks/deposits': layout(
    'CK',
    'finance',
    'bank account_no account_kind balance wealth_value bank_total outflow_6m outflow_purpose',
  ),
  'securities/holdings': layout('ZQ', 'finance', 'broker account_no kind market_value cash'),
  'insurance/policies': layout('BX', 'finance', 'policy_no insurer kind role payer annual_premium last_paid_on cash_value state'),
  'utilities/usage': layout('YL', 'living', 'item month amount'),
  'third_party_payment/balances': layout('ZF', 'finance', 'operator account_no balance paid_1y'),
} as const satisfies Record<string, RecordLayout>

export type RecordName = keyof typeof recordLayouts

export const recordNames = Object.keys(recordLayouts) as RecordName[]

export const units = [...new Set(recordNames.map((name) => name.split('/')[0] as string))]

export const manifestColumns = 'record state answered_on as_of_date period_from period_to row_count note'.split(' ')
export const unansweredColumns = 'record id_number state note'.split(' ')
