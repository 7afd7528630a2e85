import type { Output } from '../../client.ts'
import { count } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'

/** First rows as they would be read, and the problems of the whole list by kind. */
export function Preview({ preview }: { preview: Output<'registry.preview-mapping'> }) {
  return (
    <div className="stack-small">
      <p className="strong">
        共 {count(preview.total)} 行，{count(preview.acceptable)} 行可以入库。
      </p>
      <ul className="dots">
        {preview.byCode.map((x) => (
          <li key={x.code}>
            <span className="mono">{x.code}</span> {x.label}：{count(x.rows)} 行
          </li>
        ))}
      </ul>
      <Scroller label="预览，可左右滚动">
        <table className="data">
          <caption className="hidden">按这个对照读出的前几行</caption>
          <thead>
            <tr>
              <th scope="col">行</th>
              {preview.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              <th scope="col">问题</th>
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <tr key={row.row}>
                <th scope="row">{row.row}</th>
                {preview.columns.map((column, i) => (
                  <td key={column}>{row.fields[i] ?? ''}</td>
                ))}
                <td>{row.issues.map((issue) => `${issue.columnLabel}：${issue.message}`).join('；')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </div>
  )
}
