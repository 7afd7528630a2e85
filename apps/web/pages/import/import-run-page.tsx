import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { ImportDetail, ImportRun, LedgerReading } from '#registry/contract'
import { addressOf, reading } from '../../client.ts'
import { actor, count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Loading, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { Differences } from './differences.tsx'
import { importWords, isLeaving, isMoving, stepsOf } from './import-words.ts'
import { KeptIssues } from './kept-issues.tsx'
import { QuarantineList } from './quarantine-list.tsx'
import { RunStep } from './run-step.tsx'
import { standId, useMoveOf } from './use-run.ts'

/** Only for workbooks. */
const Questions = lazy(async () => ({ default: (await import('./questions.tsx')).Questions }))
const ReadingView = lazy(async () => ({ default: (await import('./reading-view.tsx')).ReadingView }))

function Steps({ run }: { run: ImportDetail }) {
  const steps = stepsOf(run)
  if (steps.length === 0) return null
  return (
    <ol className="import-steps" aria-label="导入的步骤">
      {steps.map((step, i) => (
        <li key={step.name} className={step.state} {...(step.state === 'open' ? { 'aria-current': 'step' as const } : {})}>
          <span aria-hidden="true">{step.state === 'done' ? '✓' : i + 1}</span>
          {step.label}
          {step.state === 'done' && <span className="hidden">（已完成）</span>}
        </li>
      ))}
    </ol>
  )
}

/** Counts of the reading, once there is one. */
const countsOf = (run: ImportDetail) =>
  [
    ['行数', count(run.rows)],
    ['合格 / 退回', `${count(run.accepted)} / ${count(run.quarantined)}`],
    ['新增和变动', count(run.changed)],
    ['规整后使用', count(run.normalised)],
    ['错误 / 提醒', `${count(run.errors)} / ${count(run.warnings)}`],
  ] as const

const factsOf = (run: ImportDetail) =>
  [
    ['核对时点', run.asOf],
    ['名册范围', run.complete ? '完整的名册' : '只含文件所列，其余不动'],
    ...(isMoving(run.state) || run.state === 'asking' ? [] : countsOf(run)),
    ['经办', `${actor(run.startedBy)}，${instant(run.startedAt)}`],
    ...(run.committed === null ? [] : [['提交', `${run.committed.by}，${instant(run.committed.at)}`] as const]),
    ...(run.confirmed === null ? [] : [['确认', `${run.confirmed.by}，${instant(run.confirmed.at)}`] as const]),
  ] as const

function Status({ run }: { run: ImportDetail }) {
  return (
    <section className="card stack-small" aria-labelledby={standId}>
      <div className="spread">
        <h2 id={standId} tabIndex={-1}>
          导入情况
        </h2>
        <span role="status">
          <WordTag word={importWords[run.state]} />
        </span>
      </div>
      <Steps run={run} />
      {run.note !== null && <p className="notice amber">{run.note}</p>}
      <RunStep run={run} />
      <dl className="facts">
        {factsOf(run).map(([label, value]) => (
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
              {['行数', '合格', '退回', '重复', '规整'].map((x) => (
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

/** How a workbook was understood: what is asked while something is open, else folded. */
function Understood({ run, read }: { run: ImportDetail; read: LedgerReading }) {
  const answer = useMoveOf('registry.answer-import')
  const send = (answers: Parameters<typeof answer.mutate>[0]['body']['answers']) =>
    answer.mutate({ params: { importId: run.importId }, body: { answers } })
  const open = read.questions.filter(({ answered }) => !answered)
  const isAsking = run.state === 'asking'
  const view = <ReadingView reading={read} mayAnswer={run.may.answer} busy={answer.isPending} onSend={send} />
  return (
    <Suspense fallback={<Loading />}>
      {answer.isError && <ErrorPanel error={answer.error} />}
      {isAsking && open.length > 0 && run.may.answer && (
        <section className="stack-small" aria-labelledby="questions-title">
          <h2 id="questions-title">请确定（{count(open.length)}）</h2>
          <Questions questions={open} busy={answer.isPending} onSend={send} />
        </section>
      )}
      {isAsking ? (
        <section className="card stack-small" aria-labelledby="reading-title">
          <h2 id="reading-title">表格是这样读的</h2>
          {view}
        </section>
      ) : (
        <details className="card">
          <summary className="strong">表格是怎样读的（{read.sheets.length} 张工作表）</summary>
          <div className="stack-small">{view}</div>
        </details>
      )}
    </Suspense>
  )
}

const isCompared = (run: ImportRun) => !isMoving(run.state) && run.state !== 'asking' && run.state !== 'failed'

/** One import: where it stands and what to do next, how it was read, its differences, and its quarantine with how to mend every row. */
export function ImportRunPage() {
  const { importId } = useParams({ from: '/office/imports/$importId' })
  const search = useSearch({ from: '/office/imports/$importId' })
  const can = useCan()
  const query = useQuery({
    ...reading('registry.read-import', { params: { importId } }),
    refetchInterval: (q) =>
      q.state.data === undefined || isMoving(q.state.data.state) || isLeaving(q.state.data) ? 1_000 : false,
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
        can('registry.import') &&
        (query.data?.quarantined ?? 0) > 0 && (
          <a className="button" href={addressOf('registry.download-quarantine', { params: { importId } })}>
            下载退回的行（改好后可再传）
          </a>
        )
      }
    >
      <Show query={query}>
        {(run) => (
          <>
            <Status run={run} />
            {run.reading !== null && <Understood key={run.state} run={run} read={run.reading} />}
            {isCompared(run) && <Differences run={run} search={search} />}
            {run.kept.total > 0 && <KeptIssues {...run.kept} />}
            {isCompared(run) && run.files.length > 0 && <Files run={run} />}
            {/* The system administrator, who brings the first roll, mends refused rows in the file that they download. */}
            {can('registry.read') && (isCompared(run) || run.state === 'failed') && (
              <QuarantineList importId={importId} filter={search} checked={isCompared(run)} />
            )}
          </>
        )}
      </Show>
    </Page>
  )
}
