import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DifferenceKind } from '#casework/contract'
import { reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { Grantee } from './roll-parts.tsx'

type Kinds = readonly { kind: DifferenceKind; label: string; count: number }[]
type DifferencesProps = { month: string; township: string | undefined; kinds: Kinds }

/** Who is on a decision but not on a roll, or otherwise than decided, and why. */
export function Differences({ month, township, kinds }: DifferencesProps) {
  const [kind, setKind] = useState<DifferenceKind | undefined>()
  const all = kinds.reduce((sum, each) => sum + each.count, 0)
  const query = useQuery({
    ...reading('casework.list-payment-differences', { params: { month }, query: { township, kind } }),
    enabled: all > 0,
  })
  if (all === 0) return null
  return (
    <section className="card stack-small" aria-label="差异">
      <div className="row">
        <h2>差异 {count(all)} 户</h2>
        <SelectField
          label="种类"
          all="全部"
          value={kind ?? ''}
          onPick={(value) => setKind(kinds.find((each) => each.kind === value)?.kind)}
          choices={kinds.map((each) => ({ value: each.kind, label: `${each.label}（${each.count}）` }))}
        />
      </div>
      <Show query={query}>
        {({ rows, total }) => (
          <>
            <Scroller label="差异列表">
              <table className="data">
                <thead>
                  <tr>
                    <th scope="col">申请人</th>
                    <th scope="col">村社区</th>
                    <th scope="col">差异</th>
                    <th scope="col" className="num">
                      应发（元）
                    </th>
                    <th scope="col" className="num">
                      名册（元）
                    </th>
                    <th scope="col">怎么办</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.householdNo}>
                      <th scope="row">
                        <Grantee {...row} />
                      </th>
                      <td>{row.villageName}</td>
                      <td>{row.label}</td>
                      <td className="num">{yuan(row.amount)}</td>
                      <td className="num">{yuan(row.listed)}</td>
                      <td>
                        {row.why}
                        {row.kind === 'no_account' && (
                          <>
                            {' '}
                            <Link to="/accounts" search={{ household: row.householdNo }}>
                              登记账户
                            </Link>
                          </>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroller>
            {total > rows.length && (
              <p className="muted small">
                只列出前 {rows.length} 户，共 {count(total)} 户；请按乡镇查看。
              </p>
            )}
          </>
        )}
      </Show>
    </section>
  )
}
