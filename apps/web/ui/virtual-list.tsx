import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'

const reachable = { tabIndex: 0 } as const

type VirtualListProps<T> = {
  label: string
  /** Heads of the columns, in the order of the cells. */
  heads: readonly { key: string; label: string; end?: boolean }[]
  rows: readonly T[]
  /** Rows of the whole filter, loaded or not. */
  total: number
  rowKey: (row: T) => string
  /** The cells of one row, one per head. */
  cells: (row: T) => readonly ReactNode[]
  rowHeight: number
  className: string
  /** Called when the end of the loaded rows comes near. */
  onNearEnd: () => void
}

/**
 * A table of which only the rows in view exist; more pages are asked for as the end comes near. It keeps the roles of a table
 * and says how many rows there are in all.
 */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { label, heads, rows, total, rowKey, rowHeight, className, onNearEnd } = props
  const scroller = useRef<HTMLDivElement>(null)
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
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows.length < total && last >= rows.length - 15) onNearEnd()
  }, [last, rows.length, total, onNearEnd])
  useEffect(() => virtual.measure(), [virtual, rowHeight])
  return (
    <div className={`grid ${className}`} role="table" aria-label={label} aria-rowcount={total + 1}>
      <div role="rowgroup" className="grid-head">
        <div role="row" className="grid-row" aria-rowindex={1}>
          {heads.map((head) => (
            <div key={head.key} role="columnheader" className={head.end ? 'num' : undefined}>
              {head.label}
            </div>
          ))}
        </div>
      </div>
      <div ref={scroller} className="grid-body" role="rowgroup" aria-label={`${label}，可滚动`} {...reachable}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index]
            return row === undefined ? null : (
              <div
                key={item.key}
                role="row"
                className="grid-row"
                aria-rowindex={item.index + 2}
                style={{ position: 'absolute', top: 0, left: 0, right: 0, height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <Cells heads={heads} cells={props.cells(row)} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function Cells({ heads, cells }: { heads: readonly { key: string; end?: boolean }[]; cells: readonly ReactNode[] }) {
  return (
    <>
      {heads.map((head, i) => (
        <div key={head.key} role="cell" className={head.end ? `num cell-${head.key}` : `cell-${head.key}`}>
          {cells[i]}
        </div>
      ))}
    </>
  )
}
