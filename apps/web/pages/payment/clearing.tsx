import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Difference } from '#benefits/contract'
import { call } from '../../client.ts'
import { instant, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ReasonDialog } from '../admin/reason-dialog.tsx'

/** Whether the caller can propose or decide how a household that was paid elsewhere is cleared. */
export function useMayClear(): (row: Difference) => boolean {
  const can = useCan()
  return ({ elsewhere }) => {
    if (elsewhere === null) return false
    const { waiting, counted } = elsewhere
    return waiting === null ? can('payment.propose') && !counted : can('payment.decide') && !waiting.mine
  }
}

/** What stands for a household that was paid elsewhere. */
export function Elsewhere({ row }: { row: Difference }) {
  const { elsewhere } = row
  if (elsewhere === null) return null
  const { paid, waiting } = elsewhere
  return (
    <>
      。导入的发放金额 {yuan(paid)} 元。
      {waiting !== null && (
        <strong>
          {waiting.proposedByName} {instant(waiting.proposedAt)} 提出{waiting.kindLabel}（{waiting.reason}），等待另一人确认。
        </strong>
      )}
    </>
  )
}

const orders = {
  counts: { button: '提出算作已发', text: '确认后，所选家庭本月算作已在别处发放，不再编入名册。' },
  pay: { button: '提出仍要发放', text: '确认后，所选家庭本月照常编入名册：请先查明原系统没有实际发放，或已经退回。' },
  confirm: { button: '确认处理', text: '所选家庭按提出的处理办理。' },
  refuse: { button: '驳回处理', text: '所选家庭仍作为差异，不编入名册。' },
} as const
type Order = keyof typeof orders

function useClearing(month: string, rows: readonly Difference[], onDone: (text: string) => void) {
  const queries = useQueryClient()
  const send = async (order: Order, reason: string) => {
    if (order === 'counts' || order === 'pay') {
      const householdNos = rows.map(({ householdNo }) => householdNo)
      const body = { householdNos, kind: order, reason }
      const { proposed, refused } = await call('casework.propose-payment-clearances', { params: { month }, body })
      return { done: `已提出 ${proposed} 户，等待另一人确认`, refused }
    }
    const clearanceIds = rows.flatMap(({ elsewhere }) => elsewhere?.waiting?.clearanceId ?? [])
    const body = { clearanceIds, confirm: order === 'confirm', reason }
    const { decided, refused } = await call('casework.decide-payment-clearances', { params: { month }, body })
    return { done: `已处理 ${decided} 户`, refused }
  }
  return useMutation({
    mutationFn: ({ order, reason }: { order: Order; reason: string }) => send(order, reason),
    onSuccess: async ({ done, refused }) => {
      for (const name of ['read-payment-month', 'list-payment-differences', 'compare-payment-months', 'read-go-live']) {
        await queries.invalidateQueries({ queryKey: [`casework.${name}`] })
      }
      onDone([done, ...refused.map(({ householdNo, message }) => `${householdNo}：${message}`)].join('；'))
    },
  })
}

type ClearingProps = { month: string; rows: readonly Difference[]; onDone: (text: string) => void }

/** What may be done about the households that are ticked: proposed by one person, decided by another. */
export function Clearing({ month, rows, onDone }: ClearingProps) {
  const can = useCan()
  const [order, setOrder] = useState<Order | null>(null)
  const clearing = useClearing(month, rows, (text) => {
    setOrder(null)
    onDone(text)
  })
  const offered: readonly Order[] = can('payment.propose') ? ['counts', 'pay'] : ['confirm', 'refuse']
  return (
    <div className="row no-print">
      {offered.map((each) => (
        <button key={each} type="button" className="button" disabled={rows.length === 0} onClick={() => setOrder(each)}>
          {orders[each].button}
        </button>
      ))}
      <span className="muted small">已选 {rows.length} 户</span>
      {order !== null && (
        <ReasonDialog
          title={`${orders[order].button}：${rows.length} 户`}
          text={orders[order].text}
          button={orders[order].button}
          busy={clearing.isPending}
          error={clearing.error}
          onSubmit={(reason) => clearing.mutate({ order, reason })}
          onClose={() => setOrder(null)}
        />
      )}
    </div>
  )
}
