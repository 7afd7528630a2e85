import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Trouble } from '#verification/contract'
import { call, type Output, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ErrorPanel } from '../../ui/states.tsx'

const lookAgainMs = 5_000

type Troubles = Output<'verification.list-troubles'>

/** What does not go on at present, of all campaigns; looked at again while there is something, or while a campaign runs. */
export function useTroubles(running: boolean) {
  return useQuery({
    ...reading('verification.list-troubles', {}),
    refetchInterval: (query) => ((query.state.data?.rows.length ?? 0) > 0 || running ? lookAgainMs : false),
  })
}

function Households({ trouble }: { trouble: Trouble }) {
  if (trouble.householdNos.length === 0) return trouble.households > 0 && <>，{count(trouble.households)} 户</>
  return (
    <>
      ，
      {trouble.householdNos.map((no, i) => (
        <span key={no}>
          {i > 0 && '、'}
          <Link to="/households/$householdNo" params={{ householdNo: no }}>
            {no}
          </Link>
        </span>
      ))}
    </>
  )
}

function Row({ trouble }: { trouble: Trouble }) {
  return (
    <li>
      {trouble.part}
      <Households trouble={trouble} />：{trouble.reason}。{trouble.again && '批次仍为已完成，只是这次重新核对没有做成。'}
      <span className="muted">
        {trouble.retryAt === null
          ? `${instant(trouble.failedAt)} 起停下，已试 ${trouble.tries} 次，不再自动重试。`
          : `已试 ${trouble.tries} 次，${instant(trouble.retryAt)} 自动再试。`}
      </span>
    </li>
  )
}

function Retry({ campaignId }: { campaignId: string }) {
  const queries = useQueryClient()
  const retry = useMutation({
    mutationFn: () => call('verification.retry-campaign', { params: { campaignId } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['verification.list-troubles'] }),
  })
  return (
    <>
      <p>
        <button type="button" className="button" disabled={retry.isPending} onClick={() => retry.mutate()}>
          再试一次
        </button>
      </p>
      {retry.isSuccess && <p role="status">已交后台重新处理 {count(retry.data.parts)} 处，稍候自动刷新。</p>}
      {retry.isError && <ErrorPanel error={retry.error} />}
    </>
  )
}

/** The parts of campaigns that failed, why, and who can let them be tried again. Takes no place when all goes on. */
export function TroubleList({ query }: { query: UseQueryResult<Troubles> }) {
  const can = useCan()
  if (query.isError && query.data === undefined) return <ErrorPanel error={query.error} retry={query.refetch} />
  const rows = query.data?.rows ?? []
  if (rows.length === 0) return null
  return (
    <section className="notice amber stack-small" aria-labelledby="troubles">
      <h2 id="troubles">有核对没有往下走</h2>
      {[...Map.groupBy(rows, (row) => row.campaignId)].map(([campaignId, parts]) => (
        <div key={campaignId}>
          <p className="strong">
            {parts[0]?.title}
            {parts[0]?.caseNo != null && (
              <>
                {' '}
                <Link to="/cases/$caseNo" params={{ caseNo: parts[0].caseNo }}>
                  案件 {parts[0].caseNo}
                </Link>
              </>
            )}
          </p>
          <ul>
            {parts.map((trouble) => (
              <Row key={trouble.part} trouble={trouble} />
            ))}
          </ul>
          {can('verification.rerun') ? (
            <Retry campaignId={campaignId} />
          ) : (
            <p className="muted">其余部分照常进行。由核对中心再试一次。</p>
          )}
        </div>
      ))}
    </section>
  )
}
