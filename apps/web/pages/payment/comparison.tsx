import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PaymentChange, PaymentChangeGroup, PaymentChangeKind } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { call, type Output, reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { ExportFigures } from '../../ui/figure-table.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { Grantee, MoneyHeads } from './roll-parts.tsx'
import { SumRow, sumCells, sumHeads } from './sums.tsx'

type Reply = Output<'casework.compare-payment-months'>
type Place = { month: string; township: string | undefined }

/** What is due this month and last, and the groups between them. */
export function comparisonQuery(month: string, township: string | undefined) {
  return reading('casework.compare-payment-months', { params: { month }, query: { township } })
}

function changesQuery({ month, township }: Place, kind: PaymentChangeKind) {
  return infiniteQueryOptions({
    queryKey: ['casework.list-payment-changes', month, township, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { kind, township, cursor: pageParam, limit: 50 }
      return call('casework.list-payment-changes', { params: { month }, query }, signal)
    },
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

const plus = (value: number, text: string): string => (value > 0 ? `+${text}` : text)

function GroupRow({ group, place, open }: { group: PaymentChangeGroup; place: Place; open: boolean }) {
  const search = { ...place, change: open ? undefined : group.kind }
  return (
    <tr>
      <th scope="row">
        <Link to="/payments" search={search} resetScroll={false} aria-expanded={open}>
          {group.label} {count(group.rows)} 户
        </Link>
      </th>
      <td className="num">{plus(group.households, count(group.households))}</td>
      <td className="num">{plus(group.persons, count(group.persons))}</td>
      <td className="num">{plus(group.base, yuan(group.base))}</td>
      <td className="num">{plus(group.topUp, yuan(group.topUp))}</td>
      <td className="num">{plus(group.total, yuan(group.total))}</td>
    </tr>
  )
}

function linesOf({ month, lastMonth, last, groups, current }: Reply): string[][] {
  return [
    ['项目', ...sumHeads],
    [`上月（${chineseDate(lastMonth)}）应发`, ...sumCells(last)],
    ...groups.map((group) => [`${group.label} ${group.rows} 户`, ...sumCells(group)]),
    [`本月（${chineseDate(month)}）应发`, ...sumCells(current)],
  ]
}

function ChangeRow({ row }: { row: PaymentChange }) {
  return (
    <tr>
      <th scope="row">
        <Grantee {...row} />
      </th>
      <td>
        {row.townshipName} {row.villageName}
      </td>
      <td className="num">
        {count(row.personsBefore)} → {count(row.persons)}
      </td>
      <td className="num">{yuan(row.amountBefore)}</td>
      <td className="num">{yuan(row.amount)}</td>
      <td className="num">{plus(row.amount - row.amountBefore, yuan(row.amount - row.amountBefore))}</td>
      <td className="text">{row.why}</td>
    </tr>
  )
}

/** The households of one group. */
function Changes({ group, place }: { group: PaymentChangeGroup; place: Place }) {
  const query = useInfiniteQuery(changesQuery(place, group.kind))
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const heads = ['上月（元）', '本月（元）', '增减（元）']
  return (
    <section className="stack-small" aria-label={`${group.label}的家庭`}>
      <h3>
        {group.label}：{count(group.rows)} 户{rows.length > 0 && rows.length < group.rows && `，已显示 ${count(rows.length)} 户`}
      </h3>
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {rows.length > 0 && (
        <Scroller label={`${group.label}名单`}>
          <table className="data">
            <thead>
              <tr>
                <th scope="col">申请人</th>
                <th scope="col">乡镇、村社区</th>
                <th scope="col" className="num">
                  人数
                </th>
                {heads.map((head) => (
                  <th key={head} scope="col" className="num">
                    {head}
                  </th>
                ))}
                <th scope="col">原因</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <ChangeRow key={row.householdNo} row={row} />
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
      <MorePages query={query} />
    </section>
  )
}

function Groups({ reply, place, change }: { reply: Reply; place: Place; change: string | undefined }) {
  const { lastMonth, month, last, groups, current } = reply
  const chosen = groups.find(({ kind }) => kind === change)
  return (
    <>
      <Scroller label="本月与上月的金额">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">项目</th>
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
            <SumRow label={`上月（${chineseDate(lastMonth)}）应发`} sum={last} />
            {groups.map((group) => (
              <GroupRow key={group.kind} group={group} place={place} open={group.kind === change} />
            ))}
          </tbody>
          <tfoot>
            <SumRow label={`本月（${chineseDate(month)}）应发`} sum={current} />
          </tfoot>
        </table>
      </Scroller>
      <p className="no-print">
        <ExportFigures name={`${chineseDate(month)} 与 ${chineseDate(lastMonth)} 发放对比`} lines={() => linesOf(reply)} />
      </p>
      {groups.length === 0 && <p>与上月相比，户数、人数和金额都没有变动。</p>}
      {chosen !== undefined && <Changes key={chosen.kind} group={chosen} place={place} />}
    </>
  )
}

/** 本月与上月: what was due, what each group adds or takes, what is due; a group opens the list of its households. */
export function Comparison({ month, township, change }: Place & { change: string | undefined }) {
  const query = useQuery(comparisonQuery(month, township))
  return (
    <section className="card stack-small" aria-label="本月与上月">
      <h2>本月与上月</h2>
      <p className="muted small">按应发计算：上月应发，加增加的、减减少的，等于本月应发。点各项查看家庭和原因。</p>
      <Show query={query}>{(reply) => <Groups reply={reply} place={{ month, township }} change={change} />}</Show>
    </section>
  )
}
