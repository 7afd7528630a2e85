import type { ReactNode } from 'react'
import type { PaymentMonth, PaymentSum } from '#benefits/contract'
import { chineseDate } from '#kernel/chinese-date'
import { count, yuan } from '../../format.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'

/** A line of sums: what stands, or (`isChange`) what is added or taken away. */
export interface SumLine {
  readonly label: string
  readonly sum: PaymentSum
  readonly isChange?: boolean
  /** instead of the plain label */
  readonly head?: ReactNode
}

const figures = [
  ['households', '户', 'count'],
  ['persons', '人', 'count'],
  ['base', '基本金额（元）', 'yuan'],
  ['topUp', '分类施保（元）', 'yuan'],
  ['total', '合计（元）', 'yuan'],
] as const satisfies readonly (readonly [keyof PaymentSum, string, 'count' | 'yuan'])[]

/** With a sign where it is a change. */
export function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : text
}

function sumColumns(head: string): readonly FigureColumn<SumLine>[] {
  return [
    { key: 'label', label: head, kind: 'text', value: ({ label }) => label, cell: (line) => line.head ?? line.label },
    ...figures.map(([key, label, kind]): FigureColumn<SumLine> => {
      const said = (value: number): string => (kind === 'count' ? count(value) : yuan(value))
      const cell = ({ sum, isChange }: SumLine) => (isChange === true ? signed(sum[key], said(sum[key])) : said(sum[key]))
      return { key, label, kind, value: ({ sum }) => sum[key], cell }
    }),
  ]
}

/** Lines of sums that are no parts of one whole: they are sorted and exported, not added up. */
export function SumTable({ label, head, lines }: { label: string; head: string; lines: readonly SumLine[] }) {
  return <FigureTable label={label} columns={sumColumns(head)} rows={lines} rowKey={(line) => line.label} total={null} />
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
  const said = chineseDate(month.month)
  return (
    <section className="card stack-small" aria-label="应发与名册">
      <h2>应发与名册</h2>
      <SumTable
        label={`${said} 应发与名册`}
        head={said}
        lines={[
          { label: '应发', sum: due },
          { label: '已编入名册', sum: listed },
          { label: '相差', sum: rest },
        ]}
      />
      <p>
        名册 {month.rolls} 份，已确认 {month.confirmed} 份。
        {rest.total === 0 && rest.households === 0 && month.differences.length === 0 && '名册与应发一致。'}
      </p>
    </section>
  )
}
