/** Chinese words of the desk's pages. */
import { isRecordName, recordTypeOf, type SilenceReason, type StateLetter } from '#sources/contract'

/** Colour of a word, always beside the word itself. */
export type Tone = 'red' | 'amber' | 'green' | 'blue' | 'grey'

/** What the log's events mean. */
const events: Readonly<Record<string, string>> = {
  answer: '答复查询',
  statement: '说明数据状况',
  refused: '拒绝查询',
  repeat: '重发原答复',
  correction: '更正答复',
  alarm: '警报',
  parked: '收到无法使用的报文',
  refused_by: '对方未接收',
  disk: '磁盘空间',
  error: '报文有误',
  received: '收到报文',
  sent_again: '重新答复搁置的查询',
  given_up: '放弃搁置的查询',
  authorisation_revoked: '授权撤回',
  request_cancelled: '查询撤销',
  reconciliation: '对账',
  subscription: '登记或结束订阅',
  subscription_ended: '订阅到期',
  watch_base: '订阅首次查看',
  notice: '变动提示',
  desk_sign_in: '登录页面',
  desk_sign_in_failed: '登录失败',
  desk_person_search: '按号码查日志',
  desk_test_query: '试查',
  desk_mapping: '修改数据映射',
  desk_drop: '投放数据',
  desk_set_aside_rows: '下载隔离行',
  desk_manual_look: '查看人工答复对象',
  desk_manual_closed: '关闭人工答复',
  desk_export: '导出日志',
}

export const eventLabel = (event: string): string => events[event] ?? event

/** Events that answer a question of an asker. */
export const answerEvents: ReadonlySet<string> = new Set(['answer', 'statement', 'refused', 'repeat', 'correction'])

/** How a request ended. */
const codes: Readonly<Record<string, string>> = {
  answered: '已答复',
  unanswered: '未能答复',
  no_right: '查询方无此权限',
  cancelled: '查询已撤销',
  expired: '已过答复期限',
  unusable: '查询无法使用',
  set_aside: '多次失败，已搁置',
  signature: '签名不符',
  digest: '内容与摘要不符',
  sealed: '无法解封',
  root: '内容与签名的根不符',
  malformed: '格式有误',
  same_id: '同一编号内容不同',
  chain: '与上一条不连续',
  foreign_channel: '不是双方的通道',
  addressee: '收发节点不符',
  unknown_sender: '未登记的节点',
  unknown_neighbour: '未登记或已吊销',
  version: '版本过新',
  suite: '密码套件不符',
  too_large: '超出大小限度',
  clock: '时钟相差过大',
  disk_full: '磁盘将满',
  disk_90: '磁盘已用 90%',
  disk_80: '磁盘已用 80%',
  disk_0: '磁盘恢复正常',
  truncated: '文件不完整',
  idem: '同一业务标识内容不同',
  reopened: '重新排队',
  given_up: '已放弃',
  reconciled: '一致',
  differs: '不符',
  difference: '对账不符',
  told: '已登记待发',
  receipt: '回执与所发报文不符',
  ahead: '双方账册不是同一份',
  order: '序号不连续',
  unknown_request: '所答复的查询不存在',
  answered_before: '该查询已有答复',
  type: '报文位置不对',
  certificate: '证书与节点不符',
  no_pass: '转送节点不放行',
  no_route: '转送节点没有路由',
}

export const codeLabel = (code: string): string => codes[code] ?? code

/** Why a record type is not answered, or an absence proves nothing. */
export const reasonLabels: Readonly<Record<SilenceReason, string>> = {
  source_missing: '没有数据',
  file_missing: '文件缺失',
  unreadable: '文件无法读取',
  column_missing: '缺少列',
  not_answered: '未答复',
  person_unanswered: '此人未答复',
  cut_off: '不完整（少于声明行数）',
  stale: '数据陈旧',
  faulty_rows: '有错误行',
  revoked: '授权已撤回',
  no_right: '查询方无此权限',
}

/** States of a person and record type. */
export const letterLabels: Readonly<Record<StateLetter, string>> = {
  H: '有记录',
  N: '无记录',
  M: '号码相符姓名不符',
  I: '号码查无',
  A: '未授权未查询',
  E: '来源错误',
  T: '超时',
  P: '待人工答复',
}

const lookups: Readonly<Record<string, string>> = {
  prepare: '数据准备',
  register_books: '同户人员',
  register_children: '子女',
  register_persons: '按号码查户籍',
  register_officials: '公职人员亲属',
  deaths: '死亡',
  disability_list: '残疾人名单',
  aid_active: '在享救助',
  csv: '表格',
  chain: '日志链',
}

/** What was asked, as the log names it: record types or a look-up. */
export function subjectLabel(subject: string): string {
  return subject
    .split(' ')
    .map((each) => (isRecordName(each) ? recordTypeOf(each).label : (lookups[each] ?? each)))
    .join('、')
}

/** Names of the ways columns are filled in. */
export const typeLabels: Readonly<Record<string, string>> = {
  text: '文本',
  key: '编号',
  person: '姓名',
  id: '公民身份号码',
  idlink: '公民身份号码',
  date: '日期',
  month: '月份',
  money: '金额（元）',
  decimal: '数字',
  int: '整数',
  division: '区划代码',
  yesno: 'yes/no',
  code: '代码',
  codes: '代码（可多个）',
  record: '记录类型',
}
