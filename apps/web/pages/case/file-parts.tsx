import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { CaseView, DecisionView, NoticeOfCase, ObjectionView, PaperView, SessionOfCase } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { instant, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { conclusionWords } from '../../wording.ts'
import { levelWords, noticeStateWords, objectionWords, sessionWords, signatureWords } from './words.ts'

type Fact = readonly [label: string, value: ReactNode]

/** Labelled values in columns. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The campaign the case was last commissioned in; undefined when its report came from the district's own. */
function campaignOf({ records }: CaseView): string | undefined {
  const [newest] = records
    .filter((record) => record.kind === 'commission' && record.counts)
    .sort((a, b) => b.at.localeCompare(a.at))
  return typeof newest?.body.campaignId === 'string' ? newest.body.campaignId : undefined
}

/** The report of the verification with the way to its findings. */
export function Report({ view }: { view: CaseView }) {
  const { report, head } = view
  const can = useCan()
  if (report === null) return <p className="muted">还没有核对报告。没有报告不等于没有收入或财产。</p>
  if (report.altered !== null) return <p className="notice red">{report.altered}</p>
  const conclusion = conclusionWords[report.conclusion as keyof typeof conclusionWords]
  return (
    <>
      <Facts
        facts={[
          [
            '核对报告',
            can('verification.read') ? (
              <Link key="r" to="/reports/$reportNo" params={{ reportNo: report.reportNo }} className="mono">
                {report.reportNo}
              </Link>
            ) : (
              report.reportNo
            ),
          ],
          ['结论', conclusion === undefined ? report.conclusion : <WordTag key="c" word={conclusion} />],
          ['签发', report.signedOn],
          ['有效期至', report.validTo],
        ]}
      />
      {head.householdNo !== null && (
        <p>
          <WordTag word={report.standing} />{' '}
          {can('verification.read') && (
            <Link
              to="/households/$householdNo"
              params={{ householdNo: head.householdNo }}
              search={{ campaign: campaignOf(view) }}
              hash="findings"
            >
              查看各来源答复和疑点
            </Link>
          )}
        </p>
      )}
    </>
  )
}

/** One session of deliberation: who was drawn, who stood aside, how it was voted. */
export function Session({ session }: { session: SessionOfCase }) {
  const { yes, no, abstain, invalid } = session
  const away = session.recused.map(({ name, relation }) => `${name}（${relation}）`).join('、')
  return (
    <article className="record-card">
      <div className="spread">
        <h3>
          {session.heldOn === null ? `${chineseDate(session.plannedOn)} 拟开` : chineseDate(session.heldOn)}，{session.place}
        </h3>
        {session.outcome !== null && <WordTag word={sessionWords[session.outcome]} />}
      </div>
      <Facts
        facts={[
          ['抽取人员', session.drawn.map((member) => member.name).join('、') || '—'],
          ['回避', away === '' ? '无' : away],
          ['到会', `${session.present.length} 人`],
          ['同意／反对／弃权／无效', yes === null ? '未投票' : `${yes} / ${no ?? 0} / ${abstain ?? 0} / ${invalid ?? 0}`],
          [
            '抽取种子',
            <span key="s" className="mono small">
              {session.seed}
            </span>,
          ],
        ]}
      />
    </article>
  )
}

function sumOf({ amount }: NoticeOfCase): string {
  return amount === null ? '金额待核算' : `每月 ${yuan(amount)} 元`
}

/** One notice that shows this case. */
export function Notice({ notice }: { notice: NoticeOfCase }) {
  return (
    <article className="record-card">
      <div className="spread">
        <h3>
          {levelWords[notice.level]}公示 <span className="mono small">{notice.noticeNo}</span>
        </h3>
        <WordTag word={noticeStateWords[notice.state]} />
      </div>
      <Facts
        facts={[
          [
            '公示期',
            <span key="d">
              <span className="nowrap">{chineseDate(notice.fromOn)}</span> 至{' '}
              <span className="nowrap">{chineseDate(notice.toOn)}</span>
              {notice.provisional && '（放假安排未公布，暂定）'}
            </span>,
          ],
          ['公示内容', `${notice.name}，${notice.members} 人，${sumOf(notice)}`],
          ['张贴照片', notice.postings === 0 ? '还没有登记' : `${notice.postings} 张`],
        ]}
      />
    </article>
  )
}

/** One objection with its answer. */
export function Objection({ objection }: { objection: ObjectionView }) {
  return (
    <article className="record-card">
      <div className="spread">
        <h3>
          {objectionWords[objection.kind]} <span className="mono small">{objection.objectionNo}</span>
        </h3>
        {objection.outcome === null ? (
          <Tag tone="red">待答复{objection.dueOn === null ? '' : `，${chineseDate(objection.dueOn)} 到期`}</Tag>
        ) : (
          <Tag tone={objection.outcome === 'upheld' ? 'amber' : 'green'}>
            {objection.outcome === 'upheld' ? '成立' : '不成立'}
          </Tag>
        )}
      </div>
      <p>{objection.text}</p>
      <p className="muted small">
        {objection.from}，{chineseDate(objection.receivedOn)} 收到
      </p>
      {objection.answer !== null && (
        <p>
          <strong>答复：</strong>
          {objection.answer} <span className="muted small">{instant(objection.answeredAt)}</span>
        </p>
      )}
      {objection.openedNo !== null && (
        <p>
          已据此重新开立案件{' '}
          <Link to="/cases/$caseNo" params={{ caseNo: objection.openedNo }} className="mono">
            {objection.openedNo}
          </Link>
        </p>
      )}
    </article>
  )
}

function grantFacts({ amount, base, topUp, persons, tier, fromMonth, validTo, certificateNo }: DecisionView): Fact[] {
  return [
    ['每月金额', `${yuan(amount)} 元（基本 ${yuan(base)}，增发 ${yuan(topUp)}）`],
    ['保障人数', `${persons} 人`],
    ['档次', tier ?? '—'],
    ['起始月份', fromMonth ?? '—'],
    ['有效期至', validTo ?? '—'],
    ['证号', certificateNo ?? '—'],
  ]
}

/** A decision with its sum. */
export function Decision({ decision }: { decision: DecisionView }) {
  const granted = decision.result === 'granted'
  return (
    <article className={decision.undoneAt === null ? 'record-card' : 'record-card old'}>
      <div className="spread">
        <h3>
          {granted ? '确认纳入' : '不予确认'} <span className="mono small">{decision.decisionNo}</span>
        </h3>
        {decision.undoneAt !== null && <Tag tone="grey">已撤回，{instant(decision.undoneAt)}</Tag>}
      </div>
      <Facts
        facts={[
          ...(granted ? grantFacts(decision) : []),
          ['决定人', `${decision.byName}，${instant(decision.at)}`],
          ['告知', decision.notifiedAt === null ? '尚未告知' : instant(decision.notifiedAt)],
        ]}
      />
    </article>
  )
}

function scanWords({ sha256, fileName }: PaperView, pages: number): string {
  if (sha256 !== null) return fileName ?? '已扫描'
  return pages === 0 ? '未扫描' : `已扫描 ${pages} 页`
}

/** Papers of the case: which form, which version, who signed, whether a scan is there. */
export function Papers({ papers, scans }: Pick<CaseView, 'papers' | 'scans'>) {
  const pagesOf = ({ form, formVersion }: PaperView): number =>
    scans.filter((scan) => scan.form === form && scan.formVersion === formVersion).length
  if (papers.length === 0) return <p className="muted">还没有材料。</p>
  return (
    <Scroller label="材料目录，可左右滚动">
      <table className="data">
        <caption className="hidden">材料目录</caption>
        <thead>
          <tr>
            {['材料', '编号', '签字', '签字日期', '扫描件'].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {papers.map((paper) => (
            <tr key={paper.paperNo}>
              <th scope="row" className="nowrap">
                {paper.formLabel} {paper.formVersion > 1 && <span className="muted small">第 {paper.formVersion} 版</span>}
              </th>
              <td className="mono">{paper.paperNo}</td>
              <td className="nowrap">{paper.signature === null ? '未签' : signatureWords[paper.signature]}</td>
              <td className="nowrap">{chineseDate(paper.signedOn ?? '—')}</td>
              <td>{scanWords(paper, pagesOf(paper))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
