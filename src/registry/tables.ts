import { column, type Table } from '#kernel/table'

/** The twelve core tables of a district package, in the order they are read. */

export type CoreTableName =
  | 'divisions'
  | 'officials'
  | 'households'
  | 'persons'
  | 'supporters'
  | 'authorisations'
  | 'declared_income'
  | 'declared_assets'
  | 'declared_expenditure'
  | 'payments'
  | 'relative_filings'
  | 'query_log'

/** A column that names a row of another table (of any of `tables`). */
export interface Reference {
  readonly column: string
  readonly tables: readonly CoreTableName[]
  /** The person named must belong to the row's household. */
  readonly sameHousehold?: true
}

export interface CoreTable extends Table {
  readonly name: CoreTableName
  readonly file: string
  readonly references: readonly Reference[]
  /** Pairs of columns of which the second must not lie before the first. */
  readonly periods: readonly { readonly from: string; readonly to: string }[]
}

const divisions: CoreTable = {
  name: 'divisions',
  file: 'divisions.csv',
  label: '行政区划',
  key: 'code',
  columns: [
    column('code', 'division', '区划代码', { required: true }),
    column('name', 'text', '名称', { required: true }),
    column('level', 'code', '级别', { required: true, codes: 'division_level' }),
    column('kind', 'code', '类型', { required: true, codes: 'division_kind' }),
    column('parent_code', 'division', '上级区划代码'),
  ],
  references: [],
  periods: [],
}

const officials: CoreTable = {
  name: 'officials',
  file: 'officials.csv',
  label: '近亲属备案人员',
  key: 'official_no',
  columns: [
    column('official_no', 'key', '人员编号', { required: true }),
    column('name', 'person', '姓名', { required: true }),
    column('id_number', 'id', '公民身份号码', { required: true }),
    column('role', 'code', '身份', { required: true, codes: 'official_role' }),
    column('post', 'text', '职务'),
    column('unit', 'text', '单位'),
    column('division_code', 'division', '任职地区划代码', { required: true }),
    column('in_office_from', 'date', '任职起始日期', { required: true }),
    column('in_office_to', 'date', '任职终止日期'),
  ],
  references: [],
  periods: [{ from: 'in_office_from', to: 'in_office_to' }],
}

const households: CoreTable = {
  name: 'households',
  file: 'households.csv',
  label: '家庭',
  key: 'household_no',
  columns: [
    column('household_no', 'key', '家庭编号', { required: true }),
    column('programme', 'code', '救助项目', { required: true, codes: 'programme' }),
    column('kind', 'code', '家庭类型', { required: true, codes: 'household_kind' }),
    column('division_code', 'division', '区划代码', { required: true }),
    column('address', 'text', '住址'),
    column('applied_on', 'date', '申请日期', { required: true, notAfterAsOf: true }),
    column('aid_from', 'month', '保障起始月'),
    column('aid_to', 'month', '保障终止月'),
    column('tier', 'code', '保障类别', { codes: 'tier' }),
    column('approved_amount', 'money', '月保障金额'),
    column('single_applicant', 'yesno', '单人保'),
    column('bank_name', 'text', '开户银行'),
    column('account_no', 'text', '账号'),
    column('account_holder', 'person', '账户户名'),
    column('account_holder_id', 'idlink', '账户持有人身份号码'),
    column('account_proxy_filed', 'yesno', '代管协议已备案'),
    column('handler_no', 'text', '经办人员编号'),
  ],
  references: [],
  periods: [{ from: 'aid_from', to: 'aid_to' }],
}

const persons: CoreTable = {
  name: 'persons',
  file: 'persons.csv',
  label: '家庭成员',
  key: 'person_no',
  columns: [
    column('person_no', 'key', '成员编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('name', 'person', '姓名', { required: true }),
    column('id_number', 'id', '公民身份号码', { required: true }),
    column('gender', 'code', '性别', { required: true, codes: 'gender' }),
    column('birth_date', 'date', '出生日期', { required: true, notAfterAsOf: true }),
    column('relation', 'code', '与户主关系', { codes: 'relation' }),
    column('marital_status', 'code', '婚姻状况', { codes: 'marital' }),
    column('health', 'code', '健康状况', { codes: 'health' }),
    column('work_status', 'code', '就业状况', { codes: 'work_status' }),
    column('student_level', 'code', '在读学段', { codes: 'student_level' }),
    column('counted', 'yesno', '计入共同生活成员', { required: true }),
    column('aid_from', 'month', '保障起始月'),
    column('aid_to', 'month', '保障终止月'),
    column('top_ups', 'codes', '分类施保', { codes: 'top_up' }),
    column('phone', 'text', '联系电话'),
  ],
  references: [{ column: 'household_no', tables: ['households'] }],
  periods: [{ from: 'aid_from', to: 'aid_to' }],
}

const supporters: CoreTable = {
  name: 'supporters',
  file: 'supporters.csv',
  label: '赡养抚养扶养义务人',
  key: 'supporter_no',
  columns: [
    column('supporter_no', 'key', '义务人编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('supported_person_no', 'text', '被赡养抚养扶养人编号', { required: true }),
    column('relation', 'code', '与被赡养抚养扶养人关系', { required: true, codes: 'supporter_relation' }),
    column('name', 'person', '姓名', { required: true }),
    column('id_number', 'id', '公民身份号码', { required: true }),
    column('work_unit', 'text', '工作单位'),
    column('monthly_income', 'money', '家庭月收入'),
    column('household_persons', 'int', '家庭人口'),
    column('supported_count', 'int', '承担义务人数'),
    column('support_agreed', 'money', '裁定或协议月支付额'),
    column('support_paid', 'money', '实际月支付额'),
  ],
  references: [
    { column: 'household_no', tables: ['households'] },
    { column: 'supported_person_no', tables: ['persons'], sameHousehold: true },
  ],
  periods: [],
}

const authorisations: CoreTable = {
  name: 'authorisations',
  file: 'authorisations.csv',
  label: '授权书',
  key: 'authorisation_no',
  columns: [
    column('authorisation_no', 'key', '授权书编号', { required: true }),
    column('subject_no', 'text', '授权人编号', { required: true }),
    column('signature', 'code', '签署方式', { required: true, codes: 'signature' }),
    column('signed_on', 'date', '签署日期'),
    column('valid_to', 'date', '有效期至'),
    column('withdrawn_on', 'date', '撤回日期'),
    column('items', 'codes', '授权项目', { required: true, codes: 'auth_item' }),
  ],
  references: [{ column: 'subject_no', tables: ['persons', 'supporters'] }],
  periods: [{ from: 'signed_on', to: 'valid_to' }],
}

const declaredIncome: CoreTable = {
  name: 'declared_income',
  file: 'declared_income.csv',
  label: '申报收入',
  key: 'line_no',
  columns: [
    column('line_no', 'key', '行编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('person_no', 'text', '成员编号', { required: true }),
    column('item', 'code', '收入项目', { required: true, codes: 'income_item' }),
    column('amount', 'money', '金额', { required: true }),
    column('period_from', 'month', '起始月', { required: true }),
    column('period_to', 'month', '终止月', { required: true }),
  ],
  references: [
    { column: 'household_no', tables: ['households'] },
    { column: 'person_no', tables: ['persons'], sameHousehold: true },
  ],
  periods: [{ from: 'period_from', to: 'period_to' }],
}

const declaredAssets: CoreTable = {
  name: 'declared_assets',
  file: 'declared_assets.csv',
  label: '申报财产',
  key: 'line_no',
  columns: [
    column('line_no', 'key', '行编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('person_no', 'text', '成员编号', { required: true }),
    column('kind', 'code', '财产类型', { required: true, codes: 'asset_kind' }),
    column('identifier', 'text', '标识号'),
    column('area', 'decimal', '面积'),
    column('amount', 'money', '金额'),
  ],
  references: [
    { column: 'household_no', tables: ['households'] },
    { column: 'person_no', tables: ['persons'], sameHousehold: true },
  ],
  periods: [],
}

const declaredExpenditure: CoreTable = {
  name: 'declared_expenditure',
  file: 'declared_expenditure.csv',
  label: '申报支出',
  key: 'line_no',
  columns: [
    column('line_no', 'key', '行编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('person_no', 'text', '成员编号', { required: true }),
    column('kind', 'code', '支出类型', { required: true, codes: 'expenditure_kind' }),
    column('amount', 'money', '金额', { required: true }),
    column('period_from', 'month', '起始月', { required: true }),
    column('period_to', 'month', '终止月', { required: true }),
  ],
  references: [
    { column: 'household_no', tables: ['households'] },
    { column: 'person_no', tables: ['persons'], sameHousehold: true },
  ],
  periods: [{ from: 'period_from', to: 'period_to' }],
}

const payments: CoreTable = {
  name: 'payments',
  file: 'payments.csv',
  label: '资金发放',
  key: 'payment_no',
  columns: [
    column('payment_no', 'key', '发放编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('month', 'month', '所属月份', { required: true }),
    column('amount', 'money', '金额', { required: true }),
    column('paid_on', 'date', '发放日期', { required: true, notAfterAsOf: true }),
    column('account_no', 'text', '账号'),
    column('account_holder', 'person', '账户户名'),
  ],
  references: [{ column: 'household_no', tables: ['households'] }],
  periods: [],
}

const relativeFilings: CoreTable = {
  name: 'relative_filings',
  file: 'relative_filings.csv',
  label: '近亲属备案',
  key: 'filing_no',
  columns: [
    column('filing_no', 'key', '备案编号', { required: true }),
    column('official_no', 'text', '人员编号', { required: true }),
    column('household_no', 'text', '家庭编号', { required: true }),
    column('relation', 'code', '与备案人关系', { required: true, codes: 'kin' }),
    column('filed_on', 'date', '备案日期', { required: true }),
  ],
  references: [
    { column: 'official_no', tables: ['officials'] },
    { column: 'household_no', tables: ['households'] },
  ],
  periods: [],
}

const queryLog: CoreTable = {
  name: 'query_log',
  file: 'query_log.csv',
  label: '单笔查询日志',
  key: 'query_no',
  columns: [
    column('query_no', 'key', '查询编号', { required: true }),
    column('subject_no', 'text', '被查询人编号', { required: true }),
    column('record', 'record', '记录类型', { required: true }),
    column('queried_on', 'date', '查询日期', { required: true, notAfterAsOf: true }),
    column('operator', 'text', '操作人'),
    column('purpose', 'text', '查询目的'),
  ],
  references: [{ column: 'subject_no', tables: ['persons', 'supporters'] }],
  periods: [],
}

/** Every core table, in reading order. */
export const CORE_TABLES: readonly CoreTable[] = [
  divisions,
  officials,
  households,
  persons,
  supporters,
  authorisations,
  declaredIncome,
  declaredAssets,
  declaredExpenditure,
  payments,
  relativeFilings,
  queryLog,
]

/** The table of a name. Throws if there is none. */
export function coreTable(name: CoreTableName): CoreTable {
  const table = CORE_TABLES.find((each) => each.name === name)
  if (table === undefined) throw new RangeError(`no core table ${name}`)
  return table
}

/** The table a file of the package holds, or undefined. */
export function tableOfFile(file: string): CoreTable | undefined {
  return CORE_TABLES.find((each) => each.file === file)
}
