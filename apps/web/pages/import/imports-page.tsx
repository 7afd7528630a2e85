import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ImportRun } from '#registry/contract'
import { addressOf, reading } from '../../client.ts'
import { actor, count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { importWords } from '../../wording.ts'
import { UploadForm } from './upload-form.tsx'

const running = (run: ImportRun) => run.state === 'uploaded' || run.state === 'checking' || run.state === 'applying'

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
            {['行数', '入库', '隔离', '变动'].map((x) => (
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
                <WordTag word={importWords[run.state]} />
              </td>
              <td className="nowrap">{run.asOf}</td>
              <td className="num">{count(run.rows)}</td>
              <td className="num">{count(run.accepted)}</td>
              <td className="num">{count(run.quarantined)}</td>
              <td className="num">{count(run.changed)}</td>
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

/** Imports so far, a new one, and the way out. */
export function ImportsPage() {
  const can = useCan()
  const query = useQuery({
    ...reading('registry.list-imports', {}),
    refetchInterval: (q) => (q.state.data?.rows.some(running) ? 2_000 : false),
  })
  return (
    <Page
      title="导入"
      actions={
        can('registry.map') && (
          <Link className="button" to="/mappings">
            其他系统的名册：列与代码对照
          </Link>
        )
      }
    >
      {can('registry.import') && <UploadForm />}
      <section className="card stack-small" aria-labelledby="runs-title">
        <h2 id="runs-title">导入记录</h2>
        <Show query={query}>
          {(data) =>
            data.rows.length === 0 ? <Empty title="还没有导入过">选择一个名册包开始。</Empty> : <Runs rows={data.rows} />
          }
        </Show>
      </section>
      {can('registry.export') && <Exports />}
    </Page>
  )
}
