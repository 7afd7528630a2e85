import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { letterTasks } from './task-queries.ts'

/** Decisions whose letters wait to be served. */
export function LetterTasks() {
  const query = useQuery(letterTasks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { total } = query.data
  if (total === 0) return null
  return (
    <p className="notice amber">
      {count(total)} 件决定等待送达申请人：
      <Link to="/cases" search={{ unserved: 'yes' }}>
        去登记送达
      </Link>
    </p>
  )
}
