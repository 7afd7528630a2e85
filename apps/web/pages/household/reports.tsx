import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import type { HouseholdView, Objection, ReportHead } from '#verification/contract'
import { addressOf, call } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { FileList } from '../../ui/file-list.tsx'
import { ErrorPanel } from '../../ui/states.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { conclusionWords } from '../../wording.ts'

/** Asked for by a click. */
const ObjectionDialog = lazy(async () => ({ default: (await import('./objection-dialogs.tsx')).ObjectionDialog }))
const ReviewDialog = lazy(async () => ({ default: (await import('./objection-dialogs.tsx')).ReviewDialog }))

const kindWords = { result: '核对结果报告', renewal: '更新报告', review: '复核报告', suspension: '核对中止报告' } as const

function ReportRow({ head, onObject }: { head: ReportHead; onObject: (() => void) | null }) {
  return (
    <li className="row">
      <Link to="/reports/$reportNo" params={{ reportNo: head.reportNo }} className="strong">
        {kindWords[head.kind]} 第 {head.version} 版
      </Link>
      <span className="mono small">{head.reportNo}</span>
      {head.conclusion !== null && <WordTag word={conclusionWords[head.conclusion]} />}
      {head.superseded && <Tag tone="grey">已被新版代替</Tag>}
      <span className="muted small">
        {instant(head.signedAt)} 签发，有效至 {chineseDate(head.validTo)}
      </span>
      <a
        href={addressOf('verification.print-report', { params: { reportNo: head.reportNo } })}
        target="_blank"
        rel="noreferrer"
        className="no-print"
      >
        打印 PDF<span className="hidden">，第 {head.version} 版</span>
      </a>
      {onObject !== null && !head.superseded && (
        <button type="button" className="button no-print" onClick={onObject}>
          登记异议
        </button>
      )}
    </li>
  )
}

function ObjectionRow({ objection, onReview }: { objection: Objection; onReview: (() => void) | null }) {
  const { objectionId } = objection
  const address = (fileId: string) => addressOf('verification.read-objection-file', { params: { objectionId, fileId } })
  return (
    <li>
      <p>
        <Tag tone={objection.state === 'open' ? 'amber' : 'green'}>{objection.state === 'open' ? '待复核' : '已复核'}</Tag>{' '}
        <span className="strong">{objection.raisedBy}</span>
        <span className="muted small"> {instant(objection.raisedAt)}</span>：{objection.reason}
        {objection.dueOn !== null && objection.state === 'open' && (
          <span className="small">（{chineseDate(objection.dueOn)} 前答复）</span>
        )}
      </p>
      {objection.evidence.length > 0 && <FileList files={objection.evidence} address={address} />}
      {objection.answer !== null && (
        <p>
          {objection.outcome === 'upheld' ? '异议成立' : '异议不成立'}：{objection.answer}
        </p>
      )}
      {objection.state === 'open' && onReview !== null && (
        <button type="button" className="button no-print" onClick={onReview}>
          复核并答复
        </button>
      )}
    </li>
  )
}

function Issue({ view }: { view: HouseholdView }) {
  const queries = useQueryClient()
  const issue = useMutation({
    mutationFn: () =>
      call('verification.issue-report', { params: { householdNo: view.householdNo }, body: { campaignId: view.campaignId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['verification.open-household'] }),
  })
  const waiting = view.findings.filter((f) => f.class === 'A' && f.clearing !== 'cleared').length
  return (
    <div className="stack-small no-print">
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={issue.isPending || waiting > 0 || view.signingStop !== null}
          onClick={() => issue.mutate()}
        >
          {issue.isPending ? '正在签发…' : view.reports.length === 0 ? '签发报告' : '签发新版报告'}
        </button>
        {waiting > 0 && <span className="small">还有 {waiting} 条 A 类疑点没有办结，办结后才能签发。</span>}
      </div>
      {view.signingStop !== null && <p className="notice amber">{view.signingStop}：核算不受影响，复核确认前不能签发新报告。</p>}
      <p role="status">{issue.data !== undefined && `已签发第 ${issue.data.version} 版。`}</p>
      {issue.isError && <ErrorPanel error={issue.error} />}
    </div>
  )
}

/** Report versions, objections against them and their review. */
export function Reports({ view }: { view: HouseholdView }) {
  const can = useCan()
  const [objecting, setObjecting] = useState<string | null>(null)
  const [reviewing, setReviewing] = useState<string | null>(null)
  return (
    <section id="reports" className="card stack-small" aria-labelledby="reports-title">
      <h2 id="reports-title">报告与异议</h2>
      {view.reports.length === 0 ? (
        <p className="muted">还没有签发报告。</p>
      ) : (
        <ul className="stack-small">
          {view.reports.map((head) => (
            <ReportRow
              key={head.reportNo}
              head={head}
              onObject={can('verification.object') ? () => setObjecting(head.reportNo) : null}
            />
          ))}
        </ul>
      )}
      {can('verification.report') && <Issue view={view} />}
      {view.objections.length > 0 && <h3>异议</h3>}
      <ul className="stack-small">
        {view.objections.map((x) => (
          <ObjectionRow
            key={x.objectionId}
            objection={x}
            onReview={can('verification.review') ? () => setReviewing(x.objectionId) : null}
          />
        ))}
      </ul>
      <Suspense>{objecting !== null && <ObjectionDialog reportNo={objecting} onClose={() => setObjecting(null)} />}</Suspense>
      <Suspense>{reviewing !== null && <ReviewDialog objectionId={reviewing} onClose={() => setReviewing(null)} />}</Suspense>
    </section>
  )
}
