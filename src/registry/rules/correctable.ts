/** Which fields of a registered row one person may correct: a list; everything else changes by its own way, which is named. Pure. */
import type { CoreTableName } from '../tables.ts'
import { ACCOUNT_COLUMNS } from './account.ts'

const DATED = ['amount', 'period_from', 'period_to'] as const

/** Table → columns that one person may correct; old and new are kept. */
export const CORRECTABLE: Readonly<Record<CoreTableName, readonly string[]>> = {
  divisions: [],
  officials: [],
  households: ['address', 'division_code'],
  persons: ['name', 'id_number', 'gender', 'birth_date', 'relation', 'marital_status', 'work_status', 'student_level', 'phone'],
  supporters: ['name', 'id_number', 'relation', 'work_unit'],
  authorisations: ['signature', 'signed_on', 'valid_to', 'withdrawn_on', 'items'],
  declared_income: ['item', ...DATED],
  declared_assets: ['kind', 'identifier', 'area', 'amount'],
  declared_expenditure: ['kind', ...DATED],
  payments: [],
  relative_filings: [],
  query_log: [],
}

const ACCOUNT = '请在“发放账户”页由一人申请、另一人确认'
const AID = '由重新申请的决定，或家庭页“保障待遇”中由两人办理的暂停、停止、恢复改变'

/** Where a whole table is changed instead. */
const TABLE_WAYS: Partial<Record<CoreTableName, string>> = {
  divisions: '请由系统管理员在“行政区划”页调整',
  officials: '请由核对中心在“导入”页导入更正后的人员名册',
  payments: '发放记录来自原系统的名册和本系统确认的发放名册，不能改写',
  relative_filings: '请在案件页登记近亲属备案',
  query_log: '查询日志只能记入，不能改写',
}

/** Where a field is changed instead. */
export function ownWayOf(table: CoreTableName, column: string): string {
  const whole = TABLE_WAYS[table]
  if (whole !== undefined) return whole
  if (table === 'households' && (ACCOUNT_COLUMNS as readonly string[]).includes(column)) return ACCOUNT
  return AID
}
