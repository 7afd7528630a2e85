import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AccountChange, HouseholdAccount } from '#registry/contract'
import { addressOf, reading } from '../../client.ts'
import { instant } from '../../format.ts'
import { useCan } from '../../session.ts'
import { FileList } from '../../ui/file-list.tsx'
import { HouseholdLink } from '../../ui/household-link.tsx'
import { Page } from '../../ui/page.tsx'
import { Show } from '../../ui/states.tsx'
import { Tag } from '../../ui/tag.tsx'
import { ProposeForm } from './propose-form.tsx'
import { SettleForm } from './settle-form.tsx'

type Account = HouseholdAccount['account']

const none = (text: string): string => (text === '' ? '没有登记' : text)

function Facts({ account, more = [] }: { account: Account; more?: readonly (readonly [string, string])[] }) {
  const facts = [
    ['账户户名', none(account.holder)],
    ['开户银行', none(account.bankName)],
    ['账号', none(account.accountMasked)],
    ['代管协议', account.proxyFiled ? '已备案' : '无'],
    ...more,
  ] as const
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Doubts({ doubts }: { doubts: readonly string[] }) {
  if (doubts.length === 0) return null
  return (
    <div className="notice amber">
      <p className="strong">须核对：</p>
      <ul className="dots small">
        {doubts.map((doubt) => (
          <li key={doubt}>{doubt}</li>
        ))}
      </ul>
    </div>
  )
}

function Proofs({ change }: { change: AccountChange }) {
  const { changeId } = change
  const address = (fileId: string) => addressOf('registry.read-account-proof', { params: { changeId, fileId } })
  return (
    <div>
      <p className="strong small">证明材料</p>
      <FileList files={change.proofs} address={address} permission="account.proof" />
    </div>
  )
}

function Asked({ change }: { change: AccountChange }) {
  const more = [
    ['变更原因', change.reason],
    ...(change.payeeReason === '' ? [] : ([['由他人代领的原因', change.payeeReason]] as const)),
    ['申请', `${change.proposedByName} ${instant(change.proposedAt)}`],
  ] as const
  return (
    <>
      <Facts account={change.after} more={more} />
      <Proofs change={change} />
    </>
  )
}

function Waiting({ change, caption }: { change: AccountChange; caption: string }) {
  const can = useCan()
  return (
    <section className="card stack-small" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{caption}</h2>
      <Asked change={change} />
      <Doubts doubts={change.doubts} />
      {change.mine && <p className="notice">您申请了这项变更，须由另一人（乡镇领导、区级审核人或资金发放人员）确认。</p>}
      {!change.mine && !can('account.confirm') && (
        <p className="notice">等待乡镇领导、区级审核人或资金发放人员确认；他们在任务中心或“发放账户”页可以看到这一项。</p>
      )}
      {!change.mine && can('account.confirm') && <SettleForm change={change} />}
    </section>
  )
}

function Earlier({ changes }: { changes: readonly AccountChange[] }) {
  if (changes.length === 0) return null
  return (
    <section className="card stack-small" aria-labelledby="earlier-title">
      <h2 id="earlier-title">变更记录</h2>
      <ul className="papers stack">
        {changes.map((change) => (
          <li key={change.changeId} className="stack-small">
            <p>
              <Tag tone={change.settled === 'confirmed' ? 'green' : 'red'}>
                {change.settled === 'confirmed' ? '已确认' : '已退回'}
              </Tag>{' '}
              {change.settledByName} {instant(change.settledAt)}
              {change.settledReason !== '' && `：${change.settledReason}`}
            </p>
            <p className="small muted">
              原为 {none(change.before.holder)}，{none(change.before.bankName)}，{none(change.before.accountMasked)}
            </p>
            <Asked change={change} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Body({ data }: { data: HouseholdAccount }) {
  const can = useCan()
  const waiting = data.changes.find(({ settled }) => settled === null)
  return (
    <>
      <section className="card stack-small" aria-labelledby="account-title">
        <h2 id="account-title">现登记的账户</h2>
        <Facts account={data.account} />
        {data.faults.length > 0 && <p className="notice red">不能发放：{data.faults.join('；')}。</p>}
        <Doubts doubts={data.doubts} />
      </section>
      {waiting !== undefined && <Waiting change={waiting} caption="等待确认的变更" />}
      {waiting === undefined && can('account.propose') && <ProposeForm household={data} />}
      {waiting === undefined && !can('account.propose') && (
        <p className="notice">账户由乡镇（街道）经办人在本页登记或变更，再由另一人确认。</p>
      )}
      <Earlier changes={data.changes.filter(({ settled }) => settled !== null)} />
    </>
  )
}

/** The account of one household: how it stands, what waits, what was changed. */
export function HouseholdAccountPage({ householdNo }: { householdNo: string }) {
  const query = useQuery(reading('registry.read-account', { params: { householdNo } }))
  return (
    <Page
      title={query.data === undefined ? '发放账户' : `${query.data.headName}户的发放账户`}
      crumbs={
        <>
          <li>
            <Link to="/accounts" search={{}}>
              发放账户
            </Link>
          </li>
          <li>
            <HouseholdLink householdNo={householdNo} />
          </li>
        </>
      }
    >
      <Show query={query}>{(data) => <Body data={data} />}</Show>
    </Page>
  )
}
