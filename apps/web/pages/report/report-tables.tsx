import { chineseDate } from '#kernel/chinese-date'
import type { Report } from '#verification/contract'
import { count, figure } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { answerOrder, answerWords, classWords, outcomeWords } from '../../wording.ts'

/** Members with what the register says about each identity. */
export function MemberTable({ report }: { report: Report }) {
  return (
    <Scroller label="家庭成员，可左右滚动">
      <table className="data">
        <caption className="strong">家庭成员</caption>
        <thead>
          <tr>
            {['姓名', '身份证号', '关系', '共同生活', '身份核验'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.members.map((m) => (
            <tr key={m.idMasked + m.name}>
              <th scope="row">{m.name}</th>
              <td className="mono">{m.idMasked}</td>
              <td>{m.relationLabel}</td>
              <td>{m.counted ? '是' : '否'}</td>
              <td>{m.identityLabel}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Calculation sheet: declared beside verified. */
export function CalculationTable({ report }: { report: Report }) {
  return (
    <Scroller label="计算表，可左右滚动">
      <table className="data">
        <caption className="strong">计算表（金额为元，面积为平方米）</caption>
        <thead>
          <tr>
            <th scope="col">项目</th>
            {['申报', '核定', '差额'].map((x) => (
              <th key={x} scope="col" className="num">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.figures.map((x) => (
            <tr key={x.label}>
              <th scope="row">{x.label}</th>
              <td className="num">{figure(x.declared, x.unit)}</td>
              <td className="num">
                {x.partial ? '至少 ' : ''}
                {figure(x.verified, x.unit)}
              </td>
              <td className="num">{figure(x.verified - x.declared, x.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function Outcome({ finding }: { finding: Report['findings'][number] }) {
  if (finding.outcome === null) return <>未处置</>
  return (
    <>
      {outcomeWords[finding.outcome].label}
      {finding.outcomeReason !== null && `：${finding.outcomeReason}`}
    </>
  )
}

/** Findings with record, as-of date, clause and what came of them. */
export function FindingTable({ report }: { report: Report }) {
  if (report.findings.length === 0) return <p>疑点：无。</p>
  return (
    <Scroller label="疑点，可左右滚动">
      <table className="data">
        <caption className="strong">疑点</caption>
        <thead>
          <tr>
            {['类', '疑点', '说明与依据', '处置'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.findings.map((x) => (
            <tr key={x.rule + x.message}>
              <td className="nowrap">{classWords[x.class].label}</td>
              <th scope="row">
                {x.rule} {x.ruleName}
                {x.subjectName !== null && `（${x.subjectName}）`}
              </th>
              <td className="text">
                {x.message}
                <span className="small muted">
                  {x.recordName !== null && ` 来源 ${x.recordName} ${x.recordId ?? ''}，数据日期 ${chineseDate(x.asOf ?? '—')}。`}
                  {!x.message.includes(x.clause) && ` 依据：${x.clause}`}
                </span>
              </td>
              <td>
                <Outcome finding={x} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Sources asked, with the dates of their data; silence is named, never read as "none". */
export function SourceTable({ report }: { report: Report }) {
  return (
    <Scroller label="来源，可左右滚动">
      <table className="data">
        <caption className="strong">询问的来源</caption>
        <thead>
          <tr>
            {['单位', '记录', '数据日期', '答复（人次）'].map((x) => (
              <th key={x} scope="col">
                {x}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.sources.map((x) => (
            <tr key={x.unitName + x.recordName}>
              <td>{x.unitName}</td>
              <th scope="row">{x.recordName}</th>
              <td className="nowrap">{chineseDate(x.asOf ?? '—')}</td>
              <td className="text">
                {answerOrder
                  .filter((state) => (x.states[state] ?? 0) > 0)
                  .map((state) => `${answerWords[state].label} ${count(x.states[state] ?? 0)}`)
                  .join('，')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
