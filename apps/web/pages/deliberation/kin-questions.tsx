import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { KinQuestion } from '#casework/contract'
import { CallProblem, call, reading } from '../../client.ts'
import { Field, FieldGroup } from '../../ui/field.tsx'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'

type Props = { question: KinQuestion; onAnswered: () => void }

/** One namesake: the same person or not, and how that is known. */
function Question({ question, onAnswered }: Props) {
  const queries = useQueryClient()
  const [wrong, setWrong] = useState<string>()
  const { caseNo, applicantName, key, name, relation } = question
  const answer = useMutation({
    mutationFn: (body: { isKin: boolean; reason: string }) =>
      call('casework.answer-kin', { params: { caseNo }, body: { key, name, relation, ...body } }),
    onSuccess: async () => {
      onAnswered()
      await queries.invalidateQueries({ queryKey: ['casework.read-kin-questions'] })
    },
  })
  const told = answer.error instanceof CallProblem ? answer.error.fields[0]?.message : undefined

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = form.get('same')
    setWrong(said === null ? '请选择是不是同一人' : undefined)
    if (said !== null) answer.mutate({ isKin: said === 'yes', reason: String(form.get('reason') ?? '') })
  }

  return (
    <form className="record-card stack-small" onSubmit={submit} noValidate>
      <FieldGroup
        label={`${key.startsWith('chair:') ? '主持人' : '评议人员'}${name}是不是${applicantName}户的“${relation}”本人？`}
        required
      >
        <label className="choice">
          <input type="radio" name="same" value="yes" /> 是同一人，应当回避
        </label>
        <label className="choice">
          <input type="radio" name="same" value="no" /> 不是，只是同名
        </label>
      </FieldGroup>
      <Field label="怎样核实的（至少 4 个字）" error={wrong ?? told}>
        {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
      </Field>
      {answer.isError && told === undefined && <ErrorPanel error={answer.error} />}
      <div className="row">
        <button type="submit" className="button" disabled={answer.isPending}>
          确认<span className="hidden">{name}</span>
        </button>
      </div>
    </form>
  )
}

/** Who would sit or chair and has the name of kin of a family: answered before a body is drawn. Nothing where nobody has. */
export function KinQuestions({ village, chair, onAnswered }: { village: string; chair: string; onAnswered: () => void }) {
  const query = useQuery(
    reading('casework.read-kin-questions', { params: { villageCode: village }, query: chair === '' ? {} : { chair } }),
  )
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (query.data === undefined) return <Arriving />
  if (query.data.rows.length === 0) return null
  return (
    <section className="card stack" aria-labelledby="kin-questions">
      <h2 id="kin-questions">抽取之前须先确认（{query.data.rows.length}）</h2>
      <p className="muted small">以下人员与当事人或其近亲属同名。确认之前不能抽取、投票和主持。</p>
      {query.data.rows.map((question) => (
        <Question key={`${question.caseNo} ${question.key} ${question.relation}`} question={question} onAnswered={onAnswered} />
      ))}
    </section>
  )
}
