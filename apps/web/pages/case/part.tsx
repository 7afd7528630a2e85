import type { ReactNode } from 'react'
import type { CaseView, RecordView, StepView } from '#casework/contract'
import { instant } from '../../format.ts'
import { ClockTag } from '../../ui/clock.tsx'
import { Tag } from '../../ui/tag.tsx'
import { type PartId, parts } from './plan.ts'
import { isBlank, RecordBody } from './record-body.tsx'

const stateTags = {
  waiting: { tone: 'grey', label: '未到' },
  open: { tone: 'blue', label: '办理中' },
  posted: { tone: 'blue', label: '公示中' },
  paused: { tone: 'grey', label: '停表' },
  done: { tone: 'green', label: '办完' },
  idle: { tone: 'grey', label: '未启动' },
} as const

function StepState({ step, named }: { step: StepView; named: boolean }) {
  const runs = step.state === 'open' || step.state === 'posted'
  return (
    <span className="row">
      {named && <span className="small">{step.label}</span>}
      {step.waits === null ? (
        <Tag tone={stateTags[step.state].tone}>{stateTags[step.state].label}</Tag>
      ) : (
        <Tag tone="amber">{step.waits}</Tag>
      )}
      {runs && <ClockTag clock={step.clock} />}
    </span>
  )
}

/** One record in words, with who wrote it and when; one from before a step was opened again is told apart. */
export function Record({ record }: { record: RecordView }) {
  return (
    <article className={record.counts ? 'record-card' : 'record-card old'}>
      <div className="spread">
        <h3>
          {record.kindLabel} {!record.counts && <Tag tone="grey">退回前，不再作数</Tag>}
        </h3>
        <span className="muted small">
          {record.byName}，{instant(record.at)}
        </span>
      </div>
      <RecordBody body={record.body} />
    </article>
  )
}

function Records({ records }: { records: readonly RecordView[] }) {
  const old = records.filter((record) => !record.counts)
  return (
    <>
      {records
        .filter((record) => record.counts)
        .map((record) => (
          <Record key={record.recordId} record={record} />
        ))}
      {old.length > 0 && (
        <details>
          <summary>退回前的 {old.length} 条记录</summary>
          <div className="stack-small">
            {old.map((record) => (
              <Record key={record.recordId} record={record} />
            ))}
          </div>
        </details>
      )}
    </>
  )
}

type PartProps = {
  id: PartId
  view: CaseView
  /** folded parts are clean ones: nothing is to be done there */
  open: boolean
  /** one line for the folded head */
  brief?: string | undefined
  /** the panel with the moves of the part's steps */
  decide?: ReactNode
  children?: ReactNode
}

/** A part of the case's file: how its steps stand, what it holds, what was written down at its steps, and what can be done. */
export function Part({ id, view, open, brief, decide, children }: PartProps) {
  const part = parts.find((each) => each.id === id)
  const ids: readonly string[] = part?.steps ?? []
  const steps = view.steps.filter((step) => ids.includes(step.step))
  // the sheet has a view of its own; of a form that was left blank the trace tells who made the move
  const records = view.records.filter((record) => ids.includes(record.step) && record.kind !== 'sheet' && !isBlank(record.body))
  return (
    <details id={id} className="card part" open={open}>
      <summary>
        <h2>{part?.label}</h2>
        {steps.map((step) => (
          <StepState key={step.step} step={step} named={steps.length > 1} />
        ))}
        {brief !== undefined && <span className="muted small">{brief}</span>}
      </summary>
      <div className="stack part-body">
        {children}
        <Records records={records} />
        {decide}
        {children === undefined && records.length === 0 && decide === undefined && <p className="muted">这一步还没有记录。</p>}
      </div>
    </details>
  )
}
