import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { NodePage } from '#exchange/contract'
import { chineseDate } from '#kernel/chinese-date'
import { call } from '../../client.ts'
import { count, duration, fileSize, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { useFresh } from './parked-list.tsx'
import { carrierWords, markWords } from './words.ts'

const laneWords = { batch: '批量', single: '单件' } as const
const kindWords: Readonly<Record<string, string>> = { prepare: '请作准备', records: '查询记录', lookup: '补充查询' }

/** Requests that nobody will answer, given up one by one. */
export function Stuck({ page }: { page: NodePage }) {
  const can = useCan()
  const fresh = useFresh()
  const [ending, setEnding] = useState<string | null>(null)
  const end = useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      call('exchange.end-request', { params: { unit: page.row.unit, id }, body: { reason } }),
    onSuccess: async () => {
      setEnding(null)
      await fresh()
    },
  })
  return (
    <section className="card stack-small" aria-label="不会再有答复的查询">
      <h2>不会再有答复的查询</h2>
      <Scroller label="无人答复的查询列表">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">发出</th>
              <th scope="col">查询</th>
              <th scope="col">原因</th>
              <th scope="col">
                <span className="hidden">操作</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {page.stuck.map((each) => (
              <tr key={each.id}>
                <td className="nowrap">{instant(each.createdAt)}</td>
                <td>{kindWords[each.kind] ?? each.kind}</td>
                <td>{each.why === 'revoked' ? '节点已吊销' : `${instant(each.expiresAt)} 过期`}</td>
                <td>
                  {can('exchange.settle') && (
                    <button type="button" className="button" onClick={() => setEnding(each.id)}>
                      放弃<span className="hidden">{instant(each.createdAt)} 的查询</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {ending !== null && (
        <ReasonDialog
          title="放弃查询"
          text="这件查询从此按“未答复”计，不作“无记录”；相关家庭可以在核对中重新发起。"
          button="放弃"
          busy={end.isPending}
          error={end.error}
          onSubmit={(reason) => end.mutate({ id: ending, reason })}
          onClose={() => {
            end.reset()
            setEnding(null)
          }}
        />
      )}
    </section>
  )
}

/** When the node was not heard. */
export function Outages({ outages }: { outages: NodePage['outages'] }) {
  return (
    <section className="card stack-small" aria-label="离线记录">
      <h2>离线记录</h2>
      {outages.length === 0 ? (
        <p className="muted">登记以来没有离线。</p>
      ) : (
        <ul className="stack-small">
          {outages.map(({ from, until }) => (
            <li key={from}>
              {instant(from)} 至 {until === null ? '今' : instant(until)}
              {until !== null && (
                <span className="muted small">，{duration((Date.parse(until) - Date.parse(from)) / 60_000)}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The signed receipts of the node, newest first. */
export function Receipts({ receipts }: { receipts: NodePage['receipts'] }) {
  return (
    <section className="card stack-small" aria-label="回执">
      <h2>回执</h2>
      {receipts.length === 0 ? (
        <p className="muted">还没有回执。</p>
      ) : (
        <Scroller label="回执列表">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">收到</th>
                <th scope="col">通道</th>
                <th scope="col">报文序号</th>
                <th scope="col" className="num">
                  签名回执
                </th>
              </tr>
            </thead>
            <tbody>
              {receipts.map((each) => (
                <tr key={`${each.lane} ${each.last}`}>
                  <td className="nowrap">{instant(each.at)}</td>
                  <td>{laneWords[each.lane]}</td>
                  <td className="nowrap">
                    {each.first === each.last ? count(each.last) : `${count(each.first)} 至 ${count(each.last)}`}
                  </td>
                  <td className="num">{fileSize(each.bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </section>
  )
}

/** Statements of both sides, and what comparing those of the node gave. */
export function Statements({ statements }: { statements: NodePage['statements'] }) {
  return (
    <section className="card stack-small" aria-label="对账">
      <h2>对账</h2>
      {statements.length === 0 ? (
        <p className="muted">还没有对账单，每日互发一次。</p>
      ) : (
        <ul className="stack-small">
          {statements.map(({ direction, at, differences }) => (
            <li key={`${direction} ${at}`}>
              {instant(at)} {direction === 'out' ? '本中心发出' : '对方发来'}
              {direction === 'in' && differences?.length === 0 && '，与本中心账目相符'}
              {differences === null && <span className="error-text">，无法读取，不能核对</span>}
              {differences !== null && differences.length > 0 && (
                <ul className="error-text">
                  {differences.map((message) => (
                    <li key={message}>{message}</li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** What is and was agreed, newest first. */
export function Terms({ page, onEdit }: { page: NodePage; onEdit: () => void }) {
  const can = useCan()
  return (
    <section className="card stack-small" aria-label="约定">
      <div className="spread">
        <h2>约定</h2>
        {can('exchange.agree') && page.row.link !== 'revoked' && (
          <button type="button" className="button" onClick={onEdit}>
            新的约定
          </button>
        )}
      </div>
      <ul className="stack-small">
        {page.terms.map((terms) => (
          <li key={`${terms.own} ${terms.fromOn} ${terms.setAt}`}>
            <span className="strong">{chineseDate(terms.fromOn)} 起</span>
            {!terms.own && '（全区默认）'}：每日
            {terms.requestsPerDay === null ? '未约定限额' : ` ${count(terms.requestsPerDay)} 件`}，{count(terms.answerHours)}{' '}
            小时内答复，往来用{carrierWords[terms.carrier]}，{count(terms.silentMinutes)} 分钟没有联系算离线，离线{' '}
            {count(terms.outageMinutes)} 分钟列为待办，待办 {count(terms.escalateDays)} 天报上一级，密钥 {count(terms.keyDays)}{' '}
            天应更换，责任人{terms.responsibleName ?? '：核对中心经办人'}。
            <span className="muted small">
              {markWords[terms.mark]}：{terms.source}。{terms.setBy} {instant(terms.setAt)} 登记
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
