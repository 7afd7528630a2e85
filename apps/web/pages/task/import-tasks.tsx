import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { importTasks } from './task-queries.ts'

/** Imports and withdrawals that wait for a second person: one leads to its page, several to the list. */
export function ImportTasks() {
  const query = useQuery(importTasks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { total, rows } = query.data
  const [first] = rows
  if (total === 0 || first === undefined) return null
  return (
    <p className="notice amber">
      {total === 1 ? `${first.what === 'commit' ? '导入' : '撤回导入'}“${first.name}”` : `${count(total)} 项导入或撤回`}
      等待您确认：
      {total === 1 ? (
        <Link to="/imports/$importId" params={{ importId: first.importId }} search={{}}>
          去核对差异
        </Link>
      ) : (
        <Link to="/imports" search={{ show: 'mine' }}>
          去确认
        </Link>
      )}
    </p>
  )
}
