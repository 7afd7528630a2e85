import { Link } from '@tanstack/react-router'
import type { NodeRow } from '#exchange/contract'
import { count } from '../../format.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
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
import { kindWords, lineWords } from './words.ts'

/** Nodes to list, with how each answered. */
export type LineListProps = {
  rows: readonly NodeRow[]
  /** null: not read yet, or could not be read */
  shares: ReadonlyMap<string, Shares> | null
  nowMs: number
}

function NameCell({ row }: { row: NodeRow }) {
  return (
    <>
      <Link to="/lines/$unit" params={{ unit: row.unit }}>
        {row.name}
      </Link>
      <div className="muted small nowrap">{kindWords[row.kind]}</div>
      {row.tasks > 0 && <Tag tone="amber">待办 {count(row.tasks)}</Tag>}
    </>
  )
}

function lineColumns({ shares, nowMs }: Omit<LineListProps, 'rows'>): readonly FigureColumn<NodeRow>[] {
  const statesOf = (row: NodeRow) => (shares === null ? null : shares.get(row.unit))
  return [
    { key: 'name', label: '单位', kind: 'text', value: (row) => row.name, cell: (row) => <NameCell row={row} /> },
    {
      key: 'link',
      label: '线路',
      kind: 'text',
      value: (row) => lineWords[row.link].label,
      cell: (row) => <LineCell row={row} />,
    },
    {
      key: 'open',
      label: '未答复',
      kind: 'count',
      value: (row) => row.open,
      cell: (row) => <OpenCell row={row} nowMs={nowMs} />,
    },
    {
      key: 'delay',
      label: '答复用时',
      title: '分钟，近 30 天的中位数',
      kind: 'plain',
      value: (row) => row.medianMinutes,
      cell: (row) => <DelayCell row={row} />,
    },
    { key: 'shares', label: '各项答复', wide: true, cell: (row) => <ShareBar states={statesOf(row)} /> },
    {
      key: 'today',
      label: '今日 / 限额',
      kind: 'count',
      value: (row) => row.askedToday,
      cell: (row) => <QuotaCell row={row} />,
    },
    { key: 'unreceipted', label: '未回执', kind: 'count', value: (row) => row.unreceipted },
    { key: 'parked', label: '待处理', kind: 'count', value: (row) => row.parked, cell: (row) => <ParkedCell row={row} /> },
    {
      key: 'stated',
      label: '对账',
      kind: 'text',
      value: (row) => row.statedAt,
      cell: (row) => <StatedCell row={row} />,
    },
    {
      key: 'since',
      label: '密钥',
      kind: 'text',
      value: (row) => row.keySince,
      cell: (row) => <KeyCell row={row} nowMs={nowMs} />,
    },
  ]
}

/** Every node with its figures. */
export function LineTable({ rows, ...more }: LineListProps) {
  return <FigureTable label="各单位线路" columns={lineColumns(more)} rows={rows} rowKey={(row) => row.unit} />
}
