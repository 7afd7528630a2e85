import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { DoubleMember, MembershipOutcome } from '#casework/contract'
import { CallProblem, call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Field, FieldGroup } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import type { Saving } from './use-saving.ts'

const outcomes: readonly { value: MembershipOutcome; label: string }[] = [
  { value: 'moved', label: '已迁出那一户，那一户应当减员' },
  { value: 'error', label: '登记有误，不是两处的成员' },
  { value: 'same', label: '是本户原来的登记' },
]

function Clear({ saving, double }: { saving: Saving; double: DoubleMember }) {
  const [wrong, setWrong] = useState<string>()
  const { view } = saving
  const clear = useMutation({
    mutationFn: (body: { outcome: MembershipOutcome; reason: string }) =>
      call('casework.clear-membership', { params: { caseNo: view.caseNo }, body: { key: double.key, ...body } }),
    onSuccess: ({ doubles }) => saving.replace({ ...view, doubles }),
  })
  const told = clear.error instanceof CallProblem ? clear.error.fields[0]?.message : undefined

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const outcome = outcomes.find(({ value }) => value === form.get('outcome'))?.value
    setWrong(outcome === undefined ? '请选择核实的结果' : undefined)
    if (outcome !== undefined) clear.mutate({ outcome, reason: String(form.get('reason') ?? '') })
  }

  return (
    <form className="stack-small" onSubmit={submit} noValidate>
      <FieldGroup label="核实的结果" required>
        {outcomes.map(({ value, label }) => (
          <label key={value} className="choice">
            <input type="radio" name="outcome" value={value} /> {label}
          </label>
        ))}
      </FieldGroup>
      <Field label="怎样核实的（至少 4 个字）" wide error={wrong ?? told}>
        {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
      </Field>
      {clear.isError && told === undefined && <ErrorPanel error={clear.error} />}
      <div className="row">
        <button type="submit" className="button" disabled={clear.isPending}>
          登记核实结果<span className="hidden">：{double.name}</span>
        </button>
      </div>
    </form>
  )
}

/** Who is a member of another household: the application is not accepted, and nothing decided, before each is cleared. */
export function DoubleMembers({ saving }: { saving: Saving }) {
  const can = useCan()
  const { doubles, running } = saving.view
  return doubles.map((double) => (
    <section key={double.key} className="card stack-small" aria-label={`${double.name}同时登记在另一户`}>
      <div className="spread">
        <p>
          <strong>{double.name}</strong>同时是{double.where}的成员。
        </p>
        <Tag tone={double.cleared === null ? 'red' : 'green'}>{double.cleared === null ? '待核实' : '已核实'}</Tag>
      </div>
      {double.cleared !== null && (
        <p className="small">
          {double.cleared.outcomeLabel}：{double.cleared.reason}（{double.cleared.byName}）
        </p>
      )}
      {double.cleared === null && running && can('casework.convene') && <Clear saving={saving} double={double} />}
      {double.cleared === null && running && !can('casework.convene') && (
        <p className="muted small">由乡镇（街道）经办人核实。</p>
      )}
    </section>
  ))
}
