/** Tables and code lists as the format describes them, for the oracle alone: `name type [req] [past]`. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly codes: string
  readonly required: boolean
  readonly past: boolean
}

const columns = (text: string): Column[] =>
  text.split(', ').map((part) => {
    const [name = '', kind = '', ...marks] = part.split(' ')
    const [type = '', codes = ''] = kind.split(':')
    return { name, type, codes, required: marks.includes('req'), past: marks.includes('past') }
  })

export const coreColumns: Readonly<Record<string, readonly Column[]>> = {
  divisions: columns(
    'code division req, name text req, level code:division_level req, kind code:division_kind req, parent_code division',
  ),
  officials: columns(
    'official_no key req, name person req, id_number id req, role code:official_role req, post text, unit text, division_code division req, in_office_from date req, in_office_to date',
  ),
  households: columns(
    'household_no key req, programme code:programme req, kind code:household_kind req, division_code division req, address text, applied_on date req past, aid_from month, aid_to month, tier code:tier, approved_amount money, single_applicant yesno, bank_name text, account_no text, account_holder person, account_holder_id idlink, account_proxy_filed yesno, handler_no text',
  ),
  persons: columns(
    'person_no key req, household_no text req, name person req, id_number id req, gender code:gender req, birth_date date req past, relation code:relation, marital_status code:marital, health code:health, work_status code:work_status, student_level code:student_level, counted yesno req, aid_from month, aid_to month, top_ups codes:top_up, phone text',
  ),
  supporters: columns(
    'supporter_no key req, household_no text req, supported_person_no text req, relation code:supporter_relation req, name person req, id_number id req, work_unit text, monthly_income money, household_persons int, supported_count int, support_agreed money, support_paid money',
  ),
  authorisations: columns(
    'authorisation_no key req, subject_no text req, signature code:signature req, signed_on date, valid_to date, withdrawn_on date, items codes:auth_item req',
  ),
  declared_income: columns(
    'line_no key req, household_no text req, person_no text req, item code:income_item req, amount money req, period_from month req, period_to month req',
  ),
  declared_assets: columns(
    'line_no key req, household_no text req, person_no text req, kind code:asset_kind req, identifier text, area decimal, amount money',
  ),
  declared_expenditure: columns(
    'line_no key req, household_no text req, person_no text req, kind code:expenditure_kind req, amount money req, period_from month req, period_to month req',
  ),
  payments: columns(
    'payment_no key req, household_no text req, month month req, amount money req, paid_on date req past, account_no text, account_holder person',
  ),
  relative_filings: columns(
    'filing_no key req, official_no text req, household_no text req, relation code:kin req, filed_on date req',
  ),
  query_log: columns(
    'query_no key req, subject_no text req, record record req, queried_on date req past, operator text, purpose text',
  ),
}

const head = 'source_record_id key req, as_of_date date req past'
const about = (text: string): Column[] => columns(`${head}, id_number id req, name person req, ${text}`)
export const recordColumns: Readonly<Record<string, readonly Column[]>> = {
  'police/register': about(
    'former_name person, gender code:gender req, birth_date date req past, nation text, register_household_no text req, register_type code:register_type req, relation_to_head text, address text, division_code division req, state code:register_state req, cancel_reason code:cancel_reason, state_date date, father_id idlink, mother_id idlink, spouse_id idlink',
  ),
  'police/deaths': about('death_date date req past, cancelled_on date, station text'),
  'police/vehicles': about(
    'plate_no text req, brand text, vehicle_type code:vehicle_type req, vehicle_use code:vehicle_use req, first_registered_on date, acquired_on date req past, inspection_valid_to date, purchase_price money, current_value money, status code:vehicle_status req',
  ),
  'police/custody': about('state code:custody_state req, from_date date req past, to_date date, place text'),
  'police/exit_entry': about('departed_on date req past, returned_on date, reason code:trip_reason req, destination text'),
  'hrss/contributions': about(
    'insurance_kind code:insurance_kind req, payer_unit text, payer_kind code:payer_kind req, base money req, month month req, personal_amount money, unit_amount money',
  ),
  'hrss/benefits': about(
    'benefit_no text req, kind code:benefit_kind req, monthly_amount money req, base_part money, from_month month req, last_paid_month month req, state code:benefit_state req',
  ),
  'finance/payroll': about('unit text, post_kind code:post_kind req, month month req, net_pay money req'),
  'finance/subsidy_card': about(
    'project code:subsidy_project req, amount money req, paid_on date req past, bank text, account_no text',
  ),
  'tax/personal_income': about(
    'payer text req, item code:tax_item req, month month req, income money req, tax money, declared_on date req',
  ),
  'natural_resources/titles': about(
    'certificate_no text, unit_no text req, location text, house_use code:house_use req, nature code:title_nature, acquired_by code:acquired_by req, area decimal req, share_percent decimal req, issued_on date req past, state code:title_state req',
  ),
  'natural_resources/transfers': about(
    'unit_no text req, kind code:transfer_kind req, price money, transferred_on date req past, receiver person',
  ),
  'housing/presale_contracts': about(
    'contract_no text req, unit_no text req, location text, house_use code:house_use, area decimal, price money, signed_on date req past, state code:contract_state req',
  ),
  'housing/housing_aid': about(
    'project code:housing_project req, unit_no text, from_date date req past, to_date date, amount money, state code:aid_state req',
  ),
  'market/officers': about(
    'credit_code text req, enterprise text, enterprise_type code:enterprise_type req, enterprise_state code:enterprise_state req, post code:officer_post req',
  ),
  'market/investors': about(
    'credit_code text req, enterprise text, enterprise_type code:enterprise_type req, enterprise_state code:enterprise_state req, subscribed_capital money req, paid_in_capital money',
  ),
  'market/self_employed': about(
    'credit_code text req, shop_name text, scope text, state code:shop_state req, opened_on date req past, closed_on date',
  ),
  'housing_fund/accounts': about(
    'account_no text req, unit_name text, state code:fund_state req, base money req, monthly_deposit money, first_month month req, last_month month req, balance money',
  ),
  'agriculture/machinery': about(
    'owner_kind code:machine_owner req, machine_kind text, model text, price money req, subsidy money, purchased_on date req past',
  ),
  'civil_affairs/marriages': columns(
    `${head}, party_a_id id req, party_a_name person req, party_b_id id req, party_b_name person req, kind code:marriage_kind req, registered_on date req past, office text, state code:marriage_state req`,
  ),
  'civil_affairs/funerals': about('death_date date req past, cremated_on date, place text'),
  'civil_affairs/other_aid': about(
    'project code:aid_project req, certificate_no text, amount money, from_month month req, to_month month, state code:aid_state req',
  ),
  'disabled_federation/certificates': about(
    'certificate_no text, disability_class code:disability_class req, grade code:disability_grade req, issued_on date, valid_to date req, state code:certificate_state req, division_code division req',
  ),
  'medical_security/settlements': about(
    'settlement_no text req, enrolment code:enrolment, hospital text, admitted_on date req past, discharged_on date, total money req, reimbursed money req, medical_aid money',
  ),
  'education/enrolments': about(
    'school text, level code:student_level req, state code:school_state req, entered_on date req, leaving_on date, annual_fee money, fee_payer code:fee_payer',
  ),
  'banks/deposits': about(
    'bank text req, account_no text req, account_kind code:account_kind req, balance money req, wealth_value money, bank_total money, outflow_6m money, outflow_purpose code:outflow_purpose',
  ),
  'securities/holdings': about(
    'broker text req, account_no text req, kind code:holding_kind req, market_value money req, cash money',
  ),
  'insurance/policies': about(
    'policy_no text req, insurer text, kind code:policy_kind req, role code:policy_role req, payer code:policy_payer req, annual_premium money req, last_paid_on date, cash_value money, state code:policy_state req',
  ),
  'utilities/usage': about('item code:usage_item req, month month req, amount money req'),
  'third_party_payment/balances': about('operator text req, account_no text req, balance money req, paid_1y money'),
}

export const categories: Readonly<Record<string, string>> = {
  'police/register': 'identity',
  'police/deaths': 'identity',
  'police/vehicles': 'vehicle',
  'police/custody': 'identity',
  'police/exit_entry': 'identity',
  'hrss/contributions': 'employment',
  'hrss/benefits': 'employment',
  'finance/payroll': 'fiscal',
  'finance/subsidy_card': 'fiscal',
  'tax/personal_income': 'tax',
  'natural_resources/titles': 'property',
  'natural_resources/transfers': 'property',
  'housing/presale_contracts': 'property',
  'housing/housing_aid': 'property',
  'market/officers': 'business',
  'market/investors': 'business',
  'market/self_employed': 'business',
  'housing_fund/accounts': 'employment',
  'agriculture/machinery': 'business',
  'civil_affairs/marriages': 'own',
  'civil_affairs/funerals': 'own',
  'civil_affairs/other_aid': 'own',
  'disabled_federation/certificates': 'welfare',
  'medical_security/settlements': 'welfare',
  'education/enrolments': 'welfare',
  'banks/deposits': 'finance',
  'securities/holdings': 'finance',
  'insurance/policies': 'finance',
  'utilities/usage': 'living',
  'third_party_payment/balances': 'finance',
}

export const manifestColumns = columns(
  'record text req, state code:answer_state req, answered_on date, as_of_date date, period_from month, period_to month, row_count int, note text',
)
export const unansweredColumns = columns('record text req, id_number id req, state code:unanswered_state req, note text')

const list = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Code lists: the codes alone. */
export const codeLists: Readonly<Record<string, ReadonlySet<string>>> = {
  programme: list('urban rural'),
  household_kind: list('new existing'),
  division_level: list('district township village'),
  division_kind: list('district township street village community'),
  tier: list('A B C D'),
  gender: list('0 1 2 9'),
  relation: list('head spouse child parent child_in_law sibling grandparent grandchild other'),
  marital: list('10 20 21 22 23 30 40 90'),
  health: list('good weak chronic serious disabled'),
  work_status: list('elderly minor employed flexible registered_unemployed unregistered_unemployed unable student'),
  student_level: list('none preschool primary junior senior vocational college bachelor master doctor'),
  top_up: list('elder minor severe_disability serious_illness'),
  supporter_relation: list('son daughter father mother spouse former_spouse sibling grandchild'),
  signature: list('signed guardian missing'),
  auth_item: list('all identity vehicle employment fiscal tax property business welfare finance living'),
  income_item: list(
    'wage business farm interest rent land_transfer collective_dividend pension resident_pension base_pension unemployment survivor subsidy support veteran_compensation family_planning_award scholarship social_aid elder_allowance disability_allowance other',
  ),
  asset_kind: list('deposit security insurance vehicle dwelling non_residential business machinery other'),
  expenditure_kind: list('medical education disability other'),
  official_role: list('handler village_cadre fiscal_staff leader'),
  kin: list('self spouse parent child sibling'),
  answer_state: list('answered pending timeout source_error'),
  unanswered_state: list('pending timeout source_error'),
  register_type: list('family school_collective collective'),
  register_state: list('normal cancelled duplicate'),
  cancel_reason: list('death moved_out abroad military other'),
  vehicle_type: list('car suv van pickup light_truck heavy_truck bus motorcycle moped ebike tricycle tractor wheelchair_vehicle'),
  vehicle_use: list('private disabled_mobility commercial_goods commercial_passenger taxi'),
  vehicle_status: list('normal overdue scrapped cancelled transferred stolen'),
  custody_state: list('prison detention compulsory_rehab community_correction'),
  trip_reason: list('tourism visit work official medical border_trade study'),
  insurance_kind: list('pension_employee medical_employee unemployment injury pension_resident medical_resident'),
  payer_kind: list('enterprise institution flexible public_welfare_post individual'),
  benefit_kind: list('employee_pension resident_pension unemployment survivor veteran_compensation'),
  benefit_state: list('paying suspended ended'),
  post_kind: list('civil_servant public_institution regular_contract village_cadre public_welfare_post'),
  subsidy_project: list(
    'land_transfer collective_dividend forest_compensation other_subsidy farm_subsidy elder_allowance disability_allowance family_planning_award temporary_aid',
  ),
  tax_item: list('wage labour business interest rent incidental'),
  house_use: list('residential shop office industrial garage storage'),
  title_nature: list('commodity rural_homestead relocation public_reform'),
  acquired_by: list('purchase gift inheritance relocation first_registration certificate_replacement self_built'),
  title_state: list('valid cancelled demolishing'),
  transfer_kind: list('sale gift divorce_division court_auction expropriation'),
  contract_state: list('valid cancelled'),
  housing_project: list('public_rental rent_subsidy dilapidated_rebuild'),
  aid_state: list('active ended cancelled'),
  enterprise_type: list('company sole partnership farmer_cooperative village_collective'),
  enterprise_state: list('active revoked cancelled'),
  officer_post: list('legal_rep executive_director director manager partner supervisor'),
  shop_state: list('open suspended revoked cancelled'),
  fund_state: list('active sealed closed'),
  machine_owner: list('individual cooperative'),
  marriage_kind: list('marriage divorce reissue'),
  marriage_state: list('valid void'),
  aid_project: list('extreme_hardship orphan temporary disability_living disability_care elder_allowance medical_aid'),
  disability_class: list('1 2 3 4 5 6 7'),
  disability_grade: list('1 2 3 4'),
  certificate_state: list('valid expired cancelled'),
  enrolment: list('employee resident'),
  school_state: list('enrolled on_leave graduated withdrawn'),
  fee_payer: list('self public charity'),
  account_kind: list('current time guardianship compensation'),
  outflow_purpose: list('medical house transfer cash unknown'),
  holding_kind: list('stock fund'),
  policy_kind: list('life annuity universal health accident motor'),
  policy_role: list('holder insured'),
  policy_payer: list('self employer government'),
  policy_state: list('in_force lapsed surrendered'),
  usage_item: list('electricity water gas phone'),
}
