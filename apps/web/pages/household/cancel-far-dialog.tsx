import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { FarAsking, HouseholdView } from '#verification/contract'
import { call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { FormButtons } from '../admin/form-buttons.tsx'

type CancelFarDialogProps = { view: HouseholdView; asking: FarAsking; onClose: () => void }

/** Withdraws an asking that waits, with the reason the node is told. */
export function CancelFarDialog({ view, asking, onClose }: CancelFarDialogProps) {
  const queries = useQueryClient()
  const [wrong, setWrong] = useState<string>()
  const { householdNo, campaignId } = view
  const cancel = useMutation({
    mutationFn: (reason: string) =>
      call('verification.cancel-far-asking', {
        params: { householdNo, askingNo: asking.askingNo },
        body: { campaignId, reason },
      }),
    onSuccess: onClose,
    // refused, because it was answered meanwhile, the list says so
    onSettled: () => queries.invalidateQueries({ queryKey: ['verification.list-far-askings'] }),
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim()
    const isShort = reason.length < 4
    setWrong(isShort ? '请写明理由，至少 4 个字' : undefined)
    if (!isShort) cancel.mutate(reason)
  }

  return (
    <Dialog title={`撤销向${asking.unitName}的协查`} onClose={onClose}>
      <p className="small muted">
        对方还没有开始的查询会停止；它已经作出的答复仍会显示在本户页面。理由会告知对方，请不要写入他人的信息。
      </p>
      {cancel.isError && <ErrorPanel error={cancel.error} />}
      <form className="stack" onSubmit={submit} noValidate>
        <Field label="理由" error={wrong}>
          {(ids) => <textarea {...ids} name="reason" maxLength={2000} />}
        </Field>
        <FormButtons label="撤销协查" busy={cancel.isPending} onClose={onClose} />
      </form>
    </Dialog>
  )
}
