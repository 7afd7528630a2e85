import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'

const reachable = { tabIndex: 0 } as const
/** head of the table with its borders: a short list takes no more room than its rows */
const headHeight = 40

type HeadCell<K extends string> = { key: K; label: string; end?: boolean }

type VirtualListProps<T, K extends string> = {
  label: string
  /** Heads of the columns, in the order of the cells. */
  heads: readonly HeadCell<K>[]
  rows: readonly T[]
  /** Rows of the whole filter, loaded or not. */
  total: number
  rowKey: (row: T) => string
  /** The cells of one row, one per head. */
  cells: (row: T) => Record<K, ReactNode>
  rowHeight: number
  className: string
  /** Called when the end of the loaded rows comes near. */
  onNearEnd: () => void
}

/**
 * A table of which only the rows in view exist; more pages are asked for as the end comes near. It keeps the roles of a table
 * and says how many rows there are in all.
 */
export function VirtualList<T, K extends string>(props: VirtualListProps<T, K>) {
  const { label, heads, rows, total, rowKey, rowHeight, className, onNearEnd } = props
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : rowKey(row)
    },
  })
  const items = virtual.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (rows.length < total && last >= rows.length - 15) onNearEnd()
  }, [last, rows.length, total, onNearEnd])
  return (
    <section
      ref={scroller}
      className="grid"
      style={{ maxHeight: virtual.getTotalSize() + headHeight }}
      aria-label={`${label}，可滚动`}
      {...reachable}
    >
      <table className={className} aria-rowcount={total + 1}>
        <caption className="hidden">{label}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((head) => (
              <th key={head.key} scope="col" className={head.end ? 'num' : undefined}>
                {head.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index]
            return row === undefined ? null : (
              <tr
                key={item.key}
                aria-rowindex={item.index + 2}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <Cells heads={heads} cells={props.cells(row)} />
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

type CellsProps<K extends string> = { heads: readonly HeadCell<K>[]; cells: Record<K, ReactNode> }

function Cells<K extends string>({ heads, cells }: CellsProps<K>) {
  return (
    <>
      {heads.map((head) => (
        <td key={head.key} className={head.end ? `num cell-${head.key}` : `cell-${head.key}`}>
          {cells[head.key]}
        </td>
      ))}
    </>
  )
}
