import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReplayChange, ReplayHousehold, ReplayTownship } from '#revisions/contract'
import { call } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { changeWords } from './words.ts'

const pageSize = 50

function SideCell({ fen, why }: { fen: number; why: readonly string[] }) {
  return <td className={why.length === 0 ? 'num' : 'small'}>{why.length === 0 ? yuan(fen) : why.join('；')}</td>
}

function FlipTable({ rows }: { rows: readonly ReplayHousehold[] }) {
  return (
    <Scroller label="变化的家庭，可左右滚动">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">户主</th>
            <th scope="col">家庭编号</th>
            <th scope="col">乡镇（街道）、村（社区）</th>
            <th scope="col">变化</th>
            <th scope="col">原来（元/月，或不符合的原因）</th>
            <th scope="col">改为（元/月，或不符合的原因）</th>
            <th scope="col">事实出自</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.householdNo}>
              <th scope="row">{row.name === '' ? '未登记' : row.name}</th>
              <td className="mono">{row.householdNo}</td>
              <td>
                {row.townshipName}
                {row.villageName}
              </td>
              <td>
                <WordTag word={changeWords[row.change]} />
              </td>
              <SideCell fen={row.beforeFen} why={row.beforeWhy} />
              <SideCell fen={row.afterFen} why={row.afterWhy} />
              <td className="nowrap small">{row.decisionNo === null ? '核对结果' : `决定 ${row.decisionNo}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function useFlips(replayId: string, change: ReplayChange | undefined, township: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['casework.list-replay-households', replayId, change, township],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(
        'casework.list-replay-households',
        { params: { replayId }, query: { change, township, cursor: pageParam, limit: pageSize } },
        signal,
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

/** Households that come in, go out, or whose amount changes; by kind and township. */
export function Flips({ replayId, townships }: { replayId: string; townships: readonly ReplayTownship[] }) {
  const search = useSearch({ from: '/office/policy/replay/$replayId' })
  const navigate = useNavigate()
  const change = Object.keys(changeWords).find((each): each is ReplayChange => each === search.change)
  const query = useFlips(replayId, change, search.township)
  const set = (more: { change?: string; township?: string }) =>
    void navigate({ to: '/policy/replay/$replayId', params: { replayId }, search: { ...search, ...more }, replace: true })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="card stack-small" aria-labelledby="flips-title">
      <h2 id="flips-title">变化的家庭{query.data === undefined ? '' : `（${count(query.data.pages[0]?.total ?? 0)} 户）`}</h2>
      <div className="filters">
        <SelectField
          label="变化"
          all="全部"
          value={change ?? ''}
          onPick={(value) => set({ change: value })}
          choices={Object.entries(changeWords).map(([value, { label }]) => ({ value, label }))}
        />
        <SelectField
          label="乡镇街道"
          all="全部"
          value={search.township ?? ''}
          onPick={(value) => set({ township: value })}
          choices={townships.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </div>
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading />}
      {query.data !== undefined && rows.length === 0 && <Empty title="没有变化的家庭" />}
      {rows.length > 0 && <FlipTable rows={rows} />}
      <MorePages query={query} label={`再看 ${pageSize} 户`} />
    </section>
  )
}
