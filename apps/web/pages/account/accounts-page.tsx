import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { reading } from '../../client.ts'
import { count, instant } from '../../format.ts'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Empty, Show } from '../../ui/states.tsx'
import { HouseholdAccountPage } from './household-account.tsx'

/** Changes of accounts that wait for a second person. */
function WaitingPage() {
  const query = useQuery(reading('registry.list-account-changes', { query: {} }))
  return (
    <Page title="发放账户">
      <p className="muted">
        在册家庭的发放账户由乡镇（街道）经办人申请变更，由另一人（乡镇领导、区级审核人或资金发放人员）对照证明材料确认。
      </p>
      <Show query={query}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <Empty title="没有等待确认的账户变更">从家庭页、案件页或资金发放页的差异可以打开一户的账户。</Empty>
          ) : (
            <section className="card stack-small" aria-labelledby="waiting-title">
              <h2 id="waiting-title">等待确认 {count(total)} 项</h2>
              <Scroller label="等待确认的账户变更">
                <table className="data">
                  <thead>
                    <tr>
                      <th scope="col">户主</th>
                      <th scope="col">村社区</th>
                      <th scope="col">现登记</th>
                      <th scope="col">申请改为</th>
                      <th scope="col">申请人</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={row.changeId}>
                        <th scope="row">
                          <Link to="/accounts" search={{ household: row.householdNo }}>
                            {row.headName === '' ? row.householdNo : row.headName}
                          </Link>
                        </th>
                        <td>{row.villageName}</td>
                        <td>
                          {row.before.bankName} {row.before.accountMasked === '' ? '没有账户' : row.before.accountMasked}
                        </td>
                        <td>
                          {row.after.bankName} {row.after.accountMasked}
                        </td>
                        <td>
                          {row.mine ? '我' : row.proposedByName}，{instant(row.proposedAt)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroller>
              {total > rows.length && <p className="muted small">只列出最早的 {count(rows.length)} 项。</p>}
            </section>
          )
        }
      </Show>
    </Page>
  )
}

/** 发放账户: what waits for a second person, or the account of one household. */
export function AccountsPage() {
  const { household } = useSearch({ from: '/office/accounts' })
  return household === undefined ? <WaitingPage /> : <HouseholdAccountPage key={household} householdNo={household} />
}
