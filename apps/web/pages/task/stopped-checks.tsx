import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { stoppedChecks } from './task-queries.ts'

/** Verifications, of campaigns and of single cases, that wait for a person's word. */
export function StoppedChecks() {
  const query = useQuery(stoppedChecks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const rows = query.data.rows.filter(({ retryAt }) => retryAt === null)
  if (rows.length === 0) return null
  const names = [...new Set(rows.map(({ title, caseNo }) => (caseNo === null ? title : `案件 ${caseNo}`)))]
  return (
    <p className="notice amber">
      {count(rows.length)} 处核对停下，不再自动重试（{names.slice(0, 3).join('、')}
      {names.length > 3 && '等'}）：
      <Link to="/progress" search={{}}>
        去再试一次
      </Link>
    </p>
  )
}
