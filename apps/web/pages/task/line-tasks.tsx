import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'

/** Lines to member units that wait for the one who is signed in. */
export function LineTasks() {
  const query = useQuery(reading('exchange.list-tasks', {}))
  const rows = query.data?.rows ?? []
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
