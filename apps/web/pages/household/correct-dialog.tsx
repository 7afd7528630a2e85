import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call, type Output } from '../../client.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

/** One row of the registry and those of its fields that may be changed here. */
export type Correction = {
  table: string
  key: string
  title: string
  fields: readonly CorrectionField[]
}

type CorrectionField = {
  column: string
  label: string
  value: string
  hint?: string
  type?: 'date'
  /** A closed list instead of a text. */
  choices?: readonly { value: string; label: string }[]
}

/** Fields whose text differs from what stood there. */
export function changedFields(correction: Correction, form: FormData): Record<string, string> {
  const changed: Record<string, string> = {}
  for (const { column, value } of correction.fields) {
    const typed = String(form.get(column) ?? '').trim()
    if (typed !== value) changed[column] = typed
  }
  return changed
}

function Done({ result, onClose }: { result: Output<'registry.correct-field'>; onClose: () => void }) {
  return (
    <div className="stack" role="status">
      <p className="notice green">
        已更正。
        {result.touched.length === 0 ? '没有需要重新询问的内容。' : `只对受影响的 ${result.touched.length} 人重新询问。`}
      </p>
      {result.issues.map((issue) => (
        <p key={issue.column + issue.code} className="notice amber">
          {issue.message}
        </p>
      ))}
      <div className="row">
        <button type="button" className="button primary" onClick={onClose}>
          关闭
        </button>
      </div>
    </div>
  )
}

type FormProps = {
  correction: Correction
  issues: Output<'registry.correct-field'>['issues']
  wrong: string | undefined
  pending: boolean
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  onClose: () => void
}

function Input({ field, error }: { field: CorrectionField; error: string | undefined }) {
  const { column, label, value, hint, type, choices } = field
  const shared = { label, error, required: false, ...(hint === undefined ? {} : { hint }) }
  if (choices === undefined && type === 'date') return <DateField {...shared} name={column} defaultValue={value} />
  if (choices === undefined) {
    return <TextField {...shared} name={column} defaultValue={value} maxLength={500} autoComplete="off" />
  }
  return (
    <Field {...shared}>
      {(ids) => (
        <select {...ids} name={column} defaultValue={value}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function CorrectForm({ correction, issues, wrong, pending, onSubmit, onClose }: FormProps) {
  return (
    <form className="stack-small" onSubmit={onSubmit} noValidate>
      {correction.fields.map((field) => (
        <Input
          key={field.column}
          field={field}
          error={issues.find((x) => x.column === field.column && x.severity === 'error')?.message}
        />
      ))}
      <Field label="更正依据（必填）" error={wrong} hint="例如：核对户口本原件。">
        {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
      </Field>
      <div className="row">
        <button type="submit" className="button primary" disabled={pending}>
          {pending ? '正在检查…' : '检查并更正'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </form>
  )
}

/** Corrects fields of one registry row, with every check again, and says what is asked anew. */
export function CorrectDialog({ correction, onClose }: { correction: Correction; onClose: () => void }) {
  const queries = useQueryClient()
  const [wrong, setWrong] = useState<string>()
  const correct = useMutation({
    mutationFn: (body: { fields: Record<string, string>; reason: string }) =>
      call('registry.correct-field', { params: { table: correction.table, key: correction.key }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['registry.open-household'] })
      await queries.invalidateQueries({ queryKey: ['registry.list-corrections'] })
      await queries.invalidateQueries({ queryKey: ['verification.open-household'] })
    },
  })
  const refused = correct.data?.accepted === false ? correct.data.issues : []
  const general = refused.filter((issue) => !correction.fields.some((field) => field.column === issue.column))

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const fields = changedFields(correction, form)
    const reason = String(form.get('reason') ?? '').trim()
    const message =
      Object.keys(fields).length === 0 ? '没有改动任何一项' : reason.length < 4 ? '请写明更正依据，至少 4 个字' : undefined
    setWrong(message)
    if (message === undefined) correct.mutate({ fields, reason })
  }

  return (
    <Dialog title={correction.title} onClose={onClose}>
      {correct.isError && <ErrorPanel error={correct.error} />}
      {refused.length > 0 && (
        <p className="notice red" role="alert">
          没有更正：{general.map((issue) => issue.message).join('；') || '请改正标出的项。'}
        </p>
      )}
      {correct.data?.accepted === true ? (
        <Done result={correct.data} onClose={onClose} />
      ) : (
        <CorrectForm
          correction={correction}
          issues={refused}
          wrong={wrong}
          pending={correct.isPending}
          onSubmit={submit}
          onClose={onClose}
        />
      )}
    </Dialog>
  )
}
