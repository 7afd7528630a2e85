import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PaymentMonth, PaymentRoll } from '#casework/contract'
import { todos } from '#identity/todos'
import { call } from '../../client.ts'
import { count, instant, yuan } from '../../format.ts'
import { Hint } from '../../ui/hint.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { type Choice, mayConfirmNow } from './roll-parts.tsx'

/** The rolls of a month, a page at a time. */
export function rollsQuery(month: string, township: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['casework.list-payment-rolls', month, township],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('casework.list-payment-rolls', { params: { month }, query: { township, cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

function toggled(set: ReadonlySet<string>, rollNo: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(rollNo)) next.add(rollNo)
  return next
}

function RollRow({ roll, chosen, mayConfirm, onChoose }: Choice & { roll: PaymentRoll }) {
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

type RollsProps = Choice & {
  month: PaymentMonth
  township: string | undefined
  /** numbers of all rolls the caller may confirm now, shown or not */
  confirmable: readonly string[]
  payable: boolean
}

function Heads({ confirmable, chosen, mayConfirm, onChoose }: Choice & { confirmable: readonly string[] }) {
  const all = confirmable.length > 0 && confirmable.every((rollNo) => chosen.has(rollNo))
  return (
    <thead>
      <tr>
        <th scope="col">
          <span className="hidden">选择</span>
          {mayConfirm && confirmable.length > 0 && (
            <input
              type="checkbox"
              aria-label="选择全部待确认名册"
              checked={all}
              onChange={() => onChoose(new Set(all ? [] : confirmable))}
            />
          )}
        </th>
        <th scope="col">名册</th>
        <th scope="col">乡镇、村社区</th>
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
  )
}

/** The rolls of a month by village and bank; the last row adds up all of them, shown or not. */
export function Rolls({ month, township, confirmable, payable, ...choice }: RollsProps) {
  const query = useInfiniteQuery(rollsQuery(month.month, township))
  const rolls = query.data?.pages.flatMap((page) => page.rows) ?? []
  if (query.isPending) return <Loading />
  if (query.isError && rolls.length === 0) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (rolls.length === 0) {
    return <Empty title="本月还没有名册">{payable && <Hint todo={todos.makeRolls()} lead="接下来：" />}</Empty>
  }
  return (
    <section className="card stack-small" aria-label="名册">
      <h2>名册（按村社区和银行）</h2>
      {month.rolls > rolls.length && (
        <p className="muted small" role="status">
          共 {count(month.rolls)} 份，已显示 {count(rolls.length)} 份。
        </p>
      )}
      <Scroller label="名册列表">
        <table className="data">
          <Heads confirmable={confirmable} {...choice} />
          <tbody>
            {rolls.map((roll) => (
              <RollRow key={roll.rollNo} roll={roll} {...choice} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              <th scope="row">合计 {count(month.rolls)} 份</th>
              <td />
              <td />
              <td className="num">{count(month.listed.households)}</td>
              <td className="num">{yuan(month.listed.total)}</td>
              <td />
              <td>已确认 {count(month.confirmed)} 份</td>
            </tr>
          </tfoot>
        </table>
      </Scroller>
      <MorePages query={query} />
    </section>
  )
}
