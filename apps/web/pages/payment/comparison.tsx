import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PaymentChange, PaymentChangeGroup, PaymentChangeKind } from '#benefits/contract'
import { chineseDate } from '#kernel/chinese-date'
import { call, type Output, reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { Grantee } from './roll-parts.tsx'
import { type SumLine, SumTable, signed } from './sums.tsx'

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

/** What a group adds or takes away; its label opens the list of its households, and closes it. */
function groupLine(group: PaymentChangeGroup, place: Place, open: boolean): SumLine {
  const label = `${group.label} ${count(group.rows)} 户`
  const search = { ...place, change: open ? undefined : group.kind }
  const head = (
    <Link to="/payments" search={search} resetScroll={false} aria-expanded={open}>
      {label}
    </Link>
  )
  return { label, sum: group, isChange: true, head }
}

function linesOf({ month, lastMonth, last, groups, current }: Reply, place: Place, change: string | undefined): SumLine[] {
  return [
    { label: `上月（${chineseDate(lastMonth)}）应发`, sum: last },
    ...groups.map((group) => groupLine(group, place, group.kind === change)),
    { label: `本月（${chineseDate(month)}）应发`, sum: current },
  ]
}

const changeColumns: readonly FigureColumn<PaymentChange>[] = [
  { key: 'name', label: '申请人', kind: 'text', value: ({ name }) => name, cell: (row) => <Grantee {...row} /> },
  { key: 'place', label: '乡镇、村社区', kind: 'text', value: (row) => `${row.townshipName} ${row.villageName}` },
  { key: 'before', label: '上月人数', kind: 'count', value: (row) => row.personsBefore },
  { key: 'persons', label: '本月人数', kind: 'count', value: (row) => row.persons },
  { key: 'amountBefore', label: '上月（元）', kind: 'yuan', value: (row) => row.amountBefore },
  { key: 'amount', label: '本月（元）', kind: 'yuan', value: (row) => row.amount },
  {
    key: 'change',
    label: '增减（元）',
    kind: 'yuan',
    value: (row) => row.amount - row.amountBefore,
    cell: (row) => signed(row.amount - row.amountBefore, yuan(row.amount - row.amountBefore)),
  },
  { key: 'why', label: '原因', kind: 'text', value: ({ why }) => why },
]

/** The households of one group. */
function Changes({ group, place }: { group: PaymentChangeGroup; place: Place }) {
  const query = useInfiniteQuery(changesQuery(place, group.kind))
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="stack-small" aria-label={`${group.label}的家庭`}>
      <h3>
        {group.label}：{count(group.rows)} 户{rows.length > 0 && rows.length < group.rows && `，已显示 ${count(rows.length)} 户`}
      </h3>
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {rows.length > 0 && (
        <FigureTable
          label={`${group.label}名单`}
          columns={changeColumns}
          rows={rows}
          rowKey={(row) => row.householdNo}
          {...(rows.length < group.rows ? { total: null, isPart: true } : {})}
        />
      )}
      <MorePages query={query} />
    </section>
  )
}

function Groups({ reply, place, change }: { reply: Reply; place: Place; change: string | undefined }) {
  const { lastMonth, month, groups } = reply
  const chosen = groups.find(({ kind }) => kind === change)
  return (
    <>
      <SumTable
        label={`${chineseDate(month)} 与 ${chineseDate(lastMonth)} 发放对比`}
        head="项目"
        lines={linesOf(reply, place, change)}
      />
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
