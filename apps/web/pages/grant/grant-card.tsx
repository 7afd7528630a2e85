import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { GrantView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../client.ts'
import { yuan } from '../../format.ts'
import { NamedHint } from '../../ui/named-hint.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ProposeDialog } from './grant-dialogs.tsx'
import { GrantItem } from './grant-item.tsx'

const tones = { none: 'grey', running: 'green', suspended: 'amber', stopped: 'red' } as const

function grantWords({ grant }: GrantView): string {
  if (grant === null) return ''
  const by = grant.decisionNo === null ? '原批准' : `决定 ${grant.decisionNo}`
  return `${by}，自 ${chineseDate(grant.fromMonth)} 起，${grant.persons} 人，每月 ${yuan(grant.amount)} 元`
}

function Body({ view, caseNo }: { view: GrantView; caseNo: string | undefined }) {
  const [proposing, setProposing] = useState(false)
  const isWaiting = view.changes.some(({ outcome }) => outcome === null)
  return (
    <>
      <p className="row">
        <Tag tone={tones[view.state]}>{view.stateLabel}</Tag>
        {view.since !== null && view.state !== 'running' && <span>自 {chineseDate(view.since)} 起</span>}
        <span>{grantWords(view)}</span>
      </p>
      {view.offered.length > 0 && (
        <div className="row no-print">
          <button type="button" className="button" onClick={() => setProposing(true)}>
            提出{view.offered.map(({ label }) => label).join('、')}
          </button>
          <span className="muted small">一人提出，由{view.deciderLabel}决定；决定之前照常发放。</span>
        </div>
      )}
      {isWaiting && <p className="muted small">已有待决定的变动，由{view.deciderLabel}在待办中决定。</p>}
      {view.changes.length === 0 ? (
        <p className="muted">没有暂停、停止或恢复的记录。</p>
      ) : (
        view.changes.map((change) => <GrantItem key={change.changeNo} change={change} />)
      )}
      {proposing && <ProposeDialog view={view} caseNo={caseNo} onClose={() => setProposing(false)} />}
    </>
  )
}

/** What stands for a household, and suspending, stopping and resuming it. `caseNo`: the refused application a proposal would follow from. */
export function GrantCard({ householdNo, caseNo }: { householdNo: string; caseNo?: string | undefined }) {
  const query = useQuery(reading('casework.read-grant', { params: { householdNo } }))
  return (
    <section className="card stack" id="grant" aria-labelledby="grant-title">
      <h2 id="grant-title">保障待遇</h2>
      <Show query={query}>
        {(view) => (
          <>
            {caseNo !== undefined && view.state === 'running' && (
              <p className="notice amber">
                不予批准不等于停发：该户的保障照常发放。符合停发情形的，由一人在这里提出，另一人决定。
              </p>
            )}
            <Body view={view} caseNo={caseNo} />
          </>
        )}
      </Show>
    </section>
  )
}

/** Told before an application is refused: what becomes of a grant that runs. Nothing where none does. */
export function RunningGrant({ householdNo, isCleanUp }: { householdNo: string; isCleanUp: boolean }) {
  const { data } = useQuery(reading('casework.read-grant', { params: { householdNo } }))
  if (data?.grant == null || data.state === 'none' || data.state === 'stopped') return null
  return (
    <p className="notice amber">
      该户现有保障（{grantWords(data)}）。
      {isCleanUp ? (
        '这是全面清理中的重新申请：不予批准后，原保障发到本月为止。'
      ) : (
        <>
          不予批准后照常发放。
          <NamedHint name="proposeStop" lead="符合停发情形的：" />
        </>
      )}
    </p>
  )
}
