import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../../client.ts'
import { count } from '../../format.ts'
import { useCan } from '../../session.ts'
import { ErrorPanel, Loading } from '../../ui/states.tsx'

/** Accounts that wait for a second person, or were locked after failed sign-ins. */
export function AccountDay() {
  const can = useCan()
  const waiting = useQuery(reading('identity.list-users', { query: { state: 'awaiting', limit: 1 } }))
  const locked = useQuery(reading('identity.list-users', { query: { state: 'locked', limit: 1 } }))
  if (waiting.data === undefined || locked.data === undefined) {
    const failed = [waiting, locked].find((each) => each.isError)
    return failed === undefined ? <Loading lines={3} /> : <ErrorPanel error={failed.error} retry={failed.refetch} />
  }
  return (
    <section className="card stack-small" aria-label="账号">
      <h2>账号</h2>
      <ul className="day plain-list">
        <li className="day-row">
          等待确认的岗位和口令 <span className="day-count num">{count(waiting.data.waiting)}</span> 项。
          {waiting.data.waiting > 0 && <Link to="/users">{can('identity.grant') ? '去确认' : '去看'}</Link>}
        </li>
        <li className="day-row">
          连续输错口令被锁定 <span className="day-count num">{count(locked.data.total)}</span> 个账号。
          {locked.data.total > 0 && (
            <Link to="/users" search={{ state: 'locked' }}>
              {can('identity.grant') ? '查明后解锁' : '去看'}
            </Link>
          )}
        </li>
      </ul>
    </section>
  )
}

/** Whether what is stored still is what was sealed and signed. */
export function ProofDay() {
  const query = useQuery(reading('journal.read-proofs', {}))
  if (query.data === undefined)
    return query.isError ? <ErrorPanel error={query.error} retry={query.refetch} /> : <Loading lines={3} />
  const { open, lastCheck } = query.data
  const said =
    lastCheck === null ? '还没有检查过' : lastCheck.failure === null ? '上次检查完成' : `上次检查没有完成：${lastCheck.failure}`
  return (
    <section className="card stack-small" aria-label="存证">
      <h2>存证</h2>
      <p className={open > 0 ? 'notice red' : ''}>
        {said}；待查明的异常 {count(open)} 项。<Link to="/proofs">{open > 0 ? '去查明' : '看检查结果'}</Link>
      </p>
    </section>
  )
}
