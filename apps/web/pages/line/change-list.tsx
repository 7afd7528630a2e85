import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangeRow } from '#exchange/contract'
import { todos } from '#identity/todos'
import { call } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Hint } from '../../ui/hint.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { useFresh } from './parked-list.tsx'
import { changeWords } from './words.ts'

const states = {
  waiting: { label: '待另一人确认', tone: 'amber' },
  done: { label: '已生效', tone: 'green' },
  refused: { label: '未同意', tone: 'grey' },
} as const

function What({ what }: { what: ChangeRow['what'] }) {
  if (what.kind === 'grant') return <>：{what.rights.map(({ item, purpose }) => `${item}（${purpose}）`).join('、')}</>
  return (
    <>
      ：{what.kind === 'register' && `${what.name}，${what.via === null ? '直接连接' : `经 ${what.via}`}，`}
      {what.keys.suite}
      {what.kind === 'keys' && `，旧钥再用 ${what.overlapHours} 小时`}
      <span className="mono small key-text">签名公钥 {what.keys.signing}</span>
    </>
  )
}

function Change({ change }: { change: ChangeRow }) {
  const can = useCan()
  const fresh = useFresh()
  const [refusing, setRefusing] = useState(false)
  const decide = useMutation({
    mutationFn: (refusal: string | null) =>
      call('exchange.decide-change', { params: { changeNo: change.changeNo }, body: { refusal } }),
    onSuccess: async () => {
      setRefusing(false)
      await fresh()
    },
  })
  const { label, tone } = states[change.state]
  return (
    <li className="stack-small">
      <p>
        <Tag tone={tone}>{label}</Tag> <span className="strong">{change.name}</span> {changeWords[change.what.kind]}
        <What what={change.what} />
      </p>
      <p className="muted small">
        {change.askedBy} {instant(change.askedAt)} 提出：{change.reason}
        {change.decidedAt !== null && `；${change.decidedBy} ${instant(change.decidedAt)} ${label}`}
        {change.refusal !== null && `：${change.refusal}`}
      </p>
      {decide.isError && !refusing && <ErrorPanel error={decide.error} />}
      {change.state === 'waiting' && can('exchange.confirm') && (
        <div className="row">
          {change.mine ? (
            <span className="small">
              <Hint todo={todos.confirmChange()} lead="接下来：" />
            </span>
          ) : (
            <button type="button" className="button primary" disabled={decide.isPending} onClick={() => decide.mutate(null)}>
              确认<span className="hidden">{change.name}的变更</span>
            </button>
          )}
          <button type="button" className="button" onClick={() => setRefusing(true)}>
            {change.mine ? '撤回' : '不同意'}
            <span className="hidden">{change.name}的变更</span>
          </button>
        </div>
      )}
      {refusing && (
        <ReasonDialog
          title={change.mine ? '撤回变更' : '不同意变更'}
          text="节点保持原样；这项变更和理由都留下记录。"
          button={change.mine ? '撤回' : '不同意'}
          busy={decide.isPending}
          error={decide.error}
          onSubmit={(reason) => decide.mutate(reason)}
          onClose={() => setRefusing(false)}
        />
      )}
    </li>
  )
}

/** Changes that one person asked for and another confirms. */
export function ChangeList({ changes }: { changes: readonly ChangeRow[] }) {
  return (
    <ul className="stack-small">
      {changes.map((change) => (
        <Change key={change.changeNo} change={change} />
      ))}
    </ul>
  )
}
