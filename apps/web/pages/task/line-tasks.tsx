import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { lineTasks } from './task-queries.ts'

/** Lines to member units that wait for the one who is signed in. */
export function LineTasks() {
  const query = useQuery(lineTasks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { rows } = query.data
  if (rows.length === 0) return null
  const names = [...new Set(rows.map((row) => row.name))]
  return (
    <p className="notice amber">
      成员单位与线路有 {count(rows.length)} 项待您处理（{names.slice(0, 3).join('、')}
      {names.length > 3 && '等'}）：
      <Link to="/lines">去处理</Link>
    </p>
  )
}
