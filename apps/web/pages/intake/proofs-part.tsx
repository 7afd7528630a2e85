import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { KeptProof, ProofLine } from '#casework/contract'
import { addressOf, call } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { sendFile } from '../../transfer.ts'
import { Field } from '../../ui/field.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { type Saving, saveFirst } from './use-saving.ts'

const demands: Readonly<Record<ProofLine['demand'], string>> = {
  required: '应当提交',
  by_query: '由系统核对，不要求提交',
  on_request: '有疑问时再要求',
}
const states = {
  attached: ['green', '已收'],
  excused: ['grey', '未提供，已写明原因'],
  missing: ['amber', '未收'],
  open: ['grey', '未收，不影响受理'],
} as const

const leastWords = 4

type Change = { line: ProofLine; files?: readonly File[]; reason?: string } | { proofId: string; reason: string }

async function change(caseNo: string, order: Change): Promise<ProofLine[]> {
  if ('proofId' in order) {
    const { proofId, reason } = order
    return (await call('casework.void-proof', { params: { caseNo, proofId }, body: { reason } })).proofs
  }
  const { line, files = [], reason } = order
  const kept = []
  for (const file of files) {
    const { sha256, name, size } = await sendFile(file, () => undefined)
    kept.push({ sha256, name, size })
  }
  const { code, subject } = line
  const body = { code, subject, files: kept, ...(reason === undefined ? {} : { reason }) }
  return (await call('casework.attach-proof', { params: { caseNo }, body })).proofs
}

type Ask = { title: string; label: string; busy: boolean; onGive: (reason: string) => void }

/** A reason in words, asked for where it is needed. */
function ReasonAsked({ title, label, busy, onGive }: Ask) {
  const [reason, setReason] = useState('')
  return (
    <details>
      <summary>{title}</summary>
      <div className="stack-small">
        <Field label={label} wide>
          {(ids) => <textarea {...ids} value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <button
          type="button"
          className="button"
          disabled={busy || reason.trim().length < leastWords}
          onClick={() => onGive(reason.trim())}
        >
          登记
        </button>
      </div>
    </details>
  )
}

type KeptProps = { caseNo: string; kept: KeptProof; busy: boolean; onVoid: ((reason: string) => void) | null }

function Kept({ caseNo, kept, busy, onVoid }: KeptProps) {
  const { fileId, fileName, reason, byName, at } = kept
  const mayOpen = useCan()('casework.print') && fileId !== null
  return (
    <li>
      {mayOpen ? (
        <a href={addressOf('casework.read-file', { params: { caseNo, fileId } })} target="_blank" rel="noreferrer">
          {fileName}
        </a>
      ) : (
        (fileName ?? `无法提供：${reason ?? ''}`)
      )}
      <span className="muted small">
        　{byName}，{instant(at)}
      </span>
      {onVoid !== null && <ReasonAsked title="传错了，作废" label="作废的原因（至少 4 个字）" busy={busy} onGive={onVoid} />}
    </li>
  )
}

type LineProps = { caseNo: string; line: ProofLine; busy: boolean; isOpen: boolean; onChange: (order: Change) => void }

function Line({ caseNo, line, busy, isOpen, onChange }: LineProps) {
  const [tone, word] = states[line.state]
  const name = `${line.subjectName}的${line.label}`
  return (
    <li className="card stack-small">
      <div className="spread">
        <h3>{name}</h3>
        <Tag tone={tone}>{word}</Tag>
      </div>
      <p className="muted small">
        {[line.proves, demands[line.demand], `依据：${line.clause}`].filter((text) => text !== '').join('；')}
      </p>
      {line.kept.length > 0 && (
        <ul className="stack-small">
          {line.kept.map((kept) => (
            <Kept
              key={kept.proofId}
              caseNo={caseNo}
              kept={kept}
              busy={busy}
              onVoid={isOpen ? (reason) => onChange({ proofId: kept.proofId, reason }) : null}
            />
          ))}
        </ul>
      )}
      {isOpen && (
        <div className="stack-small no-print">
          <FileButton
            accept="image/*,application/pdf"
            multiple
            disabled={busy}
            aria-label={`上传${name}`}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              event.currentTarget.value = ''
              if (files.length > 0) onChange({ line, files })
            }}
          >
            上传{line.label}
          </FileButton>
          {line.state === 'missing' && (
            <ReasonAsked
              title="无法提供"
              label="为什么无法提供，怎样核实（至少 4 个字）"
              busy={busy}
              onGive={(reason) => onChange({ line, reason })}
            />
          )}
        </div>
      )}
    </li>
  )
}

/** The checklist of proofs: what is there, what is missing, and handing in line by line. */
export function ProofsPart({ saving }: { saving: Saving }) {
  const { view } = saving
  const can = useCan()
  const save = useMutation({
    mutationFn: async (order: Change) => {
      await saveFirst(saving)
      return change(view.caseNo, order)
    },
    onSuccess: (proofs) => saving.replace({ ...view, proofs }),
  })
  return (
    <div className="stack">
      <p className="muted small">
        清单按已填的内容列出。能够通过核对取得的不要求提交，已带来的可以一并上传；确实无法提供的写明原因，由入户调查核实。
      </p>
      {save.isError && <ErrorPanel error={save.error} />}
      {view.proofs.length === 0 && <p className="notice">没有须提交的材料；填写成员、收入和支出后，这里会列出清单。</p>}
      <ul className="stack">
        {view.proofs.map((line) => (
          <Line
            key={`${line.code} ${line.subject}`}
            caseNo={view.caseNo}
            line={line}
            busy={save.isPending}
            isOpen={view.running && can('casework.open')}
            onChange={(order) => save.mutate(order)}
          />
        ))}
      </ul>
    </div>
  )
}
