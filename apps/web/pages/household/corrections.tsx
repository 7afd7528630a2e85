import { useQuery } from '@tanstack/react-query'
import { reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { Show } from '../../ui/states.tsx'

const said = (text: string): string => (text === '' ? '空' : text)

/** What was corrected in the rows of the household by one person: old and new. */
export function Corrections({ householdNo }: { householdNo: string }) {
  const query = useQuery(reading('registry.list-corrections', { params: { householdNo }, query: {} }))
  return (
    <section id="corrections" className="card stack-small" aria-labelledby="corrections-title">
      <h2 id="corrections-title">更正记录</h2>
      <Show query={query}>
        {({ rows, total }) => (
          <>
            {rows.length === 0 && <p className="muted">登记资料没有更正过。</p>}
            <ul className="dots small">
              {rows.map((row) => (
                <li key={row.correctionId}>
                  {instant(row.at)} {row.byName}更正{row.tableLabel}：
                  {row.changes.map(({ label, before, after }) => `${label} ${said(before)} → ${said(after)}`).join('；')}
                  <span className="muted">（{row.reason}）</span>
                </li>
              ))}
            </ul>
            {total > rows.length && <p className="muted small">只列出最近 {count(rows.length)} 次。</p>}
          </>
        )}
      </Show>
    </section>
  )
}
