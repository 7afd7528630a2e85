import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { accountTasks } from './task-queries.ts'

/** Changes of accounts that wait for a second person. */
export function AccountTasks() {
  const query = useQuery(accountTasks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const waiting = query.data.total - query.data.rows.filter(({ mine }) => mine).length
  if (waiting === 0) return null
  return (
    <p className="notice amber">
      {count(waiting)} 项发放账户的登记或变更等待您确认：
      <Link to="/accounts" search={{}}>
        去确认
      </Link>
    </p>
  )
}
