import { Link } from '@tanstack/react-router'
import type { TownshipRolls as Township } from '#benefits/contract'
import { chineseDate } from '#kernel/chinese-date'
import { shareOf } from '../../format.ts'
import { type FigureColumn, FigureTable } from '../../ui/figure-table.tsx'
import type { Choice } from './roll-parts.tsx'

type TownshipProps = Choice & { townships: readonly Township[]; month: string }

function ChooseAll({ township, chosen, onChoose }: Omit<Choice, 'mayConfirm'> & { township: Township }) {
  const { name, confirmable } = township
  if (confirmable.length === 0) return null
  const all = confirmable.every((rollNo) => chosen.has(rollNo))
  const toggle = () => {
    const next = new Set(chosen)
    for (const rollNo of confirmable) all ? next.delete(rollNo) : next.add(rollNo)
    onChoose(next)
  }
  return <input type="checkbox" aria-label={`选择${name}待确认的名册`} checked={all} onChange={toggle} />
}

function columnsOf({ month, mayConfirm, ...choice }: Omit<TownshipProps, 'townships'>): readonly FigureColumn<Township>[] {
  return [
    {
      key: 'choose',
      label: '选择',
      head: <span className="hidden">选择</span>,
      cell: (township) => mayConfirm && <ChooseAll township={township} {...choice} />,
    },
    {
      key: 'name',
      label: '乡镇街道',
      kind: 'text',
      value: ({ name }) => name,
      cell: ({ code, name }) => (
        <Link to="/payments" search={{ month, township: code }}>
          {name}
        </Link>
      ),
    },
    { key: 'rolls', label: '名册', kind: 'count', value: ({ rolls }) => rolls },
    { key: 'confirmed', label: '已确认', kind: 'count', value: ({ confirmed }) => confirmed },
    {
      key: 'share',
      label: '确认率',
      kind: 'share',
      value: ({ confirmed, rolls }) => shareOf(confirmed, rolls),
      ratio: ({ confirmed, rolls }) => [confirmed, rolls],
    },
    { key: 'households', label: '户', kind: 'count', value: ({ households }) => households },
    { key: 'total', label: '合计（元）', kind: 'yuan', value: ({ total }) => total },
  ]
}

/** A district's rolls in figures: a row per township, which leads to its rolls. */
export function TownshipRolls({ townships, ...more }: TownshipProps) {
  return (
    <section className="card stack-small" aria-label="各乡镇街道的名册">
      <h2>名册（按乡镇街道）</h2>
      <FigureTable
        label={`${chineseDate(more.month)} 各乡镇街道发放名册`}
        columns={columnsOf(more)}
        rows={townships}
        rowKey={({ code }) => code}
      />
    </section>
  )
}
