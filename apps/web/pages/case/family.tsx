import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DeclaredLine, RegistryHousehold } from '#registry/contract'
import { reading } from '../../client.ts'
import { area, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { HouseholdLink } from '../../ui/household-link.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'
import { mayAskAgain } from './ask-case.ts'

const roleWords = { member: '共同生活成员', listed: '登记未计入', supporter: '义务人' } as const
const tableWords = { declared_income: '收入', declared_assets: '财产', declared_expenditure: '支出' } as const

function Persons({ household }: { household: RegistryHousehold }) {
  return (
    <Scroller label="家庭成员和义务人，可左右滚动">
      <table className="data">
        <caption className="hidden">家庭成员和义务人</caption>
        <thead>
          <tr>
            {['姓名', '身份证号', '关系', '身份', '年龄'].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {household.persons.map((person) => (
            <tr key={person.subjectNo}>
              <th scope="row" className="nowrap">
                {person.name}
              </th>
              <td className="mono">{person.idMasked}</td>
              <td className="nowrap">{person.relationLabel}</td>
              <td className="nowrap">
                {roleWords[person.role]}
                {person.role === 'member' && !person.counted && '（不计入）'}
              </td>
              <td className="nowrap">{person.age === null ? '—' : `${person.age} 岁`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

function amountOf(line: DeclaredLine): string {
  const amount = line.amount === null ? '未填金额' : `${yuan(line.amount)} 元`
  return line.area === null ? amount : `${area(line.area)} 平方米${line.amount === null ? '' : `，${amount}`}`
}

function Declared({ lines }: { lines: readonly DeclaredLine[] }) {
  if (lines.length === 0) return <p className="muted">没有申报收入、财产或支出。</p>
  return (
    <Scroller label="申报的经济状况，可左右滚动">
      <table className="data">
        <caption className="hidden">申报的经济状况</caption>
        <thead>
          <tr>
            <th scope="col">类</th>
            <th scope="col">项目</th>
            <th scope="col">成员</th>
            <th scope="col" className="num">
              数额
            </th>
            <th scope="col">期间或标识</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.table + line.lineNo}>
              <td>{tableWords[line.table]}</td>
              <th scope="row">{line.itemLabel}</th>
              <td className="nowrap">{line.subjectName}</td>
              <td className="num">{amountOf(line)}</td>
              <td className="nowrap">
                {line.periodFrom === null ? (line.identifier ?? '—') : `${line.periodFrom} 至 ${line.periodTo ?? '—'}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Members and declared economy from the registry; opening it is a look the journal keeps. */
export function Family({ householdNo }: { householdNo: string }) {
  const can = useCan()
  const query = useQuery({ ...reading('registry.open-household', { params: { householdNo } }), retryOnMount: mayAskAgain })
  return (
    <Show query={query}>
      {(household) => (
        <>
          <p className="small">
            户号 <HouseholdLink householdNo={householdNo} className="mono" />
            ，住址 {household.address ?? '—'}
            {can('account.read') && (
              <>
                {'，发放账户 '}
                <Link to="/accounts" search={{ household: householdNo }}>
                  {household.accountMasked ?? '没有登记'}
                </Link>
              </>
            )}
          </p>
          <Persons household={household} />
          <Declared lines={household.declared} />
        </>
      )}
    </Show>
  )
}
