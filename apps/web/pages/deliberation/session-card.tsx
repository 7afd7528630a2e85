import { Link } from '@tanstack/react-router'
import type { SessionView } from '#casework/contract'
import { memberKindLabels } from '#casework/words'
import { chineseDate } from '#kernel/chinese-date'
import { Scroller } from '../../ui/scroller.tsx'

const outcomes = { passed: '通过', failed: '未通过', no_quorum: '不够法定人数，无结果' } as const

function Cases({ session }: { session: SessionView }) {
  return (
    <Scroller label={`${chineseDate(session.plannedOn)} 评议的案件（种子 ${session.seed.slice(0, 6)}）`}>
      <table className="data">
        <caption className="hidden">评议的案件</caption>
        <thead>
          <tr>
            <th scope="col">申请人</th>
            <th scope="col">回避</th>
            <th scope="col" className="num">
              同意
            </th>
            <th scope="col" className="num">
              不同意
            </th>
            <th scope="col" className="num">
              弃权
            </th>
            <th scope="col" className="num">
              废票
            </th>
            <th scope="col">结果</th>
          </tr>
        </thead>
        <tbody>
          {session.cases.map((row) => (
            <tr key={row.caseNo}>
              <th scope="row">
                <Link to="/cases/$caseNo" params={{ caseNo: row.caseNo }}>
                  {row.applicantName}
                </Link>
              </th>
              <td>
                {row.recused.length === 0 ? '无' : row.recused.map((each) => `${each.name}（${each.relation}）`).join('、')}
              </td>
              <td className="num">{row.yes ?? '—'}</td>
              <td className="num">{row.no ?? '—'}</td>
              <td className="num">{row.abstain ?? '—'}</td>
              <td className="num">{row.invalid ?? '—'}</td>
              <td>{row.outcome === null ? '待登记' : outcomes[row.outcome]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** One session: how it was drawn, and what came of each case. */
export function SessionCard({ session }: { session: SessionView }) {
  return (
    <section className="card stack-small" aria-label={`${chineseDate(session.plannedOn)} 评议会`}>
      <h2>
        {chineseDate(session.plannedOn)} {session.place}
      </h2>
      <p className="small">
        主持人 {session.chair}，{session.ballot === 'secret' ? '无记名投票' : '举手表决'}，从 {session.pool.length} 人中抽取{' '}
        {session.drawn.length} 人；抽取种子 <code className="mono">{session.seed}</code>
      </p>
      <p className="small">{session.drawn.map((member) => `${member.name}（${memberKindLabels[member.kind]}）`).join('、')}</p>
      <Cases session={session} />
      <details>
        <summary>怎样复核抽取</summary>
        <p className="small muted">
          把“种子|人员编号”逐个做
          SHA-256，按结果从小到大排列。先在村（居）民代表中取足规定比例，其余从剩下的人中取，取到人数为止。人员编号：
          {session.pool.map((member) => `${member.name} ${member.memberId}`).join('；')}
        </p>
      </details>
    </section>
  )
}
