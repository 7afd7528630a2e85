import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { chineseDate } from '#kernel/chinese-date'
import { reading } from '../../client.ts'
import { count, yuan } from '../../format.ts'
import { useToday } from '../../session.ts'
import { ErrorPanel, Loading } from '../../ui/states.tsx'

const monthLength = 7

/** The state of the month: what is due, what is on rolls, what is confirmed and goes to the bank, and who is not paid. */
export function PaymentDay() {
  const month = useToday().slice(0, monthLength)
  const query = useQuery(reading('casework.read-payment-month', { params: { month } }))
  const goLive = useQuery(reading('casework.read-go-live', {}))
  if (query.data === undefined || goLive.data === undefined) {
    const failed = [query, goLive].find((each) => each.isError)
    return failed === undefined ? <Loading lines={5} /> : <ErrorPanel error={failed.error} retry={failed.refetch} />
  }
  const { due, listed, rolls, confirmed, differences } = query.data.month
  const open = rolls - confirmed
  const to = { to: '/payments', search: { month } } as const
  const rest = due.households - listed.households
  const unlike = differences.reduce((sum, each) => sum + each.count, 0)
  return (
    <section className="card stack-small" aria-label="本月发放">
      <h2>{chineseDate(month)} 发放</h2>
      {goLive.data.current === null && (
        <p className="notice amber">
          还没有确认启用月份，不能编制名册：<Link to="/payments">去资金发放</Link>
        </p>
      )}
      <ul className="day plain-list">
        <li className="day-row">
          应发 <span className="day-count num">{count(due.households)}</span> 户，合计{' '}
          <span className="strong num">{yuan(due.total)}</span> 元
        </li>
        <li className="day-row">
          名册：已编入 <span className="day-count num">{count(listed.households)}</span> 户 {yuan(listed.total)} 元
          {rest > 0 && `，还差 ${count(rest)} 户`}。<Link {...to}>{rest > 0 ? '去编制' : '看名册'}</Link>
        </li>
        <li className="day-row">
          确认：名册 {count(rolls)} 份，待另一人确认 <span className="day-count num">{count(open)}</span> 份。
          {rolls > 0 && <Link {...to}>看名册</Link>}
        </li>
        <li className="day-row">
          交银行：已确认 <span className="day-count num">{count(confirmed)}</span> 份
          {confirmed > 0 ? '，可下载给银行的工作簿。' : '。'}
          {confirmed > 0 && <Link {...to}>去下载</Link>}
        </li>
        <li className="day-row">
          差异 <span className="day-count num">{count(unlike)}</span> 户
          {unlike > 0 && `（${differences.map((each) => `${each.label} ${count(each.count)}`).join('，')}）`}。
          {unlike > 0 && <Link {...to}>去处理</Link>}
        </li>
        <li className="day-row muted">
          银行退回的款项本系统还不登记，请以银行回单为准，由银行另行补发（该月不会再编入名册）；账号有误的，请乡镇（街道）经办人申请变更，您或乡镇领导、区级审核人确认：
          <Link to="/accounts">发放账户</Link>
        </li>
      </ul>
    </section>
  )
}
