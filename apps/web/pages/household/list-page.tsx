import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { HouseholdRow } from '#verification/contract'
import { call } from '../../client.ts'
import { clockText, count, yuan } from '../../format.ts'
import { ColumnChoice, columnStyle } from '../../ui/column-choice.tsx'
import { useKept } from '../../ui/kept.ts'
import { useNarrow } from '../../ui/narrow.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { commissionWords, conclusionWords, kindWords, programmeWords } from '../../wording.ts'
import { ExportButton } from '../case/export-button.tsx'
import { SavedViews } from '../case/saved-views.tsx'
import { ListFilters } from './list-filters.tsx'

/** Columns of the list; the first two always stand, the others can be left out. */
const columns = [
  { key: 'clock', label: '时限', width: '104px', fixed: true },
  { key: 'who', label: '户主', width: 'minmax(200px, 1fr)', fixed: true },
  { key: 'place', label: '所在村社区', width: 'minmax(120px, 1fr)' },
  { key: 'kind', label: '类别', width: '168px' },
  { key: 'state', label: '核对状态', width: '92px' },
  { key: 'conclusion', label: '结论', width: '84px' },
  { key: 'open', label: '待处置疑点', width: '138px' },
  { key: 'silent', label: '未答来源', width: '72px', end: true },
  { key: 'income', label: '月人均核定（元）', width: '128px', end: true },
  { key: 'report', label: '报告', width: '96px' },
] as const
type Head = (typeof columns)[number]['key']

function Clock({ row }: { row: HouseholdRow }) {
  if (row.daysLeft === null) return <span className="muted small">不计时</span>
  const tone = row.daysLeft < 0 ? 'red' : row.daysLeft <= 1 ? 'amber' : 'green'
  return <Tag tone={tone}>{clockText(row.daysLeft)}</Tag>
}

function Open({ row }: { row: HouseholdRow }) {
  if (row.openA + row.openB === 0) return <span className="muted small">{row.findings === 0 ? '无疑点' : '已处置'}</span>
  return (
    <span className="row">
      {row.openA > 0 && <Tag tone="red">A 类 {row.openA}</Tag>}
      {row.openB > 0 && <Tag tone="amber">B 类 {row.openB}</Tag>}
    </span>
  )
}

const none = <span className="muted">—</span>

function Who({ row, campaign }: { row: HouseholdRow; campaign: string | undefined }) {
  return (
    <>
      <Link className="row-link" to="/households/$householdNo" params={{ householdNo: row.householdNo }} search={{ campaign }}>
        {row.headName}
      </Link>{' '}
      <span className="muted small mono">{row.householdNo}</span>
    </>
  )
}

function ReportLink({ row }: { row: HouseholdRow }) {
  if (row.reportNo === null) return none
  return (
    <Link to="/reports/$reportNo" params={{ reportNo: row.reportNo }} className="above">
      {chineseDate(row.reportedOn ?? '查看')}
      <span className="hidden">签发的报告，{row.headName}户</span>
    </Link>
  )
}

function cellsOf(row: HouseholdRow, campaign: string | undefined): Record<Head, ReactNode> {
  return {
    clock: <Clock row={row} />,
    who: <Who row={row} campaign={campaign} />,
    place: `${row.townshipName} ${row.villageName}`,
    kind: `${programmeWords[row.programme]} ${kindWords[row.kind]} ${row.members} 人`,
    state: row.state === null ? <Tag tone="grey">未纳入核对</Tag> : <WordTag word={commissionWords[row.state]} />,
    conclusion: row.conclusion === null ? none : <WordTag word={conclusionWords[row.conclusion]} />,
    open: <Open row={row} />,
    silent: row.openSources === 0 ? <span className="muted">0</span> : count(row.openSources),
    income: yuan(row.perCapita),
    report: <ReportLink row={row} />,
  }
}

type Filter = ReturnType<typeof useFilter>

function useFilter() {
  return useSearch({ from: '/office/households' })
}

/** The contract's filter from the address; unknown codes go to the server, which says what is wrong with them. */
function queryOf({ campaign, ...filter }: Filter) {
  return { ...filter, campaignId: campaign } as Parameters<typeof call<'verification.list-households'>>[1]['query']
}

function useHouseholds(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ['verification.list-households', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('verification.list-households', { query: { ...queryOf(filter), cursor: pageParam, limit: 50 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}

/** Households under the caller's scope: filters in the address, pages from the server, only rows in view drawn. */
export function ListPage() {
  const filter = useFilter()
  const small = useNarrow()
  const [hidden, setHidden] = useKept<readonly string[]>('households hidden', [])
  const shown = columns.filter((column) => small || !hidden.includes(column.key))
  const { campaign, ...conditions } = filter
  const query = useHouseholds(filter)
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, hasNextPage, isFetchingNextPage])
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const total = query.data?.pages[0]?.total ?? 0
  return (
    <Page
      title="家庭"
      actions={
        <>
          <ColumnChoice columns={columns.filter((column) => !('fixed' in column))} hidden={hidden} onChange={setHidden} />
          <ExportButton kind="verification" permission="export.households" params={{ ...conditions, campaignId: campaign }} />
        </>
      }
    >
      <SavedViews page="/households" search={filter} />
      <ListFilters filter={filter} />
      <p role="status" className="small">
        {query.data === undefined ? ' ' : `共 ${count(total)} 户${query.isFetching ? '，正在更新…' : ''}`}
      </p>
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading lines={7} />}
      {query.data !== undefined && rows.length === 0 && (
        <Empty title="没有符合条件的家庭">
          <p>
            可以放宽条件，或<Link to="/households">清除全部条件</Link>。
          </p>
        </Empty>
      )}
      {rows.length > 0 && (
        <div style={columnStyle(shown)}>
          <VirtualList
            key={small ? 'cards' : 'rows'}
            label="家庭列表"
            className="households"
            heads={shown}
            rows={rows}
            total={total}
            rowKey={(row) => row.householdNo}
            cells={(row) => cellsOf(row, filter.campaign)}
            rowHeight={small ? 132 : 40}
            onNearEnd={more}
          />
        </div>
      )}
    </Page>
  )
}
