import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { ChangeOutcome, ChangeTask } from '#casework/contract'
import { call } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, FieldGroup } from '../../ui/field.tsx'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'
import { changeTasks } from './task-queries.ts'

const outcomes: readonly { value: ChangeOutcome; label: string }[] = [
  { value: 'no_effect', label: '经核实，对本户没有影响' },
  { value: 'in_case', label: '在正在办理的案件中处理' },
  { value: 'review', label: '对本户待遇进行复核' },
]

const chosen = (form: FormData): ChangeOutcome | undefined => outcomes.find(({ value }) => value === form.get('outcome'))?.value

function Settle({ task, onClose }: { task: ChangeTask; onClose: () => void }) {
  const queries = useQueryClient()
  const [wrong, setWrong] = useState<string>()
  const settle = useMutation({
    mutationFn: (body: { outcome: ChangeOutcome; note: string }) =>
      call('casework.settle-change-task', { params: { hintNo: task.hintNo }, body }),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: ['casework.list-change-tasks'] })
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const note = String(form.get('note') ?? '').trim()
    const outcome = chosen(form)
    const fault = outcome === undefined ? '请选择处理结果' : note.length < 4 ? '请写明核实情况，至少 4 个字' : undefined
    setWrong(fault)
    if (fault === undefined && outcome !== undefined) settle.mutate({ outcome, note })
  }

  return (
    <Dialog title={`处理：${task.subjectName} ${task.title}`} onClose={onClose}>
      {settle.isError && <ErrorPanel error={settle.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <FieldGroup label="处理结果" required>
          {outcomes.map(({ value, label }) => (
            <label key={value} className="choice">
              <input type="radio" name="outcome" value={value} /> {label}
            </label>
          ))}
        </FieldGroup>
        <Field label="核实情况" error={wrong}>
          {(ids) => <textarea {...ids} name="note" maxLength={2000} />}
        </Field>
        <p className="muted small">这里只登记处理结果；停发、调整待遇须另行按程序办理。</p>
        <FormButtons label="登记处理结果" busy={settle.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

function Line({ task, onSettle }: { task: ChangeTask; onSettle: () => void }) {
  return (
    <li className="spread">
      <span>
        <Link to="/households/$householdNo" params={{ householdNo: task.householdNo }}>
          {task.headName}户
        </Link>
        （{task.villageName}）{task.subjectName}　<span className="strong">{task.title}</span>
        {task.facts.map(({ label, value }) => `　${label} ${value}`)}
        {!task.covered && '　授权已撤回或到期，内容不再显示'}
        <span className="muted small">
          {`　${instant(task.raisedAt)}`}
          {task.caseNo !== null && `　案件 ${task.caseNo}`}
          {task.assignedTo !== null && `　指派给 ${task.mine ? '我' : task.assignedTo}`}
        </span>
      </span>
      <button type="button" className="button" onClick={onSettle}>
        处理<span className="hidden">{task.subjectName}的变动提示</span>
      </button>
    </li>
  )
}

/** Hints of member units that nobody has looked at yet. */
export function ChangeTasks() {
  const query = useQuery(changeTasks)
  const [open, setOpen] = useState<ChangeTask | null>(null)
  const { data } = query
  if (data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  if (data.total === 0) return null
  return (
    <section className="card stack" aria-labelledby="change-tasks">
      <h2 id="change-tasks">变动提示（{count(data.total)}）</h2>
      <p className="muted small">{data.note}</p>
      <ul className="stack">
        {data.rows.map((task) => (
          <Line key={task.hintNo} task={task} onSettle={() => setOpen(task)} />
        ))}
      </ul>
      {data.total > data.rows.length && (
        <p className="muted small">处理完这些后显示其余 {count(data.total - data.rows.length)} 条。</p>
      )}
      {open !== null && <Settle task={open} onClose={() => setOpen(null)} />}
    </section>
  )
}
