import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import { UNITS } from '#kernel/record-types'
import type { Answer, AnswerState, HouseholdView, Subject } from '#verification/contract'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { answerOrder, answerWords, authorisationWords } from '../../wording.ts'
import { WithdrawButton } from './withdraw-button.tsx'

type UnitKey = keyof typeof UNITS
const unitKeys = Object.keys(UNITS) as UnitKey[]
const roleWords = { member: '共同生活成员', listed: '登记未计入', supporter: '义务人' } as const

/** States that need a look before anybody says "has none", worst first. */
const worstFirst: readonly AnswerState[] = [
  'NAME_MISMATCH',
  'ID_NOT_FOUND',
  'SOURCE_ERROR',
  'TIMEOUT',
  'PENDING',
  'NOT_AUTHORISED',
  'HIT',
  'NO_RECORD',
]

/** One cell stands for all record types of the unit: the state that matters most. */
export function unitState(answers: readonly Answer[]): AnswerState | null {
  return worstFirst.find((state) => answers.some((a) => a.state === state)) ?? null
}

function answersBy(subject: Subject, unit: string): Answer[] {
  return subject.answers.filter((a) => a.unit === unit)
}

function spoken(subject: Subject, unit: UnitKey, answers: readonly Answer[]): string {
  const parts = answerOrder.flatMap((state) => {
    const n = answers.filter((a) => a.state === state).length
    return n === 0 ? [] : [`${answerWords[state].label} ${n} 类`]
  })
  return `${subject.name}，${UNITS[unit]}：${parts.length === 0 ? '未询问' : parts.join('，')}`
}

type Choice = { subjectNo: string; unit: UnitKey }
type CellProps = { subject: Subject; unit: UnitKey; chosen: boolean; onChoose: () => void }

function Cell({ subject, unit, chosen, onChoose }: CellProps) {
  const answers = answersBy(subject, unit)
  const state = unitState(answers)
  const word = state === null ? null : answerWords[state]
  const like = answers.filter((a) => a.state === state).length
  return (
    <td className="cell">
      <button
        type="button"
        className={`mark ${word?.tone ?? 'grey'}`}
        aria-pressed={chosen}
        aria-label={spoken(subject, unit, answers)}
        onClick={onChoose}
      >
        {word?.mark ?? '—'}
        {like < answers.length && <span className="part">{`${like}/${answers.length}`}</span>}
      </button>
    </td>
  )
}

function SubjectHead({ subject }: { subject: Subject }) {
  const can = useCan()
  return (
    <th scope="row" className="who-cell">
      <span className="strong">{subject.name}</span> <span className="small muted">{subject.relationLabel}</span>
      <span className="small row">
        <span className="muted">{roleWords[subject.role]}</span>
        {subject.authorisation !== 'signed' && <WordTag word={authorisationWords[subject.authorisation]} />}
        {can('journal.read') && (
          <Link to="/looks" search={{ subject: subject.subjectNo }} className="no-print">
            谁看过<span className="hidden">{subject.name}</span>
          </Link>
        )}
      </span>
    </th>
  )
}

function Withdrawal({ subject }: { subject: Subject }) {
  const valid = subject.authorisation === 'signed' || subject.authorisation === 'guardian'
  if (!valid || subject.authorisationNo === null) return null
  return <WithdrawButton name={subject.name} authorisationNo={subject.authorisationNo} />
}

function Detail({ subject, unit, onClose }: { subject: Subject; unit: UnitKey; onClose: () => void }) {
  return (
    <section className="notice stack-small" aria-live="polite" aria-label={`${subject.name}，${UNITS[unit]}`}>
      <div className="spread">
        <h3>
          {subject.name}，{UNITS[unit]}
        </h3>
        <div className="row">
          <Withdrawal subject={subject} />
          <button type="button" className="button" onClick={onClose}>
            收起
          </button>
        </div>
      </div>
      <p className="small">
        身份证号 <span className="mono">{subject.idMasked}</span>；授权：{authorisationWords[subject.authorisation].label}
        {subject.authorisationNo !== null &&
          `（${subject.authorisationNo}，${subject.authorisedFrom ?? '—'} 至 ${subject.authorisedTo ?? '长期'}）`}
        {subject.authorisedItems.length > 0 && `，范围：${subject.authorisedItems.join('、')}`}
      </p>
      <ul className="stack-small">
        {answersBy(subject, unit).map((a) => (
          <li key={a.record} className="row">
            <span className="strong">{a.recordName}</span>
            <WordTag word={answerWords[a.state]} />
            {a.state === 'HIT' && <span>{a.rows} 条</span>}
            {a.reason !== null && <span>{a.reason}</span>}
            <span className="muted small">
              数据日期 {chineseDate(a.asOf ?? '—')}；答复 {instant(a.answeredAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function MatrixHead() {
  return (
    <thead>
      <tr>
        <th scope="col" className="who-cell">
          姓名
        </th>
        {unitKeys.map((unit) => (
          <th key={unit} scope="col" className="unit-head">
            <span>{UNITS[unit]}</span>
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** Members and supporters against the 18 units; a cell opens what each record type said, since when, and why. */
export function Sources({ view }: { view: HouseholdView }) {
  const [choice, setChoice] = useState<Choice | null>(null)
  const chosen = view.subjects.find((s) => s.subjectNo === choice?.subjectNo)
  return (
    <section id="sources" className="card stack-small" aria-labelledby="sources-title">
      <h2 id="sources-title">成员与来源</h2>
      <ul className="legend" aria-label="图例">
        {answerOrder.map((state) => (
          <li key={state}>
            <span className={`mark small-mark ${answerWords[state].tone}`} aria-hidden="true">
              {answerWords[state].mark}
            </span>{' '}
            {answerWords[state].label}
          </li>
        ))}
      </ul>
      <p className="muted small">
        只有“无记录”表示没有。一个单位有几类记录时，格子显示最需要注意的状态，小字是这种状态的类数。点格子看各类记录的答复、数据日期和原因。
      </p>
      <Scroller label="成员与来源对照表，可左右滚动">
        <table className="data matrix">
          <caption className="hidden">每名成员在 18 个成员单位的答复状态</caption>
          <MatrixHead />
          <tbody>
            {view.subjects.map((subject) => (
              <tr key={subject.subjectNo}>
                <SubjectHead subject={subject} />
                {unitKeys.map((unit) => {
                  const on = choice?.subjectNo === subject.subjectNo && choice.unit === unit
                  return (
                    <Cell
                      key={unit}
                      subject={subject}
                      unit={unit}
                      chosen={on}
                      onChoose={() => setChoice(on ? null : { subjectNo: subject.subjectNo, unit })}
                    />
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {choice !== null && chosen !== undefined && <Detail subject={chosen} unit={choice.unit} onClose={() => setChoice(null)} />}
    </section>
  )
}
