import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { NoticeLineView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { CallProblem, call } from '../../client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { PlaceFields } from '../household/filter-fields.tsx'
import { fieldProblems } from '../notice/words.ts'
import { emptyStatement } from './statement.ts'
import { StatementFields } from './statement-fields.tsx'

type Receipt = { objectionNo: string; dueOn: string | null; provisional: boolean; followed: string }

function ReceiptView({ receipt, onClose }: { receipt: Receipt; onClose: () => void }) {
  return (
    <div className="stack">
      <div className="notice green" role="status">
        <p className="strong">
          已登记，回执号 <span className="mono">{receipt.objectionNo}</span>
        </p>
        <p>
          {receipt.followed}。
          {receipt.dueOn !== null && `答复期限 ${chineseDate(receipt.dueOn)}${receipt.provisional ? '（暂定）' : ''}。`}
        </p>
      </div>
      <div className="row">
        <button type="button" className="button primary" onClick={onClose}>
          完成
        </button>
      </div>
    </div>
  )
}

type FormProps = { send: (statement: typeof emptyStatement) => Promise<Receipt>; onClose: () => void; children?: ReactNode }

function TakingForm({ send, onClose, children }: FormProps) {
  const queries = useQueryClient()
  const [statement, setStatement] = useState(emptyStatement)
  const taking = useMutation({ mutationFn: () => send(statement), onSuccess: () => queries.invalidateQueries() })
  const problems = taking.error instanceof CallProblem ? fieldProblems(taking.error.fields) : {}
  if (taking.data !== undefined) return <ReceiptView receipt={taking.data} onClose={onClose} />

  function submit(event: FormEvent) {
    event.preventDefault()
    taking.mutate()
  }

  return (
    <form className="stack" onSubmit={submit} noValidate>
      {taking.isError && <ErrorPanel error={taking.error} />}
      {children}
      <StatementFields statement={statement} onChange={setStatement} problems={problems} />
      <div className="row">
        <button type="submit" className="button primary" disabled={taking.isPending}>
          {taking.isPending ? '正在登记…' : '登记并出具回执'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          取消
        </button>
      </div>
    </form>
  )
}

/** An objection to a line of a notice: its clock stops. */
export function ObjectionDialog({ noticeNo, line, onClose }: { noticeNo: string; line: NoticeLineView; onClose: () => void }) {
  const { caseNo, name } = line
  return (
    <Dialog title={`登记对${name}的异议`} onClose={onClose}>
      <TakingForm
        send={(statement) => call('casework.register-objection', { params: { noticeNo }, body: { caseNo, statement } })}
        onClose={onClose}
      />
    </Dialog>
  )
}

/** A report or complaint at the counter, about a case or a place. */
export function ComplaintDialog({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<'report' | 'complaint'>('report')
  const [caseNo, setCaseNo] = useState('')
  const [place, setPlace] = useState<{ township?: string | undefined; village?: string | undefined }>({})
  const division = place.village ?? place.township
  const about = caseNo.trim() === '' ? { ...(division === undefined ? {} : { division }) } : { caseNo: caseNo.trim() }
  return (
    <Dialog title="登记举报、投诉" onClose={onClose}>
      <TakingForm
        send={(statement) => call('casework.take-complaint', { body: { kind, statement, ...about } })}
        onClose={onClose}
      >
        <SelectField
          label="类别"
          value={kind}
          onPick={(value) => setKind(value === 'complaint' ? 'complaint' : 'report')}
          choices={[
            { value: 'report', label: '举报（反映不符合条件等）' },
            { value: 'complaint', label: '投诉、申诉（反映工作人员或办理，不服决定）' },
          ]}
        />
        <TextField
          label="所涉案件编号"
          hint="在办案件会标为有投诉举报，区级审批前必须入户；不涉具体案件的留空并选择地区"
          value={caseNo}
          maxLength={40}
          onChange={(event) => setCaseNo(event.target.value)}
        />
        {caseNo.trim() === '' && <PlaceFields place={place} onPick={setPlace} />}
      </TakingForm>
    </Dialog>
  )
}
