import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import type { Report } from '#verification/contract'
import { addressOf, reading } from '../../client.ts'
import { instant, yuan } from '../../format.ts'
import { Page } from '../../ui/page.tsx'
import { Show } from '../../ui/states.tsx'
import { CalculationTable, FindingTable, MemberTable, SourceTable } from './report-tables.tsx'

const titles = {
  result: '居民家庭经济状况核对报告',
  renewal: '居民家庭经济状况核对更新报告',
  review: '居民家庭经济状况核对复核报告',
  suspension: '居民家庭经济状况核对中止报告',
} as const

function Head({ report }: { report: Report }) {
  const facts: [string, string][] = [
    ['报告编号', `${report.reportNo}（第 ${report.version} 版）`],
    ['核对批次', report.campaignTitle],
    ['救助项目', `${report.programmeLabel}，${report.kindLabel}`],
    ['委托单位', report.commissioningUnit],
    ['核对机构', report.verifyingUnit],
    ['申请人', `${report.applicantName}，${report.applicantIdMasked}`],
    ['所在地', `${report.townshipName} ${report.villageName}`],
    ['核对时点', report.asOf],
    ['收入期间', `${report.incomeFrom} 至 ${report.incomeTo}`],
    ['核对起止', `${chineseDate(report.startedOn)} 至 ${chineseDate(report.endedOn)}`],
    ['政策包', report.packNote === null ? report.pack : `${report.pack}（${report.packNote}）`],
    ['有效期至', report.validTo],
  ]
  return (
    <header className="paper-head">
      <div>
        <h2>{titles[report.kind]}</h2>
        <dl className="facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <figure className="qr">
        <img src={`data:image/svg+xml;utf8,${encodeURIComponent(report.qrSvg)}`} alt="报告验真二维码" width="132" height="132" />
        <figcaption className="small muted">扫码验真</figcaption>
      </figure>
    </header>
  )
}

function Totals({ report }: { report: Report }) {
  const rows = [
    ['收入（期间合计）', report.declaredIncome, report.verifiedIncome],
    ['财产', report.declaredProperty, report.verifiedProperty],
    ['支出（期间合计）', report.declaredExpenditure, report.verifiedExpenditure],
  ] as const
  return (
    <table className="data">
      <caption className="strong">申报与核定总额（元）</caption>
      <thead>
        <tr>
          <th scope="col">项目</th>
          <th scope="col" className="num">
            申报
          </th>
          <th scope="col" className="num">
            核定
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, declared, verified]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="num">{yuan(declared)}</td>
            <td className="num">{yuan(verified)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">月人均收入 / 保障标准</th>
          <td className="num">标准 {yuan(report.standard)}</td>
          <td className="num">{yuan(report.perCapita)}</td>
        </tr>
      </tbody>
    </table>
  )
}

function Conclusion({ report }: { report: Report }) {
  return (
    <section className="stack-small">
      <h3>结论</h3>
      <p className="verdict">{report.conclusionText}</p>
      {report.missing.length > 0 && (
        <ul className="dots">
          {report.missing.map((x) => (
            <li key={x}>{x}</li>
          ))}
        </ul>
      )}
      <p className="small">{report.objectionNotice}</p>
      <p className="small muted">
        {instant(report.signedAt)} 由 {report.verifyingUnit} 签发。内容指纹 <span className="mono">{report.contentHash}</span>
        ；签名密钥 <span className="mono">{report.keyId}</span>；签名 <span className="mono">{report.signature}</span>
      </p>
    </section>
  )
}

function Paper({ report }: { report: Report }) {
  return (
    <article className="paper stack" aria-label={titles[report.kind]}>
      <Head report={report} />
      <MemberTable report={report} />
      <Totals report={report} />
      <CalculationTable report={report} />
      <FindingTable report={report} />
      <SourceTable report={report} />
      <Conclusion report={report} />
    </article>
  )
}

/** A report as signed, on the screen as on paper; the PDF is the same content, tagged. */
export function ReportPage() {
  const { reportNo } = useParams({ from: '/office/reports/$reportNo' })
  const query = useQuery(reading('verification.read-report', { params: { reportNo } }))
  const report = query.data
  return (
    <Page
      sheet
      title={`报告 ${reportNo}`}
      crumbs={
        report !== undefined && (
          <li>
            <Link to="/households/$householdNo" params={{ householdNo: report.householdNo }} search={{}}>
              {report.applicantName}户
            </Link>
          </li>
        )
      }
      actions={
        report !== undefined && (
          <>
            <a
              className="button primary"
              href={addressOf('verification.print-report', { params: { reportNo } })}
              target="_blank"
              rel="noreferrer"
            >
              打印 PDF
            </a>
            <button type="button" className="button" onClick={() => window.print()}>
              浏览器打印
            </button>
            <Link className="button" to="/check" search={{ q: report.qrText }}>
              验真
            </Link>
          </>
        )
      }
    >
      <Show query={query}>
        {(data) => (
          <>
            {data.superseded && <p className="notice amber">这一版已被新版代替，仅供查阅。</p>}
            <Paper report={data} />
          </>
        )}
      </Show>
    </Page>
  )
}
