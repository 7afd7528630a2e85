import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ObjectionRow } from '#casework/contract'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { call, type Input } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ClockTag } from '../../ui/clock.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { PlaceFields, SearchBox } from '../household/filter-fields.tsx'
import { ComplaintDialog } from './objection-dialog.tsx'
import { objectionKinds, objectionOutcomes } from './words.ts'

type Search = ReturnType<typeof useObjectionSearch>

function useObjectionSearch() {
  return useSearch({ from: '/office/objections' })
}

const kinds = Object.entries(objectionKinds).map(([value, label]) => ({ value, label }))
const states = [
  { value: 'open', label: '未答复' },
  { value: 'overdue', label: '超期' },
  { value: 'answered', label: '已答复' },
]

function Filters({ search }: { search: Search }) {
  const navigate = useNavigate()
  const set = (change: Partial<Search>) => void navigate({ to: '/objections', search: { ...search, ...change }, replace: true })
  return (
    <search className="card filters" aria-label="筛选异议和投诉举报">
      <SearchBox label="回执号、案件编号或公示单号" word={search.q} onType={(q) => set({ q })} />
      <PlaceFields place={search} onPick={set} />
      <SelectField label="类别" all="全部" value={search.kind ?? ''} onPick={(kind) => set({ kind })} choices={kinds} />
      <SelectField label="状态" all="全部" value={search.state ?? ''} onPick={(state) => set({ state })} choices={states} />
      <label className="choice">
        <input
          type="checkbox"
          checked={search.mine === 'yes'}
          onChange={(event) => set({ mine: event.target.checked ? 'yes' : undefined })}
        />
        <span>只看我承办的</span>
      </label>
    </search>
  )
}

function Table({ rows }: { rows: readonly ObjectionRow[] }) {
  return (
    <Scroller label="异议和投诉举报，可滚动">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">回执号</th>
            <th scope="col">类别</th>
            <th scope="col">地区</th>
            <th scope="col">收到</th>
            <th scope="col">期限</th>
            <th scope="col">承办</th>
            <th scope="col">结果</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.objectionNo}>
              <th scope="row">
                <Link to="/objections/$objectionNo" params={{ objectionNo: row.objectionNo }} className="mono">
                  {row.objectionNo}
                </Link>
              </th>
              <td>
                {objectionKinds[row.kind]}，{row.named ? '实名' : '匿名'}
              </td>
              <td>{row.placeName}</td>
              <td>{chineseDate(row.receivedOn)}</td>
              <td>{row.outcome === null ? <ClockTag clock={row.clock} /> : '—'}</td>
              <td>{row.handlerName ?? '未指派'}</td>
              <td>{row.outcome === null ? '未答复' : <WordTag word={objectionOutcomes[row.outcome]} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function NoObjections({ search }: { search: Search }) {
  const filtered = Object.values(search).some((value) => value !== undefined)
  return filtered ? (
    <Empty title="没有符合条件的异议或投诉举报">
      <p>
        可以放宽条件，或<Link to="/objections">清除全部条件</Link>。
      </p>
    </Empty>
  ) : (
    <Empty title="还没有异议或投诉举报">
      <p>
        <Hint todo={todos.objectToNotice()} lead="对公示的异议：" />
      </p>
    </Empty>
  )
}

function List({ search }: { search: Search }) {
  const query = useInfiniteQuery({
    queryKey: ['casework.list-objections', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...search, cursor: pageParam, limit: 50 } as NonNullable<Input<'casework.list-objections'>['query']>
      return call('casework.list-objections', { query: asked }, signal)
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
  const [first] = query.data?.pages ?? []
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (first === undefined) return <Loading />
  const { open, overdue, answered } = first.counts
  return (
    <>
      <p role="status" className="small">
        未答复 {count(open)} 件，其中超期 {count(overdue)} 件；已答复 {count(answered)} 件
      </p>
      {rows.length === 0 ? <NoObjections search={search} /> : <Table rows={rows} />}
      <MorePages query={query} label={`再显示（已显示 ${count(rows.length)} 件）`} />
    </>
  )
}

/** Objections to notices, reports and complaints: what is open first, the most urgent on top. */
export function ObjectionsPage() {
  const search = useObjectionSearch()
  const can = useCan()
  const [taking, setTaking] = useState(false)
  return (
    <Page
      title="异议和投诉举报"
      actions={
        can('casework.object') && (
          <button type="button" className="button primary" onClick={() => setTaking(true)}>
            登记举报、投诉
          </button>
        )
      }
    >
      <p className="muted">
        对公示的异议登记后，该户随即停表。
        <Hint todo={todos.objectToNotice()} />
      </p>
      <Filters search={search} />
      <List search={search} />
      {taking && <ComplaintDialog onClose={() => setTaking(false)} />}
    </Page>
  )
}
