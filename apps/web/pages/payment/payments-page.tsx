import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { PaymentMonth, PaymentRoll, PaymentSum } from '#casework/contract'
import { todos } from '#identity/todos'
import { call, type Output, reading } from '../../client.ts'
import { count, instant, yuan } from '../../format.ts'
import { useCan, useToday } from '../../session.ts'
import { DateEntry } from '../../ui/date-field.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { Differences } from './differences.tsx'
import { SettledDoubles } from './double-clearing.tsx'
import { GoLive } from './go-live.tsx'
import { MoneyHeads, mayConfirmNow, type RollsProps } from './roll-parts.tsx'
import { TownshipRolls } from './township-rolls.tsx'

const monthLength = 7
/** more rolls than this are shown by township first */
const readable = 200

function SumRow({ label, sum }: { label: string; sum: PaymentSum }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="num">{count(sum.households)}</td>
      <td className="num">{count(sum.persons)}</td>
      <td className="num">{yuan(sum.base)}</td>
      <td className="num">{yuan(sum.topUp)}</td>
      <td className="num">{yuan(sum.total)}</td>
    </tr>
  )
}

function Sums({ month }: { month: PaymentMonth }) {
  const { due, listed } = month
  const rest = {
    households: due.households - listed.households,
    persons: due.persons - listed.persons,
    base: due.base - listed.base,
    topUp: due.topUp - listed.topUp,
    total: due.total - listed.total,
  }
  return (
    <section className="card stack-small" aria-label="应发与名册">
      <h2>应发与名册</h2>
      <Scroller label="应发与名册的金额">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{month.month}</th>
              <th scope="col" className="num">
                户
              </th>
              <th scope="col" className="num">
                人
              </th>
              <MoneyHeads />
            </tr>
          </thead>
          <tbody>
            <SumRow label="应发" sum={due} />
            <SumRow label="已编入名册" sum={listed} />
            <SumRow label="相差" sum={rest} />
          </tbody>
        </table>
      </Scroller>
      <p>
        名册 {month.rolls} 份，已确认 {month.confirmed} 份。
        {rest.total === 0 && rest.households === 0 && month.differences.length === 0 && '名册与应发一致。'}
      </p>
    </section>
  )
}

function toggled(set: ReadonlySet<string>, rollNo: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(rollNo)) next.add(rollNo)
  return next
}

function RollRow({ roll, chosen, mayConfirm, onChoose }: Omit<RollsProps, 'rolls'> & { roll: PaymentRoll }) {
  const open = roll.confirmedAt === null
  return (
    <tr>
      <td>
        {mayConfirm && mayConfirmNow(roll) && (
          <input
            type="checkbox"
            aria-label={`选择 ${roll.rollNo}`}
            checked={chosen.has(roll.rollNo)}
            onChange={() => onChoose(toggled(chosen, roll.rollNo))}
          />
        )}
      </td>
      <th scope="row">
        <Link to="/payments/$rollNo" params={{ rollNo: roll.rollNo }} className="mono">
          {roll.rollNo}
        </Link>
      </th>
      <td>
        {roll.townshipName} {roll.villageName}
      </td>
      <td>{roll.bankName}</td>
      <td className="num">{count(roll.households)}</td>
      <td className="num">{yuan(roll.total)}</td>
      <td>
        {roll.madeByName}
        <span className="muted small"> {instant(roll.madeAt)}</span>
      </td>
      <td>
        {open ? (
          <Tag tone="amber">{roll.mine ? '待他人确认' : '待确认'}</Tag>
        ) : (
          <>
            <Tag tone="green">已确认</Tag> {roll.confirmedByName}
          </>
        )}
      </td>
    </tr>
  )
}

function Rolls({ rolls, chosen, mayConfirm, onChoose, payable }: RollsProps & { payable: boolean }) {
  if (rolls.length === 0) {
    return <Empty title="本月还没有名册">{payable && <Hint todo={todos.makeRolls()} lead="接下来：" />}</Empty>
  }
  const open = rolls.filter(mayConfirmNow).map((roll) => roll.rollNo)
  return (
    <section className="card stack-small" aria-label="名册">
      <h2>名册（按村社区和银行）</h2>
      <Scroller label="名册列表">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">选择</span>
                {mayConfirm && open.length > 0 && (
                  <input
                    type="checkbox"
                    aria-label="选择全部待确认名册"
                    checked={chosen.size === open.length}
                    onChange={() => onChoose(new Set(chosen.size === open.length ? [] : open))}
                  />
                )}
              </th>
              <th scope="col">名册</th>
              <th scope="col">村社区</th>
              <th scope="col">银行</th>
              <th scope="col" className="num">
                户
              </th>
              <th scope="col" className="num">
                合计（元）
              </th>
              <th scope="col">编制</th>
              <th scope="col">确认</th>
            </tr>
          </thead>
          <tbody>
            {rolls.map((roll) => (
              <RollRow key={roll.rollNo} roll={roll} chosen={chosen} mayConfirm={mayConfirm} onChoose={onChoose} />
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

type MonthReply = Output<'casework.read-payment-month'>

/** Making and confirming: two buttons of two persons. */
function useWork(month: string, township: string | undefined) {
  const queries = useQueryClient()
  const [told, setTold] = useState<string | null>(null)
  const renewed = async (text: string) => {
    setTold(text)
    await queries.invalidateQueries({ queryKey: ['casework.read-payment-month'] })
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

type MonthProps = { reply: MonthReply; month: string; township: string | undefined; goLive: string | null }

function Month({ reply, month, township, goLive }: MonthProps) {
  const can = useCan()
  const { told, making, confirming } = useWork(month, township)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const mayConfirm = can('payment.confirm')
  const payable = goLive !== null && month >= goLive
  const mayMake = can('payment.make') && payable
  const problem = making.error ?? confirming.error
  return (
    <>
      <p role="status" className={told === null ? 'hidden' : 'notice green'}>
        {told}
      </p>
      {problem !== null && <ErrorPanel error={problem} />}
      <div className="row no-print">
        {mayMake && (
          <button type="button" className="button primary" disabled={making.isPending} onClick={() => making.mutate()}>
            {making.isPending ? '正在编制…' : `编制 ${month} 名册`}
          </button>
        )}
        {goLive !== null && month < goLive && (
          <span className="muted">{month} 早于启用月份，由原系统发放，不在本系统编制名册。</span>
        )}
        {mayConfirm && (
          <button
            type="button"
            className="button"
            disabled={chosen.size === 0 || confirming.isPending}
            onClick={() => confirming.mutate([...chosen], { onSuccess: () => setChosen(new Set()) })}
          >
            确认所选名册
          </button>
        )}
        {chosen.size > 0 && <span className="muted small">已选 {chosen.size} 份</span>}
      </div>
      <Sums month={reply.month} />
      {(payable || reply.rolls.length > 0) && <Differences month={month} township={township} kinds={reply.month.differences} />}
      {township === undefined && reply.rolls.length > readable ? (
        <TownshipRolls rolls={reply.rolls} month={month} chosen={chosen} mayConfirm={mayConfirm} onChoose={setChosen} />
      ) : (
        <Rolls rolls={reply.rolls} chosen={chosen} mayConfirm={mayConfirm} onChoose={setChosen} payable={payable} />
      )}
    </>
  )
}

/** Payment month by month: what is due by decisions, what is listed, who is missing and why, and the rolls. */
export function PaymentsPage() {
  const search = useSearch({ from: '/office/payments' })
  const navigate = useNavigate()
  const today = useToday()
  const month = search.month ?? today.slice(0, monthLength)
  const { township } = search
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
                <Month key={month} reply={reply} month={month} township={township} goLive={view.current?.month ?? null} />
              )}
            </Show>
            {view.current !== null && <SettledDoubles key={month} month={month} township={township} />}
          </>
        )}
      </Show>
    </Page>
  )
}
