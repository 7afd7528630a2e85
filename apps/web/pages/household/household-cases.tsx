import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { resultLabels } from '#casework/words'
import { reading } from '../../client.ts'
import { dayOf } from '../../format.ts'
import { Show } from '../../ui/states.tsx'

const shown = 5

/** The newest cases of a household, each with the way to its assessment and its papers. */
export function HouseholdCases({ householdNo }: { householdNo: string }) {
  const query = useQuery(reading('casework.list-cases', { query: { q: householdNo, limit: shown } }))
  return (
    <section id="cases" className="card stack-small" aria-labelledby="household-cases">
      <h2 id="household-cases">本户案件</h2>
      <Show query={query}>
        {({ rows }) => (
          <>
            {rows.length === 0 && <p className="muted">本户还没有案件。</p>}
            <ul className="dots">
              {rows.map(({ caseNo, result, at, openedAt }) => (
                <li key={caseNo}>
                  <Link to="/cases/$caseNo" params={{ caseNo }} className="mono">
                    {caseNo}
                  </Link>
                  ，{dayOf(openedAt)} 申请，{result === null ? at.join('、') : resultLabels[result]}　
                  <Link to="/cases/$caseNo" params={{ caseNo }} hash="assessment">
                    综合测评表（3+1）
                  </Link>
                  　
                  <Link to="/cases/$caseNo" params={{ caseNo }} hash="papers">
                    材料
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
      </Show>
    </section>
  )
}
