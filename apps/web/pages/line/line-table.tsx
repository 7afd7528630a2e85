import { Link } from '@tanstack/react-router'
import type { NodeRow } from '#exchange/contract'
import { count } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Tag } from '../../ui/tag.tsx'
import {
  DelayCell,
  KeyCell,
  LineCell,
  OpenCell,
  ParkedCell,
  QuotaCell,
  ShareBar,
  type Shares,
  StatedCell,
} from './line-cells.tsx'
import { kindWords } from './words.ts'

/** Nodes to list, with how each answered. */
export type LineListProps = {
  rows: readonly NodeRow[]
  /** null: not read yet, or could not be read */
  shares: ReadonlyMap<string, Shares> | null
  nowMs: number
}

function Row({ row, states, nowMs }: { row: NodeRow; states: Shares | undefined | null; nowMs: number }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/lines/$unit" params={{ unit: row.unit }}>
          {row.name}
        </Link>
        <div className="muted small nowrap">{kindWords[row.kind]}</div>
        {row.tasks > 0 && <Tag tone="amber">待办 {count(row.tasks)}</Tag>}
      </th>
      <td>
        <LineCell row={row} />
      </td>
      <td className="num">
        <OpenCell row={row} nowMs={nowMs} />
      </td>
      <td className="num">
        <DelayCell row={row} />
      </td>
      <td className="wide-col">
        <ShareBar states={states} />
      </td>
      <td className="num">
        <QuotaCell row={row} />
      </td>
      <td className="num">{count(row.unreceipted)}</td>
      <td className="num">
        <ParkedCell row={row} />
      </td>
      <td className="nowrap">
        <StatedCell row={row} />
      </td>
      <td className="nowrap">
        <KeyCell row={row} nowMs={nowMs} />
      </td>
    </tr>
  )
}

/** Every node with its figures. */
export function LineTable({ rows, shares, nowMs }: LineListProps) {
  return (
    <Scroller label="各单位线路列表">
      <table className="data">
        <thead>
          <tr>
            <th scope="col">单位</th>
            <th scope="col">线路</th>
            <th scope="col" className="num">
              未答复
            </th>
            <th scope="col" className="num">
              答复用时
            </th>
            <th scope="col">各项答复</th>
            <th scope="col" className="num">
              今日 / 限额
            </th>
            <th scope="col" className="num">
              未回执
            </th>
            <th scope="col" className="num">
              待处理
            </th>
            <th scope="col">对账</th>
            <th scope="col">密钥</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.unit} row={row} states={shares === null ? null : shares.get(row.unit)} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}
