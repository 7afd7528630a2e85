import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Campaign, HouseholdRow } from '#verification/contract'
import { call, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { useCampaign } from '../campaign/campaign-choice.tsx'
import { IssueReports } from './issue-reports.tsx'

const shown = 5
const mostToSign = 200

/** Member units that are late, each reminded by one press. */
function LateSources({ campaign }: { campaign: Campaign }) {
  const queries = useQueryClient()
  const { campaignId } = campaign
  const query = useQuery(reading('verification.list-units', { params: { campaignId } }))
  const remind = useMutation({
    mutationFn: ({ unit }: { unit: string; name: string }) =>
      call('verification.remind-units', { params: { campaignId }, body: { units: [unit] } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['verification.list-units'] }),
  })
  return (
    <Show query={query}>
      {({ rows }) => {
        const late = rows.filter((row) => row.late > 0)
        return (
          <>
            <p>
              {late.length === 0 ? `${count(rows.length)} 个单位都没有超时。` : `${count(late.length)} 个单位有答复超时：`}
              <Link to="/units">看各单位</Link>
            </p>
            <ul className="stack-small">
              {late.map((row) => (
                <li key={row.unit} className="row">
                  <span>
                    {row.name} <span className="error-text">超时 {count(row.late)} 项</span>
                  </span>
                  <button type="button" className="button" disabled={remind.isPending} onClick={() => remind.mutate(row)}>
                    催办<span className="hidden">{row.name}</span>
                  </button>
                </li>
              ))}
            </ul>
            <p role="status">{remind.data !== undefined && `已催办${remind.variables?.name ?? ''}。`}</p>
            {remind.isError && <ErrorPanel error={remind.error} />}
          </>
        )
      }}
    </Show>
  )
}

function Households({ rows, campaignId }: { rows: readonly HouseholdRow[]; campaignId: string }) {
  return (
    <ul className="stack-small">
      {rows.slice(0, shown).map((row) => (
        <li key={row.householdNo}>
          <Link
            to="/households/$householdNo"
            params={{ householdNo: row.householdNo }}
            search={{ campaign: campaignId }}
            hash={row.openA > 0 ? 'findings' : 'reports'}
          >
            {row.headName}
          </Link>{' '}
          <span className="muted small">
            {row.villageName}
            {row.openA > 0 && `，${count(row.openA)} 项`}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Households with class A findings nobody has cleared. */
function Contradictions({ campaign }: { campaign: Campaign }) {
  const { campaignId } = campaign
  const query = useQuery(reading('verification.list-households', { query: { campaignId, finding: 'A', limit: shown } }))
  return (
    <Show query={query}>
      {({ rows, total }) => (
        <>
          <p>
            {total === 0 ? '没有待处置的 A 类疑点。' : `${count(total)} 户有 A 类疑点待处置：`}
            {total > shown && (
              <Link to="/households" search={{ campaign: campaignId, finding: 'A' }}>
                全部
              </Link>
            )}
          </p>
          <Households rows={rows} campaignId={campaignId} />
        </>
      )}
    </Show>
  )
}

/** Households whose findings were cleared since their newest report. */
function ToSign({ campaign }: { campaign: Campaign }) {
  const { campaignId } = campaign
  const query = useQuery(reading('verification.list-households', { query: { campaignId, toSign: 'yes', limit: mostToSign } }))
  return (
    <Show query={query}>
      {({ rows, total }) => (
        <>
          <p>{total === 0 ? '没有等待签发新版报告的家庭。' : `${count(total)} 户疑点办结，等待签发新版报告：`}</p>
          <Households rows={rows} campaignId={campaignId} />
          <IssueReports rows={rows} campaignId={campaignId} />
        </>
      )}
    </Show>
  )
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card stack-small" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** What the centre does first each day: late sources, contradictions, reports to sign, each one press away. */
export function CentreBoard() {
  const { query, campaign } = useCampaign(undefined)
  if (query.isPending) return <Loading lines={3} />
  if (campaign === undefined) return null
  return (
    <div className="board">
      <Column title="来源答复">
        <LateSources campaign={campaign} />
      </Column>
      <Column title="疑点">
        <Contradictions campaign={campaign} />
      </Column>
      <Column title="报告">
        <ToSign campaign={campaign} />
      </Column>
    </div>
  )
}
