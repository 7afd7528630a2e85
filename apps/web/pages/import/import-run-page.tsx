import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import type { ImportDetail, ImportRun } from '#registry/contract'
import { addressOf, reading } from '../../client.ts'
import { actor, count, fileSize, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { importWords } from '../../wording.ts'
import { KeptIssues } from './kept-issues.tsx'
import { QuarantineList } from './quarantine-list.tsx'

const unchanged = ({ kept }: ImportDetail) =>
  kept.total === 0 ? '这个包与名册现有内容完全相同，没有任何变动。' : '名册没有任何变动：不同的内容以本系统为准，列在下面。'

const ended = (run: ImportRun) => run.state === 'done' || run.state === 'failed'

function Status({ run }: { run: ImportDetail }) {
  return (
    <section className="card stack-small" aria-labelledby="status-title">
      <div className="spread">
        <h2 id="status-title">导入情况</h2>
        <WordTag word={importWords[run.state]} />
      </div>
      {!ended(run) && (
        <div role="status">
          <progress max={Math.max(1, run.bytesTotal)} value={run.bytesRead} aria-label="导入进度" />
          <p className="small">
            已读 {fileSize(run.bytesRead)}，共 {fileSize(run.bytesTotal)}，{count(run.rows)} 行
          </p>
        </div>
      )}
      {run.failure !== null && (
        <div className="notice red" role="alert">
          <p className="strong">没有导入，名册没有任何变动。</p>
          <p>{run.failure}</p>
        </div>
      )}
      {run.state === 'done' && run.changed === 0 && <p className="notice">{unchanged(run)}</p>}
      <dl className="facts">
        {(
          [
            ['核对时点', run.asOf],
            ['行数', count(run.rows)],
            ['入库', count(run.accepted)],
            ['隔离', count(run.quarantined)],
            ['有变动', count(run.changed)],
            ['规整后使用', count(run.normalised)],
            ['错误 / 提醒', `${count(run.errors)} / ${count(run.warnings)}`],
            ['经办', `${actor(run.startedBy)}，${instant(run.startedAt)}`],
          ] as const
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Files({ run }: { run: ImportRun }) {
  return (
    <details className="card">
      <summary className="strong">各文件（{run.files.length}）</summary>
      <Scroller label="各文件行数，可左右滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">文件</th>
              {['行数', '入库', '隔离', '重复', '规整'].map((x) => (
                <th key={x} scope="col" className="num">
                  {x}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.files.map((f) => (
              <tr key={f.file}>
                <th scope="row">
                  {f.label} <span className="muted small mono">{f.file}</span>
                </th>
                {[f.rows, f.accepted, f.quarantined, f.repeated, f.normalised].map((n, i) => (
                  <td key={`${f.file}${i.toString()}`} className="num">
                    {count(n)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  )
}

/** One import: progress, counts per file, and its quarantine with how to mend every row. */
export function ImportRunPage() {
  const { importId } = useParams({ from: '/office/imports/$importId' })
  const filter = useSearch({ from: '/office/imports/$importId' })
  const can = useCan()
  const query = useQuery({
    ...reading('registry.read-import', { params: { importId } }),
    refetchInterval: (q) => (q.state.data !== undefined && ended(q.state.data) ? false : 1_000),
  })
  return (
    <Page
      title={query.data?.name ?? '导入'}
      crumbs={
        <li>
          <Link to="/imports">导入</Link>
        </li>
      }
      actions={
        can('registry.export') &&
        (query.data?.quarantined ?? 0) > 0 && (
          <a className="button" href={addressOf('registry.download-quarantine', { params: { importId } })}>
            下载隔离行（含错误原因，改好后可再传）
          </a>
        )
      }
    >
      <Show query={query}>
        {(run) => (
          <>
            <Status run={run} />
            {run.files.length > 0 && <Files run={run} />}
            {run.kept.total > 0 && <KeptIssues {...run.kept} />}
            {ended(run) && <QuarantineList importId={importId} filter={filter} />}
          </>
        )}
      </Show>
    </Page>
  )
}
