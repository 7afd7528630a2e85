import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import { addressOf, type Output, reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { DateField } from '../../ui/date-field.tsx'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { programmeWords } from '../../wording.ts'
import { PlaceFields } from '../household/filter-fields.tsx'

type Search = { township?: string | undefined; village?: string | undefined; month?: string | undefined }

function Filters({ search }: { search: Search }) {
  const navigate = useNavigate()
  const set = (change: Search) => void navigate({ to: '/standing-list', search: { ...search, ...change }, replace: true })
  return (
    <search className="card filters" aria-label="选择地区和月份">
      <PlaceFields place={search} onPick={set} />
      <DateField
        label="保障月份"
        month
        value={chineseDate(search.month ?? '')}
        onChange={(event) => set({ month: event.target.value === '' ? undefined : event.target.value })}
      />
    </search>
  )
}

type Line = Output<'casework.read-standing-list'>['lines'][number]

const lineColumns: readonly FigureColumn<Line>[] = [
  { key: 'number', label: '序号', cell: ({ number }) => number },
  { key: 'name', label: '姓名', kind: 'text', value: ({ name }) => name },
  { key: 'members', label: '保障人数', kind: 'count', value: ({ members }) => members },
  { key: 'amount', label: '月金额（元）', kind: 'yuan', value: ({ amount }) => amount },
  { key: 'tier', label: '档次', kind: 'text', value: ({ tier }) => tier },
  { key: 'programme', label: '救助项目', kind: 'text', value: ({ programme }) => programmeWords[programme] },
  {
    key: 'from',
    label: '起始月份',
    kind: 'text',
    value: ({ fromMonth }) => fromMonth,
    cell: ({ fromMonth }) => chineseDate(fromMonth),
  },
]

function List({ list }: { list: Output<'casework.read-standing-list'> }) {
  const { lines, totals, month, townshipName, villageName, telephone } = list
  if (lines.length === 0) return <Empty title={`${villageName} ${chineseDate(month)} 没有在保家庭`} />
  return (
    <section className="card stack-small" aria-labelledby="list-title">
      <h2 id="list-title">
        {townshipName}
        {villageName}最低生活保障长期公示（{chineseDate(month)}）
      </h2>
      <p>
        {count(totals.households)} 户 {count(totals.persons)} 人，每月 {yuan(totals.amount)} 元。政策咨询和监督电话：
        {telephone === '' ? '尚未登记' : telephone}
      </p>
      <FigureTable
        label={`${villageName} ${chineseDate(month)} 在保名单`}
        columns={lineColumns}
        rows={lines}
        rowKey={({ number }) => String(number)}
      />
    </section>
  )
}

function VillageList({ village, month }: { village: string; month: string | undefined }) {
  const query = useQuery(reading('casework.read-standing-list', { query: { village, month } }))
  return <Show query={query}>{(list) => <List list={list} />}</Show>
}

/** 末端公示: what is granted in a village in a month. */
export function StandingPage() {
  const search = useSearch({ from: '/office/standing-list' })
  const can = useCan()
  const division = search.village ?? search.township
  return (
    <Page
      title="长期公示"
      crumbs={
        <li>
          <Link to="/notices">公示</Link>
        </li>
      }
      actions={
        division !== undefined &&
        can('casework.print-notice') && (
          <a
            className="button"
            href={addressOf('casework.print-standing-lists', { query: { division, month: search.month } })}
            target="_blank"
            rel="noreferrer"
          >
            {search.village === undefined ? '打印全乡镇各村' : '打印本村'}
          </a>
        )
      }
    >
      <p className="muted">在保家庭的末端公示：只列姓名、人数、金额和档次，屏幕上隐去姓名中间的字。</p>
      <Filters search={search} />
      {search.village === undefined ? (
        <Empty title="请选择村（社区）" />
      ) : (
        <VillageList village={search.village} month={search.month} />
      )}
    </Page>
  )
}
