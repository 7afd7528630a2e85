/**
 * Aid schemes as the verification sees them: which items may be asked, for what purpose, on what legal ground, and the
 * clocks of the report. Values without a published source carry the mark `proposal` and are dated: a district replaces
 * them when its own rule is in force.
 */
import { type RecordName, recordNames } from '#sources/contract'

/** A dated value with what it rests on. */
export interface DatedTerm {
  value: number
  from: string
  mark: 'sourced' | 'known' | 'uncertain' | 'proposal'
  basis: string
}

export interface Scheme {
  id: string
  label: string
  purpose: string
  legalBasis: string
  /** record types the scheme may ask about (minimal necessity) */
  records: readonly RecordName[]
  /** months a report may be used */
  reportValidityMonths: DatedTerm
  /** working days in which an objection may be raised */
  objectionWorkingDays: DatedTerm
  /** working days a unit has to answer */
  unitAnswerWorkingDays: DatedTerm
  /** working days from the end of the units' days to the report */
  reportWorkingDays: DatedTerm
  /** working days in which an objection is answered */
  reviewWorkingDays: DatedTerm
  /** days after which a node of another district need not answer any more */
  farAnswerDays: DatedTerm
}

const term =
  (mark: DatedTerm['mark']) =>
  (value: number, basis: string): DatedTerm => ({ value, from: '2026-01-01', mark, basis })
const proposal = term('proposal')
const uncertain = term('uncertain')

const dibao: Scheme = {
  id: 'dibao',
  label: '最低生活保障',
  purpose: '最低生活保障家庭经济状况核对',
  legalBasis: '《社会救助暂行办法》关于申请家庭经济状况核对的规定；本人书面授权',
  records: recordNames,
  reportValidityMonths: proposal(6, '未见公布的有效期，按六个月设定，由区县规定替换'),
  objectionWorkingDays: proposal(10, '未见公布的异议期限，按十个工作日设定'),
  unitAnswerWorkingDays: proposal(2, '未见公布的反馈时限，按两个工作日设定'),
  reportWorkingDays: uncertain(
    4,
    '未见全国规定；见于一个区的核对前置办法（原则上四个工作日），自成员单位反馈期满起算系本产品设定',
  ),
  reviewWorkingDays: uncertain(10, '未见全国规定；见于两地对有争议核对结果的复查期限（十个工作日），由区县规定替换'),
  farAnswerDays: proposal(15, '未见公布的异地协查答复期限，按十五日设定，由双方约定替换'),
}

const schemes = new Map([[dibao.id, dibao]])

/** Purpose of what is asked for a whole district, beyond any household: officials' relatives, persons who may have been left out. */
export const districtPurpose = '近亲属备案核查与主动发现'

/** What is watched of persons on aid or with a running case: why, on what ground, and for how long before it is renewed. */
export const watching = {
  purpose: '最低生活保障对象动态管理',
  legalBasis: '《社会救助暂行办法》第十三条（最低生活保障家庭状况变化的核查）；本人书面授权',
  /** the same for the journal, which names the papers apart */
  clause: '社会救助暂行办法 第十三条',
  longestDays: proposal(366, '未见规定的最长期限，按一年设定；依据仍在的到期续订'),
}

/** Every purpose the verification asks for; a unit is enrolled for these. */
export const verificationPurposes: readonly string[] = [
  ...[...schemes.values()].map((scheme) => scheme.purpose),
  districtPurpose,
  watching.purpose,
]

/** The scheme of an id; throws for one that is not known. */
export function schemeOf(id: string): Scheme {
  const scheme = schemes.get(id)
  if (scheme === undefined) throw new RangeError(`no aid scheme ${id}`)
  return scheme
}
