/** What a question and an answer say of one household, in words; and whether the authorisations cover what was looked up. */
import { z } from 'zod'
import {
  isAuthorised,
  isUnit,
  type itemStates,
  LookupAnswerHead,
  type LookupHead,
  PAPER_CELLS,
  RecordsAnswerHead,
  type RecordsHead,
  RequestHead,
  readLookupAnswer,
  readRecordsAnswer,
  readSubjects,
  readTerms,
  recordLabel,
  recordTypeOf,
  type SubjectAnswer,
  type SubjectCells,
  type UnitName,
  unitLabel,
} from '#sources/contract'
import type { Header } from '#wire'
import { RefusedBody } from '#wire'

/** A paper as a question names it. */
interface NamedPaper {
  no: string
  text: string
  docHash: string | null
}

/** What a question says. */
export interface QuestionFacts {
  head: RecordsHead | LookupHead
  subjects: readonly SubjectCells[]
  /** lines of a look-up: what was asked */
  items: readonly string[]
  papers: readonly NamedPaper[]
  /** what was looked up without an authorisation; filled when the answer is read */
  uncovered: string[]
}

const letters = {
  H: '有记录',
  N: '无记录',
  M: '号码相符姓名不符',
  I: '号码查无',
  A: '未授权，未查',
  E: '来源有误，未答复',
  T: '超时，未答复',
  P: '待答复',
} as const

function papersOf(head: RecordsHead, subjects: readonly SubjectCells[]): NamedPaper[] {
  const papers = new Map<string, NamedPaper>()
  for (const [, , , , cells] of subjects) {
    for (let at = 0; at < cells.length; at += PAPER_CELLS) {
      const [no, docHash] = [String(cells[at]), cells[at + 2]]
      const terms = head.papers[Number(cells[at + 1])]
      if (terms === undefined) throw new RangeError('查询所列授权的内容缺失')
      const { signature, signed_on: signed, valid_to: to, items } = readTerms(terms)
      const text = `${signature}，${signed ?? '未签'} 签，${to === null ? '长期' : `至 ${to}`}，项目 ${items.join('、')}`
      papers.set(no, { no, text, docHash: typeof docHash === 'string' ? docHash : null })
    }
  }
  return [...papers.values()]
}

/** Reads a question's head and the lines shown of it. Throws when they have another form. */
export function readQuestion(lines: readonly string[]): QuestionFacts {
  const head = RequestHead.parse(JSON.parse(lines[0] ?? ''))
  const items = lines.slice(1)
  if (head.kind === 'prepare') throw new RangeError('数据准备请求不涉及任何人')
  const subjects = head.kind === 'records' ? items.flatMap((line) => readSubjects(line)) : []
  const papers = head.kind === 'records' ? papersOf(head, subjects) : []
  return { head, subjects, items, papers, uncovered: [] }
}

/** Masks a citizen number. */
const masked = (id: string): string => `${id.slice(0, 6)}********${id.slice(-4)}`

/** The question in words. */
export function questionText(no: string, header: Header, facts: QuestionFacts): string[] {
  const { head, subjects, papers } = facts
  const asked = head.kind === 'records' ? head.records.map(recordLabel).join('、') : `补充查询 ${head.lookup}`
  const why = `  目的：${header.purpose}；依据：${header.legalBasis}；经办：${header.operator}；事由：${header.caseNo}；授权：${header.auth || '无'}`
  return [
    `${no} ${header.created} ${header.from} 向 ${header.to} 查询：${asked}`,
    why,
    ...subjects.map(([i, id, , names]) => `  对象 ${i}：${names[0] ?? ''} ${masked(id)}`),
    ...papers.map((paper) => `  授权 ${paper.no}：${paper.text}${paper.docHash === null ? '' : `，扫描件 ${paper.docHash}`}`),
  ]
}

function authorisationsOf(head: RecordsHead, cells: SubjectCells[4]) {
  return Array.from({ length: cells.length / PAPER_CELLS }, (_, k) => head.papers[Number(cells[k * PAPER_CELLS + 1])]).flatMap(
    (terms) => (terms === undefined ? [] : [readTerms(terms)]),
  )
}

/** Notes every pair that was looked up although no authorisation covers it. */
function noteUncovered(facts: QuestionFacts, head: RecordsHead, answer: SubjectAnswer): void {
  const subject = facts.subjects.find(([i]) => i === answer.i)
  if (subject === undefined) return
  const [, idNumber, want, , cells] = subject
  const papers = authorisationsOf(head, cells)
  const wanted = head.wants[want] ?? []
  wanted.forEach((index, k) => {
    const record = head.records[index]
    const letter = answer.states[k]
    if (record === undefined || letter === 'A' || letter === undefined) return
    const covers = isAuthorised(papers, { idNumber }, record, head.basis.asOf, head.basis.guardianAge)
    if (!covers) facts.uncovered.push(`对象 ${answer.i} 的“${recordLabel(record)}”没有授权，却已查询`)
  })
}

function subjectText(head: RecordsHead, facts: QuestionFacts, { i, states, rows }: SubjectAnswer): string {
  const want = facts.subjects.find((subject) => subject[0] === i)?.[2]
  const wanted = want === undefined ? [] : (head.wants[want] ?? [])
  const said = wanted.map((index, k) => {
    const record = head.records[index]
    const letter = states[k] as keyof typeof itemStates
    const cells = rows[String(index)]
    const labels = record === undefined ? [] : recordTypeOf(record).answerColumns
    const text = cells?.map((row) => labels.map((label, c) => `${label}=${String(row[c] ?? '')}`).join(' ')).join(' | ')
    return `${record === undefined ? '' : recordLabel(record)}：${letters[letter]}${text === undefined ? '' : `（${text}）`}`
  })
  return `    对象 ${i}：${said.join('；')}`
}

function recordsText(
  header: Header,
  lines: readonly string[],
  facts: QuestionFacts,
  head: RecordsHead,
  fail: (message: string) => never,
): string[] {
  const read = RecordsAnswerHead.parse(JSON.parse(lines[0] ?? ''))
  if (read.campaign !== head.campaign || read.batch !== head.batch || read.round !== head.round) fail('答复与查询的批次不符')
  if (read.records.join() !== head.records.join()) fail('答复与查询的记录类型不符')
  const { subjects, none } = readRecordsAnswer(read, unitOf(header.from), lines.slice(1))
  const asked = new Set(facts.subjects.map(([i]) => i))
  const silent: SubjectAnswer[] = none.map((i) => ({
    i,
    states: 'N'.repeat(wantedOf(facts, head, i)),
    rows: {},
    mismatch: {},
    why: {},
  }))
  const answers = [...subjects, ...silent]
  const foreign = answers.find((answer) => !asked.has(answer.i))
  if (foreign) fail(`答复涉及未查询的对象 ${foreign.i}`)
  if (header.type === 'answer' && new Set(answers.map((each) => each.i)).size !== asked.size) fail('答复没有涵盖所查的每一对象')
  for (const answer of answers) noteUncovered(facts, head, answer)
  return answers.map((answer) => subjectText(head, facts, answer))
}

function wantedOf(facts: QuestionFacts, head: RecordsHead, i: number): number {
  const want = facts.subjects.find((subject) => subject[0] === i)?.[2]
  return want === undefined ? 0 : (head.wants[want]?.length ?? 0)
}

function unitOf(node: string): UnitName {
  const name = node.slice(node.lastIndexOf('.') + 1)
  if (!isUnit(name)) throw new RangeError(`${node} 不是成员单位`)
  return name
}

/** The answer in words. Throws when it does not fit the question. */
export function readAnswer(
  header: Header,
  lines: readonly string[],
  facts: QuestionFacts,
  fail: (message: string) => never,
): string[] {
  const kind =
    { answer: '答复', correction: '更正', refused: '退回' }[header.type as 'answer' | 'correction' | 'refused'] ?? header.type
  const first = `  ${kind}：${header.created}，${unitLabel(unitOf(header.from))}`
  const read: unknown = JSON.parse(lines[0] ?? '')
  if (header.type === 'refused' || z.looseObject({ kind: z.literal('refused') }).safeParse(read).success) {
    return [`${first}，${RefusedBody.parse(read).message}（未答复，不等于没有记录）`]
  }
  if (facts.head.kind === 'records') return [first, ...recordsText(header, lines, facts, facts.head, fail)]
  const head = LookupAnswerHead.parse(read)
  if (head.lookup !== facts.head.lookup) fail('答复与补充查询的种类不符')
  const { answered, rows, yes } = readLookupAnswer(head, unitOf(header.from), lines.slice(1))
  return [first, `    ${answered ? `与本户有关：${rows.length + yes.length} 条` : '未答复'}`]
}
