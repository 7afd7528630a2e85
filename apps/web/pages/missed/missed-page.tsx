import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { Campaign, MissedPlace } from '#verification/contract'
import { call } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField } from '../../ui/field.tsx'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { missedWords } from '../../wording.ts'
import { CampaignChoice, NoCampaign, useCampaign } from '../campaign/campaign-choice.tsx'
import { PlaceFields, SearchBox } from '../household/filter-fields.tsx'
import { Villages } from './missed-list.tsx'

type Filter = ReturnType<typeof useFilter>

function useFilter() {
  return useSearch({ from: '/office/missed' })
}

function useSetFilter(filter: Filter) {
  const navigate = useNavigate()
  return (change: Partial<Filter>) => void navigate({ to: '/missed', search: { ...filter, ...change }, replace: true })
}

type Query = NonNullable<Parameters<typeof call<'verification.list-missed'>>[1]['query']>

function useMissed(campaign: Campaign, { campaign: _, ...filter }: Filter) {
  return useInfiniteQuery({
    queryKey: ['verification.list-missed', campaign.campaignId, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, cursor: pageParam, limit: 50 } as Query
      return call('verification.list-missed', { params: { campaignId: campaign.campaignId }, query }, signal)
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  })
}

const stateChoices = [
  { value: 'open', label: '待核实' },
  ...(['true', 'other_aid', 'not_true'] as const).map((value) => ({ value, label: missedWords[value].label })),
]

function Filters({ filter }: { filter: Filter }) {
  const set = useSetFilter(filter)
  const names = useCan()('registry.reveal')
  const active = Object.entries(filter).some(([key, value]) => key !== 'campaign' && value !== undefined)
  return (
    <search className="card filters" aria-label="筛选人员">
      <SearchBox
        label={names ? '姓名、残疾人证记录号或身份证号' : '残疾人证记录号或身份证号'}
        word={filter.q}
        onType={(q) => set({ q })}
      />
      <PlaceFields place={filter} onPick={set} />
      <SelectField
        label="核实结果"
        all="全部"
        value={filter.state ?? ''}
        onPick={(state) => set({ state })}
        choices={stateChoices}
      />
      {active && (
        <button
          type="button"
          className="button"
          onClick={() => set({ township: undefined, village: undefined, state: undefined, q: undefined })}
        >
          重置
        </button>
      )}
    </search>
  )
}

function placeColumns(filter: Filter): readonly FigureColumn<MissedPlace>[] {
  const whole = filter.township === undefined
  return [
    {
      key: 'place',
      label: whole ? '乡镇街道' : '村社区',
      kind: 'text',
      value: ({ name }) => name,
      cell: ({ code, name }) => (
        <Link to="/missed" search={{ ...filter, ...(whole ? { township: code } : { village: code }) }}>
          {name}
        </Link>
      ),
    },
    { key: 'persons', label: '人数', kind: 'count', value: ({ persons }) => persons },
    { key: 'open', label: '待核实', kind: 'count', value: ({ open }) => open },
  ]
}

function Places({ places, filter }: { places: readonly MissedPlace[]; filter: Filter }) {
  const { township } = filter
  if (places.length === 0) return null
  const title = township === undefined ? '各乡镇街道' : '各村社区'
  return (
    <section className="card stack-small" aria-labelledby="places-title">
      <h2 id="places-title">{title}</h2>
      <FigureTable label={`${title}人数`} columns={placeColumns(filter)} rows={places} rowKey={({ code }) => code} />
    </section>
  )
}

function List({ campaign, filter }: { campaign: Campaign; filter: Filter }) {
  const query = useMissed(campaign, filter)
  const [noted, setNoted] = useState<{ name: string; times: number }>({ name: '', times: 0 })
  const status = useRef<HTMLParagraphElement>(null)
  useEffect(() => {
    if (noted.times > 0) status.current?.focus()
  }, [noted.times])
  const [first] = query.data?.pages ?? []
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <>
      <p role="status" className="small" ref={status} tabIndex={-1}>
        {noted.times > 0 && `已登记“${noted.name}”的核实结果。`}
        {first === undefined ? ' ' : `共 ${count(first.total)} 人${query.isFetching ? '，正在更新…' : ''}`}
      </p>
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading lines={7} />}
      {first !== undefined && (
        <div className="missed">
          <Places places={first.places} filter={filter} />
          <div className="stack">
            {rows.length === 0 ? (
              <Empty title="没有符合条件的人员">
                <p>
                  可以放宽条件，或
                  <Link to="/missed" search={{ campaign: filter.campaign }}>
                    清除全部条件
                  </Link>
                  。
                </p>
              </Empty>
            ) : (
              <Villages rows={rows} onNoted={(name) => setNoted({ name, times: noted.times + 1 })} />
            )}
            <MorePages query={query} label={`再显示（已显示 ${count(rows.length)} 人）`} />
          </div>
        </div>
      )}
    </>
  )
}

/** Persons who may have been left out, by township and village: whom to visit, and what the visit showed. */
export function MissedPage() {
  const filter = useFilter()
  const navigate = useNavigate()
  const { query, rows, campaign } = useCampaign(filter.campaign)
  return (
    <Page
      title="可能应保未保的人员"
      crumbs={
        <li>
          <Link to="/progress" search={{ campaign: filter.campaign }}>
            核对进度
          </Link>
        </li>
      }
      actions={
        campaign !== undefined && (
          <CampaignChoice
            rows={rows}
            campaign={campaign}
            onPick={(id) => void navigate({ to: '/missed', search: { campaign: id } })}
          />
        )
      }
    >
      {campaign === undefined ? (
        <NoCampaign query={query} />
      ) : (
        <>
          <p className="muted">
            持有效重度残疾人证、不在低保名单内、也未享受特困供养等救助的人。这是机器的提问：请上门核实，并告知本人怎样申请。
          </p>
          <Filters filter={filter} />
          <List campaign={campaign} filter={filter} />
        </>
      )}
    </Page>
  )
}
