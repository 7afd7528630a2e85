import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { ImportRun } from '#registry/contract'
import { addressOf, call, type Output, reading } from '../../client.ts'
import { actor, count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { SelectField } from '../../ui/field.tsx'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Arriving, Empty, ErrorPanel, Loading } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { chosenRuns, importWords, isMoving, nextWords } from './import-words.ts'
import { UploadForm } from './upload-form.tsx'

type Waiting = Output<'registry.list-waiting-imports'>['rows']

function Runs({ rows }: { rows: readonly ImportRun[] }) {
  return (
    <Scroller label="导入记录，可左右滚动">
      <table className="data">
        <caption className="hidden">导入记录</caption>
        <thead>
          <tr>
            <th scope="col">文件</th>
            <th scope="col">状态</th>
            <th scope="col">核对时点</th>
            {['行数', '合格', '退回', '变动', '移出'].map((x) => (
              <th key={x} scope="col" className="num">
                {x}
              </th>
            ))}
            <th scope="col">经办</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => (
            <tr key={run.importId}>
              <th scope="row">
                <Link to="/imports/$importId" params={{ importId: run.importId }} search={{}}>
                  {run.name}
                </Link>
              </th>
              <td>
                <WordTag word={importWords[run.state]} /> <span className="muted small nowrap">{nextWords[run.state]}</span>
              </td>
              <td className="nowrap">{chineseDate(run.asOf)}</td>
              {[run.rows, run.accepted, run.quarantined, run.changed, run.removed].map((n, i) => (
                <td key={i.toString()} className="num">
                  {count(n)}
                </td>
              ))}
              <td className="nowrap">
                {actor(run.startedBy)} <span className="muted small">{instant(run.startedAt)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

const shows = [
  { value: 'mine', label: '等我办理' },
  { value: 'open', label: '未办完' },
  { value: 'ended', label: '已结束' },
] as const

function useImports() {
  return useInfiniteQuery({
    queryKey: ['registry.list-imports'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => call('registry.list-imports', { query: { cursor: pageParam } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: (q) => (q.state.data?.pages.some(({ rows }) => rows.some((run) => isMoving(run.state))) ? 2_000 : false),
  })
}

/** None of a choice: of all runs, or only of those read so far. */
export function NoneChosen({ more }: { more: boolean }) {
  if (more) return <Empty title="已显示的记录里没有符合条件的导入">更早的还没有显示，点“再看更早的”继续找。</Empty>
  return <Empty title="没有符合条件的导入">可以改为显示全部。</Empty>
}

function Log({ query, waiting }: { query: ReturnType<typeof useImports>; waiting: Waiting }) {
  const { show } = useSearch({ from: '/office/imports' })
  const navigate = useNavigate()
  const all = query.data?.pages.flatMap((page) => page.rows) ?? []
  const rows = chosenRuns(all, show, new Set(waiting.map(({ importId }) => importId)))
  return (
    <section className="card stack-small" aria-labelledby="runs-title">
      <div className="spread">
        <h2 id="runs-title">导入记录</h2>
        {all.length > 0 && (
          <div className="filters">
            <SelectField
              label="显示"
              all="全部"
              value={show ?? ''}
              onPick={(next) => void navigate({ to: '/imports', search: { show: next }, replace: true })}
              choices={shows}
            />
          </div>
        )}
      </div>
      {all.length === 0 && <Empty title="还没有导入过">选择一份台账或名册包开始。</Empty>}
      {all.length > 0 && rows.length === 0 && <NoneChosen more={query.hasNextPage} />}
      {rows.length > 0 && <Runs rows={rows} />}
      <MorePages query={query} label="再看更早的" />
    </section>
  )
}

/** Imports and withdrawals that wait for the caller as second person. */
function WaitingForMe({ rows }: { rows: Waiting }) {
  if (rows.length === 0) return null
  return (
    <section className="notice amber stack-small" aria-labelledby="waiting-title">
      <h2 id="waiting-title">等您确认（{count(rows.length)}）</h2>
      <ul className="stack-small">
        {rows.map((row) => (
          <li key={row.importId}>
            <Link to="/imports/$importId" params={{ importId: row.importId }} search={{}}>
              {row.what === 'commit' ? '导入' : '撤回'} {row.name}
            </Link>{' '}
            <span className="muted small">
              {row.askedBy}，{instant(row.askedAt)} 提交
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Exports() {
  return (
    <section className="card stack-small" aria-labelledby="export-title">
      <h2 id="export-title">导出</h2>
      <p className="muted small">导出您范围内的名册，格式与导入相同；每次导出都记入日志。</p>
      <div className="row">
        <a className="button" href={addressOf('registry.export-package', { query: { format: 'zip' } })}>
          导出 CSV 压缩包
        </a>
        <a className="button" href={addressOf('registry.export-package', { query: { format: 'xlsx' } })}>
          导出 Excel 工作簿
        </a>
      </div>
    </section>
  )
}

/** What is to be uploaded, for whoever may; whoever may not is told who does it. */
function Upload({ may }: { may: Output<'registry.list-imports'>['may'] }) {
  if (may.import) return <UploadForm mayComplete={may.complete} why={may.why} />
  return (
    <section className="card stack-small" aria-labelledby="upload-title">
      <h2 id="upload-title">导入名册</h2>
      <p>{may.why ?? '由核对中心或乡镇街道经办人员导入'}。您可以查看下面的导入记录。</p>
    </section>
  )
}

/** Imports so far, a new one, and the way out. */
export function ImportsPage() {
  const can = useCan()
  const query = useImports()
  const waiting = useQuery({ ...reading('registry.list-waiting-imports', {}), enabled: can('registry.confirm-import') })
  const may = query.data?.pages[0]?.may
  return (
    <Page title="导入">
      {waiting.isLoading && <Arriving />}
      {waiting.isError && <ErrorPanel error={waiting.error} retry={waiting.refetch} />}
      <WaitingForMe rows={waiting.data?.rows ?? []} />
      {query.isPending && <Loading />}
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {may !== undefined && <Upload may={may} />}
      {may !== undefined && <Log query={query} waiting={waiting.data?.rows ?? []} />}
      {can('registry.export') && <Exports />}
    </Page>
  )
}
