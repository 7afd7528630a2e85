import { FigureTable } from '../../ui/figure-table.tsx'
import { type LineListProps, lineColumns } from './line-columns.tsx'

/** Every node with its figures. */
export function LineTable({ rows, ...way }: LineListProps) {
  return <FigureTable label="各单位线路" columns={lineColumns(way)} rows={rows} rowKey={(row) => row.unit} />
}
