import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { QualityRow } from '#registry/contract'
import { type Output, reading } from '../../client.ts'
import { count } from '../../format.ts'
import { SelectField } from '../../ui/field.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { qualityRules } from '../../wording.ts'

/** The rules whose rows are listed here: those of the import stand in its quarantine. */
const listed = ['IDQ-10', 'IDQ-11', 'IDQ-12'] as const
export type ListedRule = (typeof listed)[number]

export function isListed(rule: string | undefined): rule is ListedRule {
  return listed.some((each) => each === rule)
}

function CaseRows({ data }: { data: Output<'registry.list-quality-cases'> }) {
  if (data.rows.length === 0) return <p className="muted">本乡镇没有这一项的待核对内容。</p>
  return (
    <>
      {data.total > data.rows.length && (
        <p className="small muted">
          共 {count(data.total)} 条，先列 {count(data.rows.length)} 条；处理后再显示其余。
        </p>
      )}
      <Scroller label="待核对清单，可左右滚动">
        <table className="data cards">
          <caption className="hidden">待核对清单</caption>
          <thead>
            <tr>
              <th scope="col">户号</th>
              <th scope="col">村社区</th>
              <th scope="col">授权书编号</th>
              <th scope="col">请核对</th>
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row) => (
              <tr key={`${row.householdNo} ${row.authorisationNo ?? ''}`}>
                <th scope="row">
                  <Link to="/households/$householdNo" params={{ householdNo: row.householdNo }} search={{}}>
                    {row.householdNo}
                  </Link>
                </th>
                <td className="nowrap">{row.villageName}</td>
                <td className="mono">{row.authorisationNo ?? '—'}</td>
                <td className="issues">{row.question}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </>
  )
}

type CasesProps = { township: string; rule: ListedRule; total: QualityRow }

/** Row by row what a township is asked to look at again. */
export function QualityCases({ township, rule, total }: CasesProps) {
  const navigate = useNavigate()
  const query = useQuery(reading('registry.list-quality-cases', { query: { township, rule } }))
  return (
    <section className="card stack-small" aria-labelledby="cases-title">
      <h2 id="cases-title">待核对清单</h2>
      <div style={{ maxWidth: 420 }}>
        <SelectField
          label="检查项"
          value={rule}
          onPick={(next) => void navigate({ to: '/quality', search: { township, rule: next }, replace: true })}
          choices={listed.map((each) => ({
            value: each,
            label: `${each} ${qualityRules[each]}（${count(total.byRule[each] ?? 0)}）`,
          }))}
        />
      </div>
      <Show query={query}>{(data) => <CaseRows data={data} />}</Show>
    </section>
  )
}
