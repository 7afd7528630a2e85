import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ParkedMessage } from '#exchange/contract'
import { call } from '../../client.ts'
import { fileSize, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { parkedWords } from './words.ts'

/** Reads the board and the page of a node again after something was done. */
export function useFresh() {
  const queries = useQueryClient()
  return () =>
    Promise.all(
      (['exchange.read-board', 'exchange.open-node', 'exchange.list-tasks'] as const).map((name) =>
        queries.invalidateQueries({ queryKey: [name] }),
      ),
    )
}

function ParkedRow({ row, onGiveUp }: { row: ParkedMessage; onGiveUp: () => void }) {
  const can = useCan()
  const fresh = useFresh()
  const again = useMutation({
    mutationFn: () => call('exchange.settle-parked', { params: { parkedNo: row.parkedNo }, body: { giveUp: null } }),
    onSuccess: fresh,
  })
  return (
    <tr>
      <td className="nowrap">{instant(row.at)}</td>
      <td className="text">
        {row.reason}
        <div className="muted small">
          <span className="mono">{row.fault}</span>，
          {row.ofRequest ? '一件查询因此没有答复' : `来自 ${row.sender === '' ? '无法辨认' : row.sender}，${fileSize(row.size)}`}
        </div>
        {again.isError && <ErrorPanel error={again.error} />}
      </td>
      <td>
        <WordTag word={parkedWords[row.state]} />
        {row.settledAt !== null && (
          <div className="small">
            {row.settledBy} {instant(row.settledAt)}
            {row.settledReason !== '' && row.settledReason !== null && `：${row.settledReason}`}
          </div>
        )}
      </td>
      <td>
        {row.state === 'open' && can('exchange.settle') && (
          <div className="row">
            <button type="button" className="button" disabled={again.isPending} onClick={() => again.mutate()}>
              {row.ofRequest ? '重新发送' : '重新接收'}
              <span className="hidden">第 {row.parkedNo} 号</span>
            </button>
            <button type="button" className="button" onClick={onGiveUp}>
              放弃<span className="hidden">第 {row.parkedNo} 号</span>
            </button>
          </div>
        )}
      </td>
    </tr>
  )
}

/** What could not be used: taken again, or given up with a reason. */
export function ParkedList({ rows, label }: { rows: readonly ParkedMessage[]; label: string }) {
  const [giving, setGiving] = useState<ParkedMessage | null>(null)
  const fresh = useFresh()
  const giveUp = useMutation({
    mutationFn: ({ parkedNo, reason }: { parkedNo: number; reason: string }) =>
      call('exchange.settle-parked', { params: { parkedNo }, body: { giveUp: reason } }),
    onSuccess: async () => {
      setGiving(null)
      await fresh()
    },
  })
  return (
    <>
      <Scroller label={label}>
        <table className="data">
          <thead>
            <tr>
              <th scope="col">时间</th>
              <th scope="col">为何不能使用</th>
              <th scope="col">处理</th>
              <th scope="col">
                <span className="hidden">操作</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ParkedRow key={row.parkedNo} row={row} onGiveUp={() => setGiving(row)} />
            ))}
          </tbody>
        </table>
      </Scroller>
      {giving !== null && (
        <ReasonDialog
          title={`放弃第 ${giving.parkedNo} 号`}
          text={
            giving.ofRequest
              ? '放弃后，这件查询按“未答复”计，不作“无记录”；相关家庭可以在核对中重新发起。'
              : '放弃后不再接收这份报文；原文和理由一直保留。'
          }
          button="放弃"
          busy={giveUp.isPending}
          error={giveUp.error}
          onSubmit={(reason) => giveUp.mutate({ parkedNo: giving.parkedNo, reason })}
          onClose={() => {
            giveUp.reset()
            setGiving(null)
          }}
        />
      )}
    </>
  )
}
