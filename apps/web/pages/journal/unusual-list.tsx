import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Output, reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'

type Row = Output<'journal.list-unusual-looks'>['rows'][number]

const kinds = {
  many: { label: '一小时很多人', tone: 'amber' },
  own: { label: '本人或近亲属', tone: 'red' },
  colleague: { label: '同事或其近亲属', tone: 'amber' },
  hours: { label: '非工作时间', tone: 'grey' },
} as const

function UnusualTable({ rows }: { rows: readonly Row[] }) {
  return (
    <Scroller label="不寻常的查看，可左右滚动">
      <table className="data cards">
        <caption className="hidden">不寻常的查看，最近的在前</caption>
        <thead>
          <tr>
            <th scope="col">时间</th>
            <th scope="col">人员</th>
            <th scope="col">情形</th>
            <th scope="col" className="num">
              查看人数
            </th>
            <th scope="col">说明</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.kind} ${row.userId} ${row.from}`}>
              <td className="nowrap">{instant(row.until)}</td>
              <th scope="row" className="nowrap">
                <Link to="/looks" search={{ actor: row.userId, from: row.from, until: row.until }}>
                  {row.by}
                </Link>{' '}
                <span className="muted small">{row.roleLabel}</span>
              </th>
              <td>
                <Tag tone={kinds[row.kind].tone}>{kinds[row.kind].label}</Tag>
              </td>
              <td className="num">{count(row.persons)}</td>
              <td>{row.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Looks of the last weeks that an auditor should ask about. */
export function UnusualList() {
  const query = useQuery(reading('journal.list-unusual-looks', {}))
  return (
    <Show query={query}>
      {({ rows, total, days, looks, today }) => (
        <section className="card stack-small" aria-label="不寻常的查看">
          <h2>不寻常的查看 {count(total)} 项</h2>
          <p className="small muted">
            近 {days} 天查看个人信息 {count(looks)} 次，其中今天 {count(today)}{' '}
            次。列在这里的只是提示：是否不当，须向本人和所在单位核实。
          </p>
          {rows.length === 0 ? <p>近 {days} 天没有不寻常的查看。</p> : <UnusualTable rows={rows} />}
          {total > rows.length && <p className="muted small">只列出最近 {rows.length} 项。</p>}
        </section>
      )}
    </Show>
  )
}
