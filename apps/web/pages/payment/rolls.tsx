import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PaymentMonth, PaymentRoll } from '#benefits/contract'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { Hint } from '../../ui/hint.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
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

function ChooseRoll({ roll, chosen, onChoose }: Omit<Choice, 'mayConfirm'> & { roll: PaymentRoll }) {
  return (
    <input
      type="checkbox"
      aria-label={`选择 ${roll.rollNo}`}
      checked={chosen.has(roll.rollNo)}
      onChange={() => onChoose(toggled(chosen, roll.rollNo))}
    />
  )
}

/** Who confirmed a roll, or who has to. */
function stateOf({ confirmedAt, confirmedByName, mine }: PaymentRoll): string {
  if (confirmedAt !== null) return `已确认 ${confirmedByName ?? ''}`
  return mine ? '待他人确认' : '待确认'
}

function State({ roll }: { roll: PaymentRoll }) {
  if (roll.confirmedAt === null) return <Tag tone="amber">{stateOf(roll)}</Tag>
  return (
    <>
      <Tag tone="green">已确认</Tag> {roll.confirmedByName}
    </>
  )
}

type RollsProps = Choice & {
  month: PaymentMonth
  township: string | undefined
  /** numbers of all rolls the caller may confirm now, shown or not */
  confirmable: readonly string[]
  payable: boolean
}

/** Ticks every roll that the caller may confirm, shown or not. */
function ChooseAll({ confirmable, chosen, mayConfirm, onChoose }: Choice & { confirmable: readonly string[] }) {
  const all = confirmable.length > 0 && confirmable.every((rollNo) => chosen.has(rollNo))
  return (
    <>
      <span className="hidden">选择</span>
      {mayConfirm && confirmable.length > 0 && (
        <input
          type="checkbox"
          aria-label="选择全部待确认名册"
          checked={all}
          onChange={() => onChoose(new Set(all ? [] : confirmable))}
        />
      )}
    </>
  )
}

function rollColumns(choice: Choice & { confirmable: readonly string[] }): readonly FigureColumn<PaymentRoll>[] {
  return [
    {
      key: 'choose',
      label: '选择',
      head: <ChooseAll {...choice} />,
      cell: (roll) => choice.mayConfirm && mayConfirmNow(roll) && <ChooseRoll roll={roll} {...choice} />,
      total: '',
    },
    {
      key: 'rollNo',
      label: '名册',
      kind: 'text',
      value: ({ rollNo }) => rollNo,
      cell: ({ rollNo }) => (
        <Link to="/payments/$rollNo" params={{ rollNo }} className="mono">
          {rollNo}
        </Link>
      ),
    },
    { key: 'place', label: '乡镇、村社区', kind: 'text', value: (roll) => `${roll.townshipName} ${roll.villageName}` },
    { key: 'bank', label: '银行', kind: 'text', value: ({ bankName }) => bankName },
    { key: 'households', label: '户', kind: 'count', value: ({ households }) => households },
    { key: 'total', label: '合计（元）', kind: 'yuan', value: ({ total }) => total },
    {
      key: 'made',
      label: '编制',
      kind: 'text',
      value: ({ madeByName, madeAt }) => `${madeByName} ${instant(madeAt)}`,
      cell: ({ madeByName, madeAt }) => (
        <>
          {madeByName}
          <span className="muted small"> {instant(madeAt)}</span>
        </>
      ),
    },
    { key: 'state', label: '确认', kind: 'text', value: stateOf, cell: (roll) => <State roll={roll} /> },
  ]
}

/** The rolls of a month by village and bank; the last row adds up all of them, shown or not. */
export function Rolls({ month, township, confirmable, payable, ...choice }: RollsProps) {
  const query = useInfiniteQuery(rollsQuery(month.month, township))
  const rolls = query.data?.pages.flatMap((page) => page.rows) ?? []
  if (query.isPending) return <Loading />
  if (query.isError && rolls.length === 0) return <ErrorPanel error={query.error} retry={query.refetch} />
  const [first] = rolls
  if (first === undefined) {
    return <Empty title="本月还没有名册">{payable && <Hint todo={todos.makeRolls()} lead="接下来：" />}</Empty>
  }
  return (
    <section className="card stack-small" aria-label="名册">
      <h2>名册（按村社区和银行）</h2>
      <p className="muted small" role="status">
        共 {count(month.rolls)} 份，已确认 {count(month.confirmed)} 份
        {month.rolls > rolls.length && `；已显示 ${count(rolls.length)} 份，合计行为全部名册的合计`}。
      </p>
      <FigureTable
        label={`${chineseDate(month.month)} 发放名册`}
        columns={rollColumns({ confirmable, ...choice })}
        rows={rolls}
        rowKey={({ rollNo }) => rollNo}
        total={{ ...first, ...month.listed }}
        isPart={month.rolls > rolls.length}
      />
      <MorePages query={query} />
    </section>
  )
}
