import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, FieldGroup, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

function useDone(onClose: () => void) {
  const queries = useQueryClient()
  return async () => {
    onClose()
    await queries.invalidateQueries({ queryKey: ['verification.open-household'] })
  }
}

function Buttons({ label, pending, onClose }: { label: string; pending: boolean; onClose: () => void }) {
  return (
    <div className="row">
      <button type="submit" className="button primary" disabled={pending}>
        {pending ? '正在保存…' : label}
      </button>
      <button type="button" className="button" onClick={onClose}>
        取消
      </button>
    </div>
  )
}

/** Records an objection against a report; it opens a review. */
export function ObjectionDialog({ reportNo, onClose }: { reportNo: string; onClose: () => void }) {
  const done = useDone(onClose)
  const [wrong, setWrong] = useState<{ raisedBy?: string; reason?: string }>({})
  const raise = useMutation({
    mutationFn: (body: { raisedBy: string; reason: string }) =>
      call('verification.raise-objection', { params: { reportNo }, body }),
    onSuccess: done,
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const body = { raisedBy: String(form.get('raisedBy') ?? '').trim(), reason: String(form.get('reason') ?? '').trim() }
    const missing = {
      ...(body.raisedBy.length < 2 ? { raisedBy: '请写明提出人' } : {}),
      ...(body.reason.length < 4 ? { reason: '请写明异议内容，至少 4 个字' } : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length === 0) raise.mutate(body)
  }

  return (
    <Dialog title="登记异议" onClose={onClose}>
      {raise.isError && <ErrorPanel error={raise.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <TextField label="提出人" name="raisedBy" error={wrong.raisedBy} maxLength={60} />
        <Field label="异议内容" error={wrong.reason}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <Buttons label="登记并进入复核" pending={raise.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}

/** Answers an objection; the review leads to a report version of its own. */
export function ReviewDialog({ objectionId, onClose }: { objectionId: string; onClose: () => void }) {
  const done = useDone(onClose)
  const [wrong, setWrong] = useState<string>()
  const review = useMutation({
    mutationFn: (body: { outcome: 'upheld' | 'rejected'; answer: string }) =>
      call('verification.review-objection', { params: { objectionId }, body }),
    onSuccess: done,
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const answer = String(form.get('answer') ?? '').trim()
    setWrong(answer.length < 4 ? '请写明答复，至少 4 个字' : undefined)
    if (answer.length >= 4) review.mutate({ outcome: form.get('outcome') === 'upheld' ? 'upheld' : 'rejected', answer })
  }

  return (
    <Dialog title="复核异议" onClose={onClose}>
      {review.isError && <ErrorPanel error={review.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <FieldGroup label="复核结果" required>
          <label className="choice">
            <input type="radio" name="outcome" value="upheld" />
            <span>异议成立</span>
          </label>
          <label className="choice">
            <input type="radio" name="outcome" value="rejected" defaultChecked />
            <span>异议不成立</span>
          </label>
        </FieldGroup>
        <Field label="答复" error={wrong}>
          {(ids) => <textarea {...ids} name="answer" maxLength={2000} />}
        </Field>
        <Buttons label="答复并签发复核报告" pending={review.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
