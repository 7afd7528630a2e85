import type { ImportDetail } from '#registry/contract'
import { count } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'

/** What the package says otherwise than this system, which stays as it is, and how it is changed. */
export function KeptIssues({ total, rows }: ImportDetail['kept']) {
  return (
    <section className="card stack-small" aria-labelledby="kept-title">
      <h2 id="kept-title">以本系统为准、未采用的内容（{count(total)}）</h2>
      <Scroller label="未采用的内容">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">文件</th>
              <th scope="col" className="num">
                行
              </th>
              <th scope="col">户编号</th>
              <th scope="col">说明和办法</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.fileLabel} ${row.row} ${row.code}`}>
                <th scope="row">{row.fileLabel}</th>
                <td className="num">{row.row === 0 ? '整个文件' : row.row}</td>
                <td className="mono">{row.householdNo ?? '—'}</td>
                <td>{row.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {total > rows.length && <p className="muted small">只列出前 {rows.length} 条。</p>}
    </section>
  )
}
