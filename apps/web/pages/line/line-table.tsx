import { Link } from '@tanstack/react-router'
import type { NodeRow } from '#exchange/contract'
import type { Output } from '../../client.ts'
import { count, duration, instant } from '../../format.ts'
import { Bar } from '../../ui/bar.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { answerGroups } from '../../wording.ts'
import { shareWords } from './share-words.ts'
import { isReconciled } from './sorting.ts'
import { kindWords, lineWords, wayOf } from './words.ts'

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

function Line({ row }: { row: NodeRow }) {
  return (
    <td>
      <WordTag word={lineWords[row.link]} />
      <div className="small nowrap">{row.since === null ? '没有连接过' : `自 ${instant(row.since)}`}</div>
      <div className="muted small nowrap">
        {wayOf(row)}，{row.suite}
      </div>
    </td>
  )
}

function Open({ row, nowMs }: { row: NodeRow; nowMs: number }) {
  return (
    <td className="num">
      {count(row.open)}
      {row.oldestAt !== null && <div className="small">最久 {duration(ageOf(row.oldestAt, nowMs))}</div>}
      {row.lateSince !== null && <Tag tone="red">超时 {duration(ageOf(row.lateSince, nowMs))}</Tag>}
    </td>
  )
}

function Quota({ row }: { row: NodeRow }) {
  const { requestsPerDay } = row.terms
  const over = requestsPerDay !== null && row.askedToday > requestsPerDay
  return (
    <td className={over ? 'num error-text' : 'num'}>
      {count(row.askedToday)} / {requestsPerDay === null ? '未约定' : count(requestsPerDay)}
      <div className="muted small">{count(row.terms.answerHours)} 小时内答复</div>
    </td>
  )
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

function Row({ row, states, nowMs }: { row: NodeRow; states: Shares | undefined | null; nowMs: number }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/lines/$unit" params={{ unit: row.unit }}>
          {row.name}
        </Link>
        <div className="muted small nowrap">{kindWords[row.kind]}</div>
        {row.tasks > 0 && <Tag tone="amber">待办 {count(row.tasks)}</Tag>}
      </th>
      <Line row={row} />
      <Open row={row} nowMs={nowMs} />
      <td className="num">
        {duration(row.medianMinutes)}
        <div className="muted small">95%：{duration(row.p95Minutes)}</div>
      </td>
      <td className="wide-col">
        <ShareBar states={states} />
      </td>
      <Quota row={row} />
      <td className="num">{count(row.unreceipted)}</td>
      <td className="num">{row.parked === 0 ? '0' : <strong className="error-text">{count(row.parked)}</strong>}</td>
      <td className="nowrap">
        <StatedCell row={row} />
      </td>
      <td className="nowrap">
        <KeyCell row={row} nowMs={nowMs} />
      </td>
    </tr>
  )
}

/** Every node with its figures. */
export function LineTable({
  rows,
  shares,
  nowMs,
}: {
  rows: readonly NodeRow[]
  /** null: not read yet, or could not be read */
  shares: ReadonlyMap<string, Shares> | null
  nowMs: number
}) {
  return (
    <Scroller label="各单位线路列表">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">单位</th>
            <th scope="col">线路</th>
            <th scope="col" className="num">
              未答复
            </th>
            <th scope="col" className="num">
              答复用时
            </th>
            <th scope="col">各项答复</th>
            <th scope="col" className="num">
              今日 / 限额
            </th>
            <th scope="col" className="num">
              未回执
            </th>
            <th scope="col" className="num">
              待处理
            </th>
            <th scope="col">对账</th>
            <th scope="col">密钥</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.unit} row={row} states={shares === null ? null : shares.get(row.unit)} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
