import { useRef, useState } from 'react'
import type { ReadAnswers, ReadQuestion } from '#registry/contract'
import { count } from '../../format.ts'
import { answersOf, type Given, missingOf, withAnswer } from './answers.ts'
import { QuestionCard } from './question-card.tsx'

type QuestionsProps = { questions: readonly ReadQuestion[]; busy: boolean; onSend: (answers: ReadAnswers) => void }

/** The open questions of a workbook as cards; once all are confirmed, the workbook is read again with the answers. */
export function Questions({ questions, busy, onSend }: QuestionsProps) {
  const [given, setGiven] = useState<Given>({})
  const [sure, setSure] = useState<ReadonlySet<string>>(new Set())
  const [told, setTold] = useState<ReadonlySet<string>>(new Set())
  const list = useRef<HTMLOListElement>(null)
  const open = questions.filter(({ id }) => !sure.has(id))
  const incomplete = questions.filter((question) => missingOf(given, question).length > 0)

  function confirm(question: ReadQuestion, isSure: boolean) {
    if (isSure && missingOf(given, question).length > 0) return setTold(new Set([...told, question.id]))
    const next = new Set(sure)
    if (isSure) next.add(question.id)
    else next.delete(question.id)
    setSure(next)
    if (questions.every(({ id }) => next.has(id))) return onSend(answersOf(given, questions))
    // the button that was pressed is gone: on to the next open card
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('form h3')?.focus())
  }

  function confirmAll() {
    setTold(new Set(incomplete.map(({ id }) => id)))
    if (incomplete.length === 0) onSend(answersOf(given, questions))
    else list.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }

  return (
    <>
      <ol className="stack-small" ref={list}>
        {questions.map((question, i) => (
          <QuestionCard
            key={question.id}
            question={question}
            number={i + 1}
            given={given}
            isTold={told.has(question.id)}
            isSure={sure.has(question.id)}
            busy={busy}
            onChange={(key, value) => setGiven(withAnswer(given, question.id, key, value))}
            onSure={(isSure) => confirm(question, isSure)}
          />
        ))}
      </ol>
      <div className="row">
        <p role="status">
          共 {count(questions.length)} 项，还有 {count(open.length)} 项待确定。
        </p>
        {open.length > 1 && (
          <button type="button" className="button" disabled={busy} onClick={confirmAll}>
            其余都按所列确定
          </button>
        )}
        {open.length === 0 && (
          <button type="button" className="button primary" disabled={busy} onClick={confirmAll}>
            {busy ? '正在重新读…' : '按确定的重新读'}
          </button>
        )}
      </div>
    </>
  )
}
