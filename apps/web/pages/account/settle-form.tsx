import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AccountChange } from '#registry/contract'
import { call } from '../../client.ts'
import { Field, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'

type Settlement = { outcome: 'confirmed'; accountNo: string; reason: string } | { outcome: 'refused'; reason: string }

const least = 4

interface Faults {
  accountNo?: string
  reason?: string
}

function refusalFaults(reason: string): Faults {
  return reason.length < least ? { reason: '请写明退回的理由，至少 4 个字' } : {}
}

function confirmationFaults(accountNo: string, reason: string, doubted: boolean): Faults {
  return {
    ...(accountNo === '' ? { accountNo: '请对照证明材料再录一遍账号' } : {}),
    ...(doubted && reason.length < least ? { reason: '请写明核对结果，至少 4 个字' } : {}),
  }
}

/** The second person types the number of the proof again, or sends the change back with a reason. */
export function SettleForm({ change }: { change: AccountChange }) {
  const { changeId, doubts } = change
  const queries = useQueryClient()
  const [wrong, setWrong] = useState<Faults>({})
  const settle = useMutation({
    mutationFn: (body: Settlement) => call('registry.settle-account-change', { params: { changeId }, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['registry.read-account'] })
      await queries.invalidateQueries({ queryKey: ['registry.list-account-changes'] })
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const { submitter } = event.nativeEvent as SubmitEvent
    const data = new FormData(event.currentTarget)
    const accountNo = String(data.get('accountNo') ?? '').trim()
    const reason = String(data.get('reason') ?? '').trim()
    const refuses = submitter?.getAttribute('value') === 'refused'
    const found = refuses ? refusalFaults(reason) : confirmationFaults(accountNo, reason, doubts.length > 0)
    setWrong(found)
    if (Object.keys(found).length > 0) return
    settle.mutate(refuses ? { outcome: 'refused', reason } : { outcome: 'confirmed', accountNo, reason })
  }

  return (
    <form className="stack-small" onSubmit={submit} noValidate>
      {settle.isError && <ErrorPanel error={settle.error} />}
      <TextField
        label="对照证明材料再录一遍账号"
        name="accountNo"
        error={wrong.accountNo}
        inputMode="numeric"
        maxLength={60}
        autoComplete="off"
      />
      <Field label={doubts.length > 0 ? '核对结果或退回的理由（必填）' : '核对结果或退回的理由'} error={wrong.reason}>
        {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
      </Field>
      <div className="row">
        <button type="submit" value="confirmed" className="button primary" disabled={settle.isPending}>
          确认变更
        </button>
        <button type="submit" value="refused" className="button" disabled={settle.isPending}>
          退回
        </button>
      </div>
    </form>
  )
}
