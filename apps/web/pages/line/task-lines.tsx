import { Link } from '@tanstack/react-router'
import type { NodeTask } from '#exchange/contract'
import { instant } from '../../format.ts'
import { Tag } from '../../ui/tag.tsx'
import { causeWords } from './words.ts'

/** What waits for a person: whom it lies with and since when. */
export function TaskLines({ tasks, linked }: { tasks: readonly NodeTask[]; linked: boolean }) {
  return (
    <ul className="stack-small">
      {tasks.map((task) => (
        <li key={task.taskNo}>
          <Tag tone={task.rank > 0 ? 'red' : 'amber'}>{task.rank > 0 ? '已上报' : '待办'}</Tag>{' '}
          {linked && task.unit !== '' ? (
            <Link to="/lines/$unit" params={{ unit: task.unit }}>
              {task.name}
            </Link>
          ) : (
            task.name
          )}
          ：{causeWords[task.cause]}
          <span className="muted small">
            ，自 {instant(task.since)}，由{task.whom}处理{task.mine && '（包括您）'}
          </span>
        </li>
      ))}
    </ul>
  )
}
