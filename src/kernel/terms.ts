import { CORE_CODE_LISTS } from './code-lists-core.ts'
import { SOURCE_CODE_LISTS } from './code-lists-source.ts'
import { RECORD_TYPES, type RecordType } from './record-types.ts'

/** Every code list of the interchange: list → code → Chinese label. */
export const CODE_LISTS = { ...CORE_CODE_LISTS, ...SOURCE_CODE_LISTS } as const

export type CodeListName = keyof typeof CODE_LISTS
/** The codes of one list. */
export type CodeOf<L extends CodeListName> =
  Extract<keyof (typeof CODE_LISTS)[L], string | number> extends infer K ? (K extends number ? `${K}` : K) : never

const sets = new Map<CodeListName, ReadonlySet<string>>()

/** The codes of a list as a set. */
export function codesOf(list: CodeListName): ReadonlySet<string> {
  const known = sets.get(list)
  if (known !== undefined) return known
  const codes = new Set(Object.keys(CODE_LISTS[list]))
  sets.set(list, codes)
  return codes
}

/** Chinese label of a code; the code itself if the list does not have it. */
export function labelOf(list: CodeListName, code: string): string {
  const labels: Readonly<Record<string, string>> = CODE_LISTS[list]
  return labels[code] ?? code
}

/** True if the text names a record type, e.g. police/vehicles. */
export function isRecordType(x: string): x is RecordType {
  return Object.hasOwn(RECORD_TYPES, x)
}

export interface GlossaryTerm {
  readonly zh: string
  /** The word in code, tables and messages. */
  readonly word: string
  readonly meaning: string
  /** Where the term comes from, if a rule or standard fixes it. */
  readonly source?: string
}

/** One concept, one word. The glossary page is generated from this table. */
export const GLOSSARY: readonly GlossaryTerm[] = [
  { zh: '最低生活保障', word: 'dibao', meaning: 'minimum living allowance, the main programme', source: '社会救助暂行办法' },
  { zh: '核对', word: 'verification', meaning: 'checking the economic status of a household against member units' },
  { zh: '委托', word: 'commission', meaning: 'the request to verify one household' },
  { zh: '核对批次', word: 'campaign', meaning: 'verification of many households on one as-of date with one pack' },
  { zh: '核对时点', word: 'as-of date', meaning: 'the date on which facts and ages are judged; A in the rules' },
  { zh: '授权书', word: 'authorisation', meaning: 'the signed consent of one person to queries, by items' },
  { zh: '成员单位', word: 'member unit', meaning: 'authority or institution that answers queries' },
  { zh: '前置机', word: 'gateway', meaning: 'program at a member unit that answers from its own store' },
  { zh: '记录类型', word: 'record type', meaning: 'one kind of record a unit holds, e.g. police/vehicles' },
  {
    zh: '异地协查',
    word: 'far asking',
    meaning: 'a question to a unit of another district or level about members of a household',
  },
  { zh: '疑点', word: 'finding', meaning: "a machine's question about a household, never a verdict" },
  { zh: '核对报告', word: 'report', meaning: 'numbered, signed outcome of the verification of a household' },
  { zh: '更新报告', word: 'renewal', meaning: 'further version of a report after clearing, late answers or a correction' },
  { zh: '复核报告', word: 'review', meaning: 'further version of a report that answers an objection' },
  { zh: '结论', word: 'conclusion', meaning: 'consistent, inconsistent or undetermined' },
  { zh: '家庭', word: 'household', meaning: 'the unit of application and aid' },
  { zh: '共同生活家庭成员', word: 'member', meaning: 'listed person with counted = yes' },
  { zh: '户主', word: 'head', meaning: 'the person the relations refer to' },
  { zh: '赡养抚养扶养义务人', word: 'supporter', meaning: 'person who owes support to a member', source: '民法典' },
  { zh: '经办人员', word: 'handler', meaning: 'official who handles the case' },
  { zh: '近亲属备案', word: 'relative filing', meaning: 'an official’s statement that a household is of close relatives' },
  { zh: '申报', word: 'declared', meaning: 'stated by the household' },
  { zh: '核定', word: 'verified', meaning: 'the larger of declared and found, per person and item' },
  { zh: '行政区划代码', word: 'division code', meaning: '12-digit code of a division, zero-padded' },
  { zh: '公民身份号码', word: 'citizen number', meaning: '18 characters with check character', source: 'GB 11643-1999' },
  { zh: '统一社会信用代码', word: 'credit code', meaning: '18 characters of an organisation', source: 'GB 32100-2015' },
  {
    zh: '台账',
    word: 'ledger',
    meaning: "a workbook or list in a bureau's own columns and words, from which rows of the registry are made",
  },
  { zh: '表样', word: 'shape', meaning: 'the header paths of a sheet; ledgers of one shape are read alike' },
  { zh: '隔离区', word: 'quarantine', meaning: 'rows refused at import, kept with their reason, used nowhere' },
  { zh: '行政区数据包', word: 'district package', meaning: 'folder of files that hands over a roll and its units’ answers' },
  {
    zh: '启用月份',
    word: 'go-live month',
    meaning: 'first month a district pays by this system; earlier ones were paid elsewhere',
  },
  { zh: '重复登记', word: 'double', meaning: 'a person, or an account, in two households that are paid' },
  { zh: '政策包', word: 'pack', meaning: 'dated parameters and clauses of a district' },
  { zh: '核对日志', word: 'journal', meaning: 'append-only, hash-chained record of every write and every read of a person' },
  { zh: '低保标准', word: 'standard', meaning: 'monthly amount per person of a programme; S in the rules' },
  { zh: '已命中', word: 'HIT', meaning: 'the unit has a record of this number and name' },
  { zh: '查无记录', word: 'NO_RECORD', meaning: 'the unit answered and has none; the only state that means none' },
  { zh: '姓名不符', word: 'NAME_MISMATCH', meaning: 'records carry the number under another name' },
  { zh: '查无此号', word: 'ID_NOT_FOUND', meaning: 'the register does not know the number' },
  { zh: '未反馈', word: 'NOT_ANSWERED', meaning: 'no usable answer: source error, time-out or pending' },
  { zh: '未授权', word: 'NOT_AUTHORISED', meaning: 'no valid authorisation for this record type on the date' },
  { zh: '数据范围', word: 'scope', meaning: 'the division whose rows a user may see' },
  { zh: '密文索引', word: 'blind index', meaning: 'keyed digest of a sealed value, for equality only', source: 'GM/T 0004' },
]
