import { useQuery } from '@tanstack/react-query'
import type { GrantChange } from '#casework/contract'
import { count } from '../../format.ts'
import { Arriving, ErrorPanel } from '../../ui/states.tsx'
import { grantTasks } from '../task/task-queries.ts'
import { GrantItem } from './grant-item.tsx'

type Group = { id: string; title: string; data: { rows: readonly GrantChange[]; total: number } }

function Items({ id, title, data }: Group) {
  if (data.total === 0) return null
  const left = data.total - data.rows.length
  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id}>
        {title}（{count(data.total)}）
      </h2>
      {data.rows.map((change) => (
        <GrantItem key={change.changeNo} change={change} withHousehold />
      ))}
      {left > 0 && <p className="muted small">办理完这些后显示其余 {count(left)} 项。</p>}
    </section>
  )
}

/** Proposals that wait for a second person, and letters that wait to be served. */
export function GrantTasks() {
  const open = useQuery(grantTasks.open)
  const unserved = useQuery(grantTasks.unserved)
  const failed = [open, unserved].find((query) => query.isError)
  if (failed !== undefined) return <ErrorPanel error={failed.error} retry={failed.refetch} />
  if (open.data === undefined || unserved.data === undefined) return <Arriving />
  return (
    <>
      <Items id="grant-open" title="待决定的暂停、停止和恢复发放" data={open.data} />
      <Items id="grant-unserved" title="待送达的停发、暂停和恢复告知书" data={unserved.data} />
    </>
  )
}
