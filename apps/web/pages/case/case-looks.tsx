import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading } from '../../client.ts'
import { actor, instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { Show } from '../../ui/states.tsx'

function Looks({ householdNo }: { householdNo: string }) {
  const query = useQuery(reading('verification.open-household', { params: { householdNo }, query: {} }))
  return (
    <Show query={query}>
      {({ timeline }) => {
        const looks = timeline.filter((entry) => entry.kind === 'look')
        return looks.length === 0 ? (
          <p className="muted">还没有人看过。</p>
        ) : (
          <ul className="stack-small">
            {looks.map((look) => (
              <li key={look.at + look.by + look.text}>
                <time dateTime={look.at} className="muted small">
                  {instant(look.at)}
                </time>{' '}
                {actor(look.by)}：{look.text}
              </li>
            ))}
          </ul>
        )
      }}
    </Show>
  )
}

/** Who looked at the family; asked for on demand, because asking is a look that is kept too. */
export function CaseLooks({ householdNo }: { householdNo: string | null }) {
  const can = useCan()
  const [asked, setAsked] = useState(false)
  if (householdNo === null) return <p className="muted">受理后才有家庭档案，也才有查看记录。</p>
  if (!can('verification.read')) return <p className="muted">查看记录由核对、审核和监督检查人员查阅。</p>
  if (asked) return <Looks householdNo={householdNo} />
  return (
    <p className="row">
      <button type="button" className="button" onClick={() => setAsked(true)}>
        显示谁看过本户
      </button>
      <span className="muted small">这次查看也会记入日志。</span>
    </p>
  )
}
