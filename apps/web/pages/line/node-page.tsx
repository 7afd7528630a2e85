import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { NodePage as NodeView } from '#exchange/contract'
import { reading } from '../../client.ts'
import { count, duration, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Arriving, Show } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { ChangeList } from './change-list.tsx'
import { ageOf, KeyCell, ShareBar, StatedCell } from './line-cells.tsx'
import { NodeBundles } from './node-bundles.tsx'
import { Outages, Receipts, Statements, Stuck, Terms } from './node-history.tsx'
import { NodeKeys } from './node-keys.tsx'
import { NodeRights } from './node-rights.tsx'
import { ParkedList } from './parked-list.tsx'
import { TaskLines } from './task-lines.tsx'
import { TermsForm } from './terms-form.tsx'
import { kindWords, lineWords, wayOf } from './words.ts'

const lookAgainMs = 30_000

function Headline({ page, nowMs }: { page: NodeView; nowMs: number }) {
  const { row } = page
  const shares = useQuery(reading('verification.list-answer-shares', {}))
  const states = shares.data === undefined ? null : shares.data.rows.find((each) => each.unit === row.unit)?.states
  const { requestsPerDay } = row.terms
  const figures = [
    [
      '线路',
      <>
        <WordTag word={lineWords[row.link]} /> {row.since === null ? '' : `自 ${instant(row.since)}`}
      </>,
      `${wayOf(row)}，最近联系 ${instant(row.seenAt)}`,
    ],
    [
      '未答复',
      <>
        {count(row.open)} {row.lateSince !== null && <Tag tone="red">超时 {duration(ageOf(row.lateSince, nowMs))}</Tag>}
      </>,
      row.oldestAt === null ? '没有等待答复的查询' : `最久 ${duration(ageOf(row.oldestAt, nowMs))}`,
    ],
    [
      '近 30 天答复用时',
      duration(row.medianMinutes),
      `95%：${duration(row.p95Minutes)}；问 ${count(row.asked)} 件，答 ${count(row.answered)} 件`,
    ],
    ['今日查询', count(row.askedToday), requestsPerDay === null ? '没有约定限额' : `限额 ${count(requestsPerDay)} 件`],
    ['未回执', count(row.unreceipted), '已写入发件箱、对方还没有签收'],
    ['对账', <StatedCell key="stated" row={row} />, '最近一次对方发来的对账单'],
    ['密钥', <KeyCell key="key" row={row} nowMs={nowMs} />, `套件 ${row.suite}`],
    ['各项答复', <ShareBar key="shares" states={states} />, shares.isError ? '没有读到，请刷新页面重试' : '近 30 天发起的核对'],
  ] as const
  return (
    <>
      <dl className="headline">
        {figures.map(([label, value, note]) => (
          <div key={label} className="card">
            <dt>{label}</dt>
            <dd>
              <span className="strong">{value}</span>
              <div className="muted small">{note}</div>
            </dd>
          </div>
        ))}
      </dl>
      {shares.isPending && <Arriving />}
    </>
  )
}

function Parts({ page }: { page: NodeView }) {
  const can = useCan()
  const [isAgreeing, setAgreeing] = useState(false)
  return (
    <>
      <Headline page={page} nowMs={Date.parse(page.at)} />
      {page.tasks.length > 0 && (
        <section className="card stack-small" aria-label="待办">
          <h2>待办</h2>
          <TaskLines tasks={page.tasks} linked={false} />
        </section>
      )}
      <section className="card stack-small" aria-label="待处理报文">
        <h2>待处理报文</h2>
        {page.parked.length === 0 ? (
          <p className="muted">没有无法使用的报文。</p>
        ) : (
          <ParkedList rows={page.parked} label="待处理报文列表" />
        )}
      </section>
      {page.stuck.length > 0 && <Stuck page={page} />}
      {can('exchange.change') && page.row.via === null && page.row.link !== 'revoked' && <NodeBundles row={page.row} />}
      <Terms page={page} onEdit={() => setAgreeing(true)} />
      <NodeKeys page={page} />
      {page.changes.length > 0 && (
        <section className="card stack-small" aria-label="节点变更">
          <h2>变更</h2>
          <ChangeList changes={page.changes} />
        </section>
      )}
      <NodeRights page={page} />
      <Statements statements={page.statements} />
      <Outages outages={page.outages} />
      <Receipts receipts={page.receipts} />
      {isAgreeing && <TermsForm row={page.row} onClose={() => setAgreeing(false)} />}
    </>
  )
}

/** One unit or node: how it stands, what waits, what is agreed, its keys and rights, what it signed for. */
export function NodePage() {
  const { unit } = useParams({ from: '/office/lines/$unit' })
  const query = useQuery({ ...reading('exchange.open-node', { params: { unit } }), refetchInterval: lookAgainMs })
  const row = query.data?.row
  return (
    <Page
      title={row === undefined ? '成员单位与线路' : `${row.name}（${kindWords[row.kind]}）`}
      crumbs={
        <li>
          <Link to="/lines">成员单位与线路</Link>
        </li>
      }
    >
      {row !== undefined && <p className="muted mono">{row.nodeId}</p>}
      <Show query={query}>{(page) => <Parts page={page} />}</Show>
    </Page>
  )
}
