import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import { call, type Output, reading } from '../../client.ts'
import { yuan } from '../../format.ts'
import { useCan, useToday } from '../../session.ts'
import { DateEntry } from '../../ui/date-field.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { Comparison, comparisonQuery } from './comparison.tsx'
import { Differences, differencesQuery } from './differences.tsx'
import { SettledDoubles } from './double-clearing.tsx'
import { GoLive } from './go-live.tsx'
import { Rolls, rollsQuery } from './rolls.tsx'
import { Sums } from './sums.tsx'
import { TownshipRolls } from './township-rolls.tsx'

const monthLength = 7

type MonthReply = Output<'casework.read-payment-month'>

/** Making and confirming: two buttons of two persons. */
function useWork(month: string, township: string | undefined) {
  const queries = useQueryClient()
  const [told, setTold] = useState<string | null>(null)
  const renewed = async (text: string) => {
    setTold(text)
    await queries.invalidateQueries({ queryKey: ['casework.read-payment-month'] })
    await queries.invalidateQueries({ queryKey: ['casework.list-payment-rolls'] })
    await queries.invalidateQueries({ queryKey: ['casework.list-payment-differences'] })
  }
  const making = useMutation({
    mutationFn: () =>
      call('casework.make-payment-rolls', { params: { month }, body: township === undefined ? {} : { township } }),
    onSuccess: ({ rolls, households, total, doubles }) =>
      renewed(
        [
          rolls === 0 ? '没有需要编入的家庭' : `编制名册 ${rolls} 份，${households} 户，合计 ${yuan(total)} 元`,
          ...(doubles === 0 ? [] : [`${doubles} 户与其他在保家庭重复，没有编入，见差异`]),
        ].join('；'),
      ),
  })
  const confirming = useMutation({
    mutationFn: (rollNos: string[]) => call('casework.confirm-payment-rolls', { params: { month }, body: { rollNos } }),
    onSuccess: ({ confirmed, settledCases, refused }) =>
      renewed(
        [
          `确认名册 ${confirmed} 份，办结案件 ${settledCases} 件`,
          ...refused.map(({ rollNo, message }) => `${rollNo}：${message}`),
        ].join('；'),
      ),
  })
  return { told, making, confirming }
}

type WorkProps = Pick<MonthProps, 'month' | 'goLive'> & {
  work: ReturnType<typeof useWork>
  chosen: ReadonlySet<string>
  onConfirmed: () => void
}

/** The two buttons, and what came of them. */
function Work({ month, goLive, work, chosen, onConfirmed }: WorkProps) {
  const can = useCan()
  const { told, making, confirming } = work
  const problem = making.error ?? confirming.error
  return (
    <>
      <p role="status" className={told === null ? 'hidden' : 'notice green'}>
        {told}
      </p>
      {problem !== null && <ErrorPanel error={problem} />}
      <div className="row no-print">
        {can('payment.make') && goLive !== null && month >= goLive && (
          <button type="button" className="button primary" disabled={making.isPending} onClick={() => making.mutate()}>
            {making.isPending ? '正在编制…' : `编制 ${chineseDate(month)} 名册`}
          </button>
        )}
        {goLive !== null && month < goLive && (
          <span className="muted">{chineseDate(month)} 早于启用月份，由原系统发放，不在本系统编制名册。</span>
        )}
        {can('payment.confirm') && (
          <button
            type="button"
            className="button"
            disabled={chosen.size === 0 || confirming.isPending}
            onClick={() => confirming.mutate([...chosen], { onSuccess: onConfirmed })}
          >
            确认所选名册
          </button>
        )}
        {chosen.size > 0 && <span className="muted small">已选 {chosen.size} 份</span>}
      </div>
    </>
  )
}

/** Whether what stands on the page at once is there: until then nothing is shown, so that nothing is moved. */
function useArrived(month: string, township: string | undefined, unlike: number): boolean {
  const [arrived, setArrived] = useState(false)
  const comparison = useQuery(comparisonQuery(month, township))
  const rolls = useInfiniteQuery(rollsQuery(month, township))
  const differences = useInfiniteQuery({ ...differencesQuery(month, township, undefined), enabled: unlike > 0 })
  const isComing = comparison.isPending || rolls.isPending || differences.isLoading
  if (!isComing && !arrived) setArrived(true)
  return arrived || !isComing
}

type MonthProps = {
  reply: MonthReply
  month: string
  township: string | undefined
  goLive: string | null
  change: string | undefined
}

function Month({ reply, month, township, goLive, change }: MonthProps) {
  const can = useCan()
  const work = useWork(month, township)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { differences, rolls } = reply.month
  const arrived = useArrived(
    month,
    township,
    differences.reduce((sum, each) => sum + each.count, 0),
  )
  const payable = goLive !== null && month >= goLive
  const choice = { chosen, mayConfirm: can('payment.confirm'), onChoose: setChosen }
  const inView = reply.townships.filter(({ code }) => township === undefined || code === township)
  if (!arrived) return <Loading />
  return (
    <>
      <Work month={month} goLive={goLive} work={work} chosen={chosen} onConfirmed={() => setChosen(new Set())} />
      <Sums month={reply.month} />
      <Comparison month={month} township={township} change={change} />
      {(payable || rolls > 0) && <Differences month={month} township={township} kinds={differences} />}
      {township === undefined && rolls > 0 && <TownshipRolls townships={reply.townships} month={month} {...choice} />}
      <Rolls
        month={reply.month}
        township={township}
        confirmable={inView.flatMap(({ confirmable }) => confirmable)}
        payable={payable}
        {...choice}
      />
    </>
  )
}

/** Payment month by month: what is due by decisions, what is listed, who is missing and why, and the rolls. */
export function PaymentsPage() {
  const search = useSearch({ from: '/office/payments' })
  const navigate = useNavigate()
  const today = useToday()
  const month = search.month ?? today.slice(0, monthLength)
  const { township, change } = search
  const query = useQuery(reading('casework.read-payment-month', { params: { month }, query: { township } }))
  const goLive = useQuery(reading('casework.read-go-live', {}))
  const townships = query.data?.townships ?? []
  const set = (next: { month?: string; township?: string | undefined }) =>
    void navigate({ to: '/payments', search: { month, township, ...next } })
  return (
    <Page
      title="资金发放"
      actions={
        <>
          <Field label="月份">
            {(ids) => (
              <DateEntry
                {...ids}
                month
                value={month}
                onChange={(event) => event.target.value !== '' && set({ month: event.target.value })}
              />
            )}
          </Field>
          <SelectField
            label="乡镇街道"
            all="全部"
            value={township ?? ''}
            onPick={(code) => set({ township: code === '' ? undefined : code })}
            choices={townships.map(({ code, name }) => ({ value: code, label: name }))}
          />
        </>
      }
    >
      <Show query={goLive}>
        {(view) => (
          <>
            <GoLive view={view} month={month} />
            <Show query={query}>
              {(reply) => (
                <Month
                  key={`${month} ${township ?? ''}`}
                  reply={reply}
                  month={month}
                  township={township}
                  goLive={view.current?.month ?? null}
                  change={change}
                />
              )}
            </Show>
            {view.current !== null && <SettledDoubles key={month} month={month} township={township} />}
          </>
        )}
      </Show>
    </Page>
  )
}
