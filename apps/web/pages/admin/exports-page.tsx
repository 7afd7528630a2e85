import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ExportJob } from '#exports/contract'
import { addressOf, call, type Output, reading } from '../../client.ts'
import { count, fileSize, instant } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { kindWords, programmeWords } from '../../wording.ts'
import { useTownships } from './place-choice.tsx'

const stateWords = {
  waiting: { label: '排队中', tone: 'blue' },
  writing: { label: '正在写', tone: 'blue' },
  done: { label: '可下载', tone: 'green' },
  failed: { label: '未完成', tone: 'red' },
  expired: { label: '已过期', tone: 'grey' },
} as const

const isOpen = (job: ExportJob) => job.state === 'waiting' || job.state === 'writing'
const lookEveryMs = 1_000

function Progress({ job }: { job: ExportJob }) {
  if (job.state === 'failed') return <span className="small">{job.failure}</span>
  if (!isOpen(job)) return <span>{count(job.rows)} 行</span>
  const label = `${job.label}已写 ${count(job.rows)} 行${job.expected === null ? '' : `，共 ${count(job.expected)} 行`}`
  return (
    <>
      {job.expected !== null && job.expected > 0 && <progress max={job.expected} value={job.rows} aria-label={label} />}
      <div className="muted small">{label}</div>
    </>
  )
}

function Jobs({ rows }: { rows: readonly ExportJob[] }) {
  return (
    <Scroller label="我的导出，可左右滚动">
      <table className="data accounts">
        <caption className="hidden">我的导出</caption>
        <thead>
          <tr>
            {['名称与条件', '状态', '进度', '申请时间', '保存至', '文件'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((job) => (
            <tr key={job.exportId}>
              <th scope="row">
                {job.label}
                <div className="muted small">{job.filter}</div>
              </th>
              <td>
                <WordTag word={stateWords[job.state]} />
              </td>
              <td>
                <Progress job={job} />
              </td>
              <td className="nowrap">{instant(job.askedAt)}</td>
              <td className="nowrap">{instant(job.expiresAt)}</td>
              <td className="nowrap">
                {job.state === 'done' ? (
                  <a className="button" href={addressOf('exports.download-export', { params: { exportId: job.exportId } })}>
                    下载（{fileSize(job.size ?? 0)}）<span className="hidden">{`${job.label}，${instant(job.askedAt)}`}</span>
                  </a>
                ) : (
                  '—'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

const choicesOf = (words: Readonly<Record<string, string>>) => Object.entries(words).map(([value, label]) => ({ value, label }))

function StartForm({ kinds }: { kinds: Output<'exports.list-exports'>['kinds'] }) {
  const queries = useQueryClient()
  const townships = useTownships()
  const [kind, setKind] = useState(kinds[0]?.kind ?? '')
  const [params, setParams] = useState<Record<string, string>>({})
  const start = useMutation({
    mutationFn: () => call('exports.start-export', { body: { kind, params } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exports.list-exports'] }),
  })
  const field = (name: string) => ({
    value: params[name] ?? '',
    onPick: (value: string) => setParams((old) => ({ ...old, [name]: value })),
    all: '全部',
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    start.mutate()
  }
  return (
    <form className="card stack-small" onSubmit={submit} noValidate aria-labelledby="start-title">
      <h2 id="start-title">新的导出</h2>
      <p className="muted small">只含您辖区内的数据，证件号码打码；每次导出记入日志：何人、何条件、多少人。文件保存 7 天。</p>
      <div className="filters">
        <SelectField label="表" value={kind} onPick={setKind} choices={kinds.map((k) => ({ value: k.kind, label: k.label }))} />
        {kind === 'households' && (
          <>
            <SelectField label="救助项目" {...field('programme')} choices={choicesOf(programmeWords)} />
            <SelectField label="家庭类型" {...field('kind')} choices={choicesOf(kindWords)} />
            <SelectField label="乡镇街道" {...field('township')} choices={townships} />
          </>
        )}
        <button type="submit" className="button primary" disabled={start.isPending}>
          导出
        </button>
      </div>
      <p role="status">{start.isSuccess ? '已排队，写好后可在下面下载；可以离开本页。' : ''}</p>
      {start.isError && <ErrorPanel error={start.error} />}
    </form>
  )
}

/** The caller's own exports with their progress, and a new one. */
export function ExportsPage() {
  const query = useQuery({
    ...reading('exports.list-exports', {}),
    refetchInterval: (q) => (q.state.data?.rows.some(isOpen) ? lookEveryMs : false),
  })
  return (
    <Page title="我的导出">
      <Show query={query}>
        {(data) => (
          <>
            {data.kinds.length > 0 && <StartForm kinds={data.kinds} />}
            <section className="card stack-small" aria-labelledby="jobs-title">
              <h2 id="jobs-title">导出记录</h2>
              {data.rows.length === 0 ? (
                <Empty title="还没有导出过">在后台写文件，不耽误其他工作。</Empty>
              ) : (
                <Jobs rows={data.rows} />
              )}
            </section>
          </>
        )}
      </Show>
    </Page>
  )
}
