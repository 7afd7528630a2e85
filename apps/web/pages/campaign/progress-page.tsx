import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Campaign, ProgressRow } from '#verification/contract'
import { addressOf, type Output, reading } from '../../client.ts'
import { actor, count, duration, instant, percent, shareOf } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Bar, Legend } from '../../ui/bar.tsx'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import type { Figure as ColumnFigure } from '../../ui/figures.ts'
import { Page } from '../../ui/page.tsx'
import { Arriving, Empty, Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { stepGroups } from '../../wording.ts'
import { CampaignChoice, NoCampaign, useCampaign } from './campaign-choice.tsx'
import { StartCampaign } from './start-campaign.tsx'
import { TroubleList, useTroubles } from './troubles.tsx'

/** Households per step group, in the order of the bar. */
function segmentsOf(row: ProgressRow) {
  return stepGroups.map((g) => ({
    key: g.key,
    label: g.label,
    tone: g.tone,
    value: g.states.reduce((sum, state) => sum + (row.states[state] ?? 0), 0),
  }))
}

/** The bar as figures of the export. */
const barParts = stepGroups.map(
  ({ key, label, states }): ColumnFigure<ProgressRow> => ({
    key: `bar ${key}`,
    label: `进度：${label}`,
    kind: 'count',
    value: (row) => states.reduce((sum, state) => sum + (row.states[state] ?? 0), 0),
  }),
)

type Figure = { label: string; value: number; share: number | null; search: Record<string, string> }
type Progress = Output<'verification.read-progress'>

/** Persons on no roll whom somebody should visit. */
function Missed({ campaign, missed, township }: Pick<Progress, 'campaign' | 'missed'> & { township: string | undefined }) {
  return (
    <div className="card">
      <dt>可能应保未保</dt>
      <dd>
        <Link to="/missed" search={{ campaign: campaign.campaignId, township }}>
          {count(missed.persons)} 人
        </Link>
        <span className="muted small"> {missed.open === 0 ? '都已核实' : `${count(missed.open)} 人待核实`}</span>
      </dd>
    </div>
  )
}

function Headline({ campaign, total, missed, township }: Progress & { township: string | undefined }) {
  const search = { campaign: campaign.campaignId, ...(township === undefined ? {} : { township }) }
  const figures: Figure[] = [
    { label: '纳入核对', value: total.households, share: null, search },
    { label: '报告已签发', value: total.reported, share: shareOf(total.reported, total.households), search },
    {
      label: '结论一致',
      value: total.consistent,
      share: shareOf(total.consistent, total.reported),
      search: { ...search, conclusion: 'consistent' },
    },
    {
      label: '结论不一致',
      value: total.inconsistent,
      share: shareOf(total.inconsistent, total.reported),
      search: { ...search, conclusion: 'inconsistent' },
    },
    {
      label: '无法认定',
      value: total.undetermined,
      share: shareOf(total.undetermined, total.reported),
      search: { ...search, conclusion: 'undetermined' },
    },
    {
      label: '有 A 类疑点待处置',
      value: total.openA,
      share: shareOf(total.openA, total.households),
      search: { ...search, finding: 'A' },
    },
  ]
  return (
    <dl className="headline">
      {figures.map((f) => (
        <div key={f.label} className="card">
          <dt>{f.label}</dt>
          <dd>
            <Link to="/households" search={f.search}>
              {count(f.value)} 户
            </Link>
            {f.share !== null && <span className="muted small"> {percent(f.share)}</span>}
          </dd>
        </div>
      ))}
      <Missed campaign={campaign} missed={missed} township={township} />
    </dl>
  )
}

type RowsProps = { campaign: Campaign; rows: readonly ProgressRow[]; total: ProgressRow; township: string | undefined }

function PlaceName({ campaign, row, township }: { campaign: Campaign; row: ProgressRow; township: string | undefined }) {
  const search = { campaign: campaign.campaignId }
  return township === undefined ? (
    <Link to="/progress" search={{ ...search, township: row.code }}>
      {row.name}
    </Link>
  ) : (
    <Link to="/households" search={{ ...search, township, village: row.code }}>
      {row.name}
    </Link>
  )
}

function PrintVillage({ campaign, row }: { campaign: Campaign; row: ProgressRow }) {
  if (row.reported === 0) return <span className="muted">—</span>
  const address = addressOf('verification.print-village', { params: { campaignId: campaign.campaignId, village: row.code } })
  return (
    <a href={address} target="_blank" rel="noreferrer" className="nowrap">
      打印报告
      <span className="hidden">
        ：{row.name}，{row.reported} 份，PDF
      </span>
    </a>
  )
}

const counted = [
  ['households', '户数'],
  ['reported', '已签发'],
  ['consistent', '一致'],
  ['inconsistent', '不一致'],
  ['undetermined', '无法认定'],
  ['openA', 'A 类待处置'],
  ['openB', 'B 类待答复'],
  ['returned', '退回未补正'],
] as const satisfies readonly (readonly [keyof ProgressRow, string])[]

function Places({ campaign, rows, total, township }: RowsProps) {
  const can = useCan()
  const printing: FigureColumn<ProgressRow> = {
    key: 'print',
    label: '成批打印',
    cell: (row) => <PrintVillage campaign={campaign} row={row} />,
    total: ' ',
  }
  const columns: FigureColumn<ProgressRow>[] = [
    {
      key: 'place',
      label: township === undefined ? '乡镇街道' : '村社区',
      kind: 'text',
      value: (row) => row.name,
      cell: (row) => <PlaceName campaign={campaign} row={row} township={township} />,
    },
    {
      key: 'bar',
      label: '进度',
      wide: true,
      cell: (row) => <Bar segments={segmentsOf(row)} total={row.households} unit="户" />,
      parts: barParts,
    },
    ...counted.map(([key, label]): FigureColumn<ProgressRow> => ({ key, label, kind: 'count', value: (row) => row[key] })),
    ...(township !== undefined && can('verification.print') ? [printing] : []),
  ]
  const label = township === undefined ? '按乡镇街道的核对进度' : '按村社区的核对进度'
  return <FigureTable label={label} columns={columns} rows={rows} rowKey={(row) => row.code} total={total} />
}

function CampaignState({
  campaign,
  medianMinutes,
  township,
}: Pick<Progress, 'campaign' | 'medianMinutes'> & { township: string | undefined }) {
  const words = { frozen: '名单已冻结', running: '进行中', done: '已完成', closed: '已关闭' } as const
  return (
    <p className="row small">
      <Tag tone={campaign.state === 'running' ? 'blue' : 'green'}>{words[campaign.state]}</Tag>
      <span>核对时点 {chineseDate(campaign.asOf)}</span>
      <span>政策包 {campaign.pack}</span>
      <span>
        {township !== undefined && '整个批次 '}
        {count(campaign.persons)} 人，义务人 {count(campaign.supporters)} 人
      </span>
      {medianMinutes !== null && <span>委托到报告中位用时 {duration(medianMinutes)}</span>}
      <span className="muted">
        {instant(campaign.startedAt)} 由{actor(campaign.startedBy)}启动
        {campaign.endedAt !== null && `，${instant(campaign.endedAt)} 完成`}
      </span>
    </p>
  )
}

/** Whose villages the board shows. */
function TownshipVillages({ code }: { code: string }) {
  const { data } = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } }))
  return `${data?.rows.find((row) => row.code === code)?.name ?? '本乡镇街道'}各村社区`
}

function Board({ campaign }: { campaign: Campaign }) {
  const { township } = useSearch({ from: '/office/progress' })
  const query = useQuery({
    ...reading('verification.read-progress', { params: { campaignId: campaign.campaignId }, query: { township } }),
    refetchInterval: campaign.state === 'running' ? 3_000 : false,
  })
  return (
    <Show query={query}>
      {(data) => (
        <>
          <CampaignState campaign={data.campaign} medianMinutes={data.medianMinutes} township={township} />
          {data.warnings.map((text) => (
            <p key={text} className="notice amber">
              {text}
            </p>
          ))}
          <Headline {...data} township={township} />
          <section className="card stack-small">
            <div className="spread">
              <h2>{township === undefined ? '各乡镇街道' : <TownshipVillages code={township} />}</h2>
              <Legend items={stepGroups} />
            </div>
            {data.rows.length === 0 ? (
              <Empty title="这里没有纳入核对的家庭" />
            ) : (
              <Places campaign={data.campaign} rows={data.rows} total={data.total} township={township} />
            )}
          </section>
        </>
      )}
    </Show>
  )
}

/** Campaign progress by township, then by village; every count leads to the households behind it. */
export function ProgressPage() {
  const { campaign: wanted, township } = useSearch({ from: '/office/progress' })
  const navigate = useNavigate()
  const can = useCan()
  const { query, rows, campaign } = useCampaign(wanted)
  const troubles = useTroubles(campaign?.state === 'running')
  const [starting, setStarting] = useState(false)
  const back = township !== undefined && (
    <li>
      <Link to="/progress" search={{ campaign: wanted }}>
        全部乡镇街道
      </Link>
    </li>
  )
  return (
    <Page
      title={campaign === undefined ? '核对进度' : campaign.title}
      {...(back === false ? {} : { crumbs: back })}
      actions={
        <>
          {campaign !== undefined && (
            <CampaignChoice
              rows={rows}
              campaign={campaign}
              onPick={(id) => void navigate({ to: '/progress', search: { campaign: id } })}
            />
          )}
          {!query.isPending && can('verification.start') && (
            <button type="button" className="button" onClick={() => setStarting(true)}>
              新建核对批次
            </button>
          )}
        </>
      }
    >
      <TroubleList query={troubles} />
      {troubles.isPending ? (
        <Arriving />
      ) : campaign === undefined ? (
        <NoCampaign query={query} />
      ) : (
        <Board key={campaign.campaignId} campaign={campaign} />
      )}
      {starting && <StartCampaign onClose={() => setStarting(false)} />}
    </Page>
  )
}
