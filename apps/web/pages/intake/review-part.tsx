import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { SECTION_LABELS } from '#casework/words'
import { CallProblem, call } from '../../client.ts'
import { useCan } from '../../session.ts'
import { NamedHint } from '../../ui/named-hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { DoubleMembers } from './double-members.tsx'
import type { DraftPart } from './parts.ts'
import { type Saving, saveFirst } from './use-saving.ts'

type Props = { saving: Saving; onGo: (part: DraftPart) => void }

/** What is missing, place by place; each leads to its part. */
function Gaps({ saving, onGo }: Props) {
  const { gaps, verdicts, proofs } = saving.view
  const missing = proofs.filter(({ state }) => state === 'missing')
  const unexplained = verdicts.filter((each) => !each.settled && each.counted !== null)
  const open = gaps.length + unexplained.length + missing.length
  if (open === 0) return <p className="notice green">申请内容已经填齐。</p>
  return (
    <div className="notice amber">
      <p className="strong">还有 {open} 处没有填齐或需要核对：</p>
      <ul>
        {gaps.map((gap) => (
          <li key={`${gap.section} ${gap.row} ${gap.column} ${gap.message}`}>
            <button type="button" className="button plain" onClick={() => onGo(gap.section)}>
              {SECTION_LABELS[gap.section]}：{gap.message}
            </button>
          </li>
        ))}
        {missing.map(({ code, subject, subjectName, label }) => (
          <li key={`${code} ${subject}`}>
            <button type="button" className="button plain" onClick={() => onGo('proofs')}>
              证明材料：请上传{subjectName}的{label}，无法提供的写明原因
            </button>
          </li>
        ))}
        {unexplained.map((each) => (
          <li key={each.row}>
            <button type="button" className="button plain" onClick={() => onGo('members')}>
              家庭成员：请写明{each.name || '该成员'}是否计入共同生活及理由
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Acceptance from the application itself; what else can happen to it stands on the case's page. */
export function ReviewPart({ saving, onGo }: Props) {
  const { view } = saving
  const can = useCan()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [seen, setSeen] = useState(false)
  const accept = useMutation({
    mutationFn: async () => {
      await saveFirst(saving)
      const body = { step: 'intake', command: 'accept', version: view.version, record: { warningsSeen: seen } }
      return call('casework.move-case', { params: { caseNo: view.caseNo }, body })
    },
    onSuccess: async () => {
      await queries.invalidateQueries()
      await navigate({ to: '/cases/$caseNo', params: { caseNo: view.caseNo } })
    },
  })
  const warned = accept.error instanceof CallProblem && accept.error.code === 'casework.warnings'
  return (
    <div className="stack">
      <Gaps saving={saving} onGo={onGo} />
      <DoubleMembers saving={saving} />
      {accept.isError && <ErrorPanel error={accept.error} />}
      {warned && (
        <label className="choice">
          <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.target.checked)} />
          <span>以上提示已逐条核对，仍予受理</span>
        </label>
      )}
      <div className="row">
        {can('casework.accept') && view.editable && (
          <button type="button" className="button primary" disabled={accept.isPending} onClick={() => accept.mutate()}>
            {accept.isPending ? '正在受理…' : '受理'}
          </button>
        )}
        <Link to="/cases/$caseNo" params={{ caseNo: view.caseNo }} search={{ step: 'intake' }} className="button">
          一次性告知补正、不予受理或撤回
        </Link>
      </div>
      {!can('casework.accept') && view.editable && (
        <p>
          <NamedHint name="acceptApplication" lead="接下来：" />
        </p>
      )}
      <p className="muted small">受理后写入家庭登记；授权书齐全的，系统自动委托核对。</p>
    </div>
  )
}
