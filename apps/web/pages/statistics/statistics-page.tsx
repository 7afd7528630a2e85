import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Campaign, Statistic } from '#verification/contract'
import { type Output, reading } from '../../client.ts'
import { count, percent } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { ExportFigures, type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import { Page } from '../../ui/page.tsx'
import { Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { answerOrder, answerWords, classWords } from '../../wording.ts'
import { CampaignChoice, NoCampaign, useCampaign } from '../campaign/campaign-choice.tsx'

type Statistics = Output<'verification.read-statistics'>

function textOf(s: Statistic): string {
  if (s.value === null) return '—'
  if (s.kind === 'share') return percent(s.value)
  return s.kind === 'days' ? `${s.value} 天` : count(s.value)
}

function FigureList({ figures }: { figures: Statistics['figures'] }) {
  return (
    <section className="card stack-small" aria-labelledby="figures-title">
      <h2 id="figures-title">统计指标</h2>
      <p className="muted small">全部按人、按户、按条去重计数；一户在一个来源有多条记录也只计一次。</p>
      <ol className="statistic-list">
        {figures.map((s, i) => (
          <li key={s.key}>
            <span className="muted small">{i + 1}</span>
            <span>
              {s.label}
              <span className="muted small">{s.note}</span>
            </span>
            <span className="num strong">{textOf(s)}</span>
          </li>
        ))}
      </ol>
      <p>
        <ExportFigures
          name="统计指标"
          lines={() => [['指标', '口径', '数值'], ...figures.map((s) => [s.label, s.note, textOf(s).replaceAll(',', '')])]}
        />
      </p>
    </section>
  )
}

function Programmes({ rows }: { rows: Statistics['byProgramme'] }) {
  return (
    <section className="card stack-small" aria-labelledby="programmes-title">
      <h2 id="programmes-title">分项目</h2>
      <FigureTable
        label="分项目"
        columns={[
          { key: 'programme', label: '项目', kind: 'text', value: (row) => row.label },
          { key: 'verified', label: '已核对户', kind: 'count', value: (row) => row.verified },
          { key: 'queries', label: '查询次数', kind: 'count', value: (row) => row.queries },
          { key: 'reports', label: '报告份数', kind: 'count', value: (row) => row.reports },
        ]}
        rows={rows}
        rowKey={(row) => row.programme}
      />
    </section>
  )
}

type RuleRow = Statistics['rules'][number]

/** A household may stand under several rules: households are not added. */
function ruleColumns(campaign: Campaign): readonly FigureColumn<RuleRow>[] {
  return [
    {
      key: 'rule',
      label: '规则',
      kind: 'text',
      value: (row) => `${row.rule} ${row.name}`,
      cell: (row) => (
        <>
          <Link to="/households" search={{ campaign: campaign.campaignId, rule: row.rule }}>
            {row.rule}
          </Link>{' '}
          {row.name}
        </>
      ),
    },
    {
      key: 'class',
      label: '类',
      kind: 'text',
      value: (row) => classWords[row.class].label,
      cell: (row) => <WordTag word={classWords[row.class]} />,
    },
    { key: 'findings', label: '疑点', kind: 'count', value: (row) => row.findings },
    { key: 'households', label: '涉及户', kind: 'plain', value: (row) => row.households },
    { key: 'detection', label: '检出率', kind: 'share', value: (row) => row.detection },
    { key: 'cleared', label: '已处置', kind: 'count', value: (row) => row.cleared },
    {
      key: 'clearing',
      label: '处置率',
      kind: 'share',
      value: (row) => row.clearing,
      ratio: (row) => [row.cleared, row.findings],
    },
    { key: 'true', label: '属实', kind: 'count', value: (row) => row.true },
    { key: 'notTrue', label: '不属实', kind: 'count', value: (row) => row.notTrue },
    { key: 'otherAid', label: '转其他救助', kind: 'count', value: (row) => row.otherAid },
  ]
}

function Rules({ rows, campaign }: { rows: Statistics['rules']; campaign: Campaign }) {
  return (
    <section className="card stack-small" aria-labelledby="rules-title">
      <h2 id="rules-title">疑点检出与处置</h2>
      <FigureTable label="疑点检出与处置" columns={ruleColumns(campaign)} rows={rows} rowKey={(row) => row.rule} />
    </section>
  )
}

type UnitRow = Statistics['units'][number]
const shareOfUnit = (row: UnitRow, state: (typeof answerOrder)[number]) => row.shares[state] ?? (row.asked > 0 ? 0 : null)

const unitColumns: readonly FigureColumn<UnitRow>[] = [
  { key: 'unit', label: '单位', kind: 'text', value: (row) => row.name },
  { key: 'asked', label: '询问', kind: 'count', value: (row) => row.asked },
  ...answerOrder.map(
    (state): FigureColumn<UnitRow> => ({
      key: state,
      label: answerWords[state].label,
      kind: 'share',
      value: (row) => shareOfUnit(row, state),
      ratio: (row) => [Math.round((row.shares[state] ?? 0) * row.asked), row.asked],
    }),
  ),
]

function UnitShares({ rows }: { rows: Statistics['units'] }) {
  return (
    <section className="card stack-small" aria-labelledby="shares-title">
      <h2 id="shares-title">各单位答复构成</h2>
      <FigureTable label="各单位答复构成" columns={unitColumns} rows={rows} rowKey={(row) => row.unit} />
    </section>
  )
}

function Body({ campaign, township }: { campaign: Campaign; township: string | undefined }) {
  const query = useQuery(
    reading('verification.read-statistics', { params: { campaignId: campaign.campaignId }, query: { township } }),
  )
  return (
    <Show query={query}>
      {(data) => (
        <>
          <div className="two">
            <FigureList figures={data.figures} />
            <Programmes rows={data.byProgramme} />
          </div>
          <Rules rows={data.rules} campaign={campaign} />
          <UnitShares rows={data.units} />
        </>
      )}
    </Show>
  )
}

/** The sixteen required figures, then detection, clearing and answers. */
export function StatisticsPage() {
  const { campaign: wanted, township } = useSearch({ from: '/office/statistics' })
  const navigate = useNavigate()
  const { query, rows, campaign } = useCampaign(wanted)
  const townships = useQuery(reading('registry.list-divisions', { query: { level: 'township', limit: 1000 } })).data?.rows ?? []
  const set = (search: { campaign?: string | undefined; township?: string | undefined }) =>
    void navigate({ to: '/statistics', search })
  return (
    <Page
      title="统计"
      actions={
        campaign !== undefined && (
          <>
            <CampaignChoice rows={rows} campaign={campaign} onPick={(id) => set({ campaign: id, township })} />
            <SelectField
              label="乡镇街道"
              all="全部"
              value={township ?? ''}
              onPick={(code) => set({ campaign: wanted, township: code })}
              choices={townships.map((d) => ({ value: d.code, label: d.name }))}
            />
          </>
        )
      }
    >
      {campaign === undefined ? <NoCampaign query={query} /> : <Body campaign={campaign} township={township} />}
    </Page>
  )
}
