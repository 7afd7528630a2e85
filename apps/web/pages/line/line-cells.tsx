import type { NodeRow } from '#exchange/contract'
import type { Output } from '../../client.ts'
import { count, duration, instant } from '../../format.ts'
import { Bar } from '../../ui/bar.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { answerGroups } from '../../wording.ts'
import { shareWords } from './share-words.ts'
import { isReconciled } from './sorting.ts'
import { lineWords, sinceWords, wayOf } from './words.ts'

export type Shares = Output<'verification.list-answer-shares'>['rows'][number]['states']

/** Minutes since an instant. */
export function ageOf(at: string | null, nowMs: number): number | null {
  return at === null ? null : Math.max(0, (nowMs - Date.parse(at)) / 60_000)
}

function total(states: Shares): number {
  return Object.values(states).reduce((sum, n) => sum + (n ?? 0), 0)
}

/** How the items of a unit were answered, as a bar with its shares in words; undefined: nothing was asked, null: not known. */
export function ShareBar({ states }: { states: Shares | undefined | null }) {
  if (states === null) return <>—</>
  const all = states === undefined ? 0 : total(states)
  if (states === undefined || all === 0) return <span className="muted">未查询</span>
  const parts = answerGroups.map(({ states: members, ...group }) => ({
    ...group,
    value: members.reduce((sum, state) => sum + (states[state] ?? 0), 0),
  }))
  return (
    <>
      <Bar segments={parts} total={all} unit="项" thin />
      <span className="small">
        {parts
          .filter((part) => part.value > 0)
          .map((part) => `${part.label} ${shareWords(part.value, all)}`)
          .join('，')}
      </span>
    </>
  )
}

/** Whether a node is on line, since when, and how it is reached. */
export function LineCell({ row }: { row: NodeRow }) {
  return (
    <>
      <WordTag word={lineWords[row.link]} />
      <div className="small nowrap">{sinceWords(row)}</div>
      <div className="muted small nowrap">
        {wayOf(row)}，{row.suite}
      </div>
    </>
  )
}

/** Requests without an answer: how many, the oldest, and whether it is later than agreed. */
export function OpenCell({ row, nowMs }: { row: NodeRow; nowMs: number }) {
  return (
    <>
      {count(row.open)}
      {row.oldestAt !== null && <div className="small">最久 {duration(ageOf(row.oldestAt, nowMs))}</div>}
      {row.lateSince !== null && <Tag tone="red">超时 {duration(ageOf(row.lateSince, nowMs))}</Tag>}
    </>
  )
}

/** How long answers took. */
export function DelayCell({ row }: { row: NodeRow }) {
  return (
    <>
      {duration(row.medianMinutes)}
      <div className="muted small">95%：{duration(row.p95Minutes)}</div>
    </>
  )
}

/** What was asked today of what is agreed, and the agreed time. */
export function QuotaCell({ row }: { row: NodeRow }) {
  const { requestsPerDay } = row.terms
  const over = requestsPerDay !== null && row.askedToday > requestsPerDay
  return (
    <>
      <span className={over ? 'error-text' : undefined}>
        {count(row.askedToday)} / {requestsPerDay === null ? '未约定' : count(requestsPerDay)}
      </span>
      <div className="muted small">{count(row.terms.answerHours)} 小时内答复</div>
    </>
  )
}

/** Messages that could not be used. */
export function ParkedCell({ row }: { row: NodeRow }) {
  return row.parked === 0 ? <>0</> : <strong className="error-text">{count(row.parked)}</strong>
}

/** Age and end of the newest key. */
export function KeyCell({ row, nowMs }: { row: NodeRow; nowMs: number }) {
  if (row.keySince === null) return <>没有有效公钥</>
  return (
    <>
      已用 {duration(ageOf(row.keySince, nowMs))}
      <div className="muted small">{row.keyUntil === null ? '未定期限' : `${instant(row.keyUntil)} 到期`}</div>
      {row.keyDue && <Tag tone="amber">该换</Tag>}
    </>
  )
}

/** The last statement of a node, and whether it agrees with the books here. */
export function StatedCell({ row }: { row: NodeRow }) {
  if (row.statedAt === null) return <span className="muted">还没有对账单</span>
  return (
    <>
      {isReconciled(row) ? (
        <Tag tone="green">相符</Tag>
      ) : (
        <Tag tone="red">{row.differences === null ? '无法读取' : `不符 ${count(row.differences)} 处`}</Tag>
      )}
      <div className="muted small">{instant(row.statedAt)}</div>
    </>
  )
}
