import { useMutation, useQueryClient } from '@tanstack/react-query'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../client.ts'

const steps = [
  { days: 1, label: '后一天' },
  { days: 7, label: '后七天' },
  { days: 30, label: '后三十天' },
] as const

/** Says that this is a demo and what day it is there, and moves the day on. */
export function DemoBar({ today }: { today: string }) {
  const queries = useQueryClient()
  const move = useMutation({
    mutationFn: (days: number) => call('identity.move-clock', { body: { days } }),
    // Every process looks at the clock a few times a second.
    onSuccess: async () => {
      await new Promise((resolve) => setTimeout(resolve, 600))
      await queries.invalidateQueries()
    },
  })
  return (
    <div className="demo row">
      <p>
        演示环境：人员、单位和数据全部为虚构。演示日期{' '}
        <time dateTime={today} className="num strong">
          {chineseDate(today)}
        </time>
      </p>
      {steps.map(({ days, label }) => (
        <button key={days} type="button" className="button" disabled={move.isPending} onClick={() => move.mutate(days)}>
          拨到{label}
        </button>
      ))}
      {move.isError && <p role="alert">{move.error.message}</p>}
    </div>
  )
}
