import { useQuery } from '@tanstack/react-query'
import type { OwnUnit } from '#exchange/contract'
import { reading } from '../../client.ts'
import { count, instant, percent, shareOf } from '../../format.ts'
import { Empty, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { lineWords } from '../line/words.ts'

const stuckWords = { expired: '已过答复期限', revoked: '节点已吊销' } as const

function Failures({ unit }: { unit: OwnUnit }) {
  if (unit.failures.length + unit.stuck.length === 0) return <p>没有失败的查询。</p>
  return (
    <ul className="stack-small">
      {unit.stuck.map(({ id, createdAt, why }) => (
        <li key={id}>
          {instant(createdAt)} 的查询没有答复：{stuckWords[why]}
        </li>
      ))}
      {unit.failures.map(({ at, reason }) => (
        <li key={at + reason}>
          {instant(at)} 送来的报文不能使用：{reason}
        </li>
      ))}
    </ul>
  )
}

function Standing({ unit }: { unit: OwnUnit }) {
  return (
    <>
      <section className="card stack-small" aria-label="向本单位的查询">
        <h2>
          {unit.name} <WordTag word={lineWords[unit.link]} />
        </h2>
        <ul className="day plain-list">
          <li className="day-row">
            待答复 <span className="day-count num">{count(unit.open)}</span> 批
            {unit.oldestAt !== null && `，最早一批 ${instant(unit.oldestAt)} 送出`}
            {unit.lateSince !== null && <span className="error-text">，自 {instant(unit.lateSince)} 起超过约定时限</span>}
          </li>
          <li className="day-row">
            今天收到 <span className="day-count num">{count(unit.askedToday)}</span> 批
          </li>
          <li className="day-row">
            近 30 天收到 {count(unit.asked)} 批，已答复 <span className="day-count num">{count(unit.answered)}</span> 批（
            {percent(shareOf(unit.answered, unit.asked))}）
          </li>
          <li className="day-row muted">
            约定 {count(unit.answerHours)} 小时内答复；节点最近一次联系：{instant(unit.seenAt)}
          </li>
        </ul>
        <p className="muted small">
          答复在本单位的前置节点上办理（节点工作台）。节点离线、答复超时或报文不能使用，由核对中心经办人处理。
        </p>
      </section>
      <section className="card stack-small" aria-label="失败的查询">
        <h2>失败的查询</h2>
        <Failures unit={unit} />
      </section>
    </>
  )
}

/** What was asked of the unit whose contact is signed in. */
export function UnitDay() {
  const query = useQuery(reading('exchange.read-own-unit', {}))
  return (
    <Show query={query}>
      {({ unit }) =>
        unit === null ? (
          <Empty title="本单位还没有接入">由核对中心经办人或系统管理员在“线路”中登记本单位的节点后，这里显示查询和答复。</Empty>
        ) : (
          <Standing unit={unit} />
        )
      }
    </Show>
  )
}
