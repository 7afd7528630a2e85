import { count } from '../../format.ts'
import { ChoiceLink } from '../../ui/choice-link.tsx'
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
              <ChoiceLink
                to="/tasks"
                search={{ ...search, due: chosen ? undefined : due }}
                className={`due ${n === 0 ? 'grey' : tone}`}
                current={chosen}
              >
                <span>{label}</span> <strong>{n === undefined ? '…' : count(n)}</strong>
              </ChoiceLink>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
