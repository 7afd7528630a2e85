import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../client.ts'
import { useCan } from '../../session.ts'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { DoubleSaid, UndoDouble } from '../payment/double-clearing.tsx'

/** People of the household, or its account, that also stand in another household on aid: what was decided, and whether it is paid. */
export function Doubles({ householdNo }: { householdNo: string }) {
  const can = useCan()
  const query = useQuery(reading('casework.list-doubles', { query: { households: householdNo } }))
  return (
    <section id="doubles" className="card stack-small" aria-labelledby="doubles-title">
      <h2 id="doubles-title">重复登记</h2>
      <Show query={query}>
        {({ month, rows }) => (
          <>
            {rows.length === 0 && <p className="muted">{chineseDate(month)} 没有与其他在保家庭重复的成员或账户。</p>}
            <ul className="dots">
              {rows.map((double) => (
                <li key={double.text}>
                  <Tag tone={double.holds ? 'amber' : 'green'}>{double.holds ? '暂不编入名册' : '照常发放'}</Tag>{' '}
                  <DoubleSaid double={double} />{' '}
                  {double.otherNo !== null && double.otherNo !== '' && (
                    <Link to="/households/$householdNo" params={{ householdNo: double.otherNo }}>
                      看另一户
                    </Link>
                  )}{' '}
                  <UndoDouble double={double} />
                </li>
              ))}
            </ul>
            {rows.some(({ holds }) => holds) && can('payment.read') && (
              <p className="small">
                <Link to="/payments" search={{ month }}>
                  去资金发放的差异处理
                </Link>
              </p>
            )}
          </>
        )}
      </Show>
    </section>
  )
}
