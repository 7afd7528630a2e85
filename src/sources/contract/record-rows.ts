/**
 * Typed rows of the thirty record types the member units answer with, fields named as the columns.
 * Money is whole fen, decimals are hundredths, dates `YYYY-MM-DD`, months `YYYY-MM`, an empty field is null.
 */

/** What every record carries: the unit's own number of the record and the date the fact was taken. */
export interface SourceRow {
  source_record_id: string
  as_of_date: string
}
/** 公安 户籍 */
export interface PoliceRegisterRow extends SourceRow {
  id_number: string
  name: string
  former_name: string | null
  gender: string
  birth_date: string
  nation: string | null
  register_household_no: string
  register_type: string
  relation_to_head: string | null
  address: string | null
  division_code: string
  state: string
  cancel_reason: string | null
  state_date: string | null
  father_id: string | null
  mother_id: string | null
  spouse_id: string | null
}
/** 公安 死亡注销 */
export interface PoliceDeathsRow extends SourceRow {
  id_number: string
  name: string
  death_date: string
  cancelled_on: string | null
  station: string | null
}
/** 公安 机动车 */
export interface PoliceVehiclesRow extends SourceRow {
  id_number: string
  name: string
  plate_no: string
  brand: string | null
  vehicle_type: string
  vehicle_use: string
  first_registered_on: string | null
  acquired_on: string
  inspection_valid_to: string | null
  /** fen */ purchase_price: number | null
  /** fen */ current_value: number | null
  status: string
}
/** 公安司法 羁押服刑 */
export interface PoliceCustodyRow extends SourceRow {
  id_number: string
  name: string
  state: string
  from_date: string
  to_date: string | null
  place: string | null
}
/** 公安 出入境 */
export interface PoliceExitEntryRow extends SourceRow {
  id_number: string
  name: string
  departed_on: string
  returned_on: string | null
  reason: string
  destination: string | null
}
/** 人社 社保缴费（每月一行） */
export interface HrssContributionsRow extends SourceRow {
  id_number: string
  name: string
  insurance_kind: string
  payer_unit: string | null
  payer_kind: string
  /** fen */ base: number
  month: string
  /** fen */ personal_amount: number | null
  /** fen */ unit_amount: number | null
}
/** 人社 待遇发放 */
export interface HrssBenefitsRow extends SourceRow {
  id_number: string
  name: string
  benefit_no: string
  kind: string
  /** fen */ monthly_amount: number
  /** fen */ base_part: number | null
  from_month: string
  last_paid_month: string
  state: string
}
/** 财政 统发工资（每月一行） */
export interface FinancePayrollRow extends SourceRow {
  id_number: string
  name: string
  unit: string | null
  post_kind: string
  month: string
  /** fen */ net_pay: number
}
/** 财政 惠民惠农一卡通 */
export interface FinanceSubsidyCardRow extends SourceRow {
  id_number: string
  name: string
  project: string
  /** fen */ amount: number
  paid_on: string
  bank: string | null
  account_no: string | null
}
/** 税务 个人所得税申报 */
export interface TaxPersonalIncomeRow extends SourceRow {
  id_number: string
  name: string
  payer: string
  item: string
  month: string
  /** fen */ income: number
  /** fen */ tax: number | null
  declared_on: string
}
/** 自然资源 不动产登记 */
export interface NaturalResourcesTitlesRow extends SourceRow {
  id_number: string
  name: string
  certificate_no: string | null
  unit_no: string
  location: string | null
  house_use: string
  nature: string | null
  acquired_by: string
  /** hundredths */ area: number
  /** hundredths */ share_percent: number
  issued_on: string
  state: string
}
/** 自然资源 不动产转出 */
export interface NaturalResourcesTransfersRow extends SourceRow {
  id_number: string
  name: string
  unit_no: string
  kind: string
  /** fen */ price: number | null
  transferred_on: string
  receiver: string | null
}
/** 住建 商品房网签 */
export interface HousingPresaleContractsRow extends SourceRow {
  id_number: string
  name: string
  contract_no: string
  unit_no: string
  location: string | null
  house_use: string | null
  /** hundredths */ area: number | null
  /** fen */ price: number | null
  signed_on: string
  state: string
}
/** 住建 住房保障与危房改造 */
export interface HousingHousingAidRow extends SourceRow {
  id_number: string
  name: string
  project: string
  unit_no: string | null
  from_date: string
  to_date: string | null
  /** fen */ amount: number | null
  state: string
}
/** 市场监管 主要人员 */
export interface MarketOfficersRow extends SourceRow {
  id_number: string
  name: string
  credit_code: string
  enterprise: string | null
  enterprise_type: string
  enterprise_state: string
  post: string
}
/** 市场监管 投资人 */
export interface MarketInvestorsRow extends SourceRow {
  id_number: string
  name: string
  credit_code: string
  enterprise: string | null
  enterprise_type: string
  enterprise_state: string
  /** fen */ subscribed_capital: number
  /** fen */ paid_in_capital: number | null
}
/** 市场监管 个体工商户 */
export interface MarketSelfEmployedRow extends SourceRow {
  id_number: string
  name: string
  credit_code: string
  shop_name: string | null
  scope: string | null
  state: string
  opened_on: string
  closed_on: string | null
}
/** 公积金 账户 */
export interface HousingFundAccountsRow extends SourceRow {
  id_number: string
  name: string
  account_no: string
  unit_name: string | null
  state: string
  /** fen */ base: number
  /** fen */ monthly_deposit: number | null
  first_month: string
  last_month: string
  /** fen */ balance: number | null
}
/** 农业农村 农机购置补贴 */
export interface AgricultureMachineryRow extends SourceRow {
  id_number: string
  name: string
  owner_kind: string
  machine_kind: string | null
  model: string | null
  /** fen */ price: number
  /** fen */ subsidy: number | null
  purchased_on: string
}
/** 民政 婚姻登记 */
export interface CivilAffairsMarriagesRow extends SourceRow {
  party_a_id: string
  party_a_name: string
  party_b_id: string
  party_b_name: string
  kind: string
  registered_on: string
  office: string | null
  state: string
}
/** 民政 殡葬火化 */
export interface CivilAffairsFuneralsRow extends SourceRow {
  id_number: string
  name: string
  death_date: string
  cremated_on: string | null
  place: string | null
}
/** 民政 其他救助福利 */
export interface CivilAffairsOtherAidRow extends SourceRow {
  id_number: string
  name: string
  project: string
  certificate_no: string | null
  /** fen */ amount: number | null
  from_month: string
  to_month: string | null
  state: string
}
/** 残联 残疾人证 */
export interface DisabledFederationCertificatesRow extends SourceRow {
  id_number: string
  name: string
  certificate_no: string | null
  disability_class: string
  grade: string
  issued_on: string | null
  valid_to: string
  state: string
  division_code: string
}
/** 医保 住院结算 */
export interface MedicalSecuritySettlementsRow extends SourceRow {
  id_number: string
  name: string
  settlement_no: string
  enrolment: string | null
  hospital: string | null
  admitted_on: string
  discharged_on: string | null
  /** fen */ total: number
  /** fen */ reimbursed: number
  /** fen */ medical_aid: number | null
}
/** 教育 学籍 */
export interface EducationEnrolmentsRow extends SourceRow {
  id_number: string
  name: string
  school: string | null
  level: string
  state: string
  entered_on: string
  leaving_on: string | null
  /** fen */ annual_fee: number | null
  fee_payer: string | null
}
/** 银行 存款理财 */
export interface BanksDepositsRow extends SourceRow {
  id_number: string
  name: string
  bank: string
  account_no: string
  account_kind: string
  /** fen */ balance: number
  /** fen */ wealth_value: number | null
  /** fen */ bank_total: number | null
  /** fen */ outflow_6m: number | null
  outflow_purpose: string | null
}
/** 证券 持仓 */
export interface SecuritiesHoldingsRow extends SourceRow {
  id_number: string
  name: string
  broker: string
  account_no: string
  kind: string
  /** fen */ market_value: number
  /** fen */ cash: number | null
}
/** 保险 保单 */
export interface InsurancePoliciesRow extends SourceRow {
  id_number: string
  name: string
  policy_no: string
  insurer: string | null
  kind: string
  role: string
  payer: string
  /** fen */ annual_premium: number
  last_paid_on: string | null
  /** fen */ cash_value: number | null
  state: string
}
/** 水电气通讯 用量（仅作辅助） */
export interface UtilitiesUsageRow extends SourceRow {
  id_number: string
  name: string
  item: string
  month: string
  /** fen */ amount: number
}
/** 第三方支付 余额 */
export interface ThirdPartyPaymentBalancesRow extends SourceRow {
  id_number: string
  name: string
  operator: string
  account_no: string
  /** fen */ balance: number
  /** fen */ paid_1y: number | null
}
/** Row type of each record type. */
export interface RecordRows {
  'police/register': PoliceRegisterRow
  'police/deaths': PoliceDeathsRow
  'police/vehicles': PoliceVehiclesRow
  'police/custody': PoliceCustodyRow
  'police/exit_entry': PoliceExitEntryRow
  'hrss/contributions': HrssContributionsRow
  'hrss/benefits': HrssBenefitsRow
  'finance/payroll': FinancePayrollRow
  'finance/subsidy_card': FinanceSubsidyCardRow
  'tax/personal_income': TaxPersonalIncomeRow
  'natural_resources/titles': NaturalResourcesTitlesRow
  'natural_resources/transfers': NaturalResourcesTransfersRow
  'housing/presale_contracts': HousingPresaleContractsRow
  'housing/housing_aid': HousingHousingAidRow
  'market/officers': MarketOfficersRow
  'market/investors': MarketInvestorsRow
  'market/self_employed': MarketSelfEmployedRow
  'housing_fund/accounts': HousingFundAccountsRow
  'agriculture/machinery': AgricultureMachineryRow
  'civil_affairs/marriages': CivilAffairsMarriagesRow
  'civil_affairs/funerals': CivilAffairsFuneralsRow
  'civil_affairs/other_aid': CivilAffairsOtherAidRow
  'disabled_federation/certificates': DisabledFederationCertificatesRow
  'medical_security/settlements': MedicalSecuritySettlementsRow
  'education/enrolments': EducationEnrolmentsRow
  'banks/deposits': BanksDepositsRow
  'securities/holdings': SecuritiesHoldingsRow
  'insurance/policies': InsurancePoliciesRow
  'utilities/usage': UtilitiesUsageRow
  'third_party_payment/balances': ThirdPartyPaymentBalancesRow
}

export type RecordName = keyof RecordRows
