import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { NoticeLineView, NoticeRow, PostingView } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { addressOf, call, reading } from '../../client.ts'
import { count, instant, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Show } from '../../ui/states.tsx'
import { WordTag } from '../../ui/tag.tsx'
import { ObjectionDialog } from '../objection/objection-dialog.tsx'
import { ProveDialog } from './prove-dialog.tsx'
import { leftWord, levelWords, lineWords, proofWord, stageWords } from './words.ts'

function Facts({ notice }: { notice: NoticeRow }) {
  return (
    <dl className="facts card">
      <div>
        <dt>单号</dt>
        <dd className="mono">{notice.noticeNo}</dd>
      </div>
      <div>
        <dt>层级</dt>
        <dd>
          {levelWords[notice.level]}，{stageWords[notice.stage]}公示
        </dd>
      </div>
      <div>
        <dt>公示期</dt>
        <dd>
          <span className="nowrap">{chineseDate(notice.fromOn)}</span> 至{' '}
          <span className="nowrap">{chineseDate(notice.toOn)}</span> <WordTag word={leftWord(notice)} />
        </dd>
      </div>
      <div>
        <dt>张贴照片</dt>
        <dd>
          <WordTag word={proofWord(notice)} />
        </dd>
      </div>
      <div>
        <dt>合计</dt>
        <dd>
          {count(notice.totals.households)} 户 {count(notice.totals.persons)} 人，
          {notice.totals.amount === null ? '金额待核算' : `每月 ${yuan(notice.totals.amount)} 元`}
        </dd>
      </div>
      <div>
        <dt>异议电话</dt>
        <dd>{notice.telephone}</dd>
      </div>
      <div>
        <dt>发布</dt>
        <dd>
          {notice.publishedBy}，<span className="nowrap">{instant(notice.publishedAt)}</span>
        </dd>
      </div>
    </dl>
  )
}

function Lines({ lines, onObject }: { lines: readonly NoticeLineView[]; onObject: (line: NoticeLineView) => void }) {
  const may = useCan()('casework.object')
  return (
    <section className="card stack-small" aria-labelledby="lines-title">
      <h2 id="lines-title">名单</h2>
      <Scroller label="公示名单，可滚动">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">姓名</th>
              <th scope="col" className="num">
                人数
              </th>
              <th scope="col" className="num">
                金额（元）
              </th>
              <th scope="col">档次</th>
              <th scope="col">起始月份</th>
              <th scope="col">状态</th>
              <th scope="col">末日</th>
              <th scope="col">异议</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.caseNo}>
                <th scope="row">
                  <Link to="/cases/$caseNo" params={{ caseNo: line.caseNo }}>
                    {line.name}
                  </Link>
                </th>
                <td className="num">{line.members}</td>
                <td className="num">{line.amount === null ? '尚未核定' : yuan(line.amount)}</td>
                <td>{line.tier ?? '—'}</td>
                <td>{chineseDate(line.fromMonth ?? '—')}</td>
                <td>
                  <WordTag word={lineWords[line.state]} />
                </td>
                <td>{chineseDate(line.dueOn ?? '—')}</td>
                <td>
                  {line.objections > 0 && `${line.objections} 件 `}
                  {may && (line.state === 'running' || line.state === 'objected') && (
                    <button type="button" className="button" onClick={() => onObject(line)}>
                      登记异议<span className="hidden">：{line.name}</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </section>
  )
}

function Postings({ noticeNo, postings }: { noticeNo: string; postings: readonly PostingView[] }) {
  return (
    <section className="card stack-small" aria-labelledby="postings-title">
      <h2 id="postings-title">张贴照片</h2>
      {postings.length === 0 ? (
        <p>还没有照片。没有照片的公示不能结束。</p>
      ) : (
        <ul className="stack-small">
          {postings.map(({ postingId, postedOn, place, sha256, lateReason, byName, at }) => (
            <li key={postingId}>
              <a href={addressOf('casework.read-proof', { params: { noticeNo, sha256 } })} target="_blank" rel="noreferrer">
                {chineseDate(postedOn)}，{place}
              </a>{' '}
              <span className="muted small">
                {byName} 登记于 {instant(at)}，指纹 <span className="mono">{sha256.slice(0, 12)}</span>
              </span>
              {lateReason !== null && <p className="small">期满后补登：{lateReason}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Actions({ notice, onProve }: { notice: NoticeRow; onProve: () => void }) {
  const can = useCan()
  const queries = useQueryClient()
  const { noticeNo } = notice
  const close = useMutation({
    mutationFn: () => call('casework.close-notice', { params: { noticeNo } }),
    onSuccess: () => queries.invalidateQueries(),
  })
  const posted = notice.state === 'posted'
  return (
    <div className="stack-small no-print">
      <div className="row">
        {posted && can('casework.prove') && (
          <button type="button" className="button primary" onClick={onProve}>
            登记张贴照片
          </button>
        )}
        {posted && can('casework.publish') && notice.left !== null && notice.left < 0 && (
          <button type="button" className="button" disabled={close.isPending} onClick={() => close.mutate()}>
            {close.isPending ? '正在结束…' : '公示期满，结束'}
          </button>
        )}
        {can('casework.print-notice') && (
          <a
            className="button"
            href={addressOf('casework.print-notice', { params: { noticeNo } })}
            target="_blank"
            rel="noreferrer"
          >
            打印公示单
          </a>
        )}
        {can('casework.print-notice') && (
          <a
            className="button"
            href={addressOf('casework.print-notice', { params: { noticeNo }, query: { sheet: 'a3' } })}
            target="_blank"
            rel="noreferrer"
          >
            打印 A3 张贴版
          </a>
        )}
      </div>
      {close.isError && <ErrorPanel error={close.error} />}
      {close.data !== undefined && (
        <div className={close.data.refused.length > 0 ? 'notice amber' : 'notice green'} role="status">
          <p>已结束 {close.data.closed} 户。</p>
          {close.data.refused.map(({ caseNo, message }) => (
            <p key={caseNo}>
              <span className="mono">{caseNo}</span>：{message}
            </p>
          ))}
        </div>
      )}
    </div>
  )
}

/** One notice: its list, its photos, objections to it. */
export function NoticePage() {
  const { noticeNo } = useParams({ from: '/office/notices/$noticeNo' })
  const query = useQuery(reading('casework.open-notice', { params: { noticeNo } }))
  const [proving, setProving] = useState(false)
  const [objected, setObjected] = useState<NoticeLineView | null>(null)
  return (
    <Page
      title={query.data?.notice.title ?? '公示单'}
      crumbs={
        <li>
          <Link to="/notices" search={{ tab: query.data?.notice.state === 'posted' ? 'posted' : 'over' }}>
            公示
          </Link>
        </li>
      }
    >
      <Show query={query}>
        {({ notice, lines, postings }) => (
          <>
            <Actions notice={notice} onProve={() => setProving(true)} />
            <Facts notice={notice} />
            <Lines lines={lines} onObject={setObjected} />
            <Postings noticeNo={noticeNo} postings={postings} />
          </>
        )}
      </Show>
      {proving && <ProveDialog noticeNo={noticeNo} onClose={() => setProving(false)} />}
      {objected !== null && <ObjectionDialog noticeNo={noticeNo} line={objected} onClose={() => setObjected(null)} />}
    </Page>
  )
}
