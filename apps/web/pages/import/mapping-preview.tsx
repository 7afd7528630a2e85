import type { Output } from '../../client.ts'
import { count } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import type { Inspected } from './inspected.ts'

type PreviewData = Output<'registry.preview-mapping'>
type RowsProps = { preview: PreviewData; shown: readonly { at: number; label: string }[] }

function Rows({ preview, shown }: RowsProps) {
  return (
    <table className="data">
      <caption className="hidden">按这个对照读出的前几行</caption>
      <thead>
        <tr>
          <th scope="col">行</th>
          <th scope="col">问题</th>
          {shown.map((column) => (
            <th key={column.at} scope="col">
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {preview.rows.map((row) => (
          <tr key={row.row}>
            <th scope="row">{row.row}</th>
            <td className="text">
              {row.issues.length === 0 ? '无' : row.issues.map((issue) => `${issue.columnLabel}：${issue.message}`).join('；')}
            </td>
            {shown.map((column) => (
              <td key={column.at} className="nowrap">
                {row.fields[column.at] ?? ''}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type PreviewProps = { preview: PreviewData; inspected: Inspected; mapped: readonly string[] }

/** First rows as they would be read, and the problems of the whole list by kind. */
export function Preview({ preview, inspected, mapped }: PreviewProps) {
  const shown = preview.columns.flatMap((column, at) =>
    mapped.includes(column) ? [{ at, label: inspected.target.find((t) => t.column === column)?.label ?? column }] : [],
  )
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
        <Rows preview={preview} shown={shown} />
      </Scroller>
    </div>
  )
}
