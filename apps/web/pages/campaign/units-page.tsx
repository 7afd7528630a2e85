import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { Campaign, UnitRow } from '#verification/contract'
import { call, reading } from '../../client.ts'
import { count, duration, instant, percent, shareOf } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Bar, Legend } from '../../ui/bar.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { answerGroups, answerOrder, answerWords, linkWords } from '../../wording.ts'
import { CampaignChoice, NoCampaign, useCampaign } from './campaign-choice.tsx'

function segmentsOf(states: UnitRow['states']) {
  return answerGroups.map(({ states: members, ...group }) => ({
    ...group,
    value: members.reduce((sum, state) => sum + (states[state] ?? 0), 0),
  }))
}

type TileProps = { row: UnitRow; chosen: boolean; onChoose: ((on: boolean) => void) | null }

function Tile({ row, chosen, onChoose }: TileProps) {
  return (
    <li className="card stack-small">
      <div className="spread">
        <h2>{row.name}</h2>
        <WordTag word={linkWords[row.link]} />
      </div>
      <Bar segments={segmentsOf(row.states)} total={row.asked} unit="项" />
      <p className="small">
        问 {count(row.asked)} 项，已答 {count(row.answered)} 项（{percent(shareOf(row.answered, row.asked))}）
      </p>
      <p className={row.late > 0 ? 'small error-text' : 'small muted'}>
        {row.late > 0 ? `超时 ${count(row.late)} 项` : '没有超时'}，答复中位用时 {duration(row.medianMinutes)}
      </p>
      <p className="small muted">
        最近连接 {instant(row.lastSeenAt)}
        {row.remindedAt !== null && <>；{instant(row.remindedAt)} 催办过</>}
      </p>
      {onChoose !== null && row.late > 0 && (
        <label className="choice">
          <input type="checkbox" checked={chosen} onChange={(event) => onChoose(event.target.checked)} />
          <span>
            选中催办<span className="hidden">：{row.name}</span>
          </span>
        </label>
      )}
      <details>
        <summary>各类记录（{row.records.length}）</summary>
        <Records row={row} />
      </details>
    </li>
  )
}

function Records({ row }: { row: UnitRow }) {
  return (
    <Scroller label={`${row.name}各类记录`}>
      <table className="data small">
        <thead>
          <tr>
            <th scope="col">记录</th>
            <th scope="col">数据日期</th>
            <th scope="col">答复</th>
          </tr>
        </thead>
        <tbody>
          {row.records.map((r) => (
            <tr key={r.record}>
              <th scope="row">{r.name}</th>
              <td className="nowrap">
                {chineseDate(r.asOf ?? '—')}
                {r.stale && <span className="error-text">（过旧）</span>}
              </td>
              <td>
                <StateList states={r.states} />
                {r.remark !== null && <p className="small">{r.remark}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function StateList({ states }: { states: UnitRow['states'] }) {
  const shown = answerOrder.filter((state) => (states[state] ?? 0) > 0)
  return (
    <>
      {shown.length === 0
        ? '未询问'
        : shown.map((state) => `${answerWords[state].label} ${count(states[state] ?? 0)}`).join('，')}
    </>
  )
}

function Reminder({
  campaign,
  rows,
  chosen,
  onDone,
}: {
  campaign: Campaign
  rows: readonly UnitRow[]
  chosen: readonly string[]
  onDone: () => void
}) {
  const queries = useQueryClient()
  const remind = useMutation({
    mutationFn: () =>
      call('verification.remind-units', { params: { campaignId: campaign.campaignId }, body: { units: [...chosen] } }),
    onSuccess: async () => {
      onDone()
      await queries.invalidateQueries({ queryKey: ['verification.list-units'] })
    },
  })
  const late = rows.filter((row) => row.late > 0)
  return (
    <div className="stack-small">
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={chosen.length === 0 || remind.isPending}
          onClick={() => remind.mutate()}
        >
          催办 {chosen.length} 个单位
        </button>
        <span className="muted small">{late.length === 0 ? '没有单位超时。' : `${late.length} 个单位有超时，请先选中。`}</span>
      </div>
      <div role="status">
        {remind.data !== undefined && (
          <p className="notice green">
            已催办 {remind.data.reminded.length} 个单位
            {remind.data.skipped.length > 0 && `，${remind.data.skipped.length} 个没有超时，未催办`}。
          </p>
        )}
      </div>
      {remind.isError && <ErrorPanel error={remind.error} />}
    </div>
  )
}

function Board({ campaign }: { campaign: Campaign }) {
  const can = useCan()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const query = useQuery({
    ...reading('verification.list-units', { params: { campaignId: campaign.campaignId } }),
    refetchInterval: campaign.state === 'running' ? 3_000 : 30_000,
  })
  const mayRemind = can('verification.remind')
  return (
    <Show query={query}>
      {(data) => (
        <>
          {mayRemind && <Reminder campaign={campaign} rows={data.rows} chosen={chosen} onDone={() => setChosen([])} />}
          <Legend items={answerGroups} />
          <p className="muted small">只有“无记录”表示没有；未授权、来源错误、超时、待答复都不能当作没有。</p>
          <ul className="tiles">
            {data.rows.map((row) => (
              <Tile
                key={row.unit}
                row={row}
                chosen={chosen.includes(row.unit)}
                onChoose={
                  mayRemind ? (on) => setChosen(on ? [...chosen, row.unit] : chosen.filter((unit) => unit !== row.unit)) : null
                }
              />
            ))}
          </ul>
        </>
      )}
    </Show>
  )
}

/** The 18 member units: what was asked, what came back, who is late; reminders from here. */
export function UnitsPage() {
  const { campaign: wanted } = useSearch({ from: '/office/units' })
  const navigate = useNavigate()
  const { query, rows, campaign } = useCampaign(wanted)
  return (
    <Page
      title="成员单位"
      actions={
        campaign !== undefined && (
          <CampaignChoice
            rows={rows}
            campaign={campaign}
            onPick={(id) => void navigate({ to: '/units', search: { campaign: id } })}
          />
        )
      }
    >
      {campaign === undefined ? <NoCampaign query={query} /> : <Board key={campaign.campaignId} campaign={campaign} />}
    </Page>
  )
}
