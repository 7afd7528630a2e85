import { useMutation, useQuery } from '@tanstack/react-query'
import { addressOf, CallProblem, call, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'

const pollMs = 1500

type Search = Readonly<Record<string, string | undefined>>

function paramsOf(search: Search): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function Progress({ exportId }: { exportId: string }) {
  const job = useQuery({
    ...reading('exports.read-export', { params: { exportId } }),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' || state.data?.state === 'writing' ? pollMs : false),
  }).data
  if (job?.state === 'done') {
    return (
      <a className="button" href={addressOf('exports.download-export', { params: { exportId } })} download>
        下载 Excel（{count(job.rows)} 行）
      </a>
    )
  }
  if (job?.state === 'failed' || job?.state === 'expired')
    return <span className="error-text small">{job.failure ?? '导出已过期'}</span>
  return <span className="small">正在导出{job === undefined ? '' : `，已写 ${count(job.rows)} 行`}…</span>
}

/** The list as a workbook, written in the background with the filters of the page. */
export function ExportButton({ kind, params }: { kind: string; params: Search }) {
  const can = useCan()
  const mayExport = can('export.use')
  const { data, isPending } = useQuery({ ...reading('exports.list-exports', {}), enabled: mayExport })
  const start = useMutation({
    mutationFn: () => call('exports.start-export', { body: { kind, params: paramsOf(params) } }),
  })
  const isComing = mayExport && isPending
  if (!isComing && data?.kinds.some((each) => each.kind === kind) !== true) return null
  return (
    <span className="row" role="status">
      {start.data !== undefined && <Progress exportId={start.data.exportId} />}
      {start.isError && (
        <span className="error-text small">{start.error instanceof CallProblem ? start.error.message : '没有导出，请重试'}</span>
      )}
      <button type="button" className="button" disabled={isComing || start.isPending} onClick={() => start.mutate()}>
        导出 Excel
      </button>
    </span>
  )
}
