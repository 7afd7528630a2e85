import { type ReactNode, useState } from 'react'
import { count, percent, yuan } from '../format.ts'
import { useToday } from '../session.ts'
import { saveFile } from '../transfer.ts'
import {
  csvText,
  type Figure,
  type FigureKind,
  type FigureValue,
  fileNameOf,
  linesOf,
  nextOrder,
  type Order,
  sorted,
  totalsOf,
} from './figures.ts'
import { Scroller } from './scroller.tsx'

type Shared<R> = {
  wide?: boolean
  /** what a cell says beside or instead of one figure: exported in place of the column */
  parts?: readonly Figure<R>[]
}

/** A column: a figure, or something that is only looked at (a bar, a button), which is not sorted. */
export type FigureColumn<R> =
  | (Shared<R> &
      Figure<R> & {
        /** what the head stands for, where the label is short */
        title?: string
        /** instead of the plain figure */
        cell?: (row: R) => ReactNode
      })
  | (Shared<R> & { key: string; label: string; head?: ReactNode; cell: (row: R) => ReactNode; total?: ReactNode })

type TableProps<R> = {
  /** what the table is about; also the name of the file */
  label: string
  columns: readonly FigureColumn<R>[]
  rows: readonly R[]
  rowKey: (row: R) => string
  /** the total as the server counts it; without it the columns are added here; null: nothing may be added */
  total?: R | null
  /** more rows are to come: what is not all there is neither sorted nor exported */
  isPart?: boolean
  className?: string
}

function isFigure<R>(column: FigureColumn<R>): column is Extract<FigureColumn<R>, { kind: FigureKind }> {
  return 'kind' in column
}

/** The columns of the export: figures, and the parts of what says more than one. */
export function exportColumns<R>(columns: readonly FigureColumn<R>[]): readonly Figure<R>[] {
  return columns.flatMap((column) => column.parts ?? (isFigure(column) ? [column] : []))
}

function shownAs(value: FigureValue, kind: FigureKind): string {
  if (typeof value === 'string') return value
  if (kind === 'yuan') return yuan(value)
  if (kind === 'share') return percent(value)
  return value === null ? '—' : count(value)
}

/** The page as its browser tab is called. */
function pageTitle(): string {
  return document.title.replace(' · 应保', '')
}

type ExportProps = { name: string; lines: () => readonly (readonly string[])[] }

/** 导出 of figures: lines of cells become a file named by page, table and day. */
export function ExportFigures({ name, lines }: ExportProps) {
  const today = useToday()
  const save = () => {
    const content = new Blob([csvText(lines())], { type: 'text/csv;charset=utf-8' })
    saveFile(fileNameOf(pageTitle(), name, today), content)
  }
  return (
    <button type="button" className="button small no-print" onClick={save}>
      导出<span className="hidden">：{name}</span>
    </button>
  )
}

type HeadProps<R> = { column: FigureColumn<R>; isPart: boolean; order: Order | null; onSort: (order: Order | null) => void }

function Head<R>({ column, isPart, order, onSort }: HeadProps<R>) {
  const wide = column.wide === true ? 'wide-col' : ''
  if (!isFigure(column)) {
    return (
      <th scope="col" className={wide}>
        {column.head ?? column.label}
      </th>
    )
  }
  const align = `${column.kind === 'text' ? '' : 'num'} ${wide}`
  if (isPart) {
    return (
      <th scope="col" className={align}>
        {column.label}
      </th>
    )
  }
  const at = order?.key === column.key ? order : null
  const sort = at === null ? 'none' : at.down ? 'descending' : 'ascending'
  return (
    <th scope="col" className={align} aria-sort={sort}>
      <button type="button" className="sort" title={column.title} onClick={() => onSort(nextOrder(order, column))}>
        {column.label}
        {column.title !== undefined && <span className="hidden">：{column.title}</span>}
      </button>
    </th>
  )
}

function Cell<R>({ column, row, first }: { column: FigureColumn<R>; row: R; first: boolean }) {
  const content = isFigure(column)
    ? (column.cell?.(row) ?? shownAs(column.value(row), column.kind))
    : (column as { cell: (row: R) => ReactNode }).cell(row)
  if (first) return <th scope="row">{content}</th>
  return <td className={isFigure(column) && column.kind !== 'text' ? 'num' : undefined}>{content}</td>
}

function TotalCell<R>({ column, value, total }: { column: FigureColumn<R>; value: FigureValue; total: R | null | undefined }) {
  if (!isFigure(column)) return <td>{column.total ?? (total == null ? null : column.cell(total))}</td>
  if (column.kind === 'text') return <td>{shownAs(value, 'text')}</td>
  const content = total == null || column.cell === undefined ? shownAs(value, column.kind) : column.cell(total)
  return <td className="num">{content}</td>
}

type TotalsProps<R> = {
  columns: readonly FigureColumn<R>[]
  named: string | undefined
  /** by column */
  values: ReadonlyMap<string, FigureValue>
  total: R | null | undefined
}

function Totals<R>({ columns, named, values, total }: TotalsProps<R>) {
  return (
    <tfoot>
      <tr>
        {columns.map((column) =>
          column.key === named ? (
            <th key={column.key} scope="row">
              合计
            </th>
          ) : (
            <TotalCell key={column.key} column={column} value={values.get(column.key) ?? null} total={total} />
          ),
        )}
      </tr>
    </tfoot>
  )
}

/**
 * A table of figures: every head sorts, the last row of several is the total, and 导出 gives exactly the rows that are shown, in
 * their order. The total of a share is the ratio of the sums.
 */
export function FigureTable<R>({ label, columns, rows, rowKey, total, isPart = false, className }: TableProps<R>) {
  const [order, setOrder] = useState<Order | null>(null)
  const figures = columns.filter(isFigure)
  const by = isPart ? undefined : figures.find(({ key }) => key === order?.key)
  const shown = sorted(rows, by, order?.down === true)
  const named = figures[0]?.key
  const totals = totalsOf(figures, rows, total)
  return (
    <>
      <Scroller label={`${label}，可左右滚动`}>
        <table className={`data ${className ?? ''}`}>
          <caption className="hidden">{label}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} isPart={isPart} order={order} onSort={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((column) => (
                  <Cell key={column.key} column={column} row={row} first={column.key === named} />
                ))}
              </tr>
            ))}
          </tbody>
          {totals !== null && <Totals columns={columns} named={named} values={totals} total={total} />}
        </table>
      </Scroller>
      {!isPart && (
        <p className="no-print">
          <ExportFigures name={label} lines={() => linesOf(exportColumns(columns), shown, total)} />
        </p>
      )}
    </>
  )
}
