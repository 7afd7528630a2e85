import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import type { TaskSearch } from './task-queries.ts'

type Counts = { overdue: number; today: number; soon: number; other: number }

const parts = [
  { due: 'overdue', label: '超期', tone: 'red' },
  { due: 'today', label: '今日到期', tone: 'amber' },
  { due: 'soon', label: '三日内', tone: 'amber' },
  { due: 'other', label: '其他', tone: 'grey' },
] as const

/** What lies on the desk by its last day; each part is a link that keeps the other filters, and again takes itself off. */
export function DueSplit({ search, counts }: { search: TaskSearch; counts: Counts | undefined }) {
  return (
    <nav aria-label="按到期日筛选">
      <ul className="due-split">
        {parts.map(({ due, label, tone }) => {
          const chosen = search.due === due
          const n = counts?.[due]
          return (
            <li key={due}>
              <Link
                to="/tasks"
                search={{ ...search, due: chosen ? undefined : due }}
                replace
                className={`due ${n === 0 ? 'grey' : tone}`}
                aria-current={chosen ? 'true' : undefined}
                activeProps={{}}
              >
                <span>{label}</span> <strong>{n === undefined ? '…' : count(n)}</strong>
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
