/** Chinese words and tones of everything with a closed list; a word is always shown, colour only helps. */
import type {
  AnswerState,
  ClearingOutcome,
  ClearingState,
  CommissionState,
  Conclusion,
  FindingClass,
} from '#verification/contract'

/** Tone of a tag or bar; each passes 4.5:1 with its own background. */
export type Tone = 'red' | 'amber' | 'green' | 'blue' | 'grey'

export type Word = { readonly label: string; readonly tone: Tone }

export const commissionWords: Record<CommissionState, Word> = {
  drafted: { label: '待委托', tone: 'grey' },
  commissioned: { label: '已委托', tone: 'blue' },
  accepted: { label: '已受理', tone: 'blue' },
  returned: { label: '退回补正', tone: 'amber' },
  querying: { label: '查询中', tone: 'blue' },
  collected: { label: '已收齐', tone: 'blue' },
  compared: { label: '已比对', tone: 'blue' },
  report_drafted: { label: '报告待签', tone: 'amber' },
  report_signed: { label: '报告已签发', tone: 'green' },
  delivered: { label: '报告已送达', tone: 'green' },
  objected: { label: '异议复核中', tone: 'amber' },
  reviewed: { label: '已复核', tone: 'green' },
  closed: { label: '办结', tone: 'green' },
  suspended: { label: '中止', tone: 'red' },
  terminated: { label: '终止', tone: 'grey' },
}

export const conclusionWords: Record<Conclusion, Word> = {
  consistent: { label: '一致', tone: 'green' },
  inconsistent: { label: '不一致', tone: 'red' },
  undetermined: { label: '无法认定', tone: 'amber' },
}

export const classWords: Record<FindingClass, Word> = {
  A: { label: 'A 类', tone: 'red' },
  B: { label: 'B 类', tone: 'amber' },
  C: { label: 'C 类', tone: 'grey' },
}

export const classMeaning: Record<FindingClass, string> = {
  A: '须两人核实签署',
  B: '须写明理由',
  C: '仅作提示',
}

/** `mark` is the one character that stands in the narrow cells of the matrix. */
export const answerWords: Record<AnswerState, Word & { readonly mark: string }> = {
  HIT: { label: '有记录', tone: 'blue', mark: '有' },
  NO_RECORD: { label: '无记录', tone: 'green', mark: '无' },
  NAME_MISMATCH: { label: '号码相符姓名不符', tone: 'red', mark: '异' },
  ID_NOT_FOUND: { label: '号码查无', tone: 'red', mark: '查' },
  NOT_AUTHORISED: { label: '未授权未查询', tone: 'grey', mark: '权' },
  SOURCE_ERROR: { label: '来源错误', tone: 'red', mark: '错' },
  TIMEOUT: { label: '超时未答', tone: 'amber', mark: '超' },
  PENDING: { label: '待答复', tone: 'amber', mark: '待' },
}

/** The order in which the eight states are listed and stacked everywhere. */
export const answerOrder: readonly AnswerState[] = [
  'HIT',
  'NO_RECORD',
  'NAME_MISMATCH',
  'ID_NOT_FOUND',
  'NOT_AUTHORISED',
  'SOURCE_ERROR',
  'TIMEOUT',
  'PENDING',
]

/** The eight states as bars show them: five colours that can be told apart; the words of all eight stand beside. */
export const answerGroups: readonly { key: string; label: string; tone: Tone; states: readonly AnswerState[] }[] = [
  { key: 'hit', label: '有记录', tone: 'blue', states: ['HIT'] },
  { key: 'none', label: '无记录', tone: 'green', states: ['NO_RECORD'] },
  { key: 'identity', label: '姓名不符或号码查无', tone: 'red', states: ['NAME_MISMATCH', 'ID_NOT_FOUND'] },
  { key: 'silent', label: '来源错误、超时或待答复', tone: 'amber', states: ['SOURCE_ERROR', 'TIMEOUT', 'PENDING'] },
  { key: 'unauthorised', label: '未授权未查询', tone: 'grey', states: ['NOT_AUTHORISED'] },
]

export const outcomeWords: Record<ClearingOutcome, Word> = {
  true: { label: '属实', tone: 'red' },
  not_true: { label: '不属实', tone: 'green' },
  other_aid: { label: '转其他救助', tone: 'blue' },
}

/** The same outcomes for a person who may have been left out: what the visit showed, and what was done about it. */
export const missedWords: Record<ClearingOutcome, Word> = {
  true: { label: '属实，已告知申请', tone: 'blue' },
  other_aid: { label: '已享受其他救助', tone: 'green' },
  not_true: { label: '不属实', tone: 'grey' },
}

export const clearingWords: Record<ClearingState, Word> = {
  open: { label: '待处置', tone: 'red' },
  awaiting_second: { label: '待第二人复核', tone: 'amber' },
  cleared: { label: '已处置', tone: 'green' },
}

export const programmeWords = { urban: '城市低保', rural: '农村低保' } as const
export const kindWords = { new: '新申请', existing: '在保' } as const

export const authorisationWords = {
  signed: { label: '本人签字', tone: 'green' },
  guardian: { label: '监护人代签', tone: 'green' },
  missing: { label: '未签', tone: 'red' },
  withdrawn: { label: '已撤回', tone: 'red' },
  expired: { label: '已过期', tone: 'red' },
} as const satisfies Record<string, Word>

/** How a paper stands today. */
export const paperWords = {
  signed: { label: '有效', tone: 'green' },
  guardian: { label: '有效，监护人代签', tone: 'green' },
  missing: { label: '缺失', tone: 'red' },
  withdrawn: { label: '已撤回', tone: 'red' },
  expired: { label: '已过期', tone: 'red' },
} as const satisfies Record<string, Word>

/** Checks of data quality by their code, in order. */
export const qualityRules: Readonly<Record<string, string>> = {
  'IDQ-1': '号码错',
  'IDQ-2': '出生日期错',
  'IDQ-3': '写法不规范',
  'IDQ-4': '性别或生日与号码不符',
  'IDQ-5': '号码属他人',
  'IDQ-6': '号码查无',
  'IDQ-7': '姓名写法不一',
  'IDQ-8': '重复或户主不明',
  'IDQ-9': '关系不合理',
  'IDQ-10': '区划代码不在册',
  'IDQ-11': '账户与本户或卡号不符',
  'IDQ-12': '授权书编号或扫描件不符',
}

export const linkWords = {
  online: { label: '在线', tone: 'green' },
  late: { label: '有超时', tone: 'amber' },
  silent: { label: '失联', tone: 'red' },
  never: { label: '从未连接', tone: 'grey' },
} as const satisfies Record<string, Word>

/** The steps of a campaign as progress bars show them: fewer than the states, in order. */
export const stepGroups: readonly { key: string; label: string; tone: Tone; states: readonly CommissionState[] }[] = [
  { key: 'done', label: '报告已签发', tone: 'green', states: ['report_signed', 'delivered', 'reviewed', 'closed'] },
  { key: 'compared', label: '已比对', tone: 'blue', states: ['collected', 'compared', 'report_drafted'] },
  { key: 'asking', label: '查询中', tone: 'amber', states: ['commissioned', 'accepted', 'querying', 'objected'] },
  { key: 'stopped', label: '退回或中止', tone: 'red', states: ['returned', 'suspended', 'terminated'] },
  { key: 'waiting', label: '未开始', tone: 'grey', states: ['drafted'] },
]
