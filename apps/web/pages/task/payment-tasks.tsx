import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { paymentTasks } from './task-queries.ts'

/** A go-live month, and households that were paid elsewhere, that wait for a second person. */
export function PaymentTasks() {
  const query = useQuery(paymentTasks)
  if (query.data === undefined) return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Arriving />
  const { waiting, clearances, doubles } = query.data
  return (
    <>
      {waiting !== null && !waiting.mine && (
        <p className="notice amber">
          启用月份 {chineseDate(waiting.month)} 等待您确认：<Link to="/payments">去确认</Link>
        </p>
      )}
      {clearances.map(({ month, count: households }) => (
        <p key={month} className="notice amber">
          {chineseDate(month)} 有 {count(households)} 户已在别处发放的处理等待您确认：
          <Link to="/payments" search={{ month }}>
            去确认
          </Link>
        </p>
      ))}
      {doubles > 0 && (
        <p className="notice amber">
          {count(doubles)} 户重复登记的处理等待您确认：<Link to="/payments">去确认</Link>
        </p>
      )}
    </>
  )
}
