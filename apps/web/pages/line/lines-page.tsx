import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { todos } from '#identity/todos'
import { chineseDate } from '#kernel/chinese-date'
import { type Output, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Legend } from '../../ui/bar.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Hint } from '../../ui/hint.tsx'
import { useNarrow } from '../../ui/narrow.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, ErrorPanel, Show } from '../../ui/states.tsx'
import { answerGroups } from '../../wording.ts'
import { ChangeList } from './change-list.tsx'
import { LineCards } from './line-cards.tsx'
import { LineTable } from './line-table.tsx'
import { ParkedList } from './parked-list.tsx'
import { RegisterForm } from './register-form.tsx'
import { chosenRows, type LineSearch, showChoices, sortChoices } from './sorting.ts'
import { TaskLines } from './task-lines.tsx'

type Board = Output<'exchange.read-board'>

/** The page shows what is so now: it looks again by itself. */
const lookAgainMs = 30_000

function Filters({ search, onSet }: { search: LineSearch; onSet: (change: LineSearch) => void }) {
  const isNarrow = useNarrow()
  const none = (value: string) => (value === '' ? undefined : value)
  return (
    <search className="card filters" aria-label="筛选单位">
      <TextField
        label="单位名称或编号"
        type="search"
        autoComplete="off"
        value={search.q ?? ''}
        onChange={(event) => onSet({ q: none(event.target.value) })}
      />
      <SelectField
        label="只看"
        all="全部"
        value={search.show ?? ''}
        onPick={(show) => onSet({ show: none(show) })}
        choices={showChoices}
      />
      {isNarrow && (
        <SelectField
          label="排序"
          all="需要处理的在前"
          value={search.sort ?? ''}
          onPick={(sort) => onSet({ sort: none(sort) })}
          choices={sortChoices}
        />
      )}
    </search>
  )
}

function Headline({ board }: { board: Board }) {
  const active = board.rows.filter((row) => row.link !== 'revoked')
  const figures = [
    ['在线', `${count(active.filter((row) => row.link === 'online').length)} / ${count(active.length)}`],
    ['答复超时', count(active.filter((row) => row.lateSince !== null).length)],
    ['未答复查询', count(active.reduce((sum, row) => sum + row.open, 0))],
    ['待处理报文', count(active.reduce((sum, row) => sum + row.parked, 0) + board.strays.length)],
  ]
  return (
    <dl className="headline">
      {figures.map(([label, value]) => (
        <div key={label} className="card">
          <dt>{label}</dt>
          <dd className="strong">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Waiting({ board }: { board: Board }) {
  return (
    <>
      {board.tasks.length > 0 && (
        <section className="card stack-small" aria-label="待办">
          <h2>待办</h2>
          <TaskLines tasks={board.tasks} linked />
        </section>
      )}
      {board.changes.length > 0 && (
        <section className="card stack-small" aria-label="待确认的变更">
          <h2>待确认的变更</h2>
          <ChangeList changes={board.changes} />
        </section>
      )}
    </>
  )
}

function Strays({ board }: { board: Board }) {
  const { count: counted, since } = board.strayCalls
  if (board.strays.length === 0 && counted === 0) return null
  return (
    <section className="card stack-small" aria-label="来源不明的报文">
      <h2>来源不明的报文</h2>
      {since !== null && (
        <p className="muted">
          {chineseDate(since)} 以来另有 {count(counted)} 件较早的只计数、未保留原文
        </p>
      )}
      <ParkedList rows={board.strays} label="来源不明的报文列表" />
    </section>
  )
}

function Found({ board, search }: { board: Board; search: LineSearch }) {
  const shares = useQuery(reading('verification.list-answer-shares', {}))
  const byUnit = shares.data === undefined ? null : new Map(shares.data.rows.map((row) => [row.unit, row.states]))
  // the wide table is sorted by its heads
  const isNarrow = useNarrow()
  const rows = chosenRows(board.rows, isNarrow ? search : { ...search, sort: undefined })
  const Lines = isNarrow ? LineCards : LineTable
  const counted = board.rows.find((row) => row.countedAt !== null)?.countedAt ?? null
  return (
    <>
      <p role="status" className="small">
        {count(rows.length)} 个节点。答复用时为近 30 天（
        {counted === null ? '尚未统计' : `统计至 ${instant(counted)}`}），各项答复为近 30 天发起的核对。
      </p>
      <Legend items={answerGroups} />
      {shares.isError && <ErrorPanel error={shares.error} retry={shares.refetch} />}
      {rows.length === 0 ? (
        <Empty title={board.rows.length === 0 ? '还没有登记任何单位或节点' : '没有符合条件的单位'}>
          {board.rows.length === 0 ? <Hint todo={todos.registerNode()} lead="接下来：" /> : '请清空查找的字，或改选条件。'}
        </Empty>
      ) : (
        <Lines rows={rows} shares={byUnit} nowMs={Date.parse(board.at)} />
      )}
    </>
  )
}

/** How every unit and node is reached, how it answers, and what waits for a person. */
export function LinesPage() {
  const search = useSearch({ from: '/office/lines' })
  const navigate = useNavigate()
  const can = useCan()
  const [isRegistering, setRegistering] = useState(false)
  const query = useQuery({ ...reading('exchange.read-board', {}), refetchInterval: lookAgainMs })
  const set = (change: LineSearch) => void navigate({ to: '/lines', search: { ...search, ...change }, replace: true })
  return (
    <Page
      title="成员单位与线路"
      actions={
        can('exchange.change') && (
          <button type="button" className="button" onClick={() => setRegistering(true)}>
            登记节点
          </button>
        )
      }
    >
      <Show query={query}>
        {(board) => (
          <>
            <Headline board={board} />
            <Waiting board={board} />
            <Filters search={search} onSet={set} />
            <Found board={board} search={search} />
            <Strays board={board} />
            {isRegistering && <RegisterForm rows={board.rows} onClose={() => setRegistering(false)} />}
          </>
        )}
      </Show>
    </Page>
  )
}
