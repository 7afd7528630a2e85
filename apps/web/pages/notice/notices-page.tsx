import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { NoticePlan, NoticeRow } from '#casework/contract'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { addressOf, call, type Input, reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { PlaceFields, SearchBox } from '../household/filter-fields.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { leftWord, levelWords, noticeStateWords, proofWord, stageWords } from './words.ts'

type Search = ReturnType<typeof useNoticeSearch>

function useNoticeSearch() {
  return useSearch({ from: '/office/notices' })
}

const tabs = [
  { tab: undefined, label: '待公示' },
  { tab: 'posted', label: '公示中' },
  { tab: 'over', label: '已结束' },
] as const

function Tabs({ search }: { search: Search }) {
  return (
    <nav className="tabs" aria-label="公示状态">
      <ul>
        {tabs.map(({ tab, label }) => (
          <li key={label}>
            <ChoiceLink to="/notices" search={{ ...search, tab }} current={search.tab === tab}>
              {label}
            </ChoiceLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Filters({ search }: { search: Search }) {
  const navigate = useNavigate()
  const can = useCan()
  const set = (change: Partial<Search>) => void navigate({ to: '/notices', search: { ...search, ...change }, replace: true })
  const levels = Object.entries(levelWords).map(([value, label]) => ({ value, label }))
  return (
    <search className="card filters" aria-label="筛选公示">
      {search.tab !== undefined && <SearchBox label="公示单号或标题" word={search.q} onType={(q) => set({ q })} />}
      {can('registry.read') && <PlaceFields place={search} onPick={set} />}
      <SelectField label="层级" all="全部" value={search.level ?? ''} onPick={(level) => set({ level })} choices={levels} />
      {search.tab === 'posted' && (
        <label className="choice">
          <input
            type="checkbox"
            checked={search.proof === 'missing'}
            onChange={(event) => set({ proof: event.target.checked ? 'missing' : undefined })}
          />
          <span>只看没有照片的</span>
        </label>
      )}
    </search>
  )
}

function PlanTable({ rows, onOpen }: { rows: readonly NoticePlan[]; onOpen: (plan: NoticePlan) => void }) {
  const may = useCan()('casework.publish')
  return (
    <Scroller label="待公示的地区，可滚动">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">地区</th>
            <th scope="col">层级</th>
            <th scope="col">类别</th>
            <th scope="col" className="num">
              户数
            </th>
            <th scope="col">办理</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((plan) => (
            <tr key={`${plan.divisionCode} ${plan.level} ${plan.stage}`}>
              <th scope="row">
                {plan.townshipName !== plan.placeName && plan.townshipName} {plan.placeName}
              </th>
              <td>{levelWords[plan.level]}</td>
              <td>{stageWords[plan.stage]}公示</td>
              <td className="num">{count(plan.cases)}</td>
              <td>
                {may ? (
                  <button type="button" className="button" onClick={() => onOpen(plan)}>
                    编制公示单<span className="hidden">：{plan.placeName}</span>
                  </button>
                ) : (
                  '由乡镇经办人或区级审核人发布'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Plans({ search }: { search: Search }) {
  const navigate = useNavigate()
  const [open, setOpen] = useState<NoticePlan | null>(null)
  const query = useQuery(
    reading('casework.list-notice-plans', {
      query: { level: search.level, township: search.township } as NonNullable<Input<'casework.list-notice-plans'>['query']>,
    }),
  )
  return (
    <Show query={query}>
      {({ rows, cases }) => (
        <>
          <p role="status" className="small">
            {count(rows.length)} 张公示单待编制，共 {count(cases)} 户
          </p>
          {rows.length === 0 ? (
            <Empty title="没有待公示的案件">
              <p>
                案件办到公示一步后会出现在这里。
                <Hint todo={todos.hangNotice()} />
              </p>
            </Empty>
          ) : (
            <PlanTable rows={rows} onOpen={setOpen} />
          )}
          {open !== null && (
            <PublishDialog
              plan={open}
              onClose={() => setOpen(null)}
              onDone={(noticeNo) => void navigate({ to: '/notices/$noticeNo', params: { noticeNo } })}
            />
          )}
        </>
      )}
    </Show>
  )
}

function NoticeTable({ rows }: { rows: readonly NoticeRow[] }) {
  return (
    <Scroller label="公示单，可滚动">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">公示单</th>
            <th scope="col">公示期</th>
            <th scope="col">剩余</th>
            <th scope="col">张贴照片</th>
            <th scope="col" className="num">
              户数
            </th>
            <th scope="col" className="num">
              月合计（元）
            </th>
            <th scope="col">异议</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.noticeNo}>
              <th scope="row">
                <Link to="/notices/$noticeNo" params={{ noticeNo: row.noticeNo }}>
                  {row.title}
                </Link>
                <div className="mono small muted">{row.noticeNo}</div>
              </th>
              <td>
                {chineseDate(row.fromOn)} 至 {chineseDate(row.toOn)}
              </td>
              <td>
                <WordTag word={row.state === 'posted' ? leftWord(row) : noticeStateWords[row.state]} />
              </td>
              <td>
                <WordTag word={proofWord(row)} />
              </td>
              <td className="num">{count(row.totals.households)}</td>
              <td className="num">{yuan(row.totals.amount)}</td>
              <td>
                {row.objected > 0 ? (
                  <Tag tone="red">{row.objected} 户停表</Tag>
                ) : row.withdrawn > 0 ? (
                  `${row.withdrawn} 户撤下`
                ) : (
                  '无'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Notices({ search, state }: { search: Search; state: 'posted' | 'closed' | 'withdrawn' }) {
  const { tab: _, ...filter } = search
  const query = useInfiniteQuery({
    queryKey: ['casework.list-notices', filter, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const asked = { ...filter, state, cursor: pageParam, limit: 50 } as NonNullable<Input<'casework.list-notices'>['query']>
      return call('casework.list-notices', { query: asked }, signal)
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const [first] = query.data?.pages ?? []
  if (query.isError) return <ErrorPanel error={query.error} retry={query.refetch} />
  if (first === undefined) return <Loading />
  return (
    <>
      <p role="status" className="small">
        {noticeStateWords[state].label} {count(first.total)} 张
      </p>
      {rows.length === 0 ? <Empty title={`没有${noticeStateWords[state].label}的公示单`} /> : <NoticeTable rows={rows} />}
      <MorePages query={query} label={`再显示（已显示 ${count(rows.length)} 张）`} />
    </>
  )
}

function PrintLink({ search }: { search: Search }) {
  const division = search.village ?? search.township
  if (!useCan()('casework.print-notice') || division === undefined) return null
  const level = (search.level ?? 'village') as 'village' | 'township' | 'district'
  return (
    <a
      className="button"
      href={addressOf('casework.print-notices', { query: { division, level } })}
      target="_blank"
      rel="noreferrer"
    >
      打印所选地区全部在贴公示单
    </a>
  )
}

/** Notices: what waits to be published, what hangs with its proof, what is over. */
export function NoticesPage() {
  const search = useNoticeSearch()
  return (
    <Page
      title="公示"
      actions={
        <>
          <Link to="/standing-list" search={{ township: search.township, village: search.village }} className="button">
            长期公示
          </Link>
          {search.tab === 'posted' && <PrintLink search={search} />}
        </>
      }
    >
      <Tabs search={search} />
      <Filters search={search} />
      {search.tab === undefined && <Plans search={search} />}
      {search.tab === 'posted' && <Notices search={search} state="posted" />}
      {search.tab === 'over' && (
        <>
          <Notices search={search} state="closed" />
          <Notices search={search} state="withdrawn" />
        </>
      )}
    </Page>
  )
}
