import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { CleanUp, CleanUpProgress } from '#casework/contract'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { type Output, reading } from '../../client.ts'
import { count, shareOf } from '../../format.ts'
import { useCan } from '../../session.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { Hint } from '../../ui/hint.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { CleanUpList } from './clean-up-list.tsx'
import { StartForm } from './start-clean-up.tsx'

const route = getRouteApi('/office/clean-up')

/** How many households have no outcome yet. */
const withoutOutcome = ({ households, decided, settled }: CleanUp): number => households - decided - settled

function Deadline({ it, whole }: { it: CleanUp; whole: boolean }) {
  if (whole && withoutOutcome(it) === 0) return <Tag tone="green">全部 {count(it.households)} 户已有结果，清理完成</Tag>
  const text = it.late ? `已超过 ${Math.abs(it.daysLeft)} 个工作日` : `剩 ${it.daysLeft} 个工作日`
  return (
    <Tag tone={it.late ? 'red' : it.daysLeft <= 10 ? 'amber' : 'green'}>
      截止 {chineseDate(it.deadlineOn)}，{text}
    </Tag>
  )
}

const columns = [
  ['households', '在册户数'],
  ['applied', '已重新申请'],
  ['running', '在办'],
  ['granted', '已批准'],
  ['refused', '不予批准'],
  ['ended', '撤回、终止等'],
  ['settled', '原待遇已处理'],
  ['open', '待重新申请'],
] as const satisfies readonly (readonly [keyof CleanUpProgress, string])[]

type Area = Output<'casework.read-clean-up'>['areas'][number]

function areaColumns(id: string, township: string | undefined): readonly FigureColumn<Area>[] {
  return [
    {
      key: 'place',
      label: township === undefined ? '乡镇（街道）' : '村（社区）',
      kind: 'text',
      value: (area) => area.name,
      cell: ({ code, name }) => (
        <Link to="/clean-up" search={township === undefined ? { id, township: code } : { id, township, village: code }}>
          {name}
        </Link>
      ),
    },
    ...columns.map(([key, label]): FigureColumn<Area> => ({ key, label, kind: 'count', value: (area) => area[key] })),
    {
      key: 'share',
      label: '重新申请率',
      kind: 'share',
      value: (area) => shareOf(area.applied, area.households),
      ratio: (area) => [area.applied, area.households],
    },
  ]
}

/** How far the place on the page is: the township that was opened, else the whole list. */
function Figures({ data }: { data: Output<'casework.read-clean-up'> }) {
  const { place } = data
  if (place !== null) {
    const decided = place.granted + place.refused
    return (
      <p>
        {place.name}在名单上 {count(place.households)} 户；已重新申请 {count(place.applied)} 户，已作出决定 {count(decided)}{' '}
        户，原待遇已处理 {count(place.settled)} 户，还有 {count(place.households - decided - place.settled)} 户没有结果。
      </p>
    )
  }
  return (
    <p>
      {data.divisionName}，{chineseDate(data.frozenOn)} 冻结名单 {count(data.households)} 户；已重新申请 {count(data.applied)}{' '}
      户，已作出决定 {count(data.decided)} 户，原待遇已处理 {count(data.settled)} 户， 还有 {count(withoutOutcome(data))}{' '}
      户没有结果
      {data.pending > 0 && `（其中 ${count(data.pending)} 户停发待决定）`}。
      {data.oldGrants === 'until_decision' ? '原待遇发放至新的决定作出。' : '到期未申请的，由工作人员逐户处理原待遇。'}
    </p>
  )
}

function Progress({ cleanUpId, township }: { cleanUpId: string; township: string | undefined }) {
  const query = useQuery(
    reading('casework.read-clean-up', { params: { cleanUpId }, query: township === undefined ? {} : { township } }),
  )
  return (
    <Show query={query}>
      {(data) => (
        <section className="card stack-small" aria-labelledby="progress-title">
          <div className="spread">
            <h2 id="progress-title">{data.label}</h2>
            <Deadline it={data} whole={data.place === null} />
          </div>
          <Figures data={data} />
          <FigureTable
            label={township === undefined ? '各乡镇（街道）清理进度' : '各村（社区）清理进度'}
            columns={areaColumns(cleanUpId, township)}
            rows={data.areas}
            rowKey={(area) => area.code}
          />
          {township !== undefined && (
            <p>
              <Link to="/clean-up" search={{ id: cleanUpId }}>
                返回各乡镇（街道）
              </Link>
            </p>
          )}
        </section>
      )}
    </Show>
  )
}

/** 全面清理: how far every area is, who has not applied anew, and what becomes of old grants. */
export function CleanUpPage() {
  const { id, township, village } = route.useSearch()
  const can = useCan()
  const query = useQuery(reading('casework.list-clean-ups', {}))
  return (
    <Page title="全面清理">
      {can('casework.clean-up') && <StartForm />}
      <Show query={query}>
        {({ rows }) => {
          const chosen = rows.find((row) => row.cleanUpId === id) ?? rows[0]
          if (chosen === undefined) {
            return (
              <Empty title="还没有启动过全面清理">
                <p>启动后各乡镇在这里看进度、开立案件。</p>
                <p>
                  <Hint todo={todos.startCleanUp()} lead="接下来：" />
                </p>
              </Empty>
            )
          }
          return (
            <>
              {rows.length > 1 && (
                <nav className="row" aria-label="清理批次">
                  {rows.map((row) => (
                    <Link key={row.cleanUpId} to="/clean-up" search={{ id: row.cleanUpId }} className="button">
                      {row.label}
                    </Link>
                  ))}
                </nav>
              )}
              <Progress cleanUpId={chosen.cleanUpId} township={township} />
              <CleanUpList
                key={`${chosen.cleanUpId} ${village ?? township ?? ''}`}
                cleanUp={chosen}
                area={village ?? township}
                areaName={village === undefined ? '本乡镇（街道）' : '本村（社区）'}
              />
            </>
          )
        }}
      </Show>
    </Page>
  )
}
