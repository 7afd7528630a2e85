import { Link } from '@tanstack/react-router'
import type { DayRow } from '#casework/contract'
import { count } from '../../format.ts'
import { Hint } from '../../ui/hint.tsx'
import { parseSearch } from '../../ui/search.ts'

type Item = DayRow['items'][number]

function ItemLink({ item }: { item: Item }) {
  const { pathname, search } = new URL(item.to, window.location.origin)
  return (
    <li>
      <Link to={decodeURI(pathname)} search={parseSearch(search)} className="day-item">
        {item.label}
      </Link>{' '}
      <span className="muted small">{item.note}</span>
    </li>
  )
}

function Row({ row }: { row: DayRow }) {
  return (
    <li className="day-row" data-none={row.count === 0}>
      <div className="row">
        <span className="day-count num">{count(row.count)}</span>
        <span>
          {row.unit} <span className="strong">{row.label}</span>
          {row.note !== '' && <span className="error-text">　{row.note}</span>}
        </span>
      </div>
      {row.count > 0 && <Hint todo={row.todo} />}
      {row.items.length > 0 && (
        <ul className="day-items">
          {row.items.map((item) => (
            <ItemLink key={item.to} item={item} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** What a day holds, one line each: how many, what is to be done with them, and where. */
export function DayRows({ title, rows }: { title: string; rows: readonly DayRow[] }) {
  return (
    <section className="card stack-small" aria-label={title}>
      <h2>{title}</h2>
      <ul className="day plain-list">
        {rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ul>
    </section>
  )
}
