/** The member units that answer, with their Chinese names. */
export const UNITS = {
  police: '公安',
  hrss: '人社',
  finance: '财政',
  tax: '税务',
  natural_resources: '自然资源',
  housing: '住建',
  market: '市场监管',
  housing_fund: '公积金',
  agriculture: '农业农村',
  civil_affairs: '民政',
  disabled_federation: '残联',
  medical_security: '医保',
  education: '教育',
  banks: '银行',
  securities: '证券',
  insurance: '保险',
  utilities: '水电气通讯',
  third_party_payment: '第三方支付',
} as const

export type Unit = keyof typeof UNITS

/**
 * The record types units answer, with the authorisation item that covers each; `own` marks the bureau's own data, for
 * which no authorisation is needed.
 */
export const RECORD_TYPES = {
  'police/register': { label: '户籍', category: 'identity' },
  'police/deaths': { label: '死亡注销', category: 'identity' },
  'police/vehicles': { label: '机动车', category: 'vehicle' },
  'police/custody': { label: '羁押服刑', category: 'identity' },
  'police/exit_entry': { label: '出入境', category: 'identity' },
  'hrss/contributions': { label: '社保缴费（每月一行）', category: 'employment' },
  'hrss/benefits': { label: '待遇发放', category: 'employment' },
  'finance/payroll': { label: '统发工资（每月一行）', category: 'fiscal' },
  'finance/subsidy_card': { label: '惠民惠农一卡通', category: 'fiscal' },
  'tax/personal_income': { label: '个人所得税申报', category: 'tax' },
  'natural_resources/titles': { label: '不动产登记', category: 'property' },
  'natural_resources/transfers': { label: '不动产转出', category: 'property' },
  'housing/presale_contracts': { label: '商品房网签', category: 'property' },
  'housing/housing_aid': { label: '住房保障与危房改造', category: 'property' },
  'market/officers': { label: '主要人员', category: 'business' },
  'market/investors': { label: '投资人', category: 'business' },
  'market/self_employed': { label: '个体工商户', category: 'business' },
  'housing_fund/accounts': { label: '账户', category: 'employment' },
  'agriculture/machinery': { label: '农机购置补贴', category: 'business' },
  'civil_affairs/marriages': { label: '婚姻登记', category: 'own' },
  'civil_affairs/funerals': { label: '殡葬火化', category: 'own' },
  'civil_affairs/other_aid': { label: '其他救助福利', category: 'own' },
  'disabled_federation/certificates': { label: '残疾人证', category: 'welfare' },
  'medical_security/settlements': { label: '住院结算', category: 'welfare' },
  'education/enrolments': { label: '学籍', category: 'welfare' },
  'banks/deposits': { label: '存款理财', category: 'finance' },
  'securities/holdings': { label: '持仓', category: 'finance' },
  'insurance/policies': { label: '保单', category: 'finance' },
  'utilities/usage': { label: '用量（仅作辅助）', category: 'living' },
  'third_party_payment/balances': { label: '余额', category: 'finance' },
} as const

export type RecordType = keyof typeof RECORD_TYPES

/** The unit that answers a record type. */
export function unitOf(record: RecordType): Unit {
  return record.slice(0, record.indexOf('/')) as Unit
}

/** A record type's Chinese name with its unit: 公安 机动车. */
export function recordLabel(record: RecordType): string {
  return `${UNITS[unitOf(record)]} ${RECORD_TYPES[record].label}`
}
