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

/** Without it the server offers no such list: known with the session, so that the button is there from the start or never. */
type ExportPermission = 'export.cases' | 'export.households'

/** The list as a workbook, written in the background with the filters of the page. */
export function ExportButton({ kind, permission, params }: { kind: string; permission: ExportPermission; params: Search }) {
  const can = useCan()
  const start = useMutation({
    mutationFn: () => call('exports.start-export', { body: { kind, params: paramsOf(params) } }),
  })
  if (!can('export.use') || !can(permission)) return null
  return (
    <span className="row" role="status">
      {start.data !== undefined && <Progress exportId={start.data.exportId} />}
      {start.isError && (
        <span className="error-text small">{start.error instanceof CallProblem ? start.error.message : '没有导出，请重试'}</span>
      )}
      <button type="button" className="button" disabled={start.isPending} onClick={() => start.mutate()}>
        导出 Excel
      </button>
    </span>
  )
}
