import type { PaymentMonth, PaymentSum } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { count, yuan } from '../../format.ts'
import { ExportFigures } from '../../ui/figure-table.tsx'
import { exported } from '../../ui/figures.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { MoneyHeads } from './roll-parts.tsx'

/** Heads of an exported row of sums. */
export const sumHeads = ['户', '人', '基本金额', '分类施保', '合计']

/** Sums as cells of an export. */
export function sumCells({ households, persons, base, topUp, total }: PaymentSum): string[] {
  return [String(households), String(persons), ...[base, topUp, total].map((fen) => exported(fen, 'yuan'))]
}

/** One row of sums. */
export function SumRow({ label, sum }: { label: string; sum: PaymentSum }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="num">{count(sum.households)}</td>
      <td className="num">{count(sum.persons)}</td>
      <td className="num">{yuan(sum.base)}</td>
      <td className="num">{yuan(sum.topUp)}</td>
      <td className="num">{yuan(sum.total)}</td>
    </tr>
  )
}

/** What is due, what is on rolls, and the rest. */
export function Sums({ month }: { month: PaymentMonth }) {
  const { due, listed } = month
  const rest = {
    households: due.households - listed.households,
    persons: due.persons - listed.persons,
    base: due.base - listed.base,
    topUp: due.topUp - listed.topUp,
    total: due.total - listed.total,
  }
  return (
    <section className="card stack-small" aria-label="应发与名册">
      <h2>应发与名册</h2>
      <Scroller label="应发与名册的金额">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{chineseDate(month.month)}</th>
              <th scope="col" className="num">
                户
              </th>
              <th scope="col" className="num">
                人
              </th>
              <MoneyHeads />
            </tr>
          </thead>
          <tbody>
            <SumRow label="应发" sum={due} />
            <SumRow label="已编入名册" sum={listed} />
            <SumRow label="相差" sum={rest} />
          </tbody>
        </table>
      </Scroller>
      <p className="no-print">
        <ExportFigures
          name={`${chineseDate(month.month)} 应发与名册`}
          lines={() => [
            [month.month, ...sumHeads],
            ['应发', ...sumCells(due)],
            ['已编入名册', ...sumCells(listed)],
            ['相差', ...sumCells(rest)],
          ]}
        />
      </p>
      <p>
        名册 {month.rolls} 份，已确认 {month.confirmed} 份。
        {rest.total === 0 && rest.households === 0 && month.differences.length === 0 && '名册与应发一致。'}
      </p>
    </section>
  )
}
