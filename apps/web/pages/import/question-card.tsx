import { type FormEvent, useId } from 'react'
import type { ReadQuestion } from '#registry/contract'
import { count } from '../../format.ts'
import { Tag } from '../../ui/tag.tsx'
import { type Given, heldIn, missingOf } from './answers.ts'

type Line = ReadQuestion['lines'][number]
type LineProps = { line: Line; value: string | null; isMissing: boolean; onChange: (value: string) => void }

/** A choice is written with a mark before it, so that "not wanted" ('') is not the same as nothing chosen. */
const mark = '='

function LineField({ line, value, isMissing, onChange, id, about }: LineProps & { id: string; about: string }) {
  const common = { id, className: 'input', 'aria-describedby': about, 'aria-invalid': isMissing ? true : undefined }
  if (line.choices === null) {
    return (
      <input
        {...common}
        value={value ?? ''}
        maxLength={500}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  return (
    <select
      {...common}
      value={value === null ? '' : mark + value}
      onChange={(event) => {
        if (event.target.value !== '') onChange(event.target.value.slice(mark.length))
      }}
    >
      {value === null && <option value="">{line.optional ? '（不确定，先不读）' : '请选择'}</option>}
      {line.choices.map((choice) => (
        <option key={choice.value} value={mark + choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

function QuestionLine(props: LineProps) {
  const { line, value, isMissing } = props
  const id = useId()
  const isProposal = line.answer === null && line.proposed !== null && value === line.proposed
  return (
    <li className="question-line">
      <div>
        <label htmlFor={id} className="strong">
          {line.label}
        </label>
        <p id={`${id}-about`} className="muted small">
          {line.seen > 0 && `${count(line.seen)} 处`}
          {line.samples.length > 0 && `${line.seen > 0 ? '，' : ''}例：${line.samples.slice(0, 3).join('、')}`}
          {isMissing && <span className="error-text">　请选择或填写</span>}
        </p>
      </div>
      <div className="question-field">
        <LineField {...props} id={id} about={`${id}-about`} />
        <span className="proposal">{isProposal && <Tag tone="blue">建议</Tag>}</span>
      </div>
    </li>
  )
}

type CardProps = {
  question: ReadQuestion
  number: number
  given: Given
  /** Its lines are told which are missing. */
  isTold: boolean
  isSure: boolean
  busy: boolean
  onChange: (key: string, value: string) => void
  onSure: (isSure: boolean) => void
}

/** What was confirmed, folded to a line that can be opened again. */
function SureCard({ question, number, given, busy, onSure }: CardProps) {
  const words = question.lines.map((line) => {
    const value = heldIn(given, question, line)
    return `${line.label}：${line.choices?.find((choice) => choice.value === value)?.label ?? value ?? '—'}`
  })
  return (
    <li className="card question sure">
      <p>
        <Tag tone="green">已确定</Tag> <strong>{`${number}. ${question.title}`}</strong>{' '}
        <span className="muted small">
          {words.slice(0, 3).join('；')}
          {words.length > 3 && ` 等 ${words.length} 项`}
        </span>
      </p>
      <button type="button" className="button plain" disabled={busy} onClick={() => onSure(false)}>
        修改<span className="hidden">{question.title}</span>
      </button>
    </li>
  )
}

/** One decision: a question with its lines, confirmed at once. */
export function QuestionCard(props: CardProps) {
  const { question, number, given, isTold, isSure, busy, onChange, onSure } = props
  const id = useId()
  if (isSure) return <SureCard {...props} />
  const missing = new Set(missingOf(given, question).map(({ key }) => key))
  function submit(event: FormEvent) {
    event.preventDefault()
    onSure(true)
  }
  return (
    <li className="card question">
      <form className="stack-small" onSubmit={submit} noValidate aria-labelledby={id}>
        <h3 id={id} tabIndex={-1}>
          {`${number}. ${question.title}`}
        </h3>
        {question.detail !== '' && <p className="muted">{question.detail}</p>}
        <ul className="question-lines">
          {question.lines.map((line) => (
            <QuestionLine
              key={line.key}
              line={line}
              value={heldIn(given, question, line)}
              isMissing={isTold && missing.has(line.key)}
              onChange={(value) => onChange(line.key, value)}
            />
          ))}
        </ul>
        <div className="row">
          <button type="submit" className="button primary" disabled={busy}>
            确定<span className="hidden">{question.title}</span>
          </button>
          {isTold && missing.size > 0 && (
            <span className="error-text small" role="alert">
              还有 {missing.size} 项没有选择或填写
            </span>
          )}
        </div>
      </form>
    </li>
  )
}
