import { useQuery } from '@tanstack/react-query'
import { reading } from '../../client.ts'
import { ErrorPanel, Loading } from '../../ui/states.tsx'
import { DayRows } from './day-rows.tsx'

const dayQuery = reading('casework.read-day', {})

/** The caller's day in casework. */
export function CaseDay({ title }: { title: string }) {
  const query = useQuery(dayQuery)
  if (query.data === undefined)
    return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Loading lines={3} />
  return query.data.rows.length === 0 ? null : <DayRows title={title} rows={query.data.rows} />
}
