import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { chineseDate } from '#kernel/chinese-date'
import { addressOf, call, type Output } from '../../client.ts'
import { count, instant, yuan } from '../../format.ts'
import { useCan } from '../../session.ts'
import { MorePages } from '../../ui/more-pages.tsx'
import { Page } from '../../ui/page.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorPanel, Loading } from '../../ui/states.tsx'
import { ReasonDialog } from '../admin/reason-dialog.tsx'
import { Grantee, MoneyHeads } from './roll-parts.tsx'

type RollProps = Pick<Output<'casework.open-payment-roll'>, 'roll' | 'lines'> & { more: ReactNode }

function Roll({ roll, lines, more }: RollProps) {
  const can = useCan()
  const isOpen = roll.confirmedAt === null && roll.withdrawnAt === null
  return (
    <section className="card stack-small" aria-label="名册">
      <p>
        {roll.townshipName} {roll.villageName}，{roll.bankName}，{chineseDate(roll.month)}
      </p>
      <p className="small muted">
        {roll.madeByName} {instant(roll.madeAt)} 编制；
        {roll.confirmedByName !== null && `${roll.confirmedByName} ${instant(roll.confirmedAt)} 确认`}
        {roll.withdrawnAt !== null && `${instant(roll.withdrawnAt)} 撤回，不再发放`}
        {roll.confirmedByName === null && roll.withdrawnAt === null && '还没有确认'}
      </p>
      <Scroller label="名册明细">
        <table className="data">
          <thead>
            <tr>
              <th scope="col" className="num">
                序号
              </th>
              <th scope="col">姓名</th>
              <th scope="col" className="num">
                人数
              </th>
              <MoneyHeads />
              <th scope="col">户名</th>
              <th scope="col">账号</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, at) => (
              <tr key={line.householdNo}>
                <td className="num">{at + 1}</td>
                <th scope="row">
                  <Grantee {...line} />
                </th>
                <td className="num">{count(line.persons)}</td>
                <td className="num">{yuan(line.base)}</td>
                <td className="num">{yuan(line.topUp)}</td>
                <td className="num">{yuan(line.amount)}</td>
                <td>{line.accountHolder}</td>
                <td className="mono">{line.accountMasked}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td />
              <th scope="row">合计 {count(roll.households)} 户</th>
              <td className="num">{count(roll.persons)}</td>
              <td className="num">{yuan(roll.base)}</td>
              <td className="num">{yuan(roll.topUp)}</td>
              <td className="num">{yuan(roll.total)}</td>
              <td />
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroller>
      {roll.households > lines.length && (
        <p className="muted small" role="status">
          共 {count(roll.households)} 户，已显示 {count(lines.length)} 户；合计是全部的。
        </p>
      )}
      {more}
      {isOpen && can('payment.make') && <Withdraw rollNo={roll.rollNo} />}
    </section>
  )
}

/** Takes back a roll nobody has confirmed. */
function Withdraw({ rollNo }: { rollNo: string }) {
  const [open, setOpen] = useState(false)
  const queries = useQueryClient()
  const withdraw = useMutation({
    mutationFn: (reason: string) => call('casework.withdraw-payment-roll', { params: { rollNo }, body: { reason } }),
    onSuccess: async () => {
      setOpen(false)
      await queries.invalidateQueries()
    },
  })
  return (
    <div className="row no-print">
      <button type="button" className="button" onClick={() => setOpen(true)}>
        撤回名册
      </button>
      {open && (
        <ReasonDialog
          title="撤回名册"
          text="撤回后名册上的家庭可以重新编入名册；撤回的名册保留备查。"
          button="撤回"
          busy={withdraw.isPending}
          error={withdraw.error}
          onSubmit={(reason) => withdraw.mutate(reason)}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  )
}

/** One roll: lines with masked accounts, the workbook for the bank and the paper. */
export function RollPage() {
  const { rollNo } = useParams({ from: '/office/payments/$rollNo' })
  const query = useInfiniteQuery({
    queryKey: ['casework.open-payment-roll', rollNo],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('casework.open-payment-roll', { params: { rollNo }, query: { cursor: pageParam, limit: 100 } }, signal),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const roll = query.data?.pages[0]?.roll
  const month = roll?.month
  const lines = query.data?.pages.flatMap((page) => page.lines) ?? []
  return (
    <Page
      title={`发放名册 ${rollNo}`}
      crumbs={
        <li>
          <Link to="/payments" search={month === undefined ? {} : { month }}>
            资金发放
          </Link>
        </li>
      }
      actions={
        <>
          <a className="button" href={addressOf('casework.download-payment-roll', { params: { rollNo } })}>
            下载 Excel
          </a>
          <a className="button" href={addressOf('casework.print-payment-roll', { params: { rollNo } })}>
            打印名册
          </a>
        </>
      }
    >
      {query.isError && <ErrorPanel error={query.error} retry={query.refetch} />}
      {query.isPending && <Loading />}
      {roll !== undefined && <Roll roll={roll} lines={lines} more={<MorePages query={query} />} />}
    </Page>
  )
}
