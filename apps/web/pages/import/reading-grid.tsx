import type { LedgerReading, ReadColumn, ReadSheet } from '#registry/contract'
import { count } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { letterOf, useWords } from './import-words.ts'

/** What a column is taken for, in words. */
export function takenFor(column: ReadColumn | undefined, fields: LedgerReading['fields']): string {
  if (column === undefined) return ''
  if (column.field === null) return column.path.length === 0 ? '没有表头，不读取' : '未认出'
  if (column.field === '') return '不使用'
  return fields.find(({ field }) => field === column.field)?.label ?? column.field
}

/** The first rows of a sheet as they stand there, each with what it is taken for; above each column what that is taken for. */
export function ReadingGrid({ sheet, fields }: { sheet: ReadSheet; fields: LedgerReading['fields'] }) {
  const width = Math.max(0, ...sheet.top.map((row) => row.cells.length), ...sheet.columns.map(({ at }) => at + 1))
  const columns = Array.from({ length: width }, (_, at) => ({
    at,
    column: sheet.columns.find((each) => each.at === at),
  }))
  return (
    <Scroller label={`工作表“${sheet.name}”的前 ${sheet.top.length} 行，可左右滚动`}>
      <table className="data sheet-grid">
        <caption className="hidden">工作表“{sheet.name}”原样</caption>
        <thead>
          <tr>
            <th scope="col">行</th>
            <th scope="col">读作</th>
            {columns.map(({ at, column }) => (
              <th key={at} scope="col" className={column?.field ? 'taken' : 'left'}>
                <span className="muted small">
                  {letterOf(at)}
                  {column?.hidden === true && '（隐藏列）'}
                </span>
                <span className="taken-for">{takenFor(column, fields)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.top.map((row) => (
            <tr key={row.row} className={`use-${row.use}`}>
              <th scope="row" className="num">
                {row.row}
              </th>
              <td className="use nowrap">{useWords[row.use]}</td>
              {columns.map(({ at }) => (
                <td key={at}>{row.cells[at]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Rows that were left out, with the reason of each. */
export function Skipped({ sheet }: { sheet: ReadSheet }) {
  if (sheet.skippedTotal === 0) return null
  return (
    <details>
      <summary>没有当作数据的行（{count(sheet.skippedTotal)}）</summary>
      <ul className="dots small">
        {sheet.skipped.map((row) => (
          <li key={row.row}>
            第 {row.row} 行（{useWords[row.use]}）：{row.why}
            {row.text !== '' && <span className="muted">　{row.text}</span>}
          </li>
        ))}
      </ul>
      {sheet.skippedTotal > sheet.skipped.length && <p className="muted small">只列出前 {sheet.skipped.length} 行。</p>}
    </details>
  )
}
