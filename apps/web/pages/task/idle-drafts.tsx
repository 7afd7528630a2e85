import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OpenApplication } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../../client.ts'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { idleDrafts } from './task-queries.ts'

function Discard({ draft, onClose }: { draft: OpenApplication; onClose: () => void }) {
  const queries = useQueryClient()
  const { caseNo, version } = draft
  const discard = useMutation({
    mutationFn: (reason: string) =>
      call('casework.move-case', { params: { caseNo }, body: { step: 'intake', command: 'discard', version, reason } }),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries()
    },
  })
  return (
    <ReasonDialog
      title={`作废草稿：${draft.applicantName} ${caseNo}`}
      text="没有人签字提出申请的草稿可以作废；已填写的内容留在案件中，不再办理。"
      button="作废草稿"
      busy={discard.isPending}
      error={discard.error}
      onSubmit={(reason) => discard.mutate(reason)}
      onClose={onClose}
    />
  )
}

/** Applications the reader began and left: to be gone on with, or discarded. */
export function IdleDrafts() {
  const query = useQuery(idleDrafts)
  const [discarding, setDiscarding] = useState<OpenApplication | null>(null)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { rows, total, days } = query.data
  if (total === 0) return null
  return (
    <section className="card stack-small" aria-labelledby="idle-drafts">
      <h2 id="idle-drafts">
        {count(total)} 份申请草稿已 {days} 天没有填写
      </h2>
      <ul className="stack-small">
        {rows.map((draft) => (
          <li key={draft.caseNo} className="spread">
            <span>
              <Link to="/intake/$caseNo" params={{ caseNo: draft.caseNo }}>
                {draft.applicantName}
              </Link>
              ，{draft.villageName}
              <span className="muted small">{`　${chineseDate(draft.openedOn)} 开立，最近填写 ${chineseDate(draft.savedOn)}`}</span>
            </span>
            <button type="button" className="button" onClick={() => setDiscarding(draft)}>
              作废<span className="hidden">：{draft.applicantName}</span>
            </button>
          </li>
        ))}
      </ul>
      {discarding !== null && <Discard draft={discarding} onClose={() => setDiscarding(null)} />}
    </section>
  )
}
