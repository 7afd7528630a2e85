import { Link } from '@tanstack/react-router'
import type { NodeRow } from '#exchange/contract'
import { count, instant } from '../../format.ts'
import type { FigureColumn } from '../../ui/figure-table.tsx'
import type { Figure, FigureKind, FigureValue } from '../../ui/figures.ts'
import { Tag } from '../../ui/tag.tsx'
import { answerGroups } from '../../wording.ts'
import {
  ageOf,
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
import { isReconciled } from './sorting.ts'
import { kindWords, lineWords, sinceWords, wayOf } from './words.ts'

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

function part(label: string, kind: FigureKind, value: (row: NodeRow) => FigureValue): Figure<NodeRow> {
  return { key: label, label, kind, value }
}

function statedWords(row: NodeRow): string {
  if (row.statedAt === null) return '还没有对账单'
  if (isReconciled(row)) return '相符'
  return row.differences === null ? '无法读取' : `不符 ${row.differences} 处`
}

const nameParts = [
  part('单位', 'text', (row) => row.name),
  part('种类', 'text', (row) => kindWords[row.kind]),
  part('待办', 'count', (row) => row.tasks),
]
const linkParts = [
  part('线路', 'text', (row) => lineWords[row.link].label),
  part('起于', 'text', sinceWords),
  part('连接方式', 'text', wayOf),
  part('算法套件', 'text', (row) => row.suite),
]
const delayParts = [
  part('答复用时中位数（分钟）', 'plain', (row) => row.medianMinutes),
  part('答复用时 95%（分钟）', 'plain', (row) => row.p95Minutes),
]
const quotaParts = [
  part('今日查询', 'count', (row) => row.askedToday),
  part('每日限额', 'plain', (row) => row.terms.requestsPerDay ?? '未约定'),
  part('约定答复（小时）', 'plain', (row) => row.terms.answerHours),
]
const statedParts = [
  part('对账', 'text', statedWords),
  part('对账单时间', 'text', (row) => (row.statedAt === null ? null : instant(row.statedAt))),
]
const keyParts = [
  part('密钥启用', 'text', (row) => (row.keySince === null ? '没有有效公钥' : instant(row.keySince))),
  part('密钥到期', 'text', (row) => (row.keyUntil === null ? null : instant(row.keyUntil))),
  part('密钥该换', 'text', (row) => (row.keyDue ? '是' : '否')),
]

function openParts(nowMs: number): Figure<NodeRow>[] {
  return [
    part('未答复', 'count', (row) => row.open),
    part('最久未答复（分钟）', 'plain', (row) => ageOf(row.oldestAt, nowMs)),
    part('超时（分钟）', 'plain', (row) => ageOf(row.lateSince, nowMs)),
  ]
}

/** The bar of answers as shares; a unit that was not asked has none. */
function shareParts(shares: LineListProps['shares']): Figure<NodeRow>[] {
  return answerGroups.map(({ key, label, states }) => {
    const ratio = (row: NodeRow): [number, number] | null => {
      const counted = shares?.get(row.unit)
      const all = Object.values(counted ?? {}).reduce((sum: number, n) => sum + (n ?? 0), 0)
      return all === 0 ? null : [states.reduce((sum, state) => sum + (counted?.[state] ?? 0), 0), all]
    }
    const value = (row: NodeRow) => {
      const parts = ratio(row)
      return parts === null ? null : parts[0] / parts[1]
    }
    return { key: `share ${key}`, label: `答复：${label}`, kind: 'share', value, ratio }
  })
}

type Way = Omit<LineListProps, 'rows'>

/** How a node is reached, what waits, and how long it takes. */
function answerColumns({ shares, nowMs }: Way): readonly FigureColumn<NodeRow>[] {
  const open = (row: NodeRow) => <OpenCell row={row} nowMs={nowMs} />
  const bar = (row: NodeRow) => <ShareBar states={shares === null ? null : shares.get(row.unit)} />
  return [
    { ...part('未答复', 'count', (row) => row.open), cell: open, parts: openParts(nowMs) },
    {
      ...part('答复用时', 'plain', (row) => row.medianMinutes),
      title: '按近 30 天的中位数',
      cell: (row) => <DelayCell row={row} />,
      parts: delayParts,
    },
    { key: 'shares', label: '各项答复', wide: true, cell: bar, parts: shareParts(shares), total: '—' },
  ]
}

/** The columns of the board, on a screen and in the export. */
export function lineColumns(way: Way): readonly FigureColumn<NodeRow>[] {
  return [
    { ...part('单位', 'text', (row) => row.name), cell: (row) => <NameCell row={row} />, parts: nameParts },
    {
      ...part('线路', 'text', (row) => lineWords[row.link].label),
      cell: (row) => <LineCell row={row} />,
      parts: linkParts,
    },
    ...answerColumns(way),
    {
      ...part('今日 / 限额', 'count', (row) => row.askedToday),
      cell: (row) => <QuotaCell row={row} />,
      parts: quotaParts,
    },
    part('未回执', 'count', (row) => row.unreceipted),
    { ...part('待处理', 'count', (row) => row.parked), cell: (row) => <ParkedCell row={row} /> },
    { ...part('对账', 'text', (row) => row.statedAt), cell: (row) => <StatedCell row={row} />, parts: statedParts },
    {
      ...part('密钥', 'text', (row) => row.keySince),
      cell: (row) => <KeyCell row={row} nowMs={way.nowMs} />,
      parts: keyParts,
    },
  ]
}
