import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { StoppedWork } from '#identity/contract'
import { call, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'

const lookAgainMs = 5_000

const stoppedWork = reading('identity.list-stopped-work', {})

function Item({ work }: { work: StoppedWork }) {
  const queries = useQueryClient()
  const { workId, label, since, tries, retryAt } = work
  const retry = useMutation({
    mutationFn: () => call('identity.retry-work', { params: { workId } }),
    onSettled: () => queries.invalidateQueries({ queryKey: stoppedWork.queryKey }),
  })
  return (
    <li className="record-card">
      <div className="spread">
        <h3>{label}</h3>
        <button type="button" className="button" disabled={retry.isPending} onClick={() => retry.mutate()}>
          再试一次<span className="hidden">：{label}</span>
        </button>
      </div>
      <p className="muted small">
        {retryAt === null
          ? `${instant(since)} 停下，已试 ${count(tries)} 次，不再自动重试。`
          : `${instant(since)} 起没有做成，已试 ${count(tries)} 次，${instant(retryAt)} 自动再试。`}
      </p>
      {retry.isSuccess && <p role="status">已交后台再做，稍候自动刷新；仍留在这里的，是又没有做成。</p>}
      {retry.isError && <ErrorPanel error={retry.error} />}
    </li>
  )
}

/** Background work that does not pass by itself, for whoever looks after the program. */
export function BackgroundPage() {
  const query = useQuery({
    ...stoppedWork,
    refetchInterval: (each) => ((each.state.data?.rows.length ?? 0) > 0 ? lookAgainMs : false),
  })
  return (
    <Page title="后台任务">
      <p>这里只列出反复失败、需要处理的后台任务。原因写在服务器的日志里；排除之后再试一次，做成的就从这里消失。</p>
      <Show query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title="没有停下的后台任务" />
          ) : (
            <section className="card stack" aria-labelledby="stopped-title">
              <h2 id="stopped-title">停下的任务（{count(rows.length)} 项）</h2>
              <ul className="stack plain-list">
                {rows.map((work) => (
                  <Item key={work.workId} work={work} />
                ))}
              </ul>
            </section>
          )
        }
      </Show>
    </Page>
  )
}
