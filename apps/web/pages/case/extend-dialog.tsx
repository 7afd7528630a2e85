import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import type { ExtendableClock } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { CallProblem, call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'

type Props = { caseNo: string; clock: ExtendableClock; onClose: () => void }

/** Asks by how much, and why, a limit is extended. */
export function ExtendDialog({ caseNo, clock, onClose }: Props) {
  const queries = useQueryClient()
  const extend = useMutation({
    mutationFn: (body: { clock: string; days: number; reason: string }) =>
      call('casework.extend-clock', { params: { caseNo }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['casework.open-case'] })
      onClose()
    },
  })
  const fields = extend.error instanceof CallProblem ? extend.error.fields : []
  const problem = (name: string) => fields.find(({ path }) => path === name)?.message
  const days = clock.unit === 'working' ? '个工作日' : '天'

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    extend.mutate({ clock: clock.clock, days: Number(form.get('days')), reason: String(form.get('reason') ?? '') })
  }

  return (
    <Dialog title={`延长“${clock.label}”的时限`} onClose={onClose}>
      <p>
        现为 {chineseDate(clock.dueOn)} 到期，最多延长 {clock.most} {days}，只能延长一次。依据：{clock.clause}
      </p>
      {extend.isError && fields.length === 0 && <ErrorPanel error={extend.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <TextField
          label={`延长多少${days}`}
          name="days"
          inputMode="numeric"
          defaultValue={String(clock.most)}
          error={problem('days')}
        />
        <Field label="延长的理由（至少 4 个字，写入办理过程）" wide error={problem('reason')}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <FormButtons label="延长" busy={extend.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
