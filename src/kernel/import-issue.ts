/** What may be wrong with a row of a package, as the interchange names it. */
export const ISSUE_CODES = [
  'COLUMN_COUNT',
  'REQUIRED_EMPTY',
  'CODE_UNKNOWN',
  'DATE_INVALID',
  'DATE_FUTURE',
  'DATE_NORMALISED',
  'MONEY_INVALID',
  'MONEY_NEGATIVE',
  'MONEY_NORMALISED',
  'NUMBER_INVALID',
  'DIVISION_INVALID',
  'DIVISION_UNKNOWN',
  'IDQ-1',
  'IDQ-2',
  'IDQ-3',
  'IDQ-4',
  'IDQ-8',
  'IDQ-9',
  'DUPLICATE_KEY',
  'REPEATED_ROW',
  'REF_NOT_FOUND',
  'PERIOD_REVERSED',
  'OUTSIDE_AREA',
  'SOURCE_MISSING',
  'FILE_MISSING',
  'FILE_UNREADABLE',
  'COLUMN_MISSING',
  'ROW_COUNT_MISMATCH',
  'KEPT_AID',
  'AID_BY_CASE',
  'KEPT_ACCOUNT',
  'KEPT_PAYMENT',
  'PAID_HERE',
  'ACCOUNT_LOST',
  'ACCOUNT_DOUBLE',
  'VALUE_CONFLICT',
  'HOUSEHOLD_UNCLEAR',
  'COUNT_DIFFERS',
] as const

export type IssueCode = (typeof ISSUE_CODES)[number]

/** `error`: the row is quarantined. `warn`: it is used as normalised (a repeated row is not used again). */
export type Severity = 'error' | 'warn'

/** One problem of one field; `column` is empty when the whole row is meant. */
export interface FieldIssue {
  readonly column: string
  readonly code: IssueCode
  readonly severity: Severity
  /** What belongs to the sentence besides: other rows it is about. Holds no personal data. */
  readonly note?: string
}

/** A problem with its place in the package: what one line of import-errors.csv says. */
export interface ImportIssue extends FieldIssue {
  /** Path in the package with '/'. */
  readonly file: string
  /** CSV record as a spreadsheet numbers it (header 1); 0 for the file as a whole. */
  readonly row: number
  /** Chinese sentence: what is wrong and how to mend it. Holds no personal data. */
  readonly message: string
}

interface Wording {
  readonly what: string
  readonly mend: string
}

const WORDINGS: Readonly<Record<IssueCode, Wording>> = {
  COLUMN_COUNT: { what: '字段数与表头不一致', mend: '请检查是否多了或少了逗号，含逗号的内容要加双引号' },
  REQUIRED_EMPTY: { what: '必填项为空', mend: '请补填' },
  CODE_UNKNOWN: { what: '不在代码表内', mend: '请按代码表填写代码' },
  DATE_INVALID: { what: '日期不存在或无法识别', mend: '请写成 2026-09-30（月份写成 2026-09）' },
  DATE_FUTURE: { what: '日期晚于核对时点', mend: '请核对后改正' },
  DATE_NORMALISED: { what: '日期写法不规范，已自动转换', mend: '以后请写成 2026-09-30（月份写成 2026-09）' },
  MONEY_INVALID: { what: '不是金额', mend: '请以元为单位写成 1234.50' },
  MONEY_NEGATIVE: { what: '金额小于零', mend: '请核对后改正' },
  MONEY_NORMALISED: { what: '金额写法不规范，已自动转换', mend: '以后请写成 1234.50，不用全角数字、千分位和货币符号' },
  NUMBER_INVALID: { what: '不是数字', mend: '请填写阿拉伯数字' },
  DIVISION_INVALID: { what: '不是 12 位区划代码', mend: '请填写 12 位数字代码，不足补 0' },
  DIVISION_UNKNOWN: { what: '区划代码不在本包行政区划表内', mend: '请核对代码，或在行政区划表中补上' },
  'IDQ-1': { what: '公民身份号码位数或校验位不对', mend: '请对照证件重新录入或读卡' },
  'IDQ-2': { what: '公民身份号码中的出生日期不可能', mend: '请对照证件重新录入或读卡' },
  'IDQ-3': { what: '公民身份号码写法不规范', mend: '已自动转换，请以后按 18 位录入' },
  'IDQ-4': { what: '与公民身份号码不一致', mend: '请核对号码与登记的性别、出生日期' },
  'IDQ-8': { what: '同一号码或户主重复', mend: '请核对是否重复登记' },
  'IDQ-9': { what: '与户主关系缺失或不合常理', mend: '请核对与户主的关系和双方号码' },
  DUPLICATE_KEY: { what: '编号与前面的行重复而内容不同', mend: '请保留正确的一行，或改用新的编号' },
  REPEATED_ROW: { what: '与前面的行完全重复，本行不再使用', mend: '可删去本行' },
  REF_NOT_FOUND: { what: '所指的行不存在或未被接收', mend: '请先改正所指的行，或改正编号' },
  PERIOD_REVERSED: { what: '结束早于开始', mend: '请核对起止时间' },
  OUTSIDE_AREA: { what: '本行属于其他乡镇街道', mend: '请由该乡镇街道或核对中心导入；迁来本辖区的家庭，请先由核对中心变更区划' },
  SOURCE_MISSING: { what: '单位未提供此类记录', mend: '请联系该单位补报' },
  FILE_MISSING: { what: '清单称已反馈，但记录文件缺失', mend: '请联系该单位补报文件' },
  FILE_UNREADABLE: { what: '文件无法读取', mend: '请联系该单位按 UTF-8 编码的 CSV 重新提交' },
  COLUMN_MISSING: { what: '文件缺少此列', mend: '请补上该列后重新提交' },
  ROW_COUNT_MISMATCH: { what: '申报行数与文件行数不一致', mend: '请联系该单位核对后重报' },
  KEPT_AID: {
    what: '该户在保，救助待遇以本系统为准，本行的待遇未采用',
    mend: '确需改变的，请重新申请，或在家庭页“保障待遇”中由两人办理暂停、停止、恢复',
  },
  AID_BY_CASE: {
    what: '启用月份起新发生的保障须经申请办理，本行的待遇未采用',
    mend: '请由乡镇街道在“新增申请”中受理；启用月份以前已批准的，请核对保障起始月',
  },
  KEPT_ACCOUNT: {
    what: '该户在保，发放账户以本系统为准，本行的账户未采用',
    mend: '确需改变的，请在“发放账户”页由一人申请、另一人确认',
  },
  KEPT_PAYMENT: {
    what: '启用月份起已登记的发放记录以本系统为准，本行的改动未采用',
    mend: '与实际不符的，请在“资金发放”的差异中由两人处理',
  },
  PAID_HERE: { what: '该户本月已由本系统确认的名册发放，本行未采用', mend: '请核对原系统是否重复发放' },
  ACCOUNT_DOUBLE: {
    what: '同一账号还登记在另一户在保家庭名下',
    mend: '请核对账号；确属代管等正当共用的，发放前在“资金发放”的差异中由两人处理',
  },
  ACCOUNT_LOST: {
    what: '表格软件把长号码当成数字，末尾几位已丢失',
    mend: '请在表格中把该列设为文本，对照原件重新录入；末尾确实都是 0 的，更正本行时请每四位空一格重新输入',
  },
  VALUE_CONFLICT: { what: '同一户内各行所写不一致', mend: '请核对后改成一致' },
  HOUSEHOLD_UNCLEAR: { what: '无法确定是哪一户', mend: '请补填保障证号（家庭编号），或改正户主的公民身份号码' },
  COUNT_DIFFERS: { what: '家庭人口数与所列成员人数不符', mend: '请核对是否漏列或多列成员' },
}

const SPECIAL: Readonly<Record<string, Wording>> = {
  'IDQ-3 error': { what: '公民身份号码成了科学计数法，数字已丢失', mend: '请在表格中把该列设为文本后重新录入' },
  'IDQ-8 error id_number': { what: '同一户内已有相同的公民身份号码', mend: '请删去重复的人，或改正号码' },
  'IDQ-8 warn id_number': { what: '另一户已有相同的公民身份号码', mend: '请核对此人属于哪一户' },
  'IDQ-8 warn relation': { what: '本户已有户主', mend: '一户只能有一名户主，请改正与户主关系' },
  'IDQ-8 warn household_no': { what: '本户没有户主', mend: '请把一名家庭成员的与户主关系改为户主' },
  'KEPT_AID warn ': {
    what: '数据包中没有部分在保或启用月份起已发放的家庭，这些家庭已全部保留',
    mend: '不再保障的，请在家庭页“保障待遇”中由两人办理停止发放',
  },
  'KEPT_PAYMENT warn ': {
    what: '数据包中没有启用月份起已登记的部分发放记录，这些记录已保留',
    mend: '与实际不符的，请在“资金发放”的差异中由两人处理',
  },
  'ACCOUNT_LOST error account_holder_id': {
    what: '表格软件把身份号码当成数字，末尾几位已丢失',
    mend: '请在表格中把该列设为文本后重新录入',
  },
  'VALUE_CONFLICT error household_no': { what: '不同的两户用了同一个编号', mend: '请核对保障证号（家庭编号），改正后重新导入' },
  'IDQ-9 empty': { what: '与户主关系未填', mend: '请补填' },
}

/** Short Chinese name of what a code means; the code itself if it is unknown. */
export function issueLabel(code: string): string {
  return Object.hasOwn(WORDINGS, code) ? WORDINGS[code as IssueCode].what : code
}

export interface IssueContext {
  /** Chinese name of the column, if the issue is about one. */
  readonly label?: string
  /** True if the field itself is empty. */
  readonly empty?: boolean
}

/** The Chinese sentence of an issue: column, what is wrong, how to mend it. Never repeats the field's value. */
export function issueMessage(issue: FieldIssue, context: IssueContext = {}): string {
  const wording =
    (context.empty === true ? SPECIAL[`${issue.code} empty`] : undefined) ??
    SPECIAL[`${issue.code} ${issue.severity} ${issue.column}`] ??
    SPECIAL[`${issue.code} ${issue.severity}`] ??
    WORDINGS[issue.code]
  const where = issue.column === '' ? '' : `${context.label ?? issue.column}（${issue.column}）：`
  const note = issue.note === undefined ? '' : `（${issue.note}）`
  return `${where}${wording.what}${note}，${wording.mend}。`
}

/** Order of import-errors.csv: file, row, column, code, each by code point. */
export function compareIssues(a: ImportIssue, b: ImportIssue): number {
  return compareText(a.file, b.file) || a.row - b.row || compareText(a.column, b.column) || compareText(a.code, b.code)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
