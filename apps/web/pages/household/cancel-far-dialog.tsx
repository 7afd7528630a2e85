import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FarAsking, HouseholdView } from '#verification/contract'
import { call } from '../../client.ts'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

type CancelFarDialogProps = { view: HouseholdView; asking: FarAsking; onClose: () => void }

/** Withdraws an asking that waits, with the reason the node is told. */
export function CancelFarDialog({ view, asking, onClose }: CancelFarDialogProps) {
  const queries = useQueryClient()
  const params = { householdNo: view.householdNo, askingNo: asking.askingNo }
  const cancel = useMutation({
    mutationFn: (reason: string) =>
      call('verification.cancel-far-asking', { params, body: { campaignId: view.campaignId, reason } }),
    onSuccess: onClose,
    // refused, because it was answered meanwhile, the list says so
    onSettled: () => queries.invalidateQueries({ queryKey: ['verification.list-far-askings'] }),
  })
  return (
    <ReasonDialog
      title={`撤销向${asking.unitName}的协查`}
      text="对方还没有开始的查询会停止；它已经作出的答复仍会显示在本户页面。理由会告知对方，请不要写入他人的信息。"
      button="撤销协查"
      busy={cancel.isPending}
      error={cancel.error}
      onSubmit={cancel.mutate}
      onClose={onClose}
    />
  )
}
