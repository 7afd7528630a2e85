import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { Arriving } from '../../ui/states.tsx'

/** Old grants of clean-ups whose deadline is over: each waits for a person, nothing stops by itself. */
export function CleanUpTasks() {
  const query = useQuery(reading('casework.list-clean-ups', {}))
  if (query.isPending) return <Arriving />
  const due = (query.data?.rows ?? []).filter((row) => row.late && row.oldGrants === 'task_at_deadline' && row.open > row.pending)
  return due.map((row) => (
    <p key={row.cleanUpId} className="notice amber">
      “{row.label}”{chineseDate(row.deadlineOn)} 截止，{count(row.open - row.pending)} 户没有重新申请，须逐户处理原待遇：
      <Link to="/clean-up" search={{ id: row.cleanUpId }}>
        去处理
      </Link>
    </p>
  ))
}
