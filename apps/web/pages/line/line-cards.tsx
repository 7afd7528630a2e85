import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { NodeRow } from '#exchange/contract'
import { count } from '../../format.ts'
import { ExportFigures, exportColumns } from '../../ui/figure-table.tsx'
import { linesOf } from '../../ui/figures.ts'
import { Tag, WordTag } from '../../ui/tag.tsx'
import { DelayCell, KeyCell, OpenCell, ParkedCell, QuotaCell, ShareBar, type Shares, StatedCell } from './line-cells.tsx'
import { type LineListProps, lineColumns } from './line-columns.tsx'
import { isReconciled } from './sorting.ts'
import { kindWords, lineWords, sinceWords, wayOf } from './words.ts'

function Card({ row, states, nowMs }: { row: NodeRow; states: Shares | undefined | null; nowMs: number }) {
  const facts: readonly (readonly [label: string, value: ReactNode] | false)[] = [
    ['未答复', <OpenCell key="open" row={row} nowMs={nowMs} />],
    ['答复用时', <DelayCell key="delay" row={row} />],
    ['各项答复', <ShareBar key="shares" states={states} />],
    ['今日 / 限额', <QuotaCell key="quota" row={row} />],
    row.unreceipted > 0 && ['未回执', count(row.unreceipted)],
    row.parked > 0 && ['待处理', <ParkedCell key="parked" row={row} />],
    !isReconciled(row) && ['对账', <StatedCell key="stated" row={row} />],
    (row.keyDue || row.keySince === null) && ['密钥', <KeyCell key="key" row={row} nowMs={nowMs} />],
  ]
  return (
    <li className="card stack-small">
      <div className="spread">
        <h2>
          <Link to="/lines/$unit" params={{ unit: row.unit }}>
            {row.name}
          </Link>
        </h2>
        <span className="row">
          {row.tasks > 0 && <Tag tone="amber">待办 {count(row.tasks)}</Tag>}
          <WordTag word={lineWords[row.link]} />
        </span>
      </div>
      <p className="muted small">
        {kindWords[row.kind]}，{sinceWords(row)}，{wayOf(row)}，{row.suite}
      </p>
      <dl className="facts">
        {facts.map(
          (fact) =>
            fact !== false && (
              <div key={fact[0]}>
                <dt>{fact[0]}</dt>
                <dd>{fact[1]}</dd>
              </div>
            ),
        )}
      </dl>
    </li>
  )
}

/** Every node on a phone, a card each: how it stands and answers, and of the rest what is not as it should be. */
export function LineCards({ rows, shares, nowMs }: LineListProps) {
  return (
    <>
      <ul className="stack-small" aria-label="各单位线路列表">
        {rows.map((row) => (
          <Card key={row.unit} row={row} states={shares === null ? null : shares.get(row.unit)} nowMs={nowMs} />
        ))}
      </ul>
      <p className="no-print">
        <ExportFigures name="各单位线路" lines={() => linesOf(exportColumns(lineColumns({ shares, nowMs })), rows, undefined)} />
      </p>
    </>
  )
}
