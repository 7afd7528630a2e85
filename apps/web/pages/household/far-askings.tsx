import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { FarAsking, FarNode, HouseholdView } from '#verification/contract'
import { reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { answerWords, type Word } from '../../wording.ts'
import { CancelFarDialog } from './cancel-far-dialog.tsx'
import { FarDialog } from './far-dialog.tsx'

const stateWords: Record<FarAsking['state'], Word> = {
  sent: { label: '等待答复', tone: 'blue' },
  answered: { label: '已答复', tone: 'green' },
  refused: { label: '对方未能答复', tone: 'amber' },
  given_up: { label: '已放弃', tone: 'grey' },
  cancelled: { label: '已撤销', tone: 'grey' },
  expired: { label: '到期未答复', tone: 'amber' },
}

type Answer = FarAsking['subjects'][number]['answers'][number]

function AnswerLine({ answer }: { answer: Answer }) {
  return (
    <li className="stack-small">
      <p className="row">
        <span className="strong">{answer.recordName}</span>
        <WordTag word={answerWords[answer.state]} />
        {answer.state === 'HIT' && <span>{answer.rows.length} 条</span>}
        {answer.reason !== null && <span>{answer.reason}</span>}
      </p>
      {answer.rows.map((facts, i) => (
        <dl key={i.toString()} className="facts">
          {facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ))}
    </li>
  )
}

/** What was asked where nothing is answered: members and record types, and why. */
function Unanswered({ asking }: { asking: FarAsking }) {
  const names = asking.subjects.map((subject) => subject.name).join('、')
  const records = [...new Set(asking.subjects.flatMap((subject) => subject.answers.map((answer) => answer.recordName)))].join(
    '、',
  )
  return (
    <>
      <p>
        {names}：{records}，未答复，不等于没有记录。
      </p>
      {asking.note !== null && <p className="notice amber small">{asking.note}</p>}
    </>
  )
}

/** When it was answered, or has to be. */
function whenOf({ state, answeredAt, expiresAt }: FarAsking): string {
  if (state === 'answered' || state === 'refused') return `${instant(answeredAt)} 答复。`
  return state === 'sent' || state === 'expired' ? `最迟 ${instant(expiresAt)} 答复。` : ''
}

function Asking({ asking, onCancel }: { asking: FarAsking; onCancel: () => void }) {
  const can = useCan()
  const { state } = asking
  return (
    <li className="stack-small">
      <h3 className="row">
        {asking.unitName}
        <WordTag word={stateWords[state]} />
      </h3>
      <p className="small muted">
        {asking.by} {instant(asking.askedAt)} 询问，理由：{asking.reason}。{whenOf(asking)}
      </p>
      {state === 'sent' && can('verification.rerun') && (
        <p className="no-print">
          <button type="button" className="button" onClick={onCancel}>
            撤销协查<span className="hidden">：{asking.unitName}</span>
          </button>
        </p>
      )}
      {state !== 'answered' ? (
        <Unanswered asking={asking} />
      ) : (
        asking.subjects.map((subject) => (
          <div key={subject.subjectNo} className="stack-small">
            <h4>{subject.name}</h4>
            <ul className="stack-small">
              {subject.answers.map((answer) => (
                <AnswerLine key={answer.record} answer={answer} />
              ))}
            </ul>
          </div>
        ))
      )}
    </li>
  )
}

/** The button, or why there is nobody to ask. */
function AskButton({ nodes, onAsk }: { nodes: readonly FarNode[]; onAsk: () => void }) {
  const can = useCan()
  if (!can('verification.rerun')) return null
  if (nodes.length > 0) {
    return (
      <button type="button" className="button no-print" onClick={onAsk}>
        向异地协查
      </button>
    )
  }
  return (
    <p className="small muted no-print">
      没有可询问的异地单位：先在<Link to="/lines">线路</Link>登记其节点并授予本项目的查询权。
    </p>
  )
}

/** 异地协查: what nodes of other districts and levels were asked about the household, and what they said: hints for whoever clears. */
export function FarAskings({ view }: { view: HouseholdView }) {
  const { householdNo, campaignId } = view
  const query = useQuery(reading('verification.list-far-askings', { params: { householdNo }, query: { campaignId } }))
  const [asking, setAsking] = useState(false)
  const [cancelling, setCancelling] = useState<FarAsking>()
  // what was cancelled, refused or has expired may be answered, confirmed or corrected all the same
  const waits = query.data?.rows.some((row) => row.state !== 'answered') ?? false
  return (
    <section id="far" className="card stack-small" aria-labelledby="far-title">
      <h2 id="far-title">异地协查</h2>
      <p className="muted small">
        异地单位的答复只是核实线索，不参与机器比对，由处置疑点的人核实后决定是否采信。每次询问和查看都记入留痕。
      </p>
      <Show query={query}>
        {({ rows, nodes }) => (
          <>
            {rows.length === 0 && <p className="muted">本户没有发起过异地协查。</p>}
            <ul className="papers">
              {rows.map((row) => (
                <Asking key={row.askingNo} asking={row} onCancel={() => setCancelling(row)} />
              ))}
            </ul>
            <div className="row">
              <AskButton nodes={nodes} onAsk={() => setAsking(true)} />
              {waits && (
                <button
                  type="button"
                  className="button no-print"
                  disabled={query.isFetching}
                  onClick={() => void query.refetch()}
                >
                  看有没有答复
                </button>
              )}
            </div>
            {asking && <FarDialog view={view} nodes={nodes} onClose={() => setAsking(false)} />}
            {cancelling !== undefined && (
              <CancelFarDialog view={view} asking={cancelling} onClose={() => setCancelling(undefined)} />
            )}
          </>
        )}
      </Show>
    </section>
  )
}
