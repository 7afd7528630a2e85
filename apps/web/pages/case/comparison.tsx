import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ComparedSide, Comparison } from '#casework/contract'
import { chineseDate } from '#kernel/chinese-date'
import { monthOf } from '#kernel/dates'
import { reading } from '../../client.ts'
import { yuan } from '../../format.ts'
import { Scroller } from '../../ui/scroller.tsx'
import { Show } from '../../ui/states.tsx'

const rows: readonly { key: keyof ComparedSide; label: string }[] = [
  { key: 'persons', label: '保障人数' },
  { key: 'income', label: '家庭月收入（元）' },
  { key: 'perCapita', label: '人均月收入（元）' },
  { key: 'standard', label: '保障标准（元）' },
  { key: 'base', label: '基本（元）' },
  { key: 'topUp', label: '增发（元）' },
  { key: 'total', label: '每月合计（元）' },
  { key: 'tier', label: '类别' },
]

function words(side: ComparedSide, key: keyof ComparedSide): string {
  const value = side[key]
  if (value === null) return '没有记录'
  if (key === 'persons') return String(value)
  return typeof value === 'number' ? yuan(value) : value
}

/** Difference in words, with its sign; empty where a side has no figure or they are alike. */
function difference(before: ComparedSide, now: ComparedSide, key: keyof ComparedSide): string {
  const [a, b] = [before[key], now[key]]
  if (a === null || b === null || a === b) return ''
  if (typeof a !== 'number' || typeof b !== 'number') return '不同'
  const text = key === 'persons' ? String(Math.abs(b - a)) : yuan(Math.abs(b - a))
  return `${b > a ? '增' : '减'} ${text}`
}

function Table({ before, now }: { before: NonNullable<Comparison['before']>; now: ComparedSide }) {
  const shown = rows.filter(({ key }) => before[key] !== null || now[key] !== null)
  return (
    <Scroller label="与上次救助对比的表">
      <table className="data small">
        <caption className="hidden">上次救助与本次测评</caption>
        <thead>
          <tr>
            <th scope="col">项目</th>
            <th scope="col" className="num">
              上次
            </th>
            <th scope="col" className="num">
              本次
            </th>
            <th scope="col" className="num">
              变化
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, label }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              <td className="num">{words(before, key)}</td>
              <td className="num">{words(now, key)}</td>
              <td className="num">{difference(before, now, key)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** What the household got before, beside what the sheet says now. */
export function CaseComparison({ caseNo }: { caseNo: string }) {
  const query = useQuery(reading('casework.compare-case', { params: { caseNo } }))
  return (
    <section className="stack-small" aria-label="与上次救助对比">
      <h3>与上次救助对比</h3>
      <Show query={query}>
        {({ before, now }) =>
          before === null ? (
            <p className="muted">这户以前没有救助记录，没有可以对比的数字。</p>
          ) : (
            <>
              <p className="small">
                {before.source === 'roll' ? (
                  `上次按导入名册，${chineseDate(monthOf(before.on))} 起享受`
                ) : (
                  <>
                    上次为 {chineseDate(before.on)} 的决定，
                    <Link to="/cases/$caseNo" params={{ caseNo: before.caseNo ?? '' }} className="mono">
                      {before.caseNo}
                    </Link>
                  </>
                )}
              </p>
              <Table before={before} now={now} />
            </>
          )
        }
      </Show>
    </section>
  )
}
