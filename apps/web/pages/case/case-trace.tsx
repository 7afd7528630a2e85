import { useState } from 'react'
import type { CaseView, MoveView } from '#casework/contract'
import { instant } from '../../format.ts'

const first = 12
const back = new Set(['send-back', 'uphold', 'reinvestigate', 'undo', 'decline', 'discard', 'refuse', 'terminate', 'withdraw'])

function Entry({ move }: { move: MoveView }) {
  return (
    <li className={back.has(move.command) ? 'trace-finding' : 'trace-clear'}>
      <time dateTime={move.at} className="muted small">
        {instant(move.at)}
      </time>
      <p>
        {move.stepLabel}：{move.label}
        {move.reopenedLabel !== null && `，退回到“${move.reopenedLabel}”`}
      </p>
      {move.reason !== null && <p className="small">理由：{move.reason}</p>}
      <p className="muted small">
        {move.byName}
        {move.byRoleLabel !== '系统' && `，${move.byRoleLabel}`}
      </p>
    </li>
  )
}

/** Every move of the case, newest first; who looked at it stands in a part of its own. */
export function CaseTrace({ view }: { view: CaseView }) {
  const [all, setAll] = useState(false)
  const moves = view.moves.toReversed()
  const shown = all ? moves : moves.slice(0, first)
  return (
    <aside id="timeline" className="card trace" aria-labelledby="timeline-title" {...{ tabIndex: 0 }}>
      <h2 id="timeline-title">留痕</h2>
      <ol>
        {shown.map((move) => (
          <Entry key={move.seq} move={move} />
        ))}
        <li>
          <time dateTime={view.head.openedAt} className="muted small">
            {instant(view.head.openedAt)}
          </time>
          <p>建立案件</p>
        </li>
      </ol>
      {moves.length > first && !all && (
        <button type="button" className="button no-print" onClick={() => setAll(true)}>
          其余 {moves.length - first} 条
        </button>
      )}
    </aside>
  )
}
