import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { GrantChange } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { addressOf, call } from '../../client.ts'
import { instant, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ServeForm, type Service } from '../case/serve-decision.tsx'
import { DecideDialog, type Deciding, useGrantOrder } from './grant-dialogs.tsx'

const outcomes = {
  confirmed: ['green', '已决定'],
  refused: ['grey', '已驳回'],
  withdrawn: ['grey', '已撤回'],
} as const

function OutcomeTag({ outcome }: Pick<GrantChange, 'outcome'>) {
  if (outcome === null) return <Tag tone="amber">待决定</Tag>
  const [tone, word] = outcomes[outcome]
  return <Tag tone={tone}>{word}</Tag>
}

function ServeDialog({ change, onClose }: { change: GrantChange; onClose: () => void }) {
  const { changeNo } = change
  const serve = useGrantOrder<Service>(
    (form) => call('casework.serve-grant-letter', { params: { changeNo }, body: form }),
    onClose,
  )
  return (
    <Dialog title={`登记告知书 ${changeNo} 的送达`} onClose={onClose}>
      <ServeForm serving={serve} onClose={onClose} />
    </Dialog>
  )
}

type Asked = Deciding | 'serve'

function Actions({ change, onAsk }: { change: GrantChange; onAsk: (asked: Asked) => void }) {
  const can = useCan()
  const name = <span className="hidden">{change.headName}户的变动</span>
  const button = (asked: Asked, label: string) => (
    <button type="button" className="button" onClick={() => onAsk(asked)}>
      {label}
      {name}
    </button>
  )
  const isDone = change.outcome === 'confirmed'
  return (
    <div className="row no-print">
      {change.decidable && button('confirm', '同意')}
      {change.decidable && button('refuse', '驳回')}
      {change.outcome === null && change.mine && button('withdraw', '撤回')}
      {isDone && can('casework.print') && (
        <a
          className="button"
          href={addressOf('casework.print-grant-letter', { params: { changeNo: change.changeNo } })}
          target="_blank"
          rel="noreferrer"
        >
          打印告知书{name}
        </a>
      )}
      {isDone && change.servedOn === null && can('casework.notify') && button('serve', '登记送达')}
    </div>
  )
}

/** One change of a grant: what, from when, why, by whom; and what the caller may do with it. */
export function GrantItem({ change, withHousehold = false }: { change: GrantChange; withHousehold?: boolean }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const { headName, villageName, townshipName, decidedAt, servedOn } = change
  return (
    <article className="record-card">
      <div className="spread">
        <h3>
          自 {chineseDate(change.fromMonth)} 起{change.kindLabel} <span className="mono small">{change.changeNo}</span>
        </h3>
        <OutcomeTag outcome={change.outcome} />
      </div>
      {withHousehold && (
        <p>
          <Link to="/households/$householdNo" params={{ householdNo: change.householdNo }} hash="grant">
            {headName}户
          </Link>
          （{townshipName}
          {villageName}），{change.persons} 人，每月 {yuan(change.amount)} 元
        </p>
      )}
      <p>
        {change.groundLabel}：{change.facts} <span className="muted small">依据：{change.clause}</span>
      </p>
      <p className="muted small">
        {change.proposedByName} {instant(change.proposedAt)} 提出
        {decidedAt !== null && `；${change.decidedByName} ${instant(decidedAt)}：${change.answer}`}
        {change.outcome === 'confirmed' && (servedOn === null ? '；告知书还没有送达' : `；告知书 ${chineseDate(servedOn)} 送达`)}
        {change.caseNo !== null && `；依据案件 ${change.caseNo}`}
      </p>
      <Actions change={change} onAsk={setAsked} />
      {asked === 'serve' && <ServeDialog change={change} onClose={close} />}
      {asked !== null && asked !== 'serve' && <DecideDialog change={change} how={asked} onClose={close} />}
    </article>
  )
}
