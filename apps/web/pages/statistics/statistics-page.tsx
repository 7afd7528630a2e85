import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Campaign, Statistic } from '#verification/contract'
import { type Output, reading } from '../../client.ts'
import { count, percent } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
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
    </section>
  )
}

function Programmes({ rows }: { rows: Statistics['byProgramme'] }) {
  return (
    <section className="card stack-small" aria-labelledby="programmes-title">
      <h2 id="programmes-title">分项目</h2>
      <Scroller label="分项目，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">项目</th>
              {['已核对户', '查询次数', '报告份数'].map((x) => (
                <th key={x} scope="col" className="num">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.programme}>
                <th scope="row">{row.label}</th>
                <td className="num">{count(row.verified)}</td>
                <td className="num">{count(row.queries)}</td>
                <td className="num">{count(row.reports)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function RuleRow({ row, campaign }: { row: Statistics['rules'][number]; campaign: Campaign }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/households" search={{ campaign: campaign.campaignId, rule: row.rule }}>
          {row.rule}
        </Link>{' '}
        {row.name}
      </th>
      <td>
        <WordTag word={classWords[row.class]} />
      </td>
      <td className="num">{count(row.findings)}</td>
      <td className="num">{count(row.households)}</td>
      <td className="num">{percent(row.detection)}</td>
      <td className="num">{count(row.cleared)}</td>
      <td className="num">{percent(row.clearing)}</td>
      <td className="num">{count(row.true)}</td>
      <td className="num">{count(row.notTrue)}</td>
      <td className="num">{count(row.otherAid)}</td>
    </tr>
  )
}

function Rules({ rows, campaign }: { rows: Statistics['rules']; campaign: Campaign }) {
  return (
    <section className="card stack-small" aria-labelledby="rules-title">
      <h2 id="rules-title">疑点检出与处置</h2>
      <Scroller label="疑点检出与处置，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">规则</th>
              <th scope="col">类</th>
              {['疑点', '涉及户', '检出率', '已处置', '处置率', '属实', '不属实', '转其他救助'].map((x) => (
                <th key={x} scope="col" className="num">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <RuleRow key={row.rule} row={row} campaign={campaign} />
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function UnitShares({ rows }: { rows: Statistics['units'] }) {
  return (
    <section className="card stack-small" aria-labelledby="shares-title">
      <h2 id="shares-title">各单位答复构成</h2>
      <Scroller label="各单位答复构成，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">单位</th>
              <th scope="col" className="num">
                询问
              </th>
              {answerOrder.map((state) => (
                <th key={state} scope="col" className="num">
                  {answerWords[state].label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.unit}>
                <th scope="row">{row.name}</th>
                <td className="num">{count(row.asked)}</td>
                {answerOrder.map((state) => (
                  <td key={state} className="num">
                    {percent(row.shares[state] ?? (row.asked > 0 ? 0 : null))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
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
